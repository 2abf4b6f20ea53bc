/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * nice - exact shares by weight, and nothing else.
 *
 * IDEA
 *	Every vCPU has a clock of its own.  While the vCPU runs, its virtual time
 *	advances by real time * 1024 / weight: heavy ones age slowly.  The youngest vCPU
 *	runs next, for one slice.  There is one queue for the whole pool.
 *
 *	The pool has a clock, too, the floor.  At each pick it is set forward to the
 *	virtual time of the youngest vCPU that waits; it never goes back.  A vCPU that
 *	wakes with a clock behind the floor is set to the floor: sleeping earns nothing.
 *
 *	sp_cap.h keeps a VM's cap.  When the VM has had its quota, its vCPUs leave the
 *	queue as their turns come.  They are put back, as after a sleep, when the period
 *	is over.  The next quota is divided evenly among the siblings that wait for it;
 *	a sibling that got nothing of one quota goes first in the next.
 *
 * EXAMPLE
 *	One pCPU, slice 10 ms, hogs A (nice 0, weight 1024) and B (nice 5, weight
 *	335).  10 ms of B are 30.57 ms of virtual time:
 *
 *		real ms   0    10    20    30    40    50    60    70
 *		runs      A    B     A     A     A     B     A ...
 *		A         0    10    10    20    30    40    40    50
 *		B         0    0     30.57 30.57 30.57 30.57 61.13 61.13
 *
 *	B's part tends to 335 / (335 + 1024) = 24.65 %.  Neither clock is ever ahead of
 *	the other by more than one slice of its owner: 10 ms for A, 30.57 ms for B.  So
 *	each has its due within one slice, however long the run.  The remainder of the
 *	division by the weight is carried: no rounding adds up.
 *
 * WHEN IT IS BAD
 *	No preemption: a vCPU that wakes runs next, but only when a slice ends
 *	somewhere: up to slice / pCPUs later if the ends are spread evenly, up to a
 *	slice if not.  No affinity, no caches, no gangs.  On several pCPUs a weight that
 *	asks for more than one pCPU cannot be honoured.  The vCPU that has it runs all
 *	the time and ages too slowly; when rivals come later, it is far ahead of them
 *	("infeasible weights").  A vCPU that yields gives up its lead over the next in
 *	line for good.  A weight that changes in the middle of a stint counts for all of
 *	it.  When a spinner gives way to a sibling, the sibling goes first once, if it
 *	is no more than a slice older than the youngest.  A vCPU that was late by a
 *	slice may then be late by two.
 *
 * COST
 *	Logarithmic in the number of those waiting (sp_heap.h), plus the search for
 *	an idle pCPU: a word of the idle set for each 64 pCPUs.
 *
 * SOURCE
 *	Start-time fair queueing: Goyal, Vin, Cheng, SIGCOMM 1996; for CPUs: Goyal,
 *	Guo, Vin, OSDI 1996.  Infeasible weights: Chandra et al., OSDI 2000.  The
 *	weights of the 40 nice levels are Linux's.  The slice is an assumption.
 */
#include "policy.h"
#include "sp_cap.h"
#include "sp_heap.h"
#include "sp_idle.h"

enum nice_state { NICE_ABSENT, NICE_BLOCKED, NICE_QUEUED, NICE_RUNNING, NICE_CAPPED };

struct nice_vcpu {
	struct sp_vtime age;
	sp_u32 weight; /* 0: as its VM */
	sp_id vm;
	sp_id pcpu; /* NICE_RUNNING: where */
	sp_u64 state; /* enum nice_state */
};

struct nice {
	sp_u64 slice_ns;
	sp_u64 floor_ns;
	sp_u64 online[SP_WORDS(SP_NR_PCPUS)];
	sp_u64 idle[SP_WORDS(SP_NR_PCPUS)]; /* online, nothing picked, not yet kicked */
	struct sp_heap waiting; /* by age */
	sp_u32 favoured; /* a spinner gave way to it: it may go first once; SP_NONE */
	sp_u32 zero;
	struct sp_caps caps;
	struct nice_vcpu vcpus[SP_NR_VCPUS];
	sp_u64 vm_weight[SP_NR_VMS];
	sp_id running[SP_NR_PCPUS]; /* what we picked last, or SP_NONE */
};

