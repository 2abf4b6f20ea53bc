/* SPDX-License-Identifier: BSD-2-Clause */
#include "build_policy.h"

#include <dirent.h>
#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/datadir.h"

static bool is_c(const char *name)
{
	size_t length = strlen(name);

	return length > 2 && !strcmp(name + length - 2, ".c") && *name != '.';
}

/* Takes the absolute path of the file apart. */
static int take_file(struct policy_text *text, const char *file, struct error *err)
{
	const char *slash = strrchr(file, '/');
	size_t room = strlen(file) + 4;

	text->dir = strndup(file, slash == file ? 1 : (size_t)(slash - file));
	text->name = strndup(slash + 1, strlen(slash + 1) - 2);
	text->object = malloc(room);
	if (!text->dir || !text->name || !text->object)
		return error_set(err, STATUS_IO, "memory", "out of memory");
	snprintf(text->object, room, "%.*s.so", (int)(strlen(file) - 2), file);
	return 0;
}

/* The one *.c of a folder, or NAME.c in the folder NAME; "" for none or several. */
static int find_in_folder(const char *folder, char *name, size_t room, struct error *err)
{
	const char *own = strrchr(folder, '/');
	DIR *dir = opendir(folder);
	struct dirent *entry;
	unsigned nr = 0;
	bool has_own = false;

	if (!dir)
		return error_set(err, STATUS_INPUT, "usage", "try: %.300s: %s", folder,
				 strerror(errno));
	*name = '\0';
	while ((entry = readdir(dir))) {
		size_t length = strlen(entry->d_name);

		if (!is_c(entry->d_name) || has_own)
			continue;
		has_own = own && strlen(own + 1) == length - 2 &&
			  !strncmp(own + 1, entry->d_name, length - 2);
		nr++;
		snprintf(name, room, "%s", entry->d_name);
	}
	closedir(dir);
	if (has_own || nr == 1)
		return 0;
	return error_set(err, STATUS_INPUT, "usage",
			 "try: %.300s: found %u files *.c, expected one, or one that is called as "
			 "its folder",
			 folder, nr);
}

int policy_text_find(struct policy_text *text, const char *path, struct error *err)
{
	char *real = realpath(path, NULL), name[NAME_MAX + 1], *file;
	struct stat st;
	size_t room;
	int failed;

	memset(text, 0, sizeof(*text));
	if (!real || stat(real, &st)) {
		failed = error_set(err, STATUS_INPUT, "usage", "try: %.300s: %s", path,
				   strerror(errno));
	} else if (!S_ISDIR(st.st_mode)) {
		failed = is_c(real) ? take_file(text, real, err)
				    : error_set(err, STATUS_INPUT, "usage",
						"try: found %.300s, expected a policy's text, such "
						"as mine.c, or its folder",
						path);
	} else {
		failed = find_in_folder(real, name, sizeof(name), err);
		room = strlen(real) + sizeof(name) + 2;
		file = failed ? NULL : malloc(room);
		if (file) {
			snprintf(file, room, "%s/%s", strcmp(real, "/") ? real : "", name);
			failed = take_file(text, file, err);
		}
		free(file);
	}
	free(real);
	return failed;
}

void policy_text_fini(struct policy_text *text)
{
	free(text->dir);
	free(text->name);
	free(text->object);
}

/* In the child: becomes make. */
static void become_make(const struct policy_text *text, const char *rules, char *target)
{
	char *argv[] = {"make", "-s",	       "-B",   "--no-print-directory",
			"-f",	(char *)rules, target, NULL};

	/* its own, not a part of what may have started us */
	unsetenv("MAKEFLAGS");
	unsetenv("MFLAGS");
	unsetenv("MAKELEVEL");
	if (dup2(STDERR_FILENO, STDOUT_FILENO) >= 0 && !chdir(text->dir))
		execvp("make", argv);
	_exit(errno == ENOENT ? 127 : 126);
}

int policy_text_build(const struct policy_text *text, struct error *err)
{
	char *folder = datadir_find("policies", "module/policy.mk", err);
	size_t room = folder ? strlen(folder) + sizeof("/module/policy.mk") : 0;
	char *rules = folder ? malloc(room) : NULL;
	const char *target = strrchr(text->object, '/') + 1;
	int status = 0;
	pid_t pid;

	if (!rules) {
		free(folder);
		return folder ? error_set(err, STATUS_IO, "memory", "out of memory") : -1;
	}
	snprintf(rules, room, "%s/module/policy.mk", folder);
	free(folder);
	fflush(NULL);
	pid = fork();
	if (!pid)
		become_make(text, rules, (char *)target);
	free(rules);
	while (pid > 0 && waitpid(pid, &status, 0) < 0 && errno == EINTR)
		;
	if (pid < 0)
		return error_set(err, STATUS_IO, "build", "make: %s", strerror(errno));
	if (WIFEXITED(status) && !WEXITSTATUS(status))
		return 0;
	if (WIFEXITED(status) && WEXITSTATUS(status) == 127)
		return error_set(err, STATUS_IO, "build",
				 "no make is found, which builds policies: apt-get install make "
				 "gcc");
	return error_set(err, STATUS_INPUT, "build", "%.300s/%.100s.c does not build: see above",
			 text->dir, text->name);
}
