/* SPDX-License-Identifier: BSD-2-Clause */
#include "tempfile.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

static const int ends[] = {SIGHUP, SIGINT, SIGQUIT, SIGPIPE, SIGTERM};

#define NR_ENDS (sizeof(ends) / sizeof(ends[0]))

/* A signal's handler can reach nothing but what is static. */
static struct tempfile *live;
static pid_t owner, writer;

/* -- signals -------------------------------------------------------------------- */

static void on_end(int number)
{
	const struct tempfile *temp;

	if (getpid() == owner) {
		if (writer)
			kill(writer, SIGKILL);
		for (temp = live; temp; temp = temp->next)
			unlink(temp->path);
	}
	signal(number, SIG_DFL);
	raise(number);
}

/* What is ignored stays so (nohup, a shell's background). */
static void watch_signals(void)
{
	struct sigaction action = {.sa_handler = on_end}, before;
	unsigned i;

	if (owner == getpid())
		return;
	owner = getpid();
	for (i = 0; i < NR_ENDS; i++)
		sigaddset(&action.sa_mask, ends[i]);
	for (i = 0; i < NR_ENDS; i++)
		if (!sigaction(ends[i], NULL, &before) && before.sa_handler == SIG_DFL)
			sigaction(ends[i], &action, NULL);
}

/* The list changes whole or not at all, as the handler sees it. */
static void hold_signals(sigset_t *before)
{
	sigset_t set;
	unsigned i;

	sigemptyset(&set);
	for (i = 0; i < NR_ENDS; i++)
		sigaddset(&set, ends[i]);
	sigprocmask(SIG_BLOCK, &set, before);
}

void tempfile_set_writer(pid_t pid)
{
	watch_signals();
	writer = pid;
}

/* -- what killed ones left ------------------------------------------------------- */

/* NAME.DIGITS.tmp?  The length of NAME, or 0. */
static size_t is_temp(const char *name)
{
	size_t length = strlen(name), at;

	if (length < 7 || strcmp(name + length - 4, ".tmp") != 0)
		return 0;
	for (at = length - 4; at > 0 && name[at - 1] >= '0' && name[at - 1] <= '9'; at--)
		;
	return at < length - 4 && at > 1 && name[at - 1] == '.' ? at - 1 : 0;
}

/* A writer that lives holds the lock. */
static void remove_dead(int dir, const char *name)
{
	int fd = openat(dir, name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);

	if (fd < 0)
		return;
	if (!flock(fd, LOCK_EX | LOCK_NB))
		unlinkat(dir, name, 0);
	close(fd);
}

void tempfile_sweep(const char *path, const char *only)
{
	DIR *dir = opendir(path);
	struct dirent *entry;

	while (dir && (entry = readdir(dir))) {
		size_t length = is_temp(entry->d_name);

		if (length &&
		    (!only || (length == strlen(only) && !strncmp(entry->d_name, only, length))))
			remove_dead(dirfd(dir), entry->d_name);
	}
	if (dir)
		closedir(dir);
}

static void sweep_beside(const char *target)
{
	const char *slash = strrchr(target, '/');
	char *dir = slash ? strndup(target, (size_t)(slash - target) + 1) : strdup(".");

	if (dir)
		tempfile_sweep(dir, slash ? slash + 1 : target);
	free(dir);
}

/* -- life -------------------------------------------------------------------------- */

/* The file, locked; again if somebody swept it away before it was. */
static int make_locked(const char *path)
{
	struct stat st;
	int fd;

	for (;;) {
		fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0666);
		if (fd < 0 || flock(fd, LOCK_EX | LOCK_NB) || fstat(fd, &st) || st.st_nlink)
			return fd;
		close(fd);
	}
}

static void forget(struct tempfile *temp)
{
	struct tempfile **at = &live;
	int why = errno;

	while (*at && *at != temp)
		at = &(*at)->next;
	if (*at)
		*at = temp->next;
	if (temp->fd >= 0)
		close(temp->fd);
	free(temp->path);
	free(temp);
	errno = why;
}

struct tempfile *tempfile_make(const char *target)
{
	struct tempfile *temp = calloc(1, sizeof(*temp));
	sigset_t before;

	if (!temp)
		return NULL;
	temp->fd = -1;
	temp->path = malloc(strlen(target) + 32);
	if (!temp->path) {
		free(temp);
		return NULL;
	}
	sprintf(temp->path, "%s.%ld.tmp", target, (long)getpid());
	sweep_beside(target);
	watch_signals();
	hold_signals(&before);
	temp->fd = make_locked(temp->path);
	if (temp->fd < 0) {
		forget(temp);
		temp = NULL;
	} else {
		temp->next = live;
		live = temp;
	}
	sigprocmask(SIG_SETMASK, &before, NULL);
	return temp;
}

int tempfile_rename(struct tempfile *temp, const char *target)
{
	sigset_t before;
	int why = 0;

	hold_signals(&before);
	if (rename(temp->path, target)) {
		why = errno;
		unlink(temp->path);
	}
	forget(temp);
	sigprocmask(SIG_SETMASK, &before, NULL);
	return why;
}

void tempfile_drop(struct tempfile *temp)
{
	sigset_t before;

	if (!temp)
		return;
	hold_signals(&before);
	unlink(temp->path);
	forget(temp);
	sigprocmask(SIG_SETMASK, &before, NULL);
}
