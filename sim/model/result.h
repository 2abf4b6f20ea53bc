/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * result.h - what one replication of one policy leaves behind: exact counts.
 *
 * Everything is an integer, measured in the window after the warm-up.  Metrics
 * (metrics.h) are computed from here and nowhere else.
 */
#ifndef CORUN_RESULT_H
#define CORUN_RESULT_H

#include <stdint.h>

#include "base/hist.h"

/*
 * Where a vCPU's time goes.  The entries are disjoint, and for every vCPU that
 * existed through the window they add up to the window exactly (law 1).
 */
enum vcpu_time {
	VT_USEFUL, /* running, working outside critical sections */
	VT_CRITICAL, /* running, working inside one */
	VT_SPIN_CONTENTION, /* running, spinning; the end of the wait-for chain runs */
	VT_SPIN_LHP, /* ... the end of the chain is a lock holder that is off CPU */
	VT_SPIN_LWP, /* ... the lock is free, the next in line is off CPU */
	VT_SPIN_PARTNER, /* ... a barrier or IPI partner is runnable and off CPU */
	VT_OVERHEAD, /* running: switch-in, cold cache, exits, ticks, handoff */
	VT_HALT_POLL, /* blocked, but the pCPU polls for it */
	VT_STEAL, /* runnable, waiting for a pCPU */
	VT_HELD, /* runnable, co-stopped or capped by the policy */
	VT_BLOCKED, /* halted, asleep, not started yet, or complete */
	NR_VT
};

/* Where a pCPU's time goes; adds up to the window exactly (law 2). */
enum pcpu_time {
	PT_USEFUL,
	PT_SPIN,
	PT_OVERHEAD,
	PT_HALT_POLL,
	PT_STOLEN,
	PT_IDLE,
	PT_OFFLINE,
	NR_PT
};

/*
 * Where the time of a VM's threads goes, if it has more than vCPUs: disjoint, and
 * they add up to the window times their number exactly (law 7).  What is loaded is
 * the time in which its vCPUs had a thread (law 8).
 */
enum thread_time {
	TT_READY, /* waits for a vCPU */
	TT_LOADED, /* has one, which may run or not */
	TT_ASLEEP,
	TT_WAITING, /* at a barrier that blocks, for a mutex */
	TT_OVER, /* not started, complete, or halted for good */
	NR_TT
};

enum vm_count {
	VC_OPS, /* units of work completed (outermost loop bodies, arrivals) */
	VC_STEPS, /* steps of the scenario completed: a critical section is one */
	VC_SECTIONS, /* critical sections completed */
	VC_SWITCHES, /* times a vCPU of it was switched in */
	VC_PREEMPTIONS, /* switched out while still runnable, not by a yield */
	VC_MIGRATIONS, /* switched in on another pCPU than before */
	VC_WAKEUPS,
	VC_LHP, /* preempted while holding a lock */
	VC_LHP_HARMFUL, /* of them: a sibling spun because of it */
	VC_LWP, /* a lock was handed to a waiter that was off CPU */
	VC_COSTOPS,
	VC_LOCK_HALTS, /* a waiter for a lock halted */
	VC_LOCK_KICKS, /* ... and a release woke it */
	VC_LOCK_STEALS, /* a lock was taken past those in line */
	VC_SIBLING_TURNS, /* switched in right behind a sibling that still wants to run */
	VC_HALT_POLLS, /* halts for which the pCPU polled */
	VC_HALT_POLLS_WOKEN, /* of them: ended by a wake-up */
	VC_FINISHED, /* vCPUs (threads) whose finite program completed in the window */
	VC_MUTEX_SLEEPS, /* a thread went to sleep for a mutex */
	VC_THREAD_SWITCHES, /* times a vCPU took another thread than its last */
	VC_THREAD_PREEMPTIONS, /* of a thread by the end of its slice */
	VC_PLE_EXITS, /* pause-loop exits */
	VC_YIELDS_TO, /* a spinner gave way to a sibling */
	VC_YIELDS_HIT, /* of them: to the one that was waited for */
	VC_IPIS, /* interrupts sent to siblings, each target one */
	VC_IPIS_HANDLED, /* ... and handled */
	VC_IPIS_FLAGGED, /* targets that were left alone: off CPU; they flush when they run */
	NR_VC
};

struct vm_result {
	uint64_t time[NR_VT]; /* summed over its vCPUs */
	uint64_t count[NR_VC];
	uint64_t thread_time[NR_TT]; /* summed over its threads; all 0: it has none apart */
	/* co-run, over the time in which at least two siblings were not blocked */
	uint64_t corun_any_ns; /* at least one runs */
	uint64_t corun_all_ns; /* all that are not blocked run */
	uint64_t corun_all_n_ns; /* all N run */
	/* sums over the VM's locks of the time in which a holder was off CPU */
	uint64_t lhp_wall_ns;
	uint64_t lhp_exposed_ns; /* of it: a sibling was running */
	uint64_t lock_held_ns; /* sum over locks of the time held, holder running */
	uint64_t lock_wait_ns; /* sum over vCPUs from wanting a lock to having it */
	/*
	 * Weighted max-min share of the host while its vCPUs were not blocked; or, with
	 * fairness by demand, what a fluid schedule would have given of the same demand.
	 */
	double entitled_ns;
	double sibling_short; /* by demand only: of its share, what the last vCPU lacks */
	uint64_t received_ns; /* running time: what `entitled` is compared with */
	uint64_t frag_wait_ns; /* vCPU time: held or waiting beside an idle usable pCPU */
	uint64_t max_skew_ns; /* largest difference in running time between siblings */
	uint64_t done_at_ns; /* all vCPUs complete, from the VM's start; 0: not (yet) */
};

enum group_hist {
	GH_WAIT, /* each spell of being runnable and off CPU */
	GH_WAKEUP, /* wake-up to running */
	GH_RESPONSE, /* scheduled arrival to completion */
	GH_LOCK_WAIT, /* wanting a lock to having it */
	GH_STINT, /* each spell on a pCPU */
	GH_IPI, /* an interrupt step that waits: to the last answer */
	NR_GH
};

struct group_result {
	struct hist hist[NR_GH];
};

struct sim_result {
	uint64_t window_ns; /* measured, after the warm-up */
	uint32_t nr_vms, nr_pcpus, nr_groups;
	struct vm_result *vms;
	uint64_t (*pcpus)[NR_PT];
	struct group_result *groups;
	/* pCPU time idle while some vCPU that may run there was runnable */
	uint64_t frag_idle_ns;
	uint64_t forced_idle_ns; /* of it: beside a busy thread of the same core */
	uint64_t nr_events; /* of the event queue */
	uint64_t nr_switches;
	uint64_t nr_picks, nr_kicks;
	uint64_t nr_violations; /* answers that broke the contract; the pCPU idled */
	char violation[200]; /* the first one, in words */
	/* duration of the whole run, warm-up and tail included */
	uint64_t end_ns;
};

#endif
