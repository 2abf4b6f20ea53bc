/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The tests of traces, exports and import.  `suite seed FILE` writes the sample
 * trace instead: what the fuzzer starts from.
 */
#include "suite.h"

int main(int argc, char **argv)
{
	int failed = 0;

	if (argc == 3 && !strcmp(argv[1], "seed")) {
		write_trace(argv[2], sample_records, nr_sample_records);
		return 0;
	}
	failed += suite_write();
	failed += suite_read();
	failed += suite_export();
	failed += suite_track();
	failed += suite_import();
	failed += suite_line();
	failed += suite_roundtrip();
	failed += suite_laws();
	return failed ? 1 : 0;
}
