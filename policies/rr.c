/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * rr - round robin: the smallest policy that is of any use, and the first one to read.
 *
 * IDEA
 *	One queue for the whole pool, first in, first out.  A pCPU takes the vCPU at the head
 *	and runs it for a slice; if it is still runnable then, it goes to the tail.  A vCPU
 *	that wakes goes to the tail too, and one idle pCPU, if any, is kicked to fetch it.
 *
 * EXAMPLE
 *	Two pCPUs, slice 10 ms, three hogs A B C that start together:
 *
 *		ms    0        10       20       30
 *		p0    A        C        B        A
 *		p1    B        A        C        B
 *
 *	At 10 ms p0 puts A at the tail behind C and takes C; p1 puts B behind A and takes A.
 *	In 30 ms each has run 20 ms, and has been moved every time.
 *
 * WHEN IT IS BAD
 *	No weights, no affinity: a vCPU goes wherever the queue takes it, with a cold cache.
 *	A vCPU that sleeps a lot waits behind every hog, up to
 *	(runnable - pCPUs) * slice / pCPUs.  Siblings run together by accident only, so the
 *	holder of a spinlock is often off its pCPU while others spin.  A spinner that names
 *	the sibling it waits for puts that one at the head of the queue, free of charge: a
 *	guest that asks often takes its neighbours' time (workloads/pv-yield-unfair.yaml).
 *	One queue is one cache line that every pCPU of a real host fights for.
 *
 * COST
 *	Constant, but for the search for an idle pCPU: a word for each 64 pCPUs.
 *
 * SOURCE
 *	Folklore, older than its textbooks.  The slice is an assumption: 10 ms is the order of
 *	what Xen's credit2 allows at most (its MAX_TIMER).
 */
#include "policy.h"
#include "sp_idle.h"
#include "sp_list.h"

/* -- state: one block that the host gives us, indices instead of pointers ---- */

enum rr_state { RR_BLOCKED, RR_QUEUED, RR_RUNNING };

struct rr_vcpu {
	sp_u16 state; /* enum rr_state */
	sp_id pcpu; /* RR_RUNNING: where, as far as we know */
	struct sp_link link; /* RR_QUEUED: its neighbours */
};

struct rr {
	sp_u64 slice_ns;
	sp_u64 idle[SP_WORDS(SP_NR_PCPUS)]; /* online, nothing picked, not yet kicked */
	sp_id running[SP_NR_PCPUS]; /* what we picked last, or SP_NONE */
	struct rr_vcpu vcpus[SP_NR_VCPUS];
	struct sp_list queue;
	sp_u32 zero; /* no padding: all of the state is compared between targets */
};

enum { RR_SLICE };

static const struct sp_tunable rr_tunables[] = {
	[RR_SLICE] = {.name = "slice",
		      .help = "how long a vCPU runs before it goes to the tail",
		      .unit = SP_UNIT_NS,
		      .preset = SP_MS(10),
		      .min = SP_US(100),
		      .max = SP_MS(1000)},
};

static struct rr_vcpu *rr_vcpu(struct rr *rr, sp_u32 vcpu)
{
	return &SP_AT(rr->vcpus, vcpu);
}

static void rr_enqueue(struct rr *rr, sp_u32 vcpu)
{
	struct rr_vcpu *v = rr_vcpu(rr, vcpu);

	v->state = RR_QUEUED;
	sp_list_append(&rr->queue, rr->vcpus, vcpu, v);
}

/* What we picked for this pCPU never ran (promise 5 of the host): it waits again. */
static SP_NOINLINE void rr_put_back(struct rr *rr, sp_u32 pcpu)
{
	sp_id *running = &SP_AT(rr->running, pcpu);

	if (*running == SP_NONE)
		return;
	rr_enqueue(rr, *running);
	*running = SP_NONE;
}

/* -- scheduling --------------------------------------------------------------- */

static SP_CALLBACK void rr_vcpu_wake(void *st, sp_u32 vcpu, const struct sp_wake *wake,
				     sp_u64 now_ns, struct sp_out *out)
{
	struct rr *rr = st;

	if (rr_vcpu(rr, vcpu)->state != RR_BLOCKED)
		return;
	rr_enqueue(rr, vcpu);
	sp_idle_kick(rr->idle, out);
}

static SP_CALLBACK void rr_pick_next(void *st, sp_u32 pcpu, sp_u64 now_ns, struct sp_out *out)
{
	struct rr *rr = st;
	struct rr_vcpu *v;
	sp_u32 vcpu;

	rr_put_back(rr, pcpu);
	vcpu = rr->queue.head;
	if (vcpu == SP_NONE) {
		sp_set_bit(rr->idle, SP_WORDS(SP_NR_PCPUS), pcpu);
		return;
	}
	sp_clear_bit(rr->idle, SP_WORDS(SP_NR_PCPUS), pcpu);
	v = rr_vcpu(rr, vcpu);
	sp_list_remove(&rr->queue, rr->vcpus, v);
	v->state = RR_RUNNING;
	v->pcpu = (sp_id)pcpu;
	SP_AT(rr->running, pcpu) = (sp_id)vcpu;
	out->next = vcpu;
	out->run_until_ns = now_ns + rr->slice_ns;
}

/* It does not want to run any more, and did not get to. */
static SP_CALLBACK void rr_vcpu_block(void *st, sp_u32 vcpu, sp_u64 now_ns, struct sp_out *out)
{
	struct rr *rr = st;
	struct rr_vcpu *v = rr_vcpu(rr, vcpu);

	if (v->state == RR_QUEUED)
		sp_list_remove(&rr->queue, rr->vcpus, v);
	else if (v->state == RR_RUNNING)
		SP_AT(rr->running, v->pcpu) = SP_NONE;
	v->state = RR_BLOCKED;
}

