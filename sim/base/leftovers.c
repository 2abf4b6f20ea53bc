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
static const char *const markers[] = {"study.json", "sweep.csv", "diff.json"};
static const char *const files[] = {
	"scenario.yaml", "results.csv", "histograms.csv", "summary.json", "time.csv",
	"shares.csv",	 "cdf.csv",	"diff.txt",	  "diff.csv",	  "check.txt",
	"check.tap",	 "junit.xml",	"summary.md",
};

#define NR(array) (sizeof(array) / sizeof((array)[0]))

static int cannot(struct error *err, const char *name)
{
	return error_set(err, STATUS_IO, "io", "cannot remove %.200s: %s", name, strerror(errno));
}

static int remove_file(int dir, const char *name, struct error *err)
{
	return unlinkat(dir, name, 0) && errno != ENOENT ? cannot(err, name) : 0;
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

/* Those that wanted() names in the folder; remove_one() takes them away. */
static int remove_all(int dir, bool (*wanted)(const char *name),
		      int (*remove_one)(int dir, const char *name, struct error *err),
		      struct error *err)
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
			failed = remove_one(dir, entry->d_name, err);
	closedir(list);
	return failed;
}

static int clear_results(int dir, struct error *err)
{
	int failed = 0;
	unsigned i;

	for (i = 0; i < NR(markers) && !failed; i++)
		failed = remove_file(dir, markers[i], err);
	for (i = 0; i < NR(files) && !failed; i++)
		failed = remove_file(dir, files[i], err);
	return failed || remove_all(dir, is_trace, remove_file, err) ? -1 : 0;
}

/* A folder within ours: cleared, and removed if it is empty then. */
static int clear_folder(int dir, const char *name, int (*clear)(int, struct error *),
			struct error *err)
{
	int inner = openat(dir, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC), failed;

	if (inner < 0)
		return errno == ENOENT || errno == ENOTDIR || errno == ELOOP ? 0
									     : cannot(err, name);
	failed = clear(inner, err);
	close(inner);
	if (!failed && unlinkat(dir, name, AT_REMOVEDIR) && errno != ENOTEMPTY && errno != EEXIST)
		failed = cannot(err, name);
	return failed;
}

static int clear_pictures(int dir, struct error *err)
{
	return remove_all(dir, is_picture, remove_file, err);
}

static int clear_point(int dir, struct error *err)
{
	return clear_results(dir, err) || clear_folder(dir, "plots", clear_pictures, err) ? -1 : 0;
}

static int remove_point(int dir, const char *name, struct error *err)
{
	return clear_folder(dir, name, clear_point, err);
}

static bool is_read(const char *dir, const char *name)
{
	char path[4200];

	return snprintf(path, sizeof(path), "%s/%s", dir, name) < (int)sizeof(path) &&
	       inputs_has(path);
}

const char *leftovers_read(const char *dir)
{
	unsigned i;

	for (i = 0; i < NR(markers); i++)
		if (is_read(dir, markers[i]))
			return markers[i];
	for (i = 0; i < NR(files); i++)
		if (is_read(dir, files[i]))
			return files[i];
	return NULL;
}

int leftovers_remove(const char *path, struct error *err)
{
	int dir = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC), failed;

	if (dir < 0)
		return cannot(err, path);
	failed = clear_point(dir, err) || remove_all(dir, is_point, remove_point, err);
	close(dir);
	return failed ? -1 : 0;
}
