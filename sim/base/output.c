/* SPDX-License-Identifier: BSD-2-Clause */
#include "output.h"

#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "outfile.h"

static int cannot(struct error *err, const char *what, const char *path)
{
	return error_set(err, STATUS_IO, "io", "cannot %s %s: %s", what, path, strerror(errno));
}

char *output_path(const struct output *output, const char *name)
{
	size_t size = strlen(output->dir) + strlen(name) + 2;
	char *path = malloc(size);

	if (path)
		snprintf(path, size, "%s/%s", output->dir, name);
	return path;
}

/* Traces carry the name of a policy, so that a new result does not overwrite them. */
static int remove_trace(const struct output *output, const char *name, struct error *err)
{
	char *path;
	int failed;

	if (strncmp(name, "trace-", 6) != 0)
		return 0;
	path = output_path(output, name);
	failed = !path || unlink(path);
	if (failed)
		cannot(err, "remove", name);
	free(path);
	return failed ? -1 : 0;
}

static int look_inside(const struct output *output, bool force, struct error *err)
{
	DIR *dir = opendir(output->dir);
	struct dirent *entry;
	int status = 0;

	if (!dir)
		return cannot(err, "read", output->dir);
	while (!status && (entry = readdir(dir))) {
		if (!strcmp(entry->d_name, ".") || !strcmp(entry->d_name, ".."))
			continue;
		if (force)
			status = remove_trace(output, entry->d_name, err);
		else
			status = error_set(err, STATUS_INPUT, "usage",
					   "%s is not empty; --force writes into it", output->dir);
	}
	closedir(dir);
	return status;
}

int output_open(struct output *output, const char *dir, bool force, struct error *err)
{
	int status = 0;

	output->dir = strdup(dir);
	if (!output->dir)
		return cannot(err, "use", dir);
	if (mkdir(dir, 0777))
		status = errno == EEXIST ? look_inside(output, force, err)
					 : cannot(err, "make", dir);
	if (!status && access(dir, W_OK | X_OK))
		status = cannot(err, "write to", dir);
	if (status)
		output_fini(output);
	return status;
}

void output_fini(struct output *output)
{
	free(output->dir);
	output->dir = NULL;
}

int output_file(const struct output *output, const char *name,
		int (*write)(FILE *to, void *context), void *context, struct error *err)
{
	char *path = output_path(output, name);
	struct outfile out;
	int status = -1;

	if (!path)
		return error_set(err, STATUS_IO, "memory", "out of memory");
	if (!outfile_open(&out, path, err)) {
		if (write(out.file, context)) {
			outfile_abort(&out);
			error_set(err, STATUS_IO, "io", "cannot write %s", path);
		} else {
			status = outfile_close(&out, err);
		}
	}
	free(path);
	return status;
}
