/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * eevdf - Earliest Eligible Virtual Deadline First, as Linux 6.18 has it.
 *
 * IDEA
 *	Each pCPU has a queue of its own.  A vCPU that runs ages: its vruntime advances
 *	by real time * 1024 / weight.  If all who compete at a pCPU had had exactly
 *	their due, all would have the same vruntime: the weighted mean of what they
 *	have.  How far one is behind that mean is its *lag*: service that it is owed.
 *	One that is ahead has a debt.
 *
 *	Each asks for service in requests of a slice (base_slice).  A request that
 *	begins at vruntime v has its *deadline* at v + slice * 1024 / weight.  Two rules
 *	make the schedule: only who is owed something, or is even, is *eligible*, and of
 *	the eligible the one with the earliest deadline runs.  The first makes shares
 *	exact, the second makes slices short for who asks for little at a time.
 *
 *	The rest is when to choose, and what becomes of lag:
 *
 *	- A vCPU that was picked is safe from those that wake until it has run for the
 *	  shortest slice of any vCPU there (run_to_parity), but only while it is
 *	  eligible.  After that, or if the vCPU that wakes asks for a shorter slice than
 *	  the one that runs, the two rules decide at the wake-up.
 *	- A vCPU that leaves its queue takes its lag along, and comes back with it.
 *	  While it is away its debt does not shrink and its credit does not grow.  Of
 *	  either, at most two slices are kept, or a jiffy if that is longer.  A vCPU that
 *	  changes pCPUs also keeps its distance to its deadline.
 *	- A vCPU that blocks with a debt does not leave its queue yet: it *lingers*.  It
 *	  still weighs in the mean until it would be chosen; by then the debt is worked
 *	  off (Linux: delayed dequeue).  If it wakes before that it goes on where it was.
 *	- A yield gives up the rest of the request.  If a spinner gives way to a vCPU,
 *	  that vCPU goes first if it is eligible.
 *	- A vCPU of weight 3 or less is of Linux's class SCHED_IDLE: any heavier one that
 *	  wakes preempts it, and it preempts none of those.
 *
 *	state.h: what is kept beside cfs's state; lag.c: mean, lag, choice; arrive.c: joining a
 *	queue, preemption; sched.c: scheduling proper; check.c: the invariants.  Where a
 *	vCPU goes, balancing and caps are cfs's, as in Linux: the parts of cfs/.
 *
 * EXAMPLE
 *	One pCPU, slice 0.7 ms, hogs A (nice 0, weight 1024) and B (nice 5, weight 335).
 *	0.7 ms are 0.7 of A's vruntime and 0.7 * 1024 / 335 = 2.14 of B's; the first
 *	request is half of that.  The mean is (1024 * A + 335 * B) / 1359.  An asterisk:
 *	eligible.  (tests/golden/eevdf-weights.txt)
 *
 *		ms      A      deadline   B      deadline   mean    runs
 *		0       0*     0.35       0*     1.07       0       A
 *		0.35    0.35   1.05       0*     1.07       0.264   B
 *		0.70    0.35*  1.05       1.07   3.21       0.527   A
 *		1.40    1.05*  1.75       1.07   3.21       1.055   A
 *		2.10    1.75   2.45       1.07*  3.21       1.582   B
 *		2.80    1.75*  2.45       3.21   5.35       2.110   A
 *		4.90    3.85   4.55       3.21*  5.35       3.692   B
 *
 *	From 2.1 ms on B has 0.7 ms of each 2.8 or so: 335 / 1359 = 24.65 % in the end.
 *
 *	S shares a queue with one hog, both nice 0.  S blocks when it is 1 ms ahead of
 *	the mean, and lingers.  While the hog runs for t the mean moves by t / 2: after
 *	2 ms S is even.  If it wakes then, it has its due, no more; without lingering it
 *	would have come back 1 ms ahead, however long it slept.
 *
 * WHEN IT IS BAD
 *	As cfs it knows no gangs: siblings run together by accident.  The slices are
 *	short (0.7 ms on 1 pCPU, 2.8 from 8 on), so a preempted lock holder soon runs
 *	again, but context switches are many.  A sleeper gets no bonus: who wakes beside
 *	hogs, without lag, waits for the end of the slice under way, where cfs has it
 *	preempt.  Shares hold for each queue; across queues they are as fair as the
 *	balancing of cfs.  The mean moves when somebody comes or goes with a lag, so a
 *	little of what one is owed is lost or won then.
 *
 * TUNABLES
 *	base_slice is a base value; `scale` multiplies it by 1 + log2(min(pCPUs online,
 *	8)), as Linux does.  The contract has no slice of a vCPU (Linux: sched_setattr):
 *	vCPUs whose weight is short_weight or more ask for short_slice instead, which is
 *	not scaled.  run_to_parity 2 is what 6.12 had (a vCPU is safe for all of its
 *	slice); run_to_parity 0 is what 6.18 does with RUN_TO_PARITY off.  With
 *	tick_rounding the policy looks only at ticks and wake-ups; without it, requests
 *	end to the nanosecond.  group and the others: see cfs.
 *
 * LEFT OUT
 *	What cfs leaves out of balancing (cfs/cfs.c).  Groups are flat: with `group` a
 *	vCPU competes with its part of the VM's weight, by itself; in Linux the VM
 *	competes for it, with the slice of the shortest request inside, and when one of
 *	its vCPUs blocks Linux favours a sibling.  Who is past its safety and chosen again
 *	is looked at after another quantum; Linux does so at the next tick.  A changed
 *	share counts for all of the stint under way.  A pCPU that goes offline forgives
 *	who lingers there.  At a wake-up who lingers is not asked: Linux does not preempt
 *	for who wakes where one that lingers would be chosen before it.  No buddy at
 *	wake-ups (NEXT_BUDDY is off in Linux), no core scheduling, and SCHED_IDLE is
 *	seen at wake-ups only, not in placing.  A guest with a cap keeps its lag while it
 *	is parked, as in Linux; the rest is sp_cap.h, with grants cut to the slice.
 *
 * COST
 *	As cfs, but a pick or wake-up walks the whole queue of its pCPU for the mean, and
 *	the eligible for the deadline: linear in the queue, some vCPUs on a real host.
 *	(Linux keeps sums, and a tree ordered by deadline that knows the least vruntime
 *	below each node.)
 *
 * SOURCE
 *	Stoica, Abdel-Wahab, "Earliest Eligible Virtual Deadline First", TR 95-22, Old
 *	Dominion University, 1995: eligibility, deadlines, lag at joining and leaving.
 *	Linux 6.18.15, kernel/sched/fair.c and features.h: facts and constants, everything
 *	else.  Written anew.
 */
