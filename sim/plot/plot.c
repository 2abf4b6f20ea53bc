/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * plot.c - starting gnuplot: arguments and files in, a picture or its words out.
 */
#define _GNU_SOURCE /* pipe2 */
#include "plot.h"

#include <errno.h>
#include <fcntl.h>
#include <spawn.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/datadir.h"

extern char **environ;

/* -- where the scripts are -------------------------------------------------- */

static bool has_scripts(const char *folder)
{
	char path[4200];
	struct stat st;

	return snprintf(path, sizeof(path), "%s/style.gp", folder) < (int)sizeof(path) &&
	       stat(path, &st) == 0;
}

char *plot_find_scripts(struct error *err)
{
	const char *given = getenv("CORUN_PLOTS");

	if (!given || !*given)
		return datadir_find("plots", "style.gp", err);
	if (has_scripts(given))
		return strdup(given);
	error_set(err, STATUS_IO, "plot", "CORUN_PLOTS: no style.gp in '%s'", given);
	return NULL;
}

/* -- gnuplot ---------------------------------------------------------------- */

/* What gnuplot said, as one line; reads to the end, so that it never blocks. */
static void read_words(int fd, char *words, size_t room)
{
	size_t have = 0;
	char chunk[512];
	ssize_t n, i;

	while ((n = read(fd, chunk, sizeof(chunk))) > 0 || (n < 0 && errno == EINTR)) {
		for (i = 0; i < n && have + 1 < room; i++) {
			char c = chunk[i] < ' ' ? ' ' : chunk[i];

			if (c != ' ' || (have && words[have - 1] != ' '))
				words[have++] = c;
		}
	}
	words[have] = '\0';
}

/* Starts it with its standard output and error in the pipe; returns an errno. */
static int start(char *const *argv, const int *fds, pid_t *pid)
{
	posix_spawn_file_actions_t actions;
	int failed = posix_spawn_file_actions_init(&actions);

	if (failed)
		return failed;
	failed = posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0) ||
		 posix_spawn_file_actions_adddup2(&actions, fds[1], 1) ||
		 posix_spawn_file_actions_adddup2(&actions, fds[1], 2);
	failed = failed ? ENOMEM : posix_spawnp(pid, argv[0], &actions, NULL, argv, environ);
	posix_spawn_file_actions_destroy(&actions);
	return failed;
}

static int run(char *const *argv, const char *stem, struct error *err)
{
	char words[600];
	int fds[2], status = 0, failed;
	pid_t pid;

	if (pipe2(fds, O_CLOEXEC))
		return error_set(err, STATUS_IO, "plot", "%s: %s", stem, strerror(errno));
	failed = start(argv, fds, &pid);
	close(fds[1]);
	if (!failed)
		read_words(fds[0], words, sizeof(words));
	close(fds[0]);
	if (failed)
		return error_set(err, STATUS_IO, "plot",
				 "cannot start gnuplot (is it installed?): %s", strerror(failed));
	while (waitpid(pid, &status, 0) < 0 && errno == EINTR)
		continue;
	if (WIFEXITED(status) && WEXITSTATUS(status) == 0)
		return 0;
	return error_set(err, STATUS_IO, "plot", "%s: gnuplot failed: %s", stem,
			 *words ? words : "it said nothing");
}

int plot_draw(const char *scripts, const char *name, const char *stem, const char *format,
	      struct error *err)
{
	size_t room = strlen(scripts) + strlen(name) + strlen(stem) + strlen(format) + 32;
	char *script = malloc(room), *beside = malloc(room), *picture = malloc(room);
	struct stat st;
	int failed = -1;

	if (!script || !beside || !picture) {
		error_set(err, STATUS_IO, "memory", "%s", strerror(ENOMEM));
	} else {
		/* -d: no start-up files, so that pictures are the same everywhere */
		char program[] = "gnuplot", plain[] = "-d", call[] = "-c";
		char *argv[] = {program, plain,		  call,
				script,	 (char *)format,  (char *)stem,
				beside,	 (char *)scripts, NULL};

		snprintf(script, room, "%s/%s.gp", scripts, name);
		snprintf(beside, room, "%s.%s.tmp", stem, format);
		snprintf(picture, room, "%s.%s", stem, format);
		failed = run(argv, stem, err);
		if (!failed && (stat(beside, &st) || !st.st_size))
			failed = error_set(err, STATUS_IO, "plot",
					   "%s: gnuplot drew nothing (does it know the terminal?)",
					   picture);
		if (!failed && rename(beside, picture))
			failed = error_set(err, STATUS_IO, "plot", "%s: %s", picture,
					   strerror(errno));
		if (failed)
			unlink(beside);
	}
	free(script);
	free(beside);
	free(picture);
	return failed;
}
