/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * import_open.c - the one place that starts trace-cmd and perf, without a shell.
 */
#define _GNU_SOURCE /* pipe2 */
#include "import_open.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/inputs.h"
#include "import_xen.h"

#define MAGIC_MAX 10
#define MISSING 127 /* as a shell says that there is no such program */

struct import_tool {
	const char *magic; /* the first bytes of its files */
	const char *command; /* for people; the file's name belongs behind it */
	const char *argv[8]; /* the same, for execvp */
};

/* Fields as the kernel names them, and nanoseconds. */
static const struct import_tool tools[] = {
	{"\x17\x08\x44tracing",
	 "trace-cmd report -N -t -i",
	 {"trace-cmd", "report", "-N", "-t", "-i"}},
	{"PERFILE2",
	 "perf script -f --ns --show-lost-events -F trace:comm,pid,tid,cpu,time,event,trace -i",
	 {"perf", "script", "-f", "--ns", "--show-lost-events", "-F",
	  "trace:comm,pid,tid,cpu,time,event,trace", "-i"}},
};

static const struct import_tool *tool_for(const char *bytes, size_t length)
{
	size_t i;

	for (i = 0; i < sizeof(tools) / sizeof(tools[0]); i++) {
		size_t n = strlen(tools[i].magic);

		if (length >= n && !memcmp(bytes, tools[i].magic, n))
			return &tools[i];
	}
	return NULL;
}

const char *import_binary_command(const char *bytes, size_t length)
{
	const struct import_tool *tool = tool_for(bytes, length);

	return tool ? tool->command : NULL;
}

/* In the child: its standard output into the pipe.  It does not outlive its parent. */
static _Noreturn void be_tool(const struct import_source *source, int out, pid_t parent)
{
	const size_t most = sizeof(source->tool->argv) / sizeof(source->tool->argv[0]);
	char *argv[sizeof(source->tool->argv) / sizeof(source->tool->argv[0]) + 2] = {NULL};
	int null = open("/dev/null", O_RDWR);
	size_t i;

	prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (getppid() != parent || null < 0)
		_exit(1);
	for (i = 0; i < most && source->tool->argv[i]; i++)
		argv[i] = (char *)source->tool->argv[i];
	argv[i] = (char *)source->path;
	dup2(null, STDIN_FILENO);
	dup2(out, STDOUT_FILENO);
	dup2(null, STDERR_FILENO);
	execvp(argv[0], argv);
	_exit(errno == ENOENT ? MISSING : 1);
}

static int start_tool(struct import_source *source, struct error *err)
{
	pid_t parent = getpid();
	int fds[2];

	if (pipe2(fds, O_CLOEXEC))
		return error_set(err, STATUS_IO, "import", "%s: %s", source->path, strerror(errno));
	fflush(NULL);
	source->pid = fork();
	if (!source->pid)
		be_tool(source, fds[1], parent);
	close(fds[1]);
	if (source->pid > 0)
		source->file = fdopen(fds[0], "r");
	if (source->file)
		return 0;
	error_set(err, STATUS_IO, "import", "%s: %s", source->path, strerror(errno));
	close(fds[0]);
	return -1;
}

int import_open(struct import_source *source, const char *path, struct error *err)
{
	char bytes[MAGIC_MAX];
	size_t n;

	memset(source, 0, sizeof(*source));
	source->path = source->name = path;
	if (!strcmp(path, "-")) {
		source->file = stdin;
		source->name = "standard input";
		inputs_add(STDIN_FILENO);
		return 0;
	}
	source->file = fopen(path, "re");
	if (!source->file)
		return error_set(err, STATUS_INPUT, "import", "%s: %s", path, strerror(errno));
	inputs_add(fileno(source->file));
	/* a pipe cannot be read twice: what is binary in one, import_read finds out */
	if (fseek(source->file, 0, SEEK_SET))
		return 0;
	n = fread(bytes, 1, sizeof(bytes), source->file);
	rewind(source->file);
	source->tool = tool_for(bytes, n);
	source->is_xen = xen_begins(bytes, n);
	if (!source->tool)
		return 0;
	fclose(source->file);
	source->file = NULL;
	return start_tool(source, err);
}

int import_close(struct import_source *source, struct error *err)
{
	int status = 0;

	if (source->file && source->file != stdin)
		fclose(source->file);
	if (!source->tool || source->pid <= 0)
		return 0;
	while (waitpid(source->pid, &status, 0) < 0 && errno == EINTR)
		continue;
	if (WIFEXITED(status) && WEXITSTATUS(status) == 0)
		return 0;
	/* we had read enough, and closed the pipe */
	if (WIFSIGNALED(status) && WTERMSIG(status) == SIGPIPE)
		return 0;
	if (WIFEXITED(status) && WEXITSTATUS(status) == MISSING)
		return error_set(err, STATUS_INPUT, "import",
				 "%s is a recording of %s, which is not installed here; where it "
				 "is: %s FILE > log.txt",
				 source->path, source->tool->argv[0], source->tool->command);
	return error_set(err, STATUS_INPUT, "import",
			 "%s: %s cannot read it; what it says: %s FILE", source->path,
			 source->tool->argv[0], source->tool->command);
}
