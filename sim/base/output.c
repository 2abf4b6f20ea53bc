/* SPDX-License-Identifier: BSD-2-Clause */
#include "output.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "folder.h"
#include "hash.h"
#include "leftovers.h"
#include "tempfile.h"

static int cannot(struct error *err, const char *what, const char *path)
{
	return error_set(err, STATUS_IO, "io", "cannot %s %.300s: %s", what, path, strerror(errno));
}

char *output_path(const struct output *output, const char *name)
{
	size_t size = strlen(output->dir) + strlen(name) + 2;
	char *path = malloc(size);

	if (path)
		snprintf(path, size, "%s/%s", output->dir, name);
	return path;
}

/* -- opening ---------------------------------------------------------------------- */

static int check_empty(const struct output *output, struct error *err)
{
	DIR *dir = opendir(output->dir);
	struct dirent *entry;
	int status = 0;

	if (!dir)
		return cannot(err, "read", output->dir);
	while (!status && (entry = readdir(dir)))
		if (strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0)
			status = error_set(err, STATUS_INPUT, "usage",
					   "%.300s is not empty; --force writes into it",
					   output->dir);
	closedir(dir);
	return status;
}

/* Where locks do not work (some network file systems) there is none. */
static int lock_folder(struct output *output, struct error *err)
{
	output->lock = open(output->dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (output->lock < 0)
		return cannot(err, "use", output->dir);
	if (flock(output->lock, LOCK_EX | LOCK_NB) && errno == EWOULDBLOCK)
		return error_set(err, STATUS_IO, "io", "%.300s: another process writes into it",
				 output->dir);
	return 0;
}

static int open_folder(struct output *output, bool force, struct error *err)
{
	errno = folder_make(output->dir, &output->nr_made);
	if (errno)
		return cannot(err, "make", output->dir);
	if (lock_folder(output, err))
		return -1;
	tempfile_sweep(output->dir, NULL);
	if (!force && check_empty(output, err))
		return -1;
	if (leftovers_look(output->dir, err))
		return -1;
	if (access(output->dir, W_OK | X_OK))
		return cannot(err, "write to", output->dir);
	return 0;
}

int output_open(struct output *output, const char *dir, bool force, struct error *err)
{
	memset(output, 0, sizeof(*output));
	output->lock = -1;
	if (!*dir || !strcmp(dir, "-"))
		return error_set(err, STATUS_INPUT, "usage",
				 "-o: found '%s', expected the name of a folder", dir);
	output->dir = strdup(dir);
	if (!output->dir)
		return cannot(err, "use", dir);
	if (!open_folder(output, force, err))
		return 0;
	output_fini(output);
	return -1;
}

static void part_free(struct output_part *part)
{
	outfile_abort(&part->out);
	free(part->name);
}

void output_fini(struct output *output)
{
	unsigned i;

	for (i = 0; i < output->nr_parts; i++)
		part_free(&output->parts[i]);
	if (output->nr_made)
		folder_unmake(output->dir, output->nr_made); /* if nothing is in it */
	if (output->dir && output->lock >= 0)
		close(output->lock);
	free(output->parts);
	free(output->dir);
	memset(output, 0, sizeof(*output));
}

/* -- files ------------------------------------------------------------------------- */

static int add_part(struct output *output, const char *name, struct outfile *out, struct error *err)
{
	struct output_part *more =
		realloc(output->parts, (output->nr_parts + 1) * sizeof(*output->parts));
	struct output_part part = {.out = *out, .name = strdup(name)};

	if (more)
		output->parts = more;
	if (!more || !part.name) {
		part_free(&part);
		return error_set(err, STATUS_IO, "memory", "out of memory");
	}
	if (outfile_flush(&part.out, err)) {
		part_free(&part);
		return -1;
	}
	if (!part.out.temp || hash_file(part.out.temp->path, part.hash)) {
		cannot(err, "read back", name);
		part_free(&part);
		return -1;
	}
	output->parts[output->nr_parts++] = part;
	return 0;
}

int output_take(struct output *output, const char *name, struct outfile *out, struct error *err)
{
	return add_part(output, name, out, err);
}

int output_file(struct output *output, const char *name, int (*write)(FILE *to, void *context),
		void *context, struct error *err)
{
	char *path = output_path(output, name);
	struct outfile out;
	int status = -1;

	if (!path)
		return error_set(err, STATUS_IO, "memory", "out of memory");
	if (!outfile_open(&out, path, err)) {
		errno = 0;
		if (write(out.file, context)) {
			int why = errno ? errno : ENOMEM;

			outfile_abort(&out);
			error_set(err, STATUS_IO, "io", "%.300s: cannot write: %s", path,
				  strerror(why));
		} else {
			status = add_part(output, name, &out, err);
		}
	}
	free(path);
	return status;
}

void output_drop(struct output *output, const char *name)
{
	unsigned i;

	for (i = 0; i < output->nr_parts; i++) {
		if (strcmp(output->parts[i].name, name) != 0)
			continue;
		part_free(&output->parts[i]);
		memmove(&output->parts[i], &output->parts[i + 1],
			(--output->nr_parts - i) * sizeof(*output->parts));
		return;
	}
}

/* -- committing ----------------------------------------------------------------------- */

int output_clear(const struct output *output, struct error *err)
{
	return leftovers_remove(output->dir, err);
}

int output_commit_beside(struct output *output, struct error *err)
{
	int failed = 0;
	unsigned i;

	for (i = 0; i < output->nr_parts && !failed; i++) {
		failed = outfile_close(&output->parts[i].out, err);
		if (failed)
			strcpy(err->kind, "io");
	}
	if (!failed)
		output->nr_made = 0;
	return failed;
}

int output_commit(struct output *output, struct error *err)
{
	if (!output->nr_made && output_clear(output, err))
		return -1;
	return output_commit_beside(output, err);
}
