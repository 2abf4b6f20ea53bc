/* SPDX-License-Identifier: BSD-2-Clause */
#define _GNU_SOURCE /* close_range, pipe2 */
#include "child.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

/* Simulated time may stand still for so many times the patience of a callback. */
#define STILL_TIMES 6
#define LOOK_MS 50
/* So long somebody who has nothing left to do may take to go. */
#define DISMISS_MS 20
#define DISMISS_LOOKS 25

/* -- start ------------------------------------------------------------------------- */

/*
 * As a program is started: whatever we do about signals is not for it; but that a file may
 * not grow is an error of the write.
 */
static void reset_signals(void)
{
	sigset_t none;
	int number;

	for (number = 1; number < NSIG; number++)
		if (number != SIGKILL && number != SIGSTOP && number != SIGXFSZ)
			signal(number, SIG_DFL);
	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
}

static int by_number(const void *a, const void *b)
{
	return *(const int *)a - *(const int *)b;
}

/* Closes all from 3 on but these; some of keep may be -1. */
static void close_others(int in, int out, const int keep[CHILD_KEEP])
{
	int fds[2 + CHILD_KEEP] = {in, out}, from = 3, i;

	memcpy(fds + 2, keep, CHILD_KEEP * sizeof(*keep));
	qsort(fds, 2 + CHILD_KEEP, sizeof(*fds), by_number);
	for (i = 0; i < 2 + CHILD_KEEP; i++) {
		if (fds[i] < from)
			continue;
		if (fds[i] > from)
			close_range((unsigned)from, (unsigned)fds[i] - 1, 0);
		from = fds[i] + 1;
	}
	close_range((unsigned)from, ~0u, 0);
}

/* Nothing comes from our standard input, and nothing goes to our standard output. */
static void redirect(void)
{
	int null = open("/dev/null", O_RDONLY);

	if (null > STDIN_FILENO) {
		dup2(null, STDIN_FILENO);
		close(null);
	}
	dup2(STDERR_FILENO, STDOUT_FILENO);
}

static _Noreturn void be_child(struct child *child, pid_t parent, child_main *main, void *context,
			       const int *in, const int *out, const int *keep)
{
	setpgid(0, 0);
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (getppid() != parent)
		_exit(0);
	reset_signals();
	redirect();
	/* what it forks has no part in telling where it is, nor in anything else */
	madvise(child->where, sizeof(*child->where), MADV_DONTFORK);
	if (keep)
		close_others(in[0], out[1], keep);
	main(context, in[0], out[1], child->where);
	_exit(0);
}

static int cannot_start(struct child *child, const int *in, const int *out, struct error *err)
{
	int why = errno, i;

	for (i = 0; i < 2; i++) {
		if (in[i] >= 0)
			close(in[i]);
		if (out[i] >= 0)
			close(out[i]);
	}
	if (child->where)
		munmap(child->where, sizeof(*child->where));
	memset(child, 0, sizeof(*child));
	return error_set(err, STATUS_IO, "worker", "cannot start a worker: %s", strerror(why));
}

int child_start(struct child *child, child_main *main, void *context, const int keep[CHILD_KEEP],
		struct error *err)
{
	pid_t parent = getpid();
	int in[2] = {-1, -1}, out[2] = {-1, -1};
	void *page = mmap(NULL, sizeof(*child->where), PROT_READ | PROT_WRITE,
			  MAP_SHARED | MAP_ANONYMOUS, -1, 0);

	memset(child, 0, sizeof(*child));
	if (page == MAP_FAILED)
		return cannot_start(child, in, out, err);
	child->where = page;
	/* a socket, as writing to a dead child's pipe would kill us */
	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, in) || pipe2(out, O_CLOEXEC))
		return cannot_start(child, in, out, err);
	fflush(stdout); /* or it would be written twice */
	fflush(stderr);
	child->pid = fork();
	if (child->pid < 0)
		return cannot_start(child, in, out, err);
	if (!child->pid)
		be_child(child, parent, main, context, in, out, keep);
	setpgid(child->pid, child->pid); /* the child does the same: whoever is first */
	close(in[0]);
	close(out[1]);
	child->to = in[1];
	child->from = out[0];
	fcntl(child->from, F_SETFL, O_NONBLOCK);
	if (clock_getcpuclockid(child->pid, &child->clock))
		child->clock = CLOCK_MONOTONIC;
	return 0;
}