enum { NICE_SLICE };

static const struct sp_tunable nice_tunables[] = {
	[NICE_SLICE] = {.name = "slice",
			.help = "how long the youngest runs before ages are compared again",
			.unit = SP_UNIT_NS,
			.preset = SP_MS(10),
			.min = SP_US(100),
			.max = SP_MS(1000)},
};

static struct nice_vcpu *nice_vcpu(struct nice *n, sp_u32 vcpu)
{
	return &SP_AT(n->vcpus, vcpu);
}

static void nice_enqueue(struct nice *n, sp_u32 vcpu)
{
	nice_vcpu(n, vcpu)->state = NICE_QUEUED;
	sp_heap_push(&n->waiting, vcpu, nice_vcpu(n, vcpu)->age.ns);
}

/* -- pCPUs ------------------------------------------------------------------ */

/* What we picked for this pCPU never ran (promise 5 of the host): it waits again. */
static void nice_put_back(struct nice *n, sp_u32 pcpu)
{
	sp_id *running = &SP_AT(n->running, pcpu);

	if (*running == SP_NONE)
		return;
	sp_caps_settle(&n->caps, nice_vcpu(n, *running)->vm, pcpu, 0);
	nice_enqueue(n, *running);
	*running = SP_NONE;
}

/* -- callbacks: pCPUs, VMs and vCPUs come and go ----------------------------- */

static SP_CALLBACK sp_s32 nice_init(void *st, const struct sp_config *config)
{
	struct nice *n = st;
	sp_u32 i;

	n->slice_ns = config->tunables[NICE_SLICE];
	n->favoured = SP_NONE;
	sp_caps_init(&n->caps);
	sp_for (i, SP_NR_PCPUS)
		SP_AT(n->running, i) = SP_NONE;
	return 0;
}

static SP_CALLBACK sp_s32 nice_pcpu_online(void *st, sp_u32 pcpu, const struct sp_topo *topo,
					   sp_u64 now_ns, struct sp_out *out)
{
	struct nice *n = st;

	sp_set_bit(n->online, SP_WORDS(SP_NR_PCPUS), pcpu); /* a pick follows: not idle yet */
	return 0;
}

static SP_CALLBACK void nice_pcpu_offline(void *st, sp_u32 pcpu, sp_u64 now_ns, struct sp_out *out)
{
	struct nice *n = st;

	sp_clear_bit(n->online, SP_WORDS(SP_NR_PCPUS), pcpu);
	sp_clear_bit(n->idle, SP_WORDS(SP_NR_PCPUS), pcpu);
	nice_put_back(n, pcpu);
	if (n->waiting.nr)
		sp_idle_kick(n->idle, out); /* it may have been the one on its way */
}

static SP_CALLBACK sp_s32 nice_vm_add(void *st, sp_u32 vm, const struct sp_vm_config *config,
				      sp_u64 now_ns, struct sp_out *out)
{
	struct nice *n = st;

	if (!sp_is_weight(config->weight))
		return -SP_EINVAL;
	SP_AT(n->vm_weight, vm) = config->weight;
	sp_caps_set(&n->caps, vm, config);
	return 0;
}

static SP_CALLBACK void nice_vm_remove(void *st, sp_u32 vm, sp_u64 now_ns, struct sp_out *out)
{
	struct nice *n = st;

	SP_AT(n->vm_weight, vm) = 0;
	sp_caps_unset(&n->caps, vm);
}

static SP_CALLBACK sp_s32 nice_vcpu_add(void *st, sp_u32 vcpu, const struct sp_vcpu_config *config,
					sp_u64 now_ns, struct sp_out *out)
{
	struct nice_vcpu *v = nice_vcpu(st, vcpu);

	if (config->affinity.nr)
		return -SP_ENOTSUP;
	if (config->weight > SP_WEIGHT_MAX)
		return -SP_EINVAL;
	v->age.ns = 0; /* the first wake-up lifts it to the floor */
	v->age.rem = 0;
	v->weight = config->weight;
	v->vm = (sp_id)config->vm;
	v->state = NICE_BLOCKED;
	return 0;
}

