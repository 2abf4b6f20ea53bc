/* SPDX-License-Identifier: BSD-2-Clause */
/* fake.h - for test_port.c: a policy that does what it is told, a host that notes. */
#ifndef FAKE_H
#define FAKE_H

#include "port.h"

/* What the fake policy answers. */
extern struct fake_script {
	sp_u32 next, kick_all, nr_kicks, kicks[4], nr_lost;
	sp_u64 until_ns, timer_ns;
	sp_u32 nr_notes, nr_marks;
	sp_s32 ret;
} script;

/* What it was called with. */
extern struct fake_seen {
	sp_u64 now_ns;
	sp_u32 nr_calls, nr_stale; /* stale: sp_out was not fresh */
	sp_u32 nr_timers;
} seen;

/* What the host was asked for; events: one letter each, in order. */
extern struct fake_host {
	sp_u64 now_ns;
	enum hv_answer answer;
	sp_u64 armed_ns;
	sp_u32 nr_armed, nr_kicked, kicked[64], nr_complaints, nr_notes, nr_marks;
	char events[64];
} host;

/* Two CPUs: this one, if set, calls as soon as the first has dropped the lock. */
extern void (*other_cpu)(void);
extern struct port_pool pool;
extern sp_u64 state[4];
extern const struct sp_policy fake;

/* All of it as new: a pool with pCPUs 1 and 3, at 1000 ns, and nothing noted yet. */
int fake_start(void **unused);

#endif
