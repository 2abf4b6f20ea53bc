/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * balance - balance scheduling: cfs, but never two siblings in one queue.
 *
 * IDEA
 *	Under cfs a waking vCPU queues where its cache is warm or the load is low.
 *	Whether a sibling queues there already does not count, so siblings *stack*:
 *	of two vCPUs in one queue one always waits while the other runs, for
 *	certain, however long the slice.  If the one that waits holds the lock that
 *	the other spins for, the wait is a whole slice.
 *
 *	Balance scheduling adds one rule: a vCPU does not join the queue of a pCPU
 *	at which a sibling queues or runs.  Nothing is synchronised, no pCPU is
 *	left idle, nobody is held back: siblings merely *can* all run at once, and
 *	with queues of like length they often do.
 *
 *	The rule holds for every vCPU that wakes, is placed, pulled or pushed.  Where
 *	every pCPU that it may use has a sibling (the VM is wider than the pool, or than
 *	its affinity), it queues as under cfs.  The timer looks at every pCPU once in a
 *	jiffy and moves one of a pair apart as soon as there is room.  It tries only the
 *	first vCPU in the queue that meets a sibling there.  While that one has nowhere
 *	to go (its VM is wider than the pool), a pair behind it waits until the queue's
 *	order has turned and it is the first.
 *
 *	With `group` the weight is the VM's as a whole.  A VM of which more vCPUs want to
 *	run than there are pCPUs is then exempt: it has siblings in one queue anyway, and
 *	is spread by load as under cfs.  Otherwise it would have more than its part.
 *
 * EXAMPLE
 *	Four pCPUs, VMs A and B of 4 hogs.  Placed at random, a VM of 4 has two in
 *	one queue with a probability of 1 - 4! / 4^4 = 90.6 %.  Here:
 *
 *		queue of p0     A.0 B.2        cfs, for instance:  A.0 A.3
 *		         p1     A.1 B.0                            A.1 B.0
 *		         p2     A.2 B.3                            B.1 B.3
 *		         p3     A.3 B.1                            A.2 B.2
 *
 *	With slices of 9 ms, A.3 on the right is off its pCPU whenever A.0 runs.
 *	On the left, if the phases are independent, all four of A run together 1/15
 *	of the time that any of them does, and two given ones 4/15 of it, which is
 *	a third of the time that either of those two runs.
 *
 * WHEN IT IS BAD
 *	It makes it possible that siblings run together, not certain: guests that
 *	need all their vCPUs at once (a barrier every 100 us, a ticket lock) still
 *	wait for the one that is preempted, where a gang would not.  A wake-up may
 *	have to leave a warm cache, or the LLC, for the sake of the rule, and a
 *	pull that cfs would make is left undone: with VMs as wide as the pool
 *	nothing can be pulled but the vCPUs of others.
 *
 * COST
 *	As cfs, and for each pCPU that a search considers a walk of its queue, some
 *	vCPUs; a search skips at most as many pCPUs as the VM has vCPUs.  The timer
 *	walks each queue once a jiffy, quadratic in its length.
 *
 * SOURCE
 *	Sukwong & Kim, "Is co-scheduling too expensive for SMP VMs?", EuroSys 2011:
 *	the rule and its aim, from the abstract.  That the rule counts those that
 *	queue or run, not those that sleep, and everything about when it cannot be
 *	kept, are assumptions.  The rest is cfs (Linux 6.1).
 */
#include "policy.h"
#include "cfs/state.h"
#include "cfs/queue.c"
#include "cfs/clock.c"

/* -- the rule --------------------------------------------------------------------------- */

/* Does one of this VM, other than vcpu, queue or run at pcpu? */
static SP_NOINLINE sp_u32 balance_meets(const struct cfs *c, sp_u32 pcpu, sp_u32 vm, sp_u32 vcpu)
{
	const struct cfs_pcpu *p = &SP_AT(c->pcpus, pcpu);
	sp_u32 i, at = p->head;

	if (p->curr != SP_NONE && p->curr != vcpu && SP_AT(c->vcpus, p->curr).vm == vm)
		return 1;
	sp_for (i, SP_NR_VCPUS) {
		const struct cfs_vcpu *v = &SP_AT(c->vcpus, at);

		if (at == SP_NONE)
			break;
		if (at != vcpu && v->vm == vm)
			return 1;
		at = v->after;
	}
	return 0;
}

/* With `group`, a VM with more that want to run than there are pCPUs is not kept apart. */
static inline sp_u32 balance_is_free(const struct cfs *c, const struct cfs_vcpu *v)
{
	return c->tunables[CFS_GROUP] &&
	       SP_AT(c->vms, v->vm).nr > c->groups[CFS_POOL * SP_NR_PCPUS].nr;
}

static inline sp_u32 cfs_suits(const struct cfs *c, const struct cfs_vcpu *v, sp_u32 pcpu)
{
	return balance_is_free(c, v) || !balance_meets(c, pcpu, v->vm, SP_NONE);
}

#include "cfs/place.c"
#include "cfs/arrive.c"
#include "cfs/balance.c"
#include "cfs/life.c"
#include "cfs/calls.c"
#include "cfs/sched.c"
#include "cfs/check.c"

/* -- mending ---------------------------------------------------------------------------- */

/* The first in this queue that has a sibling here, or SP_NONE. */
static SP_NOINLINE sp_u32 balance_find_stacked(struct cfs *c, sp_u32 pcpu)
{
	sp_u32 i, at = cfs_pcpu(c, pcpu)->head;

	sp_for (i, SP_NR_VCPUS) {
		if (at == SP_NONE || (!balance_is_free(c, cfs_vcpu(c, at)) &&
				      balance_meets(c, pcpu, cfs_vcpu(c, at)->vm, at)))
			break;
		at = cfs_vcpu(c, at)->after;
	}
	return CFS_ANY(at);
}

/* One of two siblings in the queue of pcpu moves to where it suits, if it can. */
static SP_NOINLINE void balance_part(struct cfs *c, sp_u32 pcpu, sp_u64 now_ns, struct sp_out *out)
{
	sp_u32 vcpu, to;

	if (!sp_test_bit(c->overloaded, SP_WORDS(SP_NR_PCPUS), pcpu))
		return;
	vcpu = balance_find_stacked(c, pcpu);
	if (vcpu == SP_NONE)
		return;
	to = cfs_find_place(c, cfs_vcpu(c, vcpu));
	if (cfs_may_join(c, cfs_vcpu(c, vcpu), to))
		cfs_move(c, vcpu, to, now_ns, out);
}

static SP_CALLBACK void balance_timer(void *st, sp_u64 now_ns, struct sp_out *out)
{
	struct cfs *c = st;
	sp_u32 i, from = c->balance_at;

	if (c->caps.release_ns > now_ns) {
		sp_for (i, CFS_BATCH)
			balance_part(c, from + i, now_ns, out);
	}
	cfs_timer(st, now_ns, out);
}

SP_POLICY = {
	.name = "balance",
	.summary = "cfs, but never two siblings in the queue of one pCPU",
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
	.timer = balance_timer,
	.tick = cfs_tick,
	.vcpu_yield_to = cfs_vcpu_yield_to,
	.vm_set_weight = cfs_vm_set_weight,
	.vcpu_set_weight = cfs_vcpu_set_weight,
	.vcpu_set_affinity = cfs_vcpu_set_affinity,
	.check = cfs_check,
};
