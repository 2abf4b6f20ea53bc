/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A result folder in one input: study.json, results.csv and histograms.csv, each ended by
 * a line of dashes; or the one table that $FUZZ_PART names, beside the other files that
 * are there.  The folder is read, and held against itself and written if it is fine.
 */
#define _GNU_SOURCE /* memmem */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../../sim/study/diff.h"

#define MARK "\n---\n"

static const char *folder; /* $FUZZ_FOLDER: there, and ours */

static void write_part(const char *name, const char *text, size_t length)
{
	char path[300];
	FILE *file;

	snprintf(path, sizeof(path), "%s/%s", folder, name);
	file = fopen(path, "w");
	if (!file || fwrite(text, 1, length, file) != length || fclose(file))
		abort();
}

static void read_folder(void)
{
	struct diff diff;
	struct error err;
	FILE *nowhere;

	if (diff_open(&diff, folder, folder, NULL, &err)) {
		if (err.status != STATUS_INPUT || strchr(err.text, '\n'))
			abort();
		return;
	}
	nowhere = fopen("/dev/null", "w");
	if (!nowhere || report_diff_csv(nowhere, &(struct diff_report){&diff, true}))
		abort();
	fclose(nowhere);
	diff_close(&diff);
}

int LLVMFuzzerTestOneInput(const unsigned char *data, size_t size);
int LLVMFuzzerTestOneInput(const unsigned char *data, size_t size)
{
	static const char *const names[] = {"study.json", "results.csv", "histograms.csv"};
	const char *at = (const char *)data, *part = getenv("FUZZ_PART");
	unsigned i;

	folder = getenv("FUZZ_FOLDER");
	if (!folder)
		abort();
	if (part)
		write_part(part, at, size);
	for (i = 0; i < 3 && !part; i++) {
		const char *end = memmem(at, size, MARK, strlen(MARK));
		size_t length = end ? (size_t)(end - at) : size;

		write_part(names[i], at, length);
		if (end)
			length += strlen(MARK);
		at += length;
		size -= length;
	}
	read_folder();
	return 0;
}