int child_tell(struct child *child, const void *data, size_t bytes)
{
	return send(child->to, data, bytes, MSG_NOSIGNAL) == (ssize_t)bytes ? 0 : -1;
}

/* -- end ---------------------------------------------------------------------------- */

/* Notes its end, if it has come; what it started ends with it. */
static bool reap(struct child *child, int options)
{
	siginfo_t info = {0};
	int status = 0, failed;

	do
		failed = waitid(P_PID, (id_t)child->pid, &info, WEXITED | WNOWAIT | options);
	while (failed && errno == EINTR);
	if (!failed && !info.si_pid)
		return false;
	kill(-child->pid, SIGKILL); /* while its number is still its own */
	while (waitpid(child->pid, &status, 0) < 0 && errno == EINTR)
		continue;
	child->status = status;
	child->pid = 0;
	return true;
}

bool child_is_gone(struct child *child)
{
	return !child->pid || reap(child, WNOHANG);
}

void child_end(struct child *child)
{
	if (!child->where)
		return;
	if (child->pid) {
		kill(child->pid, SIGKILL);
		reap(child, 0);
	}
	close(child->to);
	close(child->from);
	munmap(child->where, sizeof(*child->where));
	child->where = NULL;
}

bool child_dismiss(struct child *child)
{
	const struct timespec moment = {0, 200000};
	struct pollfd fd = {.fd = child->from, .events = POLLIN};
	int i;

	shutdown(child->to, SHUT_WR);
	for (i = 0; i < DISMISS_LOOKS && !child_is_gone(child); i++)
		if (poll(&fd, 1, DISMISS_MS) > 0) /* it has closed its end, or babbles */
			nanosleep(&moment, NULL);
	return !child->pid;
}

/* A process closes its files on its way out, a little before it can be waited for. */
void child_wait(struct child *child)
{
	const struct timespec moment = {0, 1000000};
	int i;

	for (i = 0; i < 2000 && !child_is_gone(child); i++)
		nanosleep(&moment, NULL);
	if (!child->pid)
		return;
	child->stuck = "closed its pipe and went on";
	kill(child->pid, SIGKILL);
	reap(child, 0);
}

const char *child_fate(const struct child *child, char text[CHILD_FATE_CHARS])
{
	int number = WTERMSIG(child->status);

	if (child->stuck) {
		snprintf(text, CHILD_FATE_CHARS, "%s", child->stuck);
		return "hang";
	}
	if (!WIFSIGNALED(child->status)) {
		snprintf(text, CHILD_FATE_CHARS, "ended its process (exit status %d)",
			 WEXITSTATUS(child->status));
		return "exit";
	}
	snprintf(text, CHILD_FATE_CHARS, number == SIGKILL ? "was killed (%s%s)" : "crashed (%s%s)",
		 strsignal(number), number == SIGKILL ? ": out of memory?" : "");
	return "crash";
}

/* -- hangs ---------------------------------------------------------------------------- */

static uint64_t read_clock(clockid_t clock)
{
	struct timespec t;

	if (clock_gettime(clock, &t))
		return 0;
	return (uint64_t)t.tv_sec * 1000000000u + (uint64_t)t.tv_nsec;
}

/* Does it sleep or stand (not: wait for a disk, or for a CPU)? */
static bool is_asleep(pid_t pid)
{
	char path[40], text[400] = "";
	const char *end;
	FILE *file;

	snprintf(path, sizeof(path), "/proc/%ld/stat", (long)pid);
	file = fopen(path, "re");
	if (!file)
		return false;
	if (!fgets(text, sizeof(text), file))
		*text = '\0';
	fclose(file);
	end = strrchr(text, ')'); /* behind its name, which may hold anything */
	return end && (end[1] == ' ') && (end[2] == 'S' || end[2] == 'T');
}

static bool stop_it(struct child *child, const char *how)
{
	child->stuck = how;
	kill(child->pid, SIGKILL);
	reap(child, 0);
	return true;
}

