/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * cmd_init.c - corun init: a folder with a policy of one's own and its gate.
 *
 * The files are those of init/, with @CORUN@ as the command that is running now.
 */
#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <glob.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/datadir.h"
#include "base/folder.h"
#include "base/outfile.h"
#include "base/output.h"
#include "base/tempfile.h"
#include "cli.h"
#include "scenario/scenario_parts.h"

extern const struct verb verb_init; /* at the end */

/* Of each file: its name there, and in init/ if it is another one with --empty. */
static const struct {
	const char *name, *empty;
} files[] = {
	{"README.md", "empty.md"}, {"mine.c", "empty.c"}, {"scenario.yaml", NULL},
	{"life.yaml", NULL},	   {"gate.yaml", NULL},	  {"Makefile", NULL},
	{"ci.sh", NULL},
};

#define NR_FILES (sizeof(files) / sizeof(files[0]))
#define MARK "@CORUN@"

/* -- how to call us --------------------------------------------------------- */

/* Is the corun that a shell finds in PATH this very program? */
static bool is_in_path(const char *program)
{
	const char *path = getenv("PATH"), *at = path ? path : "";
	char candidate[4200];

	while (*at) {
		size_t length = strcspn(at, ":");
		char *real;
		bool same;

		snprintf(candidate, sizeof(candidate), "%.*s/corun", (int)length, at);
		at += length + (at[length] == ':');
		if (access(candidate, X_OK))
			continue;
		real = realpath(candidate, NULL);
		same = real && !strcmp(real, program);
		free(real);
		return same; /* the first one is the one that runs */
	}
	return false;
}

/* "corun", or its path where that would find another one or none; to be freed. */
static char *own_command(struct error *err)
{
	char *program = datadir_program();

	if (program && is_in_path(program)) {
		free(program);
		program = strdup("corun");
	}
	/* it goes into a Makefile and a shell script as it is */
	if (program && strpbrk(program, " \t\"'\\$#;&|<>()*?[]`~!")) {
		error_set(err, STATUS_INPUT, "init",
			  "'%.300s' cannot stand in a Makefile; expected corun in PATH, or in a "
			  "folder without blanks and the like",
			  program);
		free(program);
		return NULL;
	}
	if (!program)
		error_set(err, STATUS_IO, "init", "cannot find out where corun is");
	return program;
}

/* -- files ------------------------------------------------------------------- */

struct template
{
	const struct file_text *text;
	const char *command;
};

/* The text with every mark replaced. */
static int write_template(FILE *to, void *context)
{
	const struct template *t = context;
	const char *at = t->text->text, *mark;

	while ((mark = strstr(at, MARK))) {
		fwrite(at, 1, (size_t)(mark - at), to);
		fputs(t->command, to);
		at = mark + strlen(MARK);
	}
	fputs(at, to);
	return 0;
}

/* The file `source` in the folder `from` becomes `name`. */
static int copy_file(struct output *output, const char *from, const char *source, const char *name,
		     const char *command, struct error *err)
{
	size_t room = strlen(from) + strlen(source) + 2;
	char *path = malloc(room);
	struct file_text text = {0};
	struct template template = {&text, command};
	int failed = -1;

	if (!path) {
		error_set(err, STATUS_IO, "memory", "out of memory");
	} else {
		snprintf(path, room, "%s/%s", from, source);
		failed = file_read(path, "a file of init/", &text, err) ||
			 output_file(output, name, write_template, &template, err);
	}
	free(text.text);
	free(path);
	return failed ? -1 : 0;
}

static int make_executable(const struct output *output, const char *name, struct error *err)
{
	char *path = output_path(output, name);
	int failed = !path || chmod(path, 0755);

	if (failed)
		error_set(err, STATUS_IO, "init", "%s: %s", name, strerror(errno));
	free(path);
	return failed ? -1 : 0;
}

static int write_all(struct output *output, bool empty, struct error *err)
{
	char *command = own_command(err),
	     *from = command ? datadir_find("init", "mine.c", err) : NULL;
	int failed = from ? 0 : -1;
	unsigned i;

	for (i = 0; i < NR_FILES && !failed; i++)
		failed = copy_file(output, from,
				   empty && files[i].empty ? files[i].empty : files[i].name,
				   files[i].name, command, err);
	if (!failed)
		failed = output_commit_beside(output, err) || make_executable(output, "ci.sh", err);
	free(from);
	free(command);
	return failed;
}

/* -- a folder that is not there: made beside its name, which it takes when it is whole ------ */

static void remove_folder(const char *dir)
{
	char path[PATH_MAX];

	for (unsigned i = 0; i < NR_FILES; i++)
		if (snprintf(path, sizeof(path), "%s/%s", dir, files[i].name) < PATH_MAX)
			unlink(path);
	tempfile_sweep(dir, NULL);
	rmdir(dir);
}

