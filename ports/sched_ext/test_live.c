/* SPDX-License-Identifier: BSD-2-Clause */
/* test_live.c - a word with the one that runs, over a real socket, with no kernel behind it. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include "scx_live.h"

static int failed, nr_checks;
static uint32_t set_id, set_weight; /* what the policy was told */

static void check(const char *what, int is_fine)
{
	nr_checks++;
	if (is_fine)
		return;
	printf("not ok: live: %s\n", what);
	failed = 1;
}

/* In place of scx_load.c's: this policy wants no weight 7. */
int scx_set_weight(struct scx_loaded *s, uint32_t id, uint32_t weight)
{
	if (weight == 7) {
		snprintf(s->error, sizeof(s->error), "not seven");
		return -1;
	}
	set_id = id;
	set_weight = weight;
	return 0;
}

/* Somebody asks; 0 if he got "ok", else 1, and 2 if the reason has no `reason` in it. */
static pid_t start_asking(const char *path, const char *line, const char *reason)
{
	char error[320] = "";
	pid_t pid = fork();

	if (pid)
		return pid;
	if (!live_ask(path, line, error, sizeof(error)))
		_exit(0);
	_exit(strstr(error, reason) ? 1 : 2);
}

/* One who connects and says half a line, or nothing, and stays. */
static pid_t start_dawdling(const char *path, const char *text)
{
	struct sockaddr_un a = {.sun_family = AF_UNIX};
	pid_t pid = fork();
	int fd;

	if (pid)
		return pid;
	fd = socket(AF_UNIX, SOCK_STREAM, 0);
	strncpy(a.sun_path, path, sizeof(a.sun_path) - 1);
	if (connect(fd, (struct sockaddr *)&a, sizeof(a)) ||
	    write(fd, text, strlen(text)) != (ssize_t)strlen(text))
		_exit(3);
	read(fd, a.sun_path, 1); /* until it is hung up on */
	_exit(0);
}

static int serve(struct scx_live *l, struct scx_loaded *s, struct scx_vm *vms, pid_t client)
{
	int status, tries;

	for (tries = 0; tries < 200; tries++) {
		live_wait(l, 50000000, s, vms, 2);
		if (waitpid(client, &status, WNOHANG) == client)
			return WIFEXITED(status) ? WEXITSTATUS(status) : 99;
	}
	return 98;
}

int main(int argc, char **argv)
{
	const char *path = argc > 1 ? argv[1] : "live.sock";
	struct scx_vm *vms = calloc(2, sizeof(*vms));
	struct scx_loaded s = {0};
	struct scx_live l, second;
	char error[256] = "";
	struct stat st;
	int status;

	strcpy(vms[0].name, "web");
	strcpy(vms[1].name, "build");
	unlink(path);
	waitpid(start_asking(path, "weight web 2", "no corun-scx"), &status, 0);
	check("nobody listens", WIFEXITED(status) && WEXITSTATUS(status) == 1);
	check("opens", !live_open(&l, path, error, sizeof(error)));
	check("for its user only", !stat(path, &st) && (st.st_mode & 0777) == 0600);
	check("a second one is refused", live_open(&second, path, error, sizeof(error)) == -1 &&
						 strstr(error, "another corun-scx"));
	live_wait(&l, 0, &s, vms, 2); /* the second one's visit */
	check("a weight", serve(&l, &s, vms, start_asking(path, "weight build 512", "")) == 0);
	check("reaches the policy", set_id == 1 && set_weight == 512 && vms[1].weight == 512);
	check("no such VM",
	      serve(&l, &s, vms, start_asking(path, "weight biuld 512", "no VM \"biuld\"")) == 1);
	check("refused",
	      serve(&l, &s, vms, start_asking(path, "weight web 7", "web: not seven")) == 1);
	check("and then not shown", vms[0].weight == 0);
	check("no word",
	      serve(&l, &s, vms, start_asking(path, "wait web 7", "not understood")) == 1);
	check("too much",
	      serve(&l, &s, vms, start_asking(path, "weight web 8 9", "not under")) == 1);
	check("none", serve(&l, &s, vms, start_asking(path, "weight web 0", "not under")) == 1);
	check("silence", serve(&l, &s, vms, start_dawdling(path, "")) == 0);
	check("half a line",
	      serve(&l, &s, vms, start_dawdling(path, "weight web 3")) == 0 && set_weight == 512);
	close(l.fd); /* as if killed: the file stays */
	check("what a dead one left", !live_open(&l, path, error, sizeof(error)));
	check("still works", serve(&l, &s, vms, start_asking(path, "weight web 9", "")) == 0);
	live_close(&l);
	check("nothing is left", stat(path, &st) == -1);
	free(vms);
	if (!failed)
		printf("ok: weights by socket, %d checks\n", nr_checks);
	return failed;
}
