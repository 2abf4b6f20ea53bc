/* SPDX-License-Identifier: BSD-2-Clause */
/* Any bytes at all, through the reader and all three exports. */
#include "../../sim/trace/trace_export.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	FILE *null = fopen("/dev/null", "w");
	int format;

	for (format = 0; size && null && format < 3; format++) {
		FILE *file = fmemopen((void *)data, size, "rb");
		struct trace_reader reader;
		struct error err;

		if (file && trace_reader_open_file(&reader, file, "fuzz", &err) == 0) {
			if (format == 0)
				trace_export_text(&reader, null, &err);
			else if (format == 1)
				trace_export_ftrace(&reader, null, false, &err);
			else
				trace_export_perfetto(&reader, null, &err);
			trace_reader_close(&reader);
		}
		if (file)
			fclose(file);
	}
	if (null)
		fclose(null);
	return 0;
}
