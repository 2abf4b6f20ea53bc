/* SPDX-License-Identifier: BSD-2-Clause */
/* scx_live.c - see scx_live.h. */
#define _GNU_SOURCE
#include "scx_live.h"

#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

#define FAIL(...) (snprintf(error, error_size, __VA_ARGS__), -1)

#define LINE_MAX_BYTES 320
/* Longer a client that says nothing does not keep the display waiting. */
#define PATIENCE_US 100000

static int set_address(struct sockaddr_un *a, const char *path)
{
	*a = (struct sockaddr_un){.sun_family = AF_UNIX};
	if (strlen(path) >= sizeof(a->sun_path)) {
		errno = ENAMETOOLONG;
		return -1;
	}
	strcpy(a->sun_path, path);
	return 0;
}

/* A connection to whoever listens, or -1. */
static int reach(const char *path, uint64_t patience_us)
{
	struct timeval patience = {.tv_sec = (time_t)(patience_us / 1000000u),
				   .tv_usec = (suseconds_t)(patience_us % 1000000u)};
	struct sockaddr_un a;
	int fd;

	if (set_address(&a, path))
		return -1;
	fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (fd < 0)
		return -1;
	setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof(patience));
	setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof(patience));
	if (!connect(fd, (struct sockaddr *)&a, sizeof(a)))
		return fd;
	close(fd);
	return -1;
}

/* Reads up to the end of the line, which is cut off.  -1: it never came. */
static int read_line(int fd, char *line, size_t size)
{
	size_t n = 0;
	ssize_t got;

	while (n + 1 < size) {
		got = read(fd, line + n, size - 1 - n);
		if (got <= 0)
			return -1;
		n += (size_t)got;
		line[n] = '\0';
		if (strchr(line, '\n')) {
			*strchr(line, '\n') = '\0';
			return 0;
		}
	}
	return -1;
}

int live_open(struct scx_live *l, const char *path, char *error, size_t error_size)
{
	struct sockaddr_un a;
	mode_t mask;
	int fd = reach(path, PATIENCE_US), failed;

	l->fd = -1;
	l->path = path;
	if (fd >= 0) {
		close(fd);
		return FAIL("%s: another corun-scx listens there; see --socket", path);
	}
	if (errno == ECONNREFUSED)
		unlink(path);
	fd = set_address(&a, path) ? -1 : socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (fd < 0)
		return FAIL("%s: %s", path, strerror(errno));
	mask = umask(0177);
	failed = bind(fd, (struct sockaddr *)&a, sizeof(a)) || listen(fd, 4);
	umask(mask);
	if (failed) {
		close(fd);
		return FAIL("%s: %s", path, strerror(errno));
	}
	l->fd = fd;
	return 0;
}

void live_close(struct scx_live *l)
{
	if (l->fd < 0)
		return;
	unlink(l->path);
	close(l->fd);
	l->fd = -1;
}

/* Carries the line out; the answer takes its place. */
static void obey(char *line, size_t size, struct scx_loaded *s, struct scx_vm *vms, uint32_t nr_vms)
{
	char name[sizeof(vms->name)] = "";
	uint32_t weight = 0, i;
	int end = 0;

	if (sscanf(line, "weight %31s %u%n", name, &weight, &end) != 2 || line[end] || !weight ||
	    weight > SP_WEIGHT_MAX) {
		snprintf(line, size, "error not understood; wanted: weight NAME 1 to %u\n",
			 SP_WEIGHT_MAX);
		return;
	}
	for (i = 0; i < nr_vms && strcmp(vms[i].name, name); i++)
		;
	if (i == nr_vms) {
		snprintf(line, size, "error no VM \"%s\" here\n", name);
	} else if (scx_set_weight(s, i, weight)) {
		snprintf(line, size, "error %s: %s\n", name, s->error);
	} else {
		vms[i].weight = weight;
		snprintf(line, size, "ok\n");
	}
}

static void answer(struct scx_live *l, struct scx_loaded *s, struct scx_vm *vms, uint32_t nr_vms)
{
	struct timeval patience = {.tv_usec = PATIENCE_US};
	char line[LINE_MAX_BYTES];
	int fd = accept4(l->fd, NULL, NULL, SOCK_CLOEXEC);

	if (fd < 0)
		return;
	setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof(patience));
	setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof(patience));
	if (!read_line(fd, line, sizeof(line))) {
		obey(line, sizeof(line), s, vms, nr_vms);
		/* One who has gone away meanwhile is no reason to end. */
		send(fd, line, strlen(line), MSG_NOSIGNAL);
	}
	close(fd);
}

void live_wait(struct scx_live *l, uint64_t wait_ns, struct scx_loaded *s, struct scx_vm *vms,
	       uint32_t nr_vms)
{
	struct timespec t = {.tv_sec = (time_t)(wait_ns / 1000000000u),
			     .tv_nsec = (long)(wait_ns % 1000000000u)};
	struct pollfd door = {.fd = l->fd, .events = POLLIN};

	if (ppoll(&door, 1, &t, NULL) > 0 && door.revents & POLLIN)
		answer(l, s, vms, nr_vms);
}

int live_ask(const char *path, const char *line, char *error, size_t error_size)
{
	char text[LINE_MAX_BYTES];
	int fd = reach(path, 5000000), length, failed;

	if (fd < 0)
		return FAIL("no corun-scx with a policy listens at %s: %s", path, strerror(errno));
	length = snprintf(text, sizeof(text), "%s\n", line);
	failed = length >= (int)sizeof(text) ||
		 send(fd, text, (size_t)length, MSG_NOSIGNAL) != length ||
		 read_line(fd, text, sizeof(text));
	close(fd);
	if (failed)
		return FAIL("%s: no answer", path);
	return strcmp(text, "ok") ? FAIL("%s", strncmp(text, "error ", 6) ? text : text + 6) : 0;
}