static SP_CALLBACK void nice_vcpu_remove(void *st, sp_u32 vcpu, sp_u64 now_ns, struct sp_out *out)
{
	nice_vcpu(st, vcpu)->state = NICE_ABSENT;
}

/* A new weight counts from the stint under way: ages already reached stay. */
static SP_CALLBACK sp_s32 nice_vm_set_weight(void *st, sp_u32 vm, sp_u32 weight, sp_u64 now_ns,
					     struct sp_out *out)
{
	struct nice *n = st;

	if (!sp_is_weight(weight))
		return -SP_EINVAL;
	SP_AT(n->vm_weight, vm) = weight;
	return 0;
}

static SP_CALLBACK sp_s32 nice_vcpu_set_weight(void *st, sp_u32 vcpu, sp_u32 weight, sp_u64 now_ns,
					       struct sp_out *out)
{
	if (!sp_is_weight(weight))
		return -SP_EINVAL;
	nice_vcpu(st, vcpu)->weight = weight;
	return 0;
}

/* -- callbacks: scheduling --------------------------------------------------- */

static SP_CALLBACK void nice_vcpu_wake(void *st, sp_u32 vcpu, const struct sp_wake *wake,
				       sp_u64 now_ns, struct sp_out *out)
{
	struct nice *n = st;
	struct nice_vcpu *v = nice_vcpu(n, vcpu);

	if (v->state != NICE_BLOCKED)
		return;
	v->age.ns = sp_max(v->age.ns, n->floor_ns);
	nice_enqueue(n, vcpu);
	sp_idle_kick(n->idle, out);
}

static SP_CALLBACK void nice_vcpu_block(void *st, sp_u32 vcpu, sp_u64 now_ns, struct sp_out *out)
{
	struct nice *n = st;
	struct nice_vcpu *v = nice_vcpu(n, vcpu);

	if (v->state == NICE_QUEUED) {
		sp_heap_remove(&n->waiting, vcpu);
		sp_caps_leave(&n->caps, vcpu, v->vm, now_ns, out);
	} else if (v->state == NICE_RUNNING) {
		sp_caps_settle(&n->caps, v->vm, v->pcpu, 0);
		sp_caps_leave(&n->caps, vcpu, v->vm, now_ns, out);
		SP_AT(n->running, v->pcpu) = SP_NONE;
	} else if (v->state == NICE_CAPPED) {
		sp_caps_unpark(&n->caps, vcpu, v->vm, out);
	} else {
		return;
	}
	v->state = NICE_BLOCKED;
}

static void nice_charge(struct nice *n, struct nice_vcpu *v, sp_u64 ran_ns)
{
	sp_u32 weight = v->weight ? v->weight : (sp_u32)SP_AT(n->vm_weight, v->vm);

	sp_vtime_charge(&v->age, ran_ns, weight);
}

static SP_CALLBACK void nice_vcpu_stopped(void *st, const struct sp_stint *stint, sp_u64 now_ns,
					  struct sp_out *out)
{
	struct nice *n = st;
	struct nice_vcpu *v = nice_vcpu(n, stint->vcpu);

	SP_AT(n->running, stint->pcpu) = SP_NONE;
	nice_charge(n, v, stint->ran_ns);
	sp_caps_settle(&n->caps, v->vm, stint->pcpu, stint->ran_ns);
	if (stint->why == SP_STOP_BLOCKED) {
		v->state = NICE_BLOCKED;
		sp_caps_leave(&n->caps, stint->vcpu, v->vm, now_ns, out);
		return;
	}
	/* A vCPU that yields lets the next in line go first, even if that one is older. */
	if (stint->why == SP_STOP_YIELDED && n->waiting.nr)
		v->age.ns = sp_max(v->age.ns, sp_heap_key(&n->waiting) + 1);
	nice_enqueue(n, stint->vcpu);
}

