/* SPDX-License-Identifier: BSD-2-Clause */
#include "inputs.h"

#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>

/* What a process has read is the process's, not any one caller's. */
static struct {
	dev_t dev;
	ino_t ino;
} * inputs;
static unsigned nr_inputs;
static bool watched;

void inputs_watch(void)
{
	watched = true;
}

static bool is_known(const struct stat *st)
{
	unsigned i;

	for (i = nr_inputs; i > 0; i--)
		if (inputs[i - 1].dev == st->st_dev && inputs[i - 1].ino == st->st_ino)
			return true;
	return false;
}

static void add(const struct stat *st)
{
	void *more;

	if (!watched || !S_ISREG(st->st_mode) || is_known(st))
		return;
	more = realloc(inputs, (nr_inputs + 1) * sizeof(*inputs));
	if (!more)
		return;
	inputs = more;
	inputs[nr_inputs].dev = st->st_dev;
	inputs[nr_inputs++].ino = st->st_ino;
}

void inputs_add(int fd)
{
	struct stat st;

	if (!fstat(fd, &st))
		add(&st);
}

void inputs_add_path(const char *path)
{
	struct stat st;

	if (!stat(path, &st))
		add(&st);
}

bool inputs_has_at(int dir, const char *path)
{
	struct stat st;

	return !fstatat(dir, path, &st, 0) && is_known(&st);
}

bool inputs_has(const char *path)
{
	return inputs_has_at(AT_FDCWD, path);
}
