/* SPDX-License-Identifier: BSD-2-Clause */
#include "outfile.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

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

int outfile_open(struct outfile *out, const char *path, struct error *err)
{
	memset(out, 0, sizeof(*out));
	out->file = stdout;
	if (!path || !strcmp(path, "-"))
		return 0;
	out->path = strdup(path);
	out->beside = malloc(strlen(path) + 32);
	out->file = NULL;
	errno = ENOMEM;
	if (out->path && out->beside) {
		if (is_special(path))
			strcpy(out->beside, path);
		else
			sprintf(out->beside, "%s.%ld.tmp", path, (long)getpid());
		out->file = fopen(out->beside, "we");
	}
	if (out->file)
		return 0;
	cannot_write(path, errno, err);
	free(out->path);
	free(out->beside);
	return -1;
}

static void outfile_free(struct outfile *out)
{
	free(out->path);
	free(out->beside);
	memset(out, 0, sizeof(*out));
}

int outfile_close(struct outfile *out, struct error *err)
{
	bool bad = ferror(out->file) != 0;
	int why = 0;

	errno = EIO; /* if an earlier write failed and this one does not tell */
	if (out->path)
		why = fclose(out->file) ? errno : 0;
	else
		why = fflush(out->file) ? errno : 0;
	if (!why && bad)
		why = EIO;
	if (!why && out->path && strcmp(out->path, out->beside) && rename(out->beside, out->path))
		why = errno;
	if (why) {
		cannot_write(out->path, why, err);
		if (out->path && strcmp(out->path, out->beside))
			unlink(out->beside);
	}
	outfile_free(out);
	return why ? -1 : 0;
}

void outfile_abort(struct outfile *out)
{
	if (out->path) {
		fclose(out->file);
		if (strcmp(out->path, out->beside))
			unlink(out->beside);
	}
	outfile_free(out);
}
