/* SPDX-License-Identifier: BSD-2-Clause */
/* Any bytes at all, through the importer; what it writes must be a bursts file. */
#include <stdlib.h>
#include <string.h>

#include "../../sim/import/import_out.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* "NAME RUN SLEEP" with a name that a scenario takes, or the process ends. */
static void check_bursts(char *text)
{
	char *line, *rest;

	line = strtok_r(text, "\n", &rest);
	if (!line || strcmp(line, "# corun bursts 1"))
		abort();
	while ((line = strtok_r(NULL, "\n", &rest))) {
		size_t n = strspn(line, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
					"0123456789_");

		if (!n || n > 60 || line[n] != ' ')
			abort();
		n += 1 + strspn(line + n + 1, "0123456789");
		if (line[n] != ' ')
			abort();
		n += 1 + strspn(line + n + 1, "0123456789");
		if (line[n])
			abort();
	}
}

static void write_all(const struct import *import, bool join)
{
	const struct import_wanted wanted = {.join = join};
	struct import_plan plan;
	struct error err;
	char *text = NULL;
	size_t size;
	FILE *out;

	if (import_plan_make(&plan, import, &wanted, &err))
		return;
	out = open_memstream(&text, &size);
	if (out) {
		import_put_bursts(out, &plan);
		fclose(out);
		check_bursts(text);
		free(text);
	}
	out = fopen("/dev/null", "w");
	if (out) {
		import_put_scenario(out, import, &plan, "log", "x.bursts");
		import_put_summary(out, import, &plan);
		fclose(out);
	}
	import_plan_free(&plan);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	FILE *file = size > 1 ? fmemopen((void *)(data + 1), size - 1, "r") : NULL;
	struct import *import = malloc(sizeof(*import));
	struct error err;

	if (file && import) {
		import_init(import);
		import->keep_cut = data[0] & 1;
		import->bridge_ns = data[0] & 2 ? 1000000 : 0;
		if (import_read(import, file, "fuzz", &err) == 0) {
			write_all(import, false);
			write_all(import, true);
		}
		import_free(import);
	}
	free(import);
	if (file)
		fclose(file);
	return 0;
}
