/* SPDX-License-Identifier: BSD-2-Clause */
#include "datadir.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define PATH_CHARS 4200

/* The folder if it holds the probe, with no . and .. in it; or NULL. */
static char *probed(const char *folder, const char *name, const char *probe)
{
	char path[PATH_CHARS];
	int n = snprintf(path, sizeof(path), "%s/%s/%s", folder, name, probe);

	if (n < 0 || n >= (int)sizeof(path) || access(path, R_OK))
		return NULL;
	path[n - (int)strlen(probe) - 1] = '\0';
	return realpath(path, NULL);
}

/* Whoever builds anew while a long run is on removes the program under its feet. */
char *datadir_program(void)
{
	static const char gone[] = " (deleted)";
	char path[PATH_CHARS];
	ssize_t n = readlink("/proc/self/exe", path, sizeof(path) - 1);
	size_t end = sizeof(gone) - 1;

	if (n < 0)
		return NULL;
	path[n] = '\0';
	if ((size_t)n > end && !strcmp(path + n - end, gone))
		path[(size_t)n - end] = '\0';
	return strdup(path);
}

char *datadir_find(const char *name, const char *probe, struct error *err)
{
	static const char *const beside[] = {"..", "../share/corun"};
	const char *given = getenv("CORUN_SHARE");
	char *program = datadir_program(), *slash = program ? strrchr(program, '/') : NULL;
	char folder[PATH_CHARS], *found = NULL;
	unsigned i;

	if (given && *given) {
		found = probed(given, name, probe);
		if (!found)
			error_set(err, STATUS_IO, "share", "CORUN_SHARE: no %s/%s in '%.300s'",
				  name, probe, given);
		free(program);
		return found;
	}
	if (slash)
		*slash = '\0';
	for (i = 0; slash && !found && i < sizeof(beside) / sizeof(beside[0]); i++) {
		snprintf(folder, sizeof(folder), "%s/%s", program, beside[i]);
		found = probed(folder, name, probe);
	}
	free(program);
	if (!found)
		error_set(err, STATUS_IO, "share",
			  "%s/%s is not installed beside the program; set CORUN_SHARE to the "
			  "folder that has it",
			  name, probe);
	return found;
}
