/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Renewing a baseline: the old one stays until the new one is whole and on disk.
 */
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

#include "base/outfile.h"
#include "baseline.h"
#include "scenario/scenario_parts.h"

/* Seventeen digits bring back the same double. */
static void put_sample(FILE *to, const struct sample *x)
{
	if (!(x->den > 0))
		fputs("-", to);
	else if (x->den == 1)
		fprintf(to, "%.17g", x->num);
	else
		fprintf(to, "%.17g/%.17g", x->num, x->den);
}

static void put_series(FILE *to, const struct baseline_series *s)
{
	uint32_t r;

	fprintf(to, "        %s:\n          [", s->metric);
	for (r = 0; r < s->nr; r++) {
		if (r)
			fputs(r % 4 ? ", " : ",\n           ", to);
		put_sample(to, &s->x[r]);
	}
	fputs("]\n", to);
}

/* Series of one policy stand together, and those of one scenario. */
static void put_scenario(FILE *to, const struct baseline *b, const struct baseline_scenario *s)
{
	const char *policy = "";
	uint32_t i;

	fprintf(to, "  %s:\n    version: %u\n    hash: %s\n    seed: %" PRIu64 "\n", s->name,
		s->version, s->hash, s->seed);
	if (s->nr_builds)
		fputs("    builds:\n", to);
	for (i = 0; i < s->nr_builds; i++)
		fprintf(to, "      %s: %s\n", s->builds[i].policy, s->builds[i].build);
	fputs("    policies:\n", to);
	for (i = 0; i < b->nr_series; i++) {
		if (strcmp(b->series[i].scenario, s->name) != 0)
			continue;
		if (strcmp(b->series[i].policy, policy) != 0)
			fprintf(to, "      %s:\n", b->series[i].policy);
		policy = b->series[i].policy;
		put_series(to, &b->series[i]);
	}
}

/* The text to be summed up, malloced; NULL: no memory. */
static char *body(const struct baseline *b, size_t *length)
{
	char *text = NULL;
	FILE *to = open_memstream(&text, length);
	uint32_t i;

	if (!to)
		return NULL;
	fprintf(to, "corun_baseline: %u\ncorun: %s\nscenarios:\n", BASELINE_VERSION, b->corun);
	for (i = 0; i < b->nr_scenarios; i++)
		put_scenario(to, b, &b->scenarios[i]);
	if (fclose(to)) {
		free(text);
		return NULL;
	}
	return text;
}

static int write_file(const struct baseline *b, const char *path, const char *text, size_t length,
		      struct error *err)
{
	char checksum[17];
	struct outfile out;
	int failed;

	file_hash(text, length, checksum);
	if (outfile_renew(&out, path, err))
		return -1;
	fputs(b->notes, out.file);
	fwrite(text, 1, length, out.file);
	fprintf(out.file, "checksum: %s\n", checksum);
	failed = fflush(out.file) || (fsync(fileno(out.file)) && errno != EINVAL);
	if (failed) {
		error_set(err, STATUS_IO, "baseline", "%s: cannot write: %s; the old one stands",
			  path, strerror(errno));
		outfile_abort(&out);
		return -1;
	}
	return outfile_close(&out, err);
}

/* The folder, locked against others who renew a baseline in it; -1: cannot be had. */
static int lock_folder(const char *path)
{
	const char *slash = strrchr(path, '/');
	char *folder = slash ? strndup(path, (size_t)(slash - path) + 1) : strdup(".");
	int fd = folder ? open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC) : -1;

	free(folder);
	/* where locks do not work the comparison below still stands */
	while (fd >= 0 && flock(fd, LOCK_EX) && errno == EINTR)
		;
	return fd;
}

/* Is the file as it was when it was read? */
static int unchanged(const char *path, const char *before, struct error *err)
{
	struct error ignored;
	struct baseline now;
	bool same;

	if (baseline_read(&now, path, &ignored))
		return before ? error_set(err, STATUS_IO, "baseline",
					  "%s: it was there when this began and cannot be read now",
					  path)
			      : 0;
	same = before && !strcmp(now.checksum, before);
	baseline_fini(&now);
	return same ? 0
		    : error_set(err, STATUS_IO, "baseline",
				"%s: somebody else has renewed it meanwhile; nothing was written, "
				"start again",
				path);
}

int baseline_write(const struct baseline *baseline, const char *path, const char *before,
		   struct error *err)
{
	size_t length = 0;
	char *text = body(baseline, &length);
	int failed, fd;

	if (!text)
		return error_set(err, STATUS_IO, "memory", "out of memory");
	fd = lock_folder(path);
	failed = unchanged(path, before, err);
	if (!failed)
		failed = write_file(baseline, path, text, length, err);
	if (fd >= 0)
		close(fd);
	free(text);
	return failed;
}
