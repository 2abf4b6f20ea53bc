/* SPDX-License-Identifier: BSD-2-Clause */
#include "parts.h"

#include <dirent.h>
#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/datadir.h"

#define PREFIX "corun-"
#define LINE_CHARS 240

/* A word that may stand in a file's name, and leads nowhere else. */
static bool is_name(const char *name)
{
	return *name && *name != '-' &&
	       strspn(name, "abcdefghijklmnopqrstuvwxyz0123456789-") == strlen(name) &&
	       strlen(name) < 32;
}

/*
 * The folder of the programs, where make has put them: beside bin, or in the folder that we were
 * built in.  false: where we are is not known.
 */
static bool find_folder(char folder[PATH_MAX])
{
	char *program = datadir_program(), *slash = program ? strrchr(program, '/') : NULL;
	int n = -1;

	if (slash) {
		*slash = '\0';
		n = snprintf(folder, PATH_MAX, "%s/libexec/corun", program);
		if (n < PATH_MAX && access(folder, X_OK))
			n = snprintf(folder, PATH_MAX, "%s/../libexec/corun", program);
	}
	free(program);
	return n >= 0 && n < PATH_MAX;
}

static bool find_program(const char *name, char path[PATH_MAX])
{
	char folder[PATH_MAX];
	int n;

	if (!is_name(name) || !find_folder(folder))
		return false;
	n = snprintf(path, PATH_MAX, "%s/" PREFIX "%s", folder, name);
	return n >= 0 && n < PATH_MAX && !access(path, X_OK);
}

bool part_is_there(const char *name)
{
	char path[PATH_MAX];

	return find_program(name, path);
}

int part_run(const char *name, char **argv, struct error *err)
{
	char path[PATH_MAX];

	if (!find_program(name, path))
		return error_set(err, STATUS_IO, "part", "%s: it is gone", name);
	fflush(stdout);
	execv(path, argv);
	return error_set(err, STATUS_IO, "part", "%.300s: cannot start: %s", path, strerror(errno));
}

/* -- what is known of one ------------------------------------------------------ */

static bool read_line(FILE *file, char line[LINE_CHARS])
{
	do {
		if (!fgets(line, LINE_CHARS, file))
			return false;
	} while (*line == '#');
	line[strcspn(line, "\n")] = '\0';
	return *line != '\0';
}

/* Both lines of share/corun/init/parts/NAME; what begins with # is none. */
static bool read_about(const char *name, char does[LINE_CHARS], char get[LINE_CHARS])
{
	struct error none;
	char *folder = is_name(name) ? datadir_find("init/parts", name, &none) : NULL;
	char path[PATH_MAX];
	FILE *file = NULL;
	bool found = false;

	if (folder && snprintf(path, sizeof(path), "%s/%s", folder, name) < (int)sizeof(path))
		file = fopen(path, "re");
	if (file) {
		found = read_line(file, does) && read_line(file, get);
		fclose(file);
	}
	free(folder);
	return found;
}

bool part_explain(const char *name, struct error *err)
{
	char does[LINE_CHARS], get[LINE_CHARS];

	if (!read_about(name, does, get))
		return false;
	error_set(err, STATUS_INPUT, "part",
		  "%s (%s) is a program of its own that is not installed here: %s", name, does,
		  get);
	return true;
}

static int is_part(const struct dirent *entry)
{
	return !strncmp(entry->d_name, PREFIX, strlen(PREFIX));
}

/* Those that are there, in order: calls say with the name of each. */
static void each_part(void (*say)(FILE *to, const char *name), FILE *to)
{
	char folder[PATH_MAX];
	struct dirent **found = NULL;
	int i, nr = find_folder(folder) ? scandir(folder, &found, is_part, alphasort) : -1;

	for (i = 0; i < nr; i++) {
		const char *name = found[i]->d_name + strlen(PREFIX);

		if (part_is_there(name))
			say(to, name);
		free(found[i]);
	}
	free(found);
}

static void say_name(FILE *to, const char *name)
{
	fprintf(to, "%s ", name);
}

void parts_names(FILE *to)
{
	each_part(say_name, to);
}

static void say_line(FILE *to, const char *name)
{
	char does[LINE_CHARS], get[LINE_CHARS];

	fprintf(to, "  %-10s %s\n", name,
		read_about(name, does, get) ? does : "(a program of its own)");
}

void parts_list(FILE *to)
{
	each_part(say_line, to);
}
