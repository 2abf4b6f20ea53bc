/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * import_out.h - which tasks of a log are kept, and how they are written.
 */
#ifndef CORUN_IMPORT_OUT_H
#define CORUN_IMPORT_OUT_H

#include <stdio.h>

#include "import.h"
#include "import_group.h"
#include "import_who.h"

/* More tasks than a scenario's recording may have. */
#define IMPORT_MAX_KEPT 1024u

/* The demand of one vCPU: a task, or tasks that followed one another. */
struct import_lane {
	char name[IMPORT_NAME];
	const struct import_task *task; /* NULL: several */
	bool is_vcpu; /* by its name */
	uint32_t index; /* of the vCPU, as its name has it */
	uint32_t tgid; /* its process, as far as is known; 0 */
	const struct who_thread *who; /* NULL: nothing known */
	uint32_t vm, order; /* while VMs are being made: its group, and where it stood */
	struct import_burst *bursts;
	uint32_t nr_bursts;
	uint64_t run_ns;
	uint32_t nr_tasks;
	uint64_t end_ns; /* of the last burst, while tasks are being joined */
};

/* Lanes first .. first + nr - 1 are its vCPUs. */
struct import_vm {
	char name[IMPORT_NAME];
	uint32_t first, nr;
	int nice;
	uint32_t weight; /* of each vCPU, instead of nice; 0: none */
	/* as recorded, over the bursts that are kept: see import_measure */
	double cpus; /* that it used, in the mean */
	double waits; /* runnable without a CPU, of the time that it wanted one */
	double stints; /* times its vCPUs were switched in, a second */
	/* of those three, once they were checked: errors of the simulation (see recorded.*) */
	double cpus_off, waits_off, stints_off;
};

/* What is not as sure as it looks; counts. */
struct import_doubts {
	uint32_t dealt; /* tasks that were dealt out in turn: nothing says whose they are */
	uint32_t by_order; /* vCPUs whose guest was told from the order of thread ids alone */
	uint32_t silent; /* vCPUs without a burst that was seen whole */
	uint32_t
		missing; /* vCPUs with lower numbers than others of their guest, of which nothing is kept */
	uint32_t twice; /* vCPUs with the number of another one of the same guest */
	uint32_t real_time; /* tasks that had a real-time priority: played as nice 0 */
	uint32_t mixed_nice; /* VMs whose vCPUs had different nice levels: that of the first */
	uint32_t scattered; /* CPU sets that are not one range: not kept */
	uint32_t weights; /* VMs whose cgroup's weight was dealt out to its vCPUs */
};

struct import_plan {
	struct import_lane *lanes; /* by VM */
	uint32_t nr_lanes;
	struct import_vm *vms;
	uint32_t nr_vms;
	uint32_t nr_guests; /* of those: told by the names of their vCPUs */
	bool has_pins;
	const char *policy; /* as wanted */
	bool is_checked; /* import_check has filled in the errors */
	struct import_doubts doubts;
	uint32_t nr_tasks; /* with bursts, and wanted */
};

enum import_by {
	IMPORT_BY_AUTO, /* vCPUs by their names; without any, a VM a task */
	IMPORT_BY_NAME, /* vCPUs by their names; it is an error if there are none */
	IMPORT_BY_PROCESS, /* the threads of a process are a VM */
	IMPORT_BY_CGROUP, /* the threads of a cgroup */
	IMPORT_BY_TASK, /* a VM a task */
};

struct import_wanted {
	const char *policy; /* the one that was recorded; NULL: not said */
	enum import_by by;
	uint32_t nr_vms; /* so many are expected; 0: as many as there are */
	const struct vcpu_name *vcpu_name; /* instead of those that are known; NULL */
	const struct import_who *who; /* what /proc said; NULL */
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

/* Fills in what was recorded of each VM. */
void import_measure(struct import_plan *plan);

/* A scenario that replays bursts_file. */
void import_put_scenario(FILE *out, const struct import *import, const struct import_plan *plan,
			 const char *log_name, const char *bursts_file);

/*
 * What the log was like, for people: a line a finding, none for what is 0 but for switches,
 * lost events and bridges.  plan NULL: nothing could be kept.
 */
void import_put_summary(FILE *out, const struct import *import, const struct import_plan *plan);

/* Of that, what KVM's events say of each vCPU; nothing if there are none. */
void import_put_kvm(FILE *out, const struct import *import, const struct import_plan *plan);

#endif
