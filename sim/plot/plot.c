/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * plot.c - starting gnuplot: arguments and files in, a picture or its words out.
 */
#define _GNU_SOURCE /* pipe2 */
#include "plot.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/datadir.h"
#include "base/tempfile.h"
#include "plot_svg.h"

#define CANNOT_START "cannot start: "

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

/* In the child: standard output and error into the pipe.  It does not outlive its parent. */
static _Noreturn void be_gnuplot(char *const *argv, int said, pid_t parent)
{
	int null = open("/dev/null", O_RDONLY);

	prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (getppid() != parent || null < 0)
		_exit(127);
	dup2(null, STDIN_FILENO);
	dup2(said, STDOUT_FILENO);
	dup2(said, STDERR_FILENO);
	execvp(argv[0], argv);
	dprintf(STDERR_FILENO, CANNOT_START "%s", strerror(errno));
	_exit(127);
}

/* Starts it; returns an errno. */
static int start(char *const *argv, const int *fds, pid_t *pid)
{
	pid_t parent = getpid();

	fflush(stdout);
	*pid = fork();
	if (*pid < 0)
		return errno;
	if (!*pid)
		be_gnuplot(argv, fds[1], parent);
	return 0;
}

static int cannot_start(const char *why, struct error *err)
{
	return error_set(err, STATUS_IO, "plot", "cannot start gnuplot (is it installed?): %s",
			 why);
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
	*words = '\0';
	if (!failed) {
		tempfile_set_writer(pid);
		read_words(fds[0], words, sizeof(words));
	}
	close(fds[0]);
	if (failed)
		return cannot_start(strerror(failed), err);
	while (waitpid(pid, &status, 0) < 0 && errno == EINTR)
		continue;
	tempfile_set_writer(0);
	if (WIFEXITED(status) && WEXITSTATUS(status) == 0)
		return 0;
	if (!strncmp(words, CANNOT_START, strlen(CANNOT_START)))
		return cannot_start(words + strlen(CANNOT_START), err);
	return error_set(err, STATUS_IO, "plot", "%s: gnuplot failed: %s", stem,
			 *words ? words : "it said nothing");
}

/* Draws into a file beside the picture, which then takes its place. */
static int draw_into(const struct plot_job *job, const char *script, const char *format,
		     const char *picture, struct error *err)
{
	/* -d: no start-up files, so that pictures are the same everywhere */
	char program[] = "gnuplot", plain[] = "-d", run_this[] = "-e", call[] = "-c", width[64];
	char *argv[] = {program,
			plain,
			run_this,
			width,
			call,
			(char *)script,
			(char *)format,
			(char *)job->stem,
			NULL,
			(char *)job->scripts,
			NULL};
	struct tempfile *beside = tempfile_make(picture);
	struct stat st;
	int why = 0, failed;

	if (!beside)
		return error_set(err, STATUS_IO, "plot", "%s: %s", picture, strerror(errno));
	if (job->width_in > 0)
		snprintf(width, sizeof(width), "asked_width = %.4f", job->width_in);
	else
		snprintf(width, sizeof(width), "asked_nothing = 1");
	argv[8] = beside->path;
	failed = run(argv, job->stem, err);
	if (!failed && (stat(beside->path, &st) || !st.st_size))
		failed =
			error_set(err, STATUS_IO, "plot",
				  "%s: gnuplot drew nothing (does it know the terminal?)", picture);
	if (!failed && !strcmp(format, "svg"))
		why = plot_svg_words(beside->path, job->summary);
	if (failed || why) {
		tempfile_drop(beside);
		return failed ? failed
			      : error_set(err, STATUS_IO, "plot", "%s: %s", picture, strerror(why));
	}
	why = tempfile_rename(beside, picture);
	return why ? error_set(err, STATUS_IO, "plot", "%s: %s", picture, strerror(why)) : 0;
}

int plot_draw(const struct plot_job *job, const char *format, struct error *err)
{
	size_t room =
		strlen(job->scripts) + strlen(job->name) + strlen(job->stem) + strlen(format) + 32;
	char *script = malloc(room), *picture = malloc(room);
	int failed = -1;

	if (!script || !picture) {
		error_set(err, STATUS_IO, "memory", "%s", strerror(ENOMEM));
	} else {
		snprintf(script, room, "%s/%s.gp", job->scripts, job->name);
		snprintf(picture, room, "%s.%s", job->stem, format);
		failed = draw_into(job, script, format, picture, err);
	}
	free(script);
	free(picture);
	return failed;
}
