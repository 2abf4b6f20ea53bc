/* SPDX-License-Identifier: BSD-2-Clause */
#define _GNU_SOURCE /* F_DUPFD_CLOEXEC */
#include "outfile.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "folder.h"
#include "inputs.h"
#include "tempfile.h"

static int cannot_write(const char *path, int why, struct error *err)
{
	return error_set(err, STATUS_IO, "output", "%s: cannot write: %s",
			 path ? path : "standard output", strerror(why));
}

static bool is_special(const char *path)
{
	struct stat st;

	return stat(path, &st) == 0 && !S_ISREG(st.st_mode);
}

static void outfile_free(struct outfile *out)
{
	tempfile_drop(out->temp);
	if (out->nr_made)
		folder_unmake_for(out->path, out->nr_made); /* if nothing is in it */
	free(out->path);
	memset(out, 0, sizeof(*out));
}

/* A stream of its own for fd, which stays open. */
static FILE *stream_of(int fd)
{
	int copy = fcntl(fd, F_DUPFD_CLOEXEC, 0);
	FILE *file = copy >= 0 ? fdopen(copy, "w") : NULL;

	if (!file && copy >= 0)
		close(copy);
	return file;
}

static void open_file(struct outfile *out)
{
	if (is_special(out->path)) {
		out->file = fopen(out->path, "we");
		return;
	}
	out->temp = tempfile_make(out->path);
	if (!out->temp && errno == ENOENT) {
		errno = folder_make_for(out->path, &out->nr_made);
		if (!errno)
			out->temp = tempfile_make(out->path);
	}
	if (out->temp)
		out->file = stream_of(out->temp->fd);
}

int outfile_renew(struct outfile *out, const char *path, struct error *err)
{
	int why;

	memset(out, 0, sizeof(*out));
	out->file = stdout;
	if (!path || !strcmp(path, "-"))
		return 0;
	out->file = NULL;
	if (!*path)
		return error_set(err, STATUS_INPUT, "usage",
				 "found an empty name, expected that of a file to write");
	errno = ENOMEM;
	out->path = strdup(path);
	if (out->path)
		open_file(out);
	if (out->file)
		return 0;
	why = errno;
	outfile_free(out);
	return cannot_write(path, why, err);
}

static int is_input(const char *path, struct error *err)
{
	return error_set(err, STATUS_INPUT, "usage",
			 "%.300s: found a file that is read, expected another one to write", path);
}

int outfile_open(struct outfile *out, const char *path, struct error *err)
{
	int failed;

	if (path && inputs_has(path)) {
		memset(out, 0, sizeof(*out));
		return is_input(path, err);
	}
	failed = outfile_renew(out, path, err);
	out->spares_inputs = true;
	return failed;
}

int outfile_lend(struct outfile *out, int fd, const char *name, struct error *err)
{
	int why;

	memset(out, 0, sizeof(*out));
	out->path = strdup(name);
	out->file = out->path ? stream_of(fd) : NULL;
	if (out->file)
		return 0;
	why = errno;
	outfile_free(out);
	return cannot_write(name, why, err);
}

int outfile_flush(struct outfile *out, struct error *err)
{
	bool bad;
	int why;

	if (!out->file)
		return 0;
	bad = ferror(out->file) != 0;
	errno = EIO; /* if an earlier write failed and this one does not tell */
	why = (out->file == stdout ? fflush(out->file) : fclose(out->file)) ? errno : 0;
	out->file = NULL;
	if (!why && bad)
		why = EIO;
	return why ? cannot_write(out->path, why, err) : 0;
}

int outfile_close(struct outfile *out, struct error *err)
{
	int failed = outfile_flush(out, err), why = 0;

	/* read since it was opened */
	if (!failed && out->temp && out->spares_inputs && inputs_has(out->path))
		failed = is_input(out->path, err);
	if (!failed && out->temp) {
		why = tempfile_rename(out->temp, out->path);
		out->temp = NULL;
	}
	if (why)
		failed = cannot_write(out->path, why, err);
	outfile_free(out);
	return failed;
}

void outfile_abort(struct outfile *out)
{
	if (out->file && out->file != stdout)
		fclose(out->file);
	outfile_free(out);
}
