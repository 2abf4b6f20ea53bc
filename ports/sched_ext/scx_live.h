/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * scx_live.h - a word with the corun-scx that runs: a local socket, only its user's, on
 * which a second one asks for a new weight.  A line there, a line back:
 *	weight NAME N    ok | error REASON
 */
#ifndef SCX_LIVE_H
#define SCX_LIVE_H

#include <stddef.h>
#include <stdint.h>

#include "scx_load.h"

#define LIVE_PATH "/run/corun-scx.sock"

struct scx_live {
	int fd; /* it listens; -1: no such thing */
	const char *path;
};

/* What is left there of one that was killed is cleared away.  0, or -1 with the reason. */
int live_open(struct scx_live *l, const char *path, char *error, size_t error_size);
/* Waits for wait_ns, or a signal; what comes meanwhile is answered.  l->fd -1: waits only. */
void live_wait(struct scx_live *l, uint64_t wait_ns, struct scx_loaded *s, struct scx_vm *vms,
	       uint32_t nr_vms);
void live_close(struct scx_live *l);

/* The other side: 0, or -1 with the reason, which is the running one's own. */
int live_ask(const char *path, const char *line, char *error, size_t error_size);

#endif