#include "policy.h"
#include "state.h"
#include "cfs/queue.c"
#include "lag.c"

/* Any pCPU is as good as its load: see cfs/place.c. */
static inline sp_u32 cfs_suits(const struct cfs *c, const struct cfs_vcpu *v, sp_u32 pcpu)
{
	return 1;
}

#include "cfs/place.c"
#include "arrive.c"
#include "cfs/balance.c"
#include "cfs/life.c"
#include "cfs/calls.c"
#include "sched.c"
#include "cfs/check.c"
#include "check.c"

SP_POLICY = {
	.name = "eevdf",
	.summary = "Earliest Eligible Virtual Deadline First of Linux 6.18",
	.contract = SP_CONTRACT_VERSION,
	.caps = SP_CAP_WEIGHT | SP_CAP_WEIGHT_VCPU | SP_CAP_WEIGHT_VM | SP_CAP_AFFINITY |
		SP_CAP_LIMIT,
	.state_size = sizeof(struct eevdf),
	.nr_tunables = sizeof(eevdf_tunables) / sizeof(eevdf_tunables[0]),
	.tunables = eevdf_tunables,
	.init = eevdf_init,
	.pcpu_online = cfs_pcpu_online,
	.pcpu_offline = eevdf_pcpu_offline,
	.vm_add = cfs_vm_add,
	.vm_remove = cfs_vm_remove,
	.vcpu_add = eevdf_vcpu_add,
	.vcpu_remove = eevdf_vcpu_remove,
	.vcpu_wake = eevdf_vcpu_wake,
	.vcpu_block = eevdf_vcpu_block,
	.vcpu_stopped = eevdf_vcpu_stopped,
	.pick_next = eevdf_pick_next,
	.timer = cfs_timer,
	.tick = eevdf_tick,
	.vcpu_yield_to = cfs_vcpu_yield_to,
	.vm_set_weight = cfs_vm_set_weight,
	.vcpu_set_weight = cfs_vcpu_set_weight,
	.vcpu_set_affinity = cfs_vcpu_set_affinity,
	.check = eevdf_check,
};