/* What killed ones left beside this name; whoever lives has a lock on its folder. */
static void sweep_killed(const char *dir)
{
	char pattern[PATH_MAX];
	glob_t found;

	if (strpbrk(dir, "*?[\\") ||
	    snprintf(pattern, sizeof(pattern), "%s.*[0-9].tmp", dir) >= PATH_MAX ||
	    glob(pattern, 0, NULL, &found))
		return;
	for (size_t i = 0; i < found.gl_pathc; i++) {
		int fd = open(found.gl_pathv[i], O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NOFOLLOW);

		if (fd >= 0 && !flock(fd, LOCK_EX | LOCK_NB))
			remove_folder(found.gl_pathv[i]);
		if (fd >= 0)
			close(fd);
	}
	globfree(&found);
}

static int make_beside(const char *dir, const char *beside, bool empty, struct error *err)
{
	struct output output;
	int failed;

	if (output_open(&output, beside, false, err))
		return -1;
	failed = write_all(&output, empty, err);
	/* a folder that came meanwhile is taken only if it is empty */
	if (!failed && rename(beside, dir))
		failed = error_set(err, STATUS_IO, "io", "cannot make %.300s: %s", dir,
				   strerror(errno));
	if (failed)
		remove_folder(beside);
	output_fini(&output);
	return failed ? -1 : 0;
}

static int make_whole(const char *dir, bool empty, struct error *err)
{
	char beside[PATH_MAX];
	unsigned nr_made;
	int failed;

	if (snprintf(beside, sizeof(beside), "%s.%ld.tmp", dir, (long)getpid()) >= PATH_MAX)
		return error_set(err, STATUS_INPUT, "usage", "init: the name is too long");
	errno = folder_make_for(dir, &nr_made);
	if (errno)
		return error_set(err, STATUS_IO, "io", "cannot make %.300s: %s", dir,
				 strerror(errno));
	sweep_killed(dir);
	failed = make_beside(dir, beside, empty, err);
	if (failed)
		folder_unmake_for(dir, nr_made);
	return failed;
}

/* Into one that is there already, file by file. */
static int make_inside(const char *dir, bool empty, bool force, struct error *err)
{
	struct output output;
	int failed;

	if (output_open(&output, dir, force, err))
		return -1;
	failed = write_all(&output, empty, err);
	output_fini(&output);
	return failed ? -1 : 0;
}

static int make_folder(const char *name, bool empty, bool force, struct error *err)
{
	char *dir = strdup(name);
	size_t n = strlen(name);
	struct stat st;
	int failed;

	if (!dir)
		return error_set(err, STATUS_IO, "memory", "out of memory");
	while (n > 1 && dir[n - 1] == '/')
		dir[--n] = '\0';
	if (!*dir || !strcmp(dir, "-") || !lstat(dir, &st))
		failed = make_inside(dir, empty, force, err);
	else
		failed = make_whole(dir, empty, err);
	free(dir);
	return failed;
}

/* -- the verb ---------------------------------------------------------------- */

static int cmd_init(int argc, char **argv, struct error *err)
{
	static const struct option options[] = {{"empty", no_argument, NULL, 'e'},
						{"force", no_argument, NULL, 'f'},
						{0}};
	bool force = false, empty = false;
	int option;

	opterr = 0;
	optind = 0;
	while ((option = getopt_long(argc, argv, ":", options, NULL)) != -1) {
		if (option == 'f')
			force = true;
		else if (option == 'e')
			empty = true;
		else
			return cli_bad_option(&verb_init, options, argv[optind - 1], err);
	}
	if (optind + 1 != argc)
		return error_set(err, STATUS_INPUT, "usage",
				 "init: found %d folders, expected one; see `corun help init`",
				 argc - optind);
	if (make_folder(argv[optind], empty, force, err))
		return -1;
	printf("%s has a policy of your own and its gate; %s/README.md says how.\n"
	       "Begin with: cd %s && make compare%s\n",
	       argv[optind], argv[optind], argv[optind],
	       empty ? "" : " && make bless && make check");
	return STATUS_OK;
}

const struct verb verb_init = {
	.name = "init",
	.rank = 130,
	.arguments = "DIR [--empty] [--force]",
	.summary = "a folder with a policy of one's own, a scenario and a gate for CI",
	.help = "Writes README.md, mine.c (a small policy, to be changed), scenario.yaml, "
		"life.yaml,\n"
		"gate.yaml, Makefile and ci.sh.  Building mine.so takes make and gcc.\n"
		"\n"
		"  --empty   mine.c is a skeleton: every callback is there, every pCPU idles\n"
		"  --force   write into DIR though it is not empty; files of these names are "
		"replaced\n",
	.run = cmd_init,
};
