/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * cfs - the Completely Fair Scheduler, as Linux 6.1 has it.
 *
 * IDEA
 *	Each pCPU has a queue of its own, ordered by vruntime: real time run, times
 *	1024 / weight.  The leftmost runs, for its part of a period (latency) in
 *	which all in the queue get a turn.  A vCPU that wakes is set back to latency / 2
 *	before the queue's clock at most.  If it is then more than wakeup_granularity
 *	behind the vCPU that runs, it preempts that one: sleepers are served at once, but
 *	sleep is not saved up.  Everything else is about which queue: a waking vCPU goes
 *	to an idle pCPU near its cache or its waker, a pCPU that runs dry pulls
 *	from near and far, and every so often busy pCPUs compare their loads.
 *
 *	state.h: what is kept; queue.c: one pCPU's queue; clock.c: virtual time, slices
 *	and choice; place.c: the pCPU for a vCPU that wakes; arrive.c: its vruntime;
 *	balance.c: changing queues; life.c: coming and going; calls.c: waking, blocking,
 *	caps, the timer; sched.c: the scheduling proper; check.c: the invariants.  Other
 *	policies are built on these parts too: balance and demand on all of them, eevdf
 *	on all but clock.c, arrive.c and sched.c, which are the rules of CFS for one queue.
 *
 * EXAMPLE
 *	A host of 8 pCPUs: the scale is 1 + log2(8) = 4, so latency is 24 ms,
 *	min_granularity 3 ms, wakeup_granularity 4 ms.  On one of its pCPUs, hogs
 *	A (nice 0, weight 1024) and B (nice 5, weight 335).  Of 24 ms A's part is
 *	24 * 1024 / 1359 = 18.08 ms, B's is 5.92 ms; both add 18.08 ms of vruntime:
 *
 *		ms           0      18.08      24      42.08      48
 *		runs         A      B          A       B          A
 *		A, vruntime  0      18.08      18.08   36.17      36.17
 *		B, vruntime  0      0          18.08   18.08      36.17
 *
 *	S, nice 0, wakes at 30 ms after a long sleep.  The clock is at 18.08 (B),
 *	so S is set to 18.08 - 12 = 6.08.  A runs and has reached 24.08, which is
 *	18 ms more than S has: more than 4, so S preempts it.  (With 8 or more in
 *	the queue A would be noted as `last`, to be favoured once S has blocked.)
 *
 *	k equal hogs get 24 / k ms each while k <= 8, then 3 ms.  With tick_rounding
 *	and a tick of 4 ms it is 16, 12, 8, 8, 8, 4, 4 ms for k = 2 to 8: a slice
 *	must be exceeded, not reached, and that shows at a tick only.
 *
 * WHEN IT IS BAD
 *	It knows no gangs: the siblings of a VM run together by accident, so locks
 *	are held by vCPUs that do not run.  Shares hold per queue; across queues
 *	they are as fair as the balancing, which moves whole vCPUs and looks every
 *	(pCPUs of the level) * busy_factor ms.  Many weights at one pCPU make its
 *	slices as short as min_granularity, and light ones get more than is due.
 *
 * TUNABLES
 *	latency, min_granularity and wakeup_granularity are base values, as is
 *	usual; `scale` multiplies them by 1 + log2(min(pCPUs online, 8)).
 *	group: a VM's weight is the VM's as a whole.  A vCPU then counts with
 *	weight * (its weight) / (sum over the siblings that do not sleep), at least
 *	2, computed anew whenever it starts to wait: equal CPU per VM, where Linux
 *	has a cgroup per VM and splits its shares by load.  Whole numbers: a VM of
 *	weight 1024 with 3 hogs counts 3 * 341.
 *	tick_rounding: needs a host with ticks, and preempts only there (and at
 *	wake-ups).  Off: slices end to the nanosecond.
 *
 * LEFT OUT
 *	Load is the sum of the weights that are runnable now; Linux's decays (PELT),
 *	so it remembers.  Balancing compares queues, not groups of queues, and never
 *	moves a vCPU that runs.  No estimate whether a pull is worth it (avg_idle), no
 *	wake_wide, no synchronous wake-ups, no autogroup, no NUMA, no capacities.
 *	A VM's cap is Linux's bandwidth control (sp_cap.h),
 *	but for this: a new period's quota is divided evenly among the siblings that
 *	wait for it, where in Linux the CPU that asks first has 5 ms of it.  A slice is
 *	not cut when more vCPUs come: it stands until its end (but a vCPU that was alone
 *	gets an end).  A search looks at 16 candidates.  Some vCPUs are missed by it, or
 *	wait with a warm cache or in the wrong LLC: the timer sends them to an idle pCPU
 *	within a jiffy, where Linux has its nohz idle balancing.  A weight that rises does
 *	not shorten a debt of virtual time that is there already, here as in Linux 6.1
 *	(6.6 rescales it).
 *
 * COST
 *	Per stop and pick: constant, plus the place in the queue, searched from the
 *	nearer end: linear in the queue in the worst case, one step for hogs.  Per
 *	wake-up: the idle set of the LLC, a word for 64 pCPUs.  Per pull: the
 *	overloaded set, and the queue it chose.  The timer: 64 pCPUs a shot.
 *
 * SOURCE
 *	Linux 6.1, kernel/sched/fair.c: facts and constants.  Written anew.
 */
#include "policy.h"
#include "state.h"
#include "queue.c"
#include "clock.c"

/* Any pCPU is as good as its load: see cfs/place.c. */
static inline sp_u32 cfs_suits(const struct cfs *c, const struct cfs_vcpu *v, sp_u32 pcpu)
{
	return 1;
}

#include "place.c"
#include "arrive.c"
#include "balance.c"
#include "life.c"
#include "calls.c"
#include "sched.c"
#include "check.c"

SP_POLICY = {
	.name = "cfs",
	.summary = "the Completely Fair Scheduler of Linux 6.1",
	.contract = SP_CONTRACT_VERSION,
	.caps = SP_CAP_WEIGHT | SP_CAP_WEIGHT_VCPU | SP_CAP_WEIGHT_VM | SP_CAP_AFFINITY |
		SP_CAP_LIMIT,
	.state_size = sizeof(struct cfs),
	.nr_tunables = sizeof(cfs_tunables) / sizeof(cfs_tunables[0]),
	.tunables = cfs_tunables,
	.init = cfs_init,
	.pcpu_online = cfs_pcpu_online,
	.pcpu_offline = cfs_pcpu_offline,
	.vm_add = cfs_vm_add,
	.vm_remove = cfs_vm_remove,
	.vcpu_add = cfs_vcpu_add,
	.vcpu_remove = cfs_vcpu_remove,
	.vcpu_wake = cfs_vcpu_wake,
	.vcpu_block = cfs_vcpu_block,
	.vcpu_stopped = cfs_vcpu_stopped,
	.pick_next = cfs_pick_next,
	.timer = cfs_timer,
	.tick = cfs_tick,
	.vcpu_yield_to = cfs_vcpu_yield_to,
	.vm_set_weight = cfs_vm_set_weight,
	.vcpu_set_weight = cfs_vcpu_set_weight,
	.vcpu_set_affinity = cfs_vcpu_set_affinity,
	.check = cfs_check,
};
