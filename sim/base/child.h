/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * child.h - a process of ours for code that we cannot trust: it says what it has to say
 * over a pipe, and whatever becomes of it, its parent is unharmed and can tell.
 */
#ifndef CORUN_CHILD_H
#define CORUN_CHILD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>
#include <time.h>

#include "error.h"
#include "where.h"

struct child {
	pid_t pid; /* 0: none */
	int to, from; /* pipes to and from it */
	struct where *where; /* shared */
	clockid_t clock; /* its CPU time */
	/* for child_is_stuck: */
	uint64_t seen_ns, seen_turns; /* where it was */
	uint64_t moved_cpu_ns; /* its CPU time when simulated time last moved */
	uint64_t turned_cpu_ns; /* ... when a callback last began or ended */
	uint64_t slept_ns, looked_ns, looked_cpu_ns; /* asleep in a callback for so long */
	const char *stuck; /* NULL, or how; then it has been killed */
	int status; /* of waitpid, once it is gone */
};

/* What a child does; it ends when this returns. */
typedef void child_main(void *context, int in, int out, struct where *where);

/*
 * Starts one.  All file descriptors but its pipes, standard error and keep (-1: none;
 * NULL: all) are closed in it; its standard output is standard error.  0, or -1 with *err (STATUS_IO).
 */
#define CHILD_KEEP 3
int child_start(struct child *child, child_main *main, void *context, const int keep[CHILD_KEEP],
		struct error *err);

/* Writes a few bytes to it.  -1: it is dead. */
int child_tell(struct child *child, const void *data, size_t bytes);

/*
 * Has it used so much CPU time in one callback, or six times as much without simulated
 * time, or has it slept so long in a callback?  Then it is killed.  To be asked a few
 * times a second.
 */
bool child_is_stuck(struct child *child, uint64_t patience_ns);

/* Kills it, if it still runs, with all that it started, and frees what it had. */
void child_end(struct child *child);

/*
 * It waits for nothing but us: lets it end by itself, so that what looks for leaks can look.
 * False: it has not gone within half a second.
 */
bool child_dismiss(struct child *child);

/* Is it gone?  Then child->status is how. */
bool child_is_gone(struct child *child);

/* Its pipe has ended: waits a moment for its end, and kills it if it goes on. */
void child_wait(struct child *child);

/* How it ended: a kind ("crash", "exit", "hang"), and words that follow where_text. */
#define CHILD_FATE_CHARS 120
const char *child_fate(const struct child *child, char text[CHILD_FATE_CHARS]);

/* -- messages ------------------------------------------------------------------ */

/* What goes through the pipes: this, then bytes of them.  Corrupt ones are found out. */
struct message {
	uint64_t bytes, checksum;
	uint32_t kind; /* its users' own */
	uint32_t zero;
};

#define MESSAGE_BYTES_MAX (UINT64_C(1) << 32)

/* Blocks until all is written; 0, or -1. */
int message_send(int to, uint32_t kind, const void *data, size_t bytes);

/* A message on its way in. */
struct inbox {
	struct message head;
	size_t have; /* bytes of head and data */
	unsigned char *data; /* head.bytes of them; the inbox's own */
};

/* Reads what there is: 1: a message is complete; 0: not yet; -1: the end, or a corrupt one. */
int inbox_read(struct inbox *inbox, int from);
void inbox_clear(struct inbox *inbox); /* for the next one */

/*
 * For a child with a single answer: waits for it, at most as long as child_is_stuck lets
 * it live.  1 with the message in *inbox, or 0: it ended without one (child_fate says how).
 * child_end is the caller's.
 */
int child_answer(struct child *child, uint64_t patience_ns, struct inbox *inbox);

#endif
