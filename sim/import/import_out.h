/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * import_out.h - which tasks of a log are kept, and how they are written.
 */
#ifndef CORUN_IMPORT_OUT_H
#define CORUN_IMPORT_OUT_H

#include <stdio.h>

#include "import.h"

/* More tasks than a scenario's recording may have. */
#define IMPORT_MAX_KEPT 1024u

/* The demand of one vCPU: a task, or tasks that followed one another. */
struct import_lane {
	char name[IMPORT_NAME];
	struct import_burst *bursts;
	uint32_t nr_bursts;
	uint64_t run_ns;
	uint32_t nr_tasks;
	uint64_t end_ns; /* of the last burst, while tasks are being joined */
};

struct import_plan {
	struct import_lane *lanes;
	uint32_t nr_lanes;
	uint32_t nr_tasks; /* with bursts, and wanted */
};

struct import_wanted {
	const char *regex; /* extended, matched against the comm; NULL: all */
	uint32_t top; /* the tasks that ran most; 0: all */
	/*
	 * Join tasks that do not overlap, each taking the place of one that has
	 * ended: a vCPU a slot of `make -j`.  Each lane then lasts as long as the
	 * log, so that lanes keep their phases when they are played in a loop.
	 */
	bool join;
};

/* 0, or -1 with *err (STATUS_INPUT: no such task, too many, a bad expression). */
int import_plan_make(struct import_plan *plan, const struct import *import,
		     const struct import_wanted *wanted, struct error *err);
void import_plan_free(struct import_plan *plan);

/* "# corun bursts 1", then a line TASK RUN_NS SLEEP_NS a burst. */
void import_put_bursts(FILE *out, const struct import_plan *plan);

/*
 * A scenario that replays bursts_file.  nr_vms 0: a VM of one vCPU a task; else
 * the tasks are the vCPUs of that many VMs, dealt out in turn.
 */
void import_put_scenario(FILE *out, const struct import *import, const struct import_plan *plan,
			 const char *log_name, const char *bursts_file, uint32_t nr_vms);

/*
 * What the log was like, for people: a line a finding, none for what is 0 but for switches,
 * lost events and bridges.  plan NULL: nothing could be kept.
 */
void import_put_summary(FILE *out, const struct import *import, const struct import_plan *plan);

#endif
