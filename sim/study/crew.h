/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * crew.h - the workers of a study: what each is asked for, and what becomes of it.
 */
#ifndef CORUN_CREW_H
#define CORUN_CREW_H

#include <signal.h>

#include "jobs.h"
#include "worker.h"

#define NO_TASK UINT32_MAX

/* What is known of a policy of the study. */
struct fate {
	bool is_void;
	uint32_t rep; /* in which replication (from 0), the first in order so far */
	struct error why;
	bool again; /* that one is to be run once more, carefully */
};

struct crew {
	const struct jobs *jobs;
	struct worker *workers; /* [room] */
	unsigned room; /* busy ones and those that wait for more of their policy */
	struct fate *fates; /* [policies] */
	uint32_t next, end; /* tasks: rep * nr_policies + policy */
	uint32_t nr_done;
	unsigned nr_busy;
	uint32_t failed; /* task of err, NO_TASK: none */
	struct error err;
	int signals; /* signalfd */
	sigset_t blocked, before;
	int interrupted;
};

/* Gives tasks to workers, as many as may be busy at a time. */
void crew_start_all(struct crew *crew);

/* Has it answered, or died? */
void crew_look_at(struct crew *crew, struct worker *worker, bool readable);

/* Ends those that are busy: nobody waits for them any more. */
void crew_cancel(struct crew *crew);

/* Takes the void policies out of the study. */
void crew_drop_voids(struct crew *crew);

#endif