static SP_CALLBACK void rr_vcpu_stopped(void *st, const struct sp_stint *stint, sp_u64 now_ns,
					struct sp_out *out)
{
	struct rr *rr = st;

	SP_AT(rr->running, stint->pcpu) = SP_NONE;
	if (stint->why == SP_STOP_BLOCKED)
		rr_vcpu(rr, stint->vcpu)->state = RR_BLOCKED;
	else
		rr_enqueue(rr, stint->vcpu);
}

/* `to` is next; `from` goes to the tail when it stops. */
static SP_CALLBACK void rr_vcpu_yield_to(void *st, sp_u32 from, sp_u32 to, sp_u64 now_ns,
					 struct sp_out *out)
{
	struct rr *rr = st;
	struct rr_vcpu *v = rr_vcpu(rr, to);

	if (v->state != RR_QUEUED || rr->queue.head == to)
		return;
	sp_list_remove(&rr->queue, rr->vcpus, v);
	sp_list_prepend(&rr->queue, rr->vcpus, to, v);
}

/* -- pCPUs, VMs and vCPUs come and go -------------------------------------------- */

static SP_CALLBACK sp_s32 rr_init(void *st, const struct sp_config *config)
{
	struct rr *rr = st;
	sp_u32 i;

	rr->slice_ns = config->tunables[RR_SLICE];
	sp_list_init(&rr->queue);
	sp_for (i, SP_NR_PCPUS)
		SP_AT(rr->running, i) = SP_NONE;
	return 0;
}

static SP_CALLBACK sp_s32 rr_pcpu_online(void *st, sp_u32 pcpu, const struct sp_topo *topo,
					 sp_u64 now_ns, struct sp_out *out)
{
	struct rr *rr = st;

	sp_set_bit(rr->idle, SP_WORDS(SP_NR_PCPUS), pcpu);
	return 0;
}

static SP_CALLBACK void rr_pcpu_offline(void *st, sp_u32 pcpu, sp_u64 now_ns, struct sp_out *out)
{
	struct rr *rr = st;

	sp_clear_bit(rr->idle, SP_WORDS(SP_NR_PCPUS), pcpu);
	rr_put_back(rr, pcpu);
	if (rr->queue.tail != SP_NONE)
		sp_idle_kick(rr->idle, out); /* this one may have been on its way */
}

/* Ceilings and weights are not honoured, hence refused. */
static SP_CALLBACK sp_s32 rr_vm_add(void *st, sp_u32 vm, const struct sp_vm_config *config,
				    sp_u64 now_ns, struct sp_out *out)
{
	return config->quota_ns || config->weight != SP_WEIGHT_NICE_0 ? -SP_ENOTSUP : 0;
}

static SP_CALLBACK sp_s32 rr_vcpu_add(void *st, sp_u32 vcpu, const struct sp_vcpu_config *config,
				      sp_u64 now_ns, struct sp_out *out)
{
	sp_u32 is_plain = !config->weight || config->weight == SP_WEIGHT_NICE_0;

	return config->affinity.nr || !is_plain ? -SP_ENOTSUP : 0;
}

/* A VM or a vCPU leaves.  It is blocked, hence in no queue: there is nothing to undo. */
static SP_CALLBACK void rr_remove(void *st, sp_u32 id, sp_u64 now_ns, struct sp_out *out)
{
}

/* Invariants, for tests: 1 the queue holds all that wait, 2 running and state agree. */
static SP_CALLBACK sp_s32 rr_check(const void *st)
{
	const struct rr *rr = st;
	sp_u32 i, nr = 0, at = rr->queue.head, before = SP_NONE;

	sp_for (i, SP_NR_VCPUS) {
		const struct rr_vcpu *v = &SP_AT(rr->vcpus, at);

		nr += SP_AT(rr->vcpus, i).state == RR_QUEUED;
		if (at == SP_NONE)
			continue;
		if (v->state != RR_QUEUED || v->link.prev != before)
			return 1;
		before = at;
		at = v->link.next;
		nr--;
	}
	if (at != SP_NONE || rr->queue.tail != before || nr)
		return 1;
	sp_for (i, SP_NR_PCPUS) {
		const struct rr_vcpu *v = &SP_AT(rr->vcpus, SP_AT(rr->running, i));

		if (SP_AT(rr->running, i) != SP_NONE && (v->state != RR_RUNNING || v->pcpu != i))
			return 2;
	}
	return 0;
}

/* The only thing that a host sees. */
SP_POLICY = {
	.name = "rr",
	.summary = "round robin over one queue: no weights, no memory",
	.contract = SP_CONTRACT_VERSION,
	.state_size = sizeof(struct rr),
	.nr_tunables = sizeof(rr_tunables) / sizeof(rr_tunables[0]),
	.tunables = rr_tunables,
	.init = rr_init,
	.pcpu_online = rr_pcpu_online,
	.pcpu_offline = rr_pcpu_offline,
	.vm_add = rr_vm_add,
	.vm_remove = rr_remove,
	.vcpu_add = rr_vcpu_add,
	.vcpu_remove = rr_remove,
	.vcpu_wake = rr_vcpu_wake,
	.vcpu_block = rr_vcpu_block,
	.vcpu_stopped = rr_vcpu_stopped,
	.pick_next = rr_pick_next,
	.vcpu_yield_to = rr_vcpu_yield_to,
	.check = rr_check,
};
