/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * worker.h - a process that runs replications of one policy and sends them to its parent.
 *
 * One policy a worker: whatever it does there, no other policy's replication is computed
 * in the same memory.
 */
#ifndef CORUN_WORKER_H
#define CORUN_WORKER_H

#include "base/child.h"
#include "base/outfile.h"
#include "jobs.h"

/* What a worker is asked for. */
struct order {
	uint32_t policy; /* index into world->policies */
	uint32_t rep; /* number of the replication */
	uint32_t careful; /* look after every call (sim_job.careful) */
};

/* What it answers. */
enum answer {
	ANSWER_REP = 1, /* rep_pack */
	ANSWER_ERROR, /* struct error */
	ANSWER_TOUCHED, /* struct error: the policy has touched what is not its own */
};

struct worker {
	struct child child; /* pid 0: none */
	struct inbox inbox;
	struct order order;
	bool busy;
	bool once; /* for one order only */
	struct outfile trace, record; /* its files, open here */
	bool has_trace, has_record;
};

/*
 * Starts a worker and gives it its first order; trace and record: files for it (once), or
 * NULL.  0, or -1 with *err.
 */
int worker_start(struct worker *worker, const struct jobs *jobs, const struct order *order,
		 const char *trace, const char *record, bool once, struct error *err);

/* Another one.  -1: it is dead. */
int worker_ask(struct worker *worker, const struct order *order);

/* Lets it end by itself, where it is not busy.  False: it does not. */
bool worker_dismiss(struct worker *worker);

/* Ends it, and its files where it has not answered. */
void worker_end(struct worker *worker);

/* Its answer has come: its files take their places.  0, or -1 with *err. */
int worker_keep_files(struct worker *worker, const struct jobs *jobs, struct error *err);

/* Why it is dead: kind and words. */
void worker_fate(struct worker *worker, struct error *err);

#endif