/* Once, `to` may go before the youngest: see nice_choose. */
static SP_CALLBACK void nice_vcpu_yield_to(void *st, sp_u32 from, sp_u32 to, sp_u64 now_ns,
					   struct sp_out *out)
{
	struct nice *n = st;

	if (nice_vcpu(n, to)->state == NICE_QUEUED)
		n->favoured = to;
}

/* The youngest, or the favoured one if it is no more than a slice older. */
static sp_u32 nice_choose(struct nice *n)
{
	sp_u32 favoured = n->favoured;
	const struct nice_vcpu *v = nice_vcpu(n, favoured);

	n->favoured = SP_NONE;
	if (favoured != SP_NONE && v->state == NICE_QUEUED &&
	    v->age.ns - sp_heap_key(&n->waiting) <= n->slice_ns)
		return favoured;
	return sp_heap_first(&n->waiting);
}

/* The youngest that may run; those before it whose VM has had its quota are parked. */
static SP_NOINLINE sp_u32 nice_next(struct nice *n, sp_u32 pcpu, sp_u64 now_ns, struct sp_out *out)
{
	sp_u32 i;

	sp_for (i, SP_NR_VCPUS) {
		sp_u32 vcpu = nice_choose(n), vm = nice_vcpu(n, vcpu)->vm;
		sp_u64 grant_ns;

		if (vcpu == SP_NONE)
			break;
		grant_ns = sp_caps_grant(&n->caps, vcpu, vm, pcpu, now_ns);
		if (grant_ns) {
			out->run_until_ns = sp_add_sat(now_ns, sp_min(grant_ns, n->slice_ns));
			return vcpu;
		}
		if (!sp_note_room(out, 1)) {
			sp_kick(out, pcpu); /* the others when it comes again */
			break;
		}
		sp_heap_remove(&n->waiting, vcpu);
		nice_vcpu(n, vcpu)->state = NICE_CAPPED;
		sp_caps_park(&n->caps, vcpu, vm, out);
		out->timer_ns = sp_max(n->caps.release_ns, now_ns);
	}
	return SP_NONE;
}

static SP_CALLBACK void nice_pick_next(void *st, sp_u32 pcpu, sp_u64 now_ns, struct sp_out *out)
{
	struct nice *n = st;
	sp_u32 vcpu;

	nice_put_back(n, pcpu);
	vcpu = nice_next(n, pcpu, now_ns, out);
	if (vcpu == SP_NONE) {
		if (!n->waiting.nr)
			sp_set_bit(n->idle, SP_WORDS(SP_NR_PCPUS), pcpu);
		return;
	}
	sp_clear_bit(n->idle, SP_WORDS(SP_NR_PCPUS), pcpu);
	n->floor_ns = sp_max(n->floor_ns, sp_heap_key(&n->waiting));
	sp_heap_remove(&n->waiting, vcpu);
	nice_vcpu(n, vcpu)->state = NICE_RUNNING;
	nice_vcpu(n, vcpu)->pcpu = (sp_id)pcpu;
	SP_AT(n->running, pcpu) = (sp_id)vcpu;
	out->next = vcpu;
}

/* May the VM of a parked vCPU run again?  As after a sleep, nothing is saved up. */
static SP_NOINLINE void nice_uncap(struct nice *n, sp_u32 vcpu, sp_u64 now_ns, struct sp_out *out)
{
	struct nice_vcpu *v = nice_vcpu(n, vcpu);

	if (!sp_caps_is_due(&n->caps, vcpu, v->vm, now_ns, out))
		return;
	sp_caps_release(&n->caps, vcpu, v->vm, out);
	v->age.ns = sp_max(v->age.ns, n->floor_ns);
	nice_enqueue(n, vcpu);
	sp_idle_kick(n->idle, out);
}

