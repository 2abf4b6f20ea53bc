/* SPDX-License-Identifier: BSD-2-Clause */
#include "leftovers.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "inputs.h"

/* These say what the folder is: they go first. */
static const char *const markers[] = {"study.json", "sweep.json", "sweep.csv", "diff.json"};
static const char *const files[] = {
	"scenario.yaml", "table.txt",  "results.csv", "histograms.csv", "summary.json",
	"time.csv",	 "shares.csv", "cdf.csv",     "diff.txt",	"diff.csv",
	"check.txt",	 "check.tap",  "junit.xml",   "summary.md",
};

#define NR(array) (sizeof(array) / sizeof((array)[0]))

/* What is done with a file that a result has left. */
typedef int visit(int dir, const char *name, struct error *err);

static int cannot(struct error *err, const char *name)
{
	return error_set(err, STATUS_IO, "io", "cannot remove %.200s: %s", name, strerror(errno));
}

static int remove_file(int dir, const char *name, struct error *err)
{
	return unlinkat(dir, name, 0) && errno != ENOENT ? cannot(err, name) : 0;
}

static int look_at_file(int dir, const char *name, struct error *err)
{
	return inputs_has_at(dir, name) ? error_set(err, STATUS_INPUT, "usage", "%.200s", name) : 0;
}

static bool ends_in(const char *name, const char *end)
{
	size_t length = strlen(name);

	return length > strlen(end) && !strcmp(name + length - strlen(end), end);
}

static bool is_trace(const char *name)
{
	return !strncmp(name, "trace-", 6) && ends_in(name, ".bin");
}

static bool is_picture(const char *name)
{
	return ends_in(name, ".png") || ends_in(name, ".svg") || ends_in(name, ".pdf") ||
	       ends_in(name, ".dat") || ends_in(name, ".vars");
}

/* A point of a sweep: point-NNNN. */
static bool is_point(const char *name)
{
	return !strncmp(name, "point-", 6) && strlen(name) >= 10 &&
	       strspn(name + 6, "0123456789") == strlen(name) - 6;
}

/* Those that wanted() names in the folder. */
static int visit_all(int dir, bool (*wanted)(const char *name), visit *visit_one, struct error *err)
{
	int copy = openat(dir, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC), failed = 0;
	DIR *list = copy >= 0 ? fdopendir(copy) : NULL;
	struct dirent *entry;

	if (!list) {
		if (copy >= 0)
			close(copy);
		return cannot(err, "what is in the folder");
	}
	while (!failed && (entry = readdir(list)))
		if (wanted(entry->d_name))
			failed = visit_one(dir, entry->d_name, err);
	closedir(list);
	return failed;
}

static int visit_results(int dir, visit *visit_file, struct error *err)
{
	int failed = 0;
	unsigned i;

	for (i = 0; i < NR(markers) && !failed; i++)
		failed = visit_file(dir, markers[i], err);
	for (i = 0; i < NR(files) && !failed; i++)
		failed = visit_file(dir, files[i], err);
	return failed || visit_all(dir, is_trace, visit_file, err) ? -1 : 0;
}

/* A folder within ours, -1 where it is none of ours. */
static int open_inner(int dir, const char *name)
{
	return openat(dir, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
}

static int cannot_open(const char *name, struct error *err)
{
	return errno == ENOENT || errno == ENOTDIR || errno == ELOOP ? 0 : cannot(err, name);
}

/* Removes it if it is empty now. */
static int remove_folder(int dir, const char *name, struct error *err)
{
	if (!unlinkat(dir, name, AT_REMOVEDIR) || errno == ENOTEMPTY || errno == EEXIST ||
	    errno == ENOENT || errno == ENOTDIR)
		return 0;
	return cannot(err, name);
}

static int visit_pictures(int dir, visit *visit_file, struct error *err)
{
	int inner = open_inner(dir, "plots"), failed;

	if (inner < 0)
		return cannot_open("plots", err);
	failed = visit_all(inner, is_picture, visit_file, err);
	close(inner);
	return failed;
}

static int look_at_point(int dir, const char *name, struct error *err)
{
	int inner = open_inner(dir, name), failed;

	if (inner < 0)
		return cannot_open(name, err);
	failed =
		visit_results(inner, look_at_file, err) || visit_pictures(inner, look_at_file, err);
	close(inner);
	return failed ? -1 : 0;
}

static int clear(int dir, struct error *err)
{
	return visit_results(dir, remove_file, err) || visit_pictures(dir, remove_file, err) ||
			       remove_folder(dir, "plots", err)
		       ? -1
		       : 0;
}

static int remove_point(int dir, const char *name, struct error *err)
{
	int inner = open_inner(dir, name), failed;

	if (inner < 0)
		return cannot_open(name, err);
	failed = clear(inner, err);
	close(inner);
	return failed || remove_folder(dir, name, err) ? -1 : 0;
}

int leftovers_look(const char *path, struct error *err)
{
	int dir = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC), failed;

	if (dir < 0)
		return cannot(err, path);
	failed = visit_results(dir, look_at_file, err) || visit_pictures(dir, look_at_file, err) ||
		 visit_all(dir, is_point, look_at_point, err);
	close(dir);
	if (failed && err->status == STATUS_INPUT) {
		struct error inner = *err;

		error_set(err, inner.status, inner.kind,
			  "%.300s: its %.200s: found a file that is read, expected another folder "
			  "to write",
			  path, inner.text);
	}
	return failed ? -1 : 0;
}

int leftovers_remove(const char *path, struct error *err)
{
	int dir = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC), failed;

	if (dir < 0)
		return cannot(err, path);
	failed = clear(dir, err) || visit_all(dir, is_point, remove_point, err);
	close(dir);
	return failed ? -1 : 0;
}