bool child_is_stuck(struct child *child, uint64_t patience_ns)
{
	uint64_t turns = child->where->nr_turns, sim_ns = child->where->now_ns;
	uint64_t cpu_ns = read_clock(child->clock), wall_ns = read_clock(CLOCK_MONOTONIC);
	bool turned = turns != child->seen_turns, moved = sim_ns != child->seen_ns;

	if (turned || moved || !child->looked_ns || !where_is_inside(child->where) ||
	    cpu_ns - child->looked_cpu_ns > 1000000 || !is_asleep(child->pid))
		child->slept_ns = 0;
	else
		child->slept_ns += wall_ns - child->looked_ns;
	child->looked_ns = wall_ns;
	child->looked_cpu_ns = cpu_ns;
	child->seen_turns = turns;
	child->seen_ns = sim_ns;
	if (turned || moved || !where_is_inside(child->where))
		child->turned_cpu_ns = cpu_ns;
	if (moved)
		child->moved_cpu_ns = cpu_ns;
	if (child->slept_ns > STILL_TIMES * patience_ns)
		return stop_it(child, "fell asleep");
	if (cpu_ns - child->turned_cpu_ns > patience_ns)
		return stop_it(child, "did not return");
	if (cpu_ns - child->moved_cpu_ns > STILL_TIMES * patience_ns)
		return stop_it(child, "let no simulated time pass");
	return false;
}

/* -- messages --------------------------------------------------------------------------- */

static uint64_t checksum_of(const struct message *head, const unsigned char *data)
{
	uint64_t sum = UINT64_C(14695981039346656037) ^ head->kind, word;
	size_t i;

	for (i = 0; i < head->bytes; i += 8) {
		size_t n = head->bytes - i < 8 ? head->bytes - i : 8;

		word = 0;
		memcpy(&word, data + i, n);
		sum = (sum ^ word) * UINT64_C(1099511628211);
		sum ^= sum >> 29;
	}
	return sum ^ head->bytes;
}

static int send_all(int to, const void *data, size_t bytes)
{
	const char *at = data;

	while (bytes) {
		ssize_t n = write(to, at, bytes);

		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return -1;
		at += n;
		bytes -= (size_t)n;
	}
	return 0;
}

int message_send(int to, uint32_t kind, const void *data, size_t bytes)
{
	struct message head = {.bytes = bytes, .kind = kind};

	head.checksum = checksum_of(&head, data);
	return send_all(to, &head, sizeof(head)) || send_all(to, data, bytes) ? -1 : 0;
}

void inbox_clear(struct inbox *inbox)
{
	free(inbox->data);
	memset(inbox, 0, sizeof(*inbox));
}

/* The head is there: make room for the rest. */
static int open_letter(struct inbox *inbox)
{
	if (inbox->head.bytes > MESSAGE_BYTES_MAX || inbox->head.zero)
		return -1;
	inbox->data = malloc(inbox->head.bytes + 1);
	return inbox->data ? 0 : -1;
}

int inbox_read(struct inbox *inbox, int from)
{
	const size_t head = sizeof(inbox->head);

	for (;;) {
		size_t all = head + (inbox->data ? inbox->head.bytes : 0);
		char *at = inbox->data ? (char *)inbox->data + (inbox->have - head)
				       : (char *)&inbox->head + inbox->have;
		ssize_t n;

		if (inbox->data && inbox->have == all)
			return checksum_of(&inbox->head, inbox->data) == inbox->head.checksum ? 1
											      : -1;
		n = read(from, at, all - inbox->have);
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0 && (errno == EAGAIN || errno == EWOULDBLOCK))
			return 0;
		if (n <= 0)
			return -1;
		inbox->have += (size_t)n;
		if (inbox->have == head && !inbox->data && open_letter(inbox))
			return -1;
	}
}

/* Has somebody asked us to end who is not heard yet? */
static bool is_asked_to_end(void)
{
	sigset_t pending;

	return !sigpending(&pending) &&
	       (sigismember(&pending, SIGINT) == 1 || sigismember(&pending, SIGTERM) == 1);
}

int child_answer(struct child *child, uint64_t patience_ns, struct inbox *inbox)
{
	struct pollfd fd = {.fd = child->from, .events = POLLIN};
	bool gone = false;
	int got = 0;

	memset(inbox, 0, sizeof(*inbox));
	while (!got && !gone) {
		poll(&fd, 1, LOOK_MS);
		gone = child_is_gone(child) || child_is_stuck(child, patience_ns) ||
		       (is_asked_to_end() && stop_it(child, "was interrupted"));
		got = inbox_read(inbox, child->from);
	}
	if (got > 0)
		return 1;
	inbox_clear(inbox);
	if (child->pid)
		child_wait(child);
	return 0;
}