/* A period is over. */
static SP_CALLBACK void nice_timer(void *st, sp_u64 now_ns, struct sp_out *out)
{
	struct nice *n = st;
	sp_u32 i, vcpu;

	sp_caps_begin(&n->caps);
	sp_for (i, SP_NR_VCPUS) {
		vcpu = sp_caps_next(&n->caps);
		if (vcpu == SP_NONE)
			break;
		nice_uncap(n, vcpu, now_ns, out);
	}
	out->timer_ns = n->caps.release_ns;
}

/* -- invariants -------------------------------------------------------------- */

static SP_NOINLINE sp_s32 nice_check_heap(const struct nice *n)
{
	sp_u32 i, nr = 0;

	sp_for (i, SP_NR_VCPUS) {
		const struct sp_heap_slot *slot = &SP_AT(n->waiting.slots, i);
		const struct nice_vcpu *v = &SP_AT(n->vcpus, sp_heap_vcpu(slot));

		nr += SP_AT(n->vcpus, i).state == NICE_QUEUED;
		if ((SP_AT(n->vcpus, i).state == NICE_CAPPED) != sp_caps_is_parked(&n->caps, i))
			return 7;
		if (i >= n->waiting.nr)
			continue;
		if (!sp_heap_holds(&n->waiting, i))
			return 1;
		if (v->state != NICE_QUEUED || v->age.ns != slot->key)
			return 2;
	}
	return nr == n->waiting.nr ? 0 : 3;
}

/*
 * Invariants: 1 nobody in the heap is younger than its parent, 2 its slots and the
 * vCPUs agree, 3 all who wait are in it, 4 running and state agree, 5 idle pCPUs are
 * online and run nothing, 6 no vCPU waits beside an idle pCPU: if a pCPU idles, then
 * for each vCPU that waits another pCPU is on its way to pick, 7 who is parked for its
 * VM's cap is listed as such.
 */
static SP_CALLBACK sp_s32 nice_check(const void *st)
{
	const struct nice *n = st;
	sp_u32 i, nr_idle = 0, nr_coming = 0;
	sp_s32 wrong = nice_check_heap(n);

	if (wrong)
		return wrong;
	sp_for (i, SP_NR_PCPUS) {
		sp_u32 v = SP_AT(n->running, i);
		sp_u32 idle = sp_test_bit(n->idle, SP_WORDS(SP_NR_PCPUS), i) != 0;
		sp_u32 online = sp_test_bit(n->online, SP_WORDS(SP_NR_PCPUS), i) != 0;

		if (v != SP_NONE &&
		    (SP_AT(n->vcpus, v).state != NICE_RUNNING || SP_AT(n->vcpus, v).pcpu != i))
			return 4;
		if (idle && (!online || v != SP_NONE))
			return 5;
		nr_idle += idle;
		nr_coming += online && !idle && v == SP_NONE;
	}
	return nr_idle && n->waiting.nr > nr_coming ? 6 : 0;
}

SP_POLICY = {
	.name = "nice",
	.summary = "exact shares by weight from one queue: no preemption, no affinity",
	.contract = SP_CONTRACT_VERSION,
	.caps = SP_CAP_WEIGHT | SP_CAP_WEIGHT_VCPU | SP_CAP_LIMIT,
	.state_size = sizeof(struct nice),
	.nr_tunables = sizeof(nice_tunables) / sizeof(nice_tunables[0]),
	.tunables = nice_tunables,
	.init = nice_init,
	.pcpu_online = nice_pcpu_online,
	.pcpu_offline = nice_pcpu_offline,
	.vm_add = nice_vm_add,
	.vm_remove = nice_vm_remove,
	.vcpu_add = nice_vcpu_add,
	.vcpu_remove = nice_vcpu_remove,
	.vcpu_wake = nice_vcpu_wake,
	.vcpu_block = nice_vcpu_block,
	.vcpu_stopped = nice_vcpu_stopped,
	.pick_next = nice_pick_next,
	.vcpu_yield_to = nice_vcpu_yield_to,
	.timer = nice_timer,
	.vm_set_weight = nice_vm_set_weight,
	.vcpu_set_weight = nice_vcpu_set_weight,
	.check = nice_check,
};
