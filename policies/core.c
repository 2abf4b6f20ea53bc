/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * core - core scheduling: the hardware threads of a core run vCPUs of one VM only.
 *
 * IDEA
 *	Threads of a core share its caches and buffers, and what one VM does there
 *	another one can measure.  So a core belongs to one VM at a time, for a turn
 *	of one slice.  The turn goes to the VM of the vCPU that has waited for least
 *	virtual time (as under nice: one queue for the pool, age grows by 1024 /
 *	weight for every ns run).  Every thread of the core runs the youngest vCPUs
 *	of that VM until the turn ends, for all of them at one instant.  A thread
 *	for which the VM has nobody is *forced idle*, whoever else waits.  A core
 *	on which nobody of the VM is left to run begins another turn at once.
 *
 * EXAMPLE
 *	Two cores of two threads, slice 10 ms, hogs A of 2 vCPUs, B of 3, C of 1:
 *
 *		ms          0       10      20      30
 *		core 0      A.0     B.2     A.0     B.0
 *		            A.1     forced  A.1     B.1
 *		core 1      B.0     C.0     B.2     C.0
 *		            B.1     forced  forced  forced
 *
 *	Four of the eight places of the second and third column are forced idle: B
 *	is odd, and C is alone.  Without the rule all threads would run all the time.
 *
 * WHEN IT IS BAD
 *	VMs of an odd number of runnable vCPUs leave threads idle; VMs of one vCPU
 *	leave half the threads idle, and then switching SMT off costs less.  With
 *	few runnable vCPUs (up to half the threads) every core runs one vCPU anyway,
 *	and packing two of a VM on one core, because its turn is there, is slower
 *	than a core for each.  No preemption, no affinity, no caches: see nice; who
 *	wakes may have to wait for a turn to end although threads are idle.
 *
 * COST
 *	A pick: logarithmic in the number of those who wait, plus a step for each
 *	sibling.  A wake-up: a step for each sibling, and for each thread of the
 *	cores on which they run.
 *
 * SOURCE
 *	The rule, and that siblings are forced idle: Linux 6.1, core scheduling
 *	(kernel/sched/core.c; Documentation/admin-guide/hw-vuln/core-scheduling),
 *	which takes the core-wide maximum of each runqueue's best, by vruntime, on
 *	every schedule().  Turns that end together for all threads, and one queue
 *	for the pool, are ours; so is the slice.
 */
#include "policy.h"
#include "sp_heap.h"

enum core_state { CORE_ABSENT, CORE_BLOCKED, CORE_QUEUED, CORE_RUNNING };

struct core_vcpu {
	struct sp_vtime age;
	sp_u32 weight; /* 0: as its VM */
	sp_id vm;
	sp_id pcpu; /* CORE_RUNNING: where */
	sp_id next; /* sibling */
	sp_u16 state; /* enum core_state */
	sp_u32 rides; /* CORE_RUNNING: it was not the youngest of all */
};

struct core_vm {
	sp_u32 weight;
	sp_id head; /* its vCPUs */
	sp_u16 nr_queued;
};

struct core_pcpu {
	sp_u32 turn; /* of its core, in which it picked last */
	sp_id core;
	sp_id next; /* thread of that core */
	sp_id running; /* what we picked last, or SP_NONE */
	sp_u16 zero[3];
};

struct core_core {
	sp_u64 until_ns; /* the turn's end */
	sp_u32 turn; /* its number */
	sp_id vm; /* whose turn it is */
	sp_id head; /* its threads that are online */
	sp_u16 nr_running;
	sp_u16 zero[3];
};

struct core {
	sp_u64 slice_ns;
	sp_u64 floor_ns; /* age that who wakes is lifted to; never falls */
	sp_u64 online[SP_WORDS(SP_NR_PCPUS)];
	sp_u64 idle[SP_WORDS(SP_NR_PCPUS)]; /* picked nothing, not yet kicked */
	sp_u64 free[SP_WORDS(SP_NR_PCPUS)]; /* of those: on cores that run nobody */
	struct core_pcpu pcpus[SP_NR_PCPUS];
	struct core_core cores[SP_NR_PCPUS];
	struct core_vcpu vcpus[SP_NR_VCPUS];
	struct core_vm vms[SP_NR_VMS];
	struct sp_heap waiting; /* by age */
};

enum { CORE_SLICE };

static const struct sp_tunable core_tunables[] = {
	[CORE_SLICE] = {"slice", "how long a core is one VM's", SP_UNIT_NS, 0, 10000000, 100000,
			1000000000},
};

static struct core_vcpu *core_vcpu(struct core *s, sp_u32 vcpu)
{
	return &s->vcpus[SP_IDX(vcpu, SP_NR_VCPUS)];
}

static struct core_vm *core_vm(struct core *s, sp_u32 vm)
{
	return &s->vms[SP_IDX(vm, SP_NR_VMS)];
}

static struct core_pcpu *core_pcpu(struct core *s, sp_u32 pcpu)
{
	return &s->pcpus[SP_IDX(pcpu, SP_NR_PCPUS)];
}

static struct core_core *core_of(struct core *s, sp_u32 pcpu)
{
	return &s->cores[SP_IDX(core_pcpu(s, pcpu)->core, SP_NR_PCPUS)];
}

/* -- threads of a core -------------------------------------------------------------- */

/* The first thread that idles, or SP_NONE. */
static SP_NOINLINE sp_u32 core_find_idle(struct core *s, const struct core_core *c)
{
	sp_u32 i, at = c->head;

	sp_for (i, SP_NR_PCPUS) {
		if (at == SP_NONE || sp_test_bit(s->idle, SP_WORDS(SP_NR_PCPUS), at))
			break;
		at = core_pcpu(s, at)->next;
	}
	return at + SP_ZERO;
}

/* Which of its idle threads are free to take any VM: all, or none. */
static SP_NOINLINE void core_mark_free(struct core *s, const struct core_core *c, sp_u32 is_free)
{
	sp_u32 i, at = c->head;

	sp_for (i, SP_NR_PCPUS) {
		if (at == SP_NONE)
			break;
		if (is_free && sp_test_bit(s->idle, SP_WORDS(SP_NR_PCPUS), at))
			sp_set_bit(s->free, SP_WORDS(SP_NR_PCPUS), at);
		else
			sp_clear_bit(s->free, SP_WORDS(SP_NR_PCPUS), at);
		at = core_pcpu(s, at)->next;
	}
}

static void core_kick(struct core *s, sp_u32 pcpu, struct sp_out *out)
{
	sp_clear_bit(s->idle, SP_WORDS(SP_NR_PCPUS), pcpu);
	sp_clear_bit(s->free, SP_WORDS(SP_NR_PCPUS), pcpu);
	sp_kick(out, pcpu);
}

/* Someone waits: have a core that runs nobody fetch him, and count on it. */
static void core_kick_free(struct core *s, struct sp_out *out)
{
	sp_u32 p = sp_next_bit(s->free, SP_WORDS(SP_NR_PCPUS), 0);

	if (p == SP_NONE)
		return;
	core_kick(s, p, out);
	core_mark_free(s, core_of(s, p), 0);
}

/* A thread that idles beside a sibling of v on a core that is its VM's, or SP_NONE. */
static SP_NOINLINE sp_u32 core_find_beside(struct core *s, const struct core_vcpu *v)
{
	sp_u32 i, p = SP_NONE, at = core_vm(s, v->vm)->head;

	sp_for (i, SP_NR_VCPUS) {
		const struct core_vcpu *w = core_vcpu(s, at);

		if (at == SP_NONE)
			break;
		at = w->next;
		if (w->state != CORE_RUNNING || core_of(s, w->pcpu)->vm != v->vm)
			continue;
		p = core_find_idle(s, core_of(s, w->pcpu));
		if (p != SP_NONE)
			break;
	}
	return p + SP_ZERO;
}

/* -- the queue ------------------------------------------------------------------------ */

static void core_enqueue(struct core *s, sp_u32 vcpu)
{
	struct core_vcpu *v = core_vcpu(s, vcpu);

	v->state = CORE_QUEUED;
	core_vm(s, v->vm)->nr_queued++;
	sp_heap_push(&s->waiting, vcpu, v->age.ns);
}

static void core_dequeue(struct core *s, sp_u32 vcpu)
{
	core_vm(s, core_vcpu(s, vcpu)->vm)->nr_queued--;
	sp_heap_remove(&s->waiting, vcpu);
}

/* The youngest of this VM that waits, or SP_NONE. */
static SP_NOINLINE sp_u32 core_youngest(struct core *s, sp_u32 vm)
{
	sp_u32 i, best = SP_NONE, at = core_vm(s, vm)->head;
	sp_u64 least_ns = SP_NEVER_NS;

	sp_for (i, SP_NR_VCPUS) {
		const struct core_vcpu *v = core_vcpu(s, at);

		if (at == SP_NONE)
			break;
		if (v->state == CORE_QUEUED && v->age.ns < least_ns) {
			best = at;
			least_ns = v->age.ns;
		}
		at = v->next;
	}
	return best + SP_ZERO;
}

/* What was picked for this pCPU is there no more: who was it? */
static sp_u32 core_release(struct core *s, sp_u32 pcpu)
{
	struct core_pcpu *p = core_pcpu(s, pcpu);
	struct core_core *c = core_of(s, pcpu);
	sp_u32 vcpu = p->running;

	p->running = SP_NONE;
	if (vcpu == SP_NONE)
		return SP_NONE;
	c->nr_running--;
	if (!c->nr_running)
		core_mark_free(s, c, 1);
	return vcpu;
}

/* -- callbacks: pCPUs, VMs and vCPUs come and go ----------------------------------------- */

static SP_CALLBACK sp_s32 core_init(void *st, const struct sp_config *config)
{
	struct core *s = st;
	sp_u32 i;

	s->slice_ns = config->tunables[CORE_SLICE];
	sp_for (i, SP_NR_PCPUS) {
		core_pcpu(s, i)->running = SP_NONE;
		s->cores[SP_IDX(i, SP_NR_PCPUS)].head = SP_NONE;
		s->cores[SP_IDX(i, SP_NR_PCPUS)].vm = SP_NONE;
	}
	return 0;
}

static SP_CALLBACK sp_s32 core_pcpu_online(void *st, sp_u32 pcpu, const struct sp_topo *topo,
					   sp_u64 now_ns, struct sp_out *out)
{
	struct core *s = st;
	struct core_core *c;

	(void)now_ns;
	(void)out;
	if (topo->core >= SP_NR_PCPUS)
		return -SP_EINVAL;
	sp_set_bit(s->online, SP_WORDS(SP_NR_PCPUS), pcpu); /* a pick follows: not idle yet */
	core_pcpu(s, pcpu)->core = (sp_id)topo->core;
	c = core_of(s, pcpu);
	core_pcpu(s, pcpu)->next = c->head;
	c->head = (sp_id)pcpu;
	return 0;
}

static SP_CALLBACK void core_pcpu_offline(void *st, sp_u32 pcpu, sp_u64 now_ns, struct sp_out *out)
{
	struct core *s = st;
	sp_id *link = &core_of(s, pcpu)->head;
	sp_u32 i, vcpu = core_release(s, pcpu);

	(void)now_ns;
	sp_clear_bit(s->online, SP_WORDS(SP_NR_PCPUS), pcpu);
	sp_clear_bit(s->idle, SP_WORDS(SP_NR_PCPUS), pcpu);
	sp_clear_bit(s->free, SP_WORDS(SP_NR_PCPUS), pcpu);
	sp_for (i, SP_NR_PCPUS) {
		if (*link == pcpu || *link == SP_NONE)
			break;
		link = &core_pcpu(s, *link)->next;
	}
	*link = core_pcpu(s, pcpu)->next;
	core_mark_free(s, core_of(s, pcpu), !core_of(s, pcpu)->nr_running);
	if (vcpu != SP_NONE)
		core_enqueue(s, vcpu);
	if (s->waiting.nr)
		core_kick_free(s, out); /* it may have been the one on its way */
}

static int core_is_weight(sp_u32 weight)
{
	return weight > 0 && weight <= SP_WEIGHT_MAX;
}

static SP_CALLBACK sp_s32 core_vm_add(void *st, sp_u32 vm, const struct sp_vm_config *config,
				      sp_u64 now_ns, struct sp_out *out)
{
	struct core_vm *m = core_vm(st, vm);

	(void)now_ns;
	(void)out;
	if (config->cap_pct)
		return -SP_ENOTSUP;
	if (!core_is_weight(config->weight))
		return -SP_EINVAL;
	m->weight = config->weight;
	m->head = SP_NONE;
	m->nr_queued = 0;
	return 0;
}

static SP_CALLBACK void core_vm_remove(void *st, sp_u32 vm, sp_u64 now_ns, struct sp_out *out)
{
	(void)now_ns;
	(void)out;
	core_vm(st, vm)->weight = 0;
}

static SP_CALLBACK sp_s32 core_vcpu_add(void *st, sp_u32 vcpu, const struct sp_vcpu_config *config,
					sp_u64 now_ns, struct sp_out *out)
{
	struct core_vcpu *v = core_vcpu(st, vcpu);
	struct core_vm *m = core_vm(st, config->vm);

	(void)now_ns;
	(void)out;
	if (config->affinity.nr)
		return -SP_ENOTSUP;
	if (config->weight > SP_WEIGHT_MAX)
		return -SP_EINVAL;
	v->age.ns = 0; /* the first wake-up lifts it to the floor */
	v->age.rem = 0;
	v->weight = config->weight;
	v->vm = (sp_id)config->vm;
	v->state = CORE_BLOCKED;
	v->next = m->head;
	m->head = (sp_id)vcpu;
	return 0;
}

static SP_CALLBACK void core_vcpu_remove(void *st, sp_u32 vcpu, sp_u64 now_ns, struct sp_out *out)
{
	struct core *s = st;
	struct core_vcpu *v = core_vcpu(s, vcpu);
	sp_id *link = &core_vm(s, v->vm)->head;
	sp_u32 i;

	(void)now_ns;
	(void)out;
	sp_for (i, SP_NR_VCPUS) {
		if (*link == vcpu || *link == SP_NONE)
			break;
		link = &core_vcpu(s, *link)->next;
	}
	*link = v->next;
	v->state = CORE_ABSENT;
}

static SP_CALLBACK sp_s32 core_vm_set_weight(void *st, sp_u32 vm, sp_u32 weight, sp_u64 now_ns,
					     struct sp_out *out)
{
	(void)now_ns;
	(void)out;
	if (!core_is_weight(weight))
		return -SP_EINVAL;
	core_vm(st, vm)->weight = weight;
	return 0;
}

static SP_CALLBACK sp_s32 core_vcpu_set_weight(void *st, sp_u32 vcpu, sp_u32 weight, sp_u64 now_ns,
					       struct sp_out *out)
{
	(void)now_ns;
	(void)out;
	if (!core_is_weight(weight))
		return -SP_EINVAL;
	core_vcpu(st, vcpu)->weight = weight;
	return 0;
}

/* -- callbacks: scheduling ---------------------------------------------------------------- */

static SP_CALLBACK void core_vcpu_wake(void *st, sp_u32 vcpu, const struct sp_wake *wake,
				       sp_u64 now_ns, struct sp_out *out)
{
	struct core *s = st;
	struct core_vcpu *v = core_vcpu(s, vcpu);
	sp_u32 beside;

	(void)wake;
	(void)now_ns;
	if (v->state != CORE_BLOCKED)
		return;
	v->age.ns = sp_max(v->age.ns, s->floor_ns);
	core_enqueue(s, vcpu);
	if (sp_any_bit(s->free, SP_WORDS(SP_NR_PCPUS))) {
		core_kick_free(s, out);
		return;
	}
	beside = core_find_beside(s, v);
	if (beside != SP_NONE)
		core_kick(s, beside, out);
}

static SP_CALLBACK void core_vcpu_block(void *st, sp_u32 vcpu, sp_u64 now_ns, struct sp_out *out)
{
	struct core *s = st;
	struct core_vcpu *v = core_vcpu(s, vcpu);

	(void)now_ns;
	(void)out;
	if (v->state == CORE_QUEUED)
		core_dequeue(s, vcpu);
	else if (v->state == CORE_RUNNING)
		core_release(s, v->pcpu);
	else
		return;
	v->state = CORE_BLOCKED;
}

/*
 * Who rides in a sibling's turn pays, but is never more than a slice ahead of the
 * pool's clock for it: but for him the thread would have been idle, and a debt that
 * grew with every ride would keep him waiting when the sibling is gone.
 */
static void core_charge(struct core *s, struct core_vcpu *v, sp_u64 ran_ns)
{
	sp_u32 weight = v->weight ? v->weight : core_vm(s, v->vm)->weight;
	sp_u64 before_ns = v->age.ns, most_ns = s->floor_ns + sp_vtime_of(s->slice_ns, weight);

	sp_vtime_charge(&v->age, ran_ns, weight);
	if (v->rides)
		v->age.ns = sp_min(v->age.ns, sp_max(before_ns, most_ns));
}

static SP_CALLBACK void core_vcpu_stopped(void *st, const struct sp_stint *stint, sp_u64 now_ns,
					  struct sp_out *out)
{
	struct core *s = st;
	struct core_vcpu *v = core_vcpu(s, stint->vcpu);

	(void)now_ns;
	(void)out;
	core_release(s, stint->pcpu);
	core_charge(s, v, stint->ran_ns);
	if (stint->why == SP_STOP_BLOCKED) {
		v->state = CORE_BLOCKED;
		return;
	}
	/* Who yields lets the next in line go first, even if he is older. */
	if (stint->why == SP_STOP_YIELDED && s->waiting.nr)
		v->age.ns = sp_max(v->age.ns, sp_heap_key(&s->waiting) + 1);
	core_enqueue(s, stint->vcpu);
}

/* Who runs on this thread, given whose turn it is?  A turn that is over passes on. */
static sp_u32 core_choose(struct core *s, struct core_core *c, sp_u64 now_ns)
{
	sp_u32 vcpu;

	if (now_ns < c->until_ns && c->nr_running)
		return core_youngest(s, c->vm);
	vcpu = sp_heap_first(&s->waiting);
	c->vm = SP_NONE;
	c->turn++;
	if (vcpu == SP_NONE)
		return SP_NONE;
	s->floor_ns = sp_max(s->floor_ns, sp_heap_key(&s->waiting));
	c->vm = core_vcpu(s, vcpu)->vm;
	c->until_ns = now_ns + s->slice_ns;
	return vcpu;
}

static void core_go_idle(struct core *s, sp_u32 pcpu, sp_u64 now_ns, struct sp_out *out)
{
	const struct core_core *c = core_of(s, pcpu);

	sp_set_bit(s->idle, SP_WORDS(SP_NR_PCPUS), pcpu);
	if (!c->nr_running)
		core_mark_free(s, c, 1);
	else if (c->until_ns > now_ns)
		out->run_until_ns = c->until_ns; /* forced: until the turn ends */
}

static SP_CALLBACK void core_pick_next(void *st, sp_u32 pcpu, sp_u64 now_ns, struct sp_out *out)
{
	struct core *s = st;
	struct core_core *c = core_of(s, pcpu);
	sp_u32 vcpu = core_release(s, pcpu), beside;

	sp_clear_bit(s->idle, SP_WORDS(SP_NR_PCPUS), pcpu);
	sp_clear_bit(s->free, SP_WORDS(SP_NR_PCPUS), pcpu);
	if (vcpu != SP_NONE) /* it never ran (promise 5 of the host): it waits again */
		core_enqueue(s, vcpu);
	vcpu = core_choose(s, c, now_ns);
	core_pcpu(s, pcpu)->turn = c->turn;
	if (vcpu == SP_NONE) {
		core_go_idle(s, pcpu, now_ns, out);
		return;
	}
	core_vcpu(s, vcpu)->state = CORE_RUNNING;
	core_vcpu(s, vcpu)->pcpu = (sp_id)pcpu;
	core_vcpu(s, vcpu)->rides = vcpu != sp_heap_first(&s->waiting);
	core_dequeue(s, vcpu);
	core_pcpu(s, pcpu)->running = (sp_id)vcpu;
	c->nr_running++;
	core_mark_free(s, c, 0);
	out->next = vcpu;
	out->run_until_ns = c->until_ns;
	beside = core_find_idle(s, c);
	if (core_vm(s, c->vm)->nr_queued && beside != SP_NONE)
		core_kick(s, beside, out);
	if (s->waiting.nr)
		core_kick_free(s, out); /* this one may have been on its way for those */
}

/* -- invariants ------------------------------------------------------------------------------ */

static SP_NOINLINE sp_s32 core_check_queue(const struct core *s)
{
	sp_u32 i, nr = 0, nr_of_vms = 0;

	sp_for (i, SP_NR_VMS)
		nr_of_vms += s->vms[SP_IDX(i, SP_NR_VMS)].nr_queued;
	sp_for (i, SP_NR_VCPUS) {
		const struct sp_heap_slot *slot = &s->waiting.slots[SP_IDX(i, SP_NR_VCPUS)];
		const struct core_vcpu *v = &s->vcpus[SP_IDX(sp_heap_vcpu(slot), SP_NR_VCPUS)];

		nr += s->vcpus[SP_IDX(i, SP_NR_VCPUS)].state == CORE_QUEUED;
		if (i < s->waiting.nr && (!sp_heap_holds(&s->waiting, i) ||
					  v->state != CORE_QUEUED || v->age.ns != slot->key))
			return 1;
	}
	return nr == s->waiting.nr && nr == nr_of_vms ? 0 : 2;
}

/*
 * Invariants: 1 the heap and its vCPUs agree, 2 all who wait are in it, and are counted,
 * 3 running and state agree, 4 a thread that picked in this turn runs its core's VM,
 * 5 idle threads are online and run nothing, 6 free ones are idle, on a core that runs
 * nobody, 7 while someone waits and a core is free, a pCPU is on its way to pick.
 */
static SP_CALLBACK sp_s32 core_check(const void *st)
{
	const struct core *s = st;
	sp_s32 wrong = core_check_queue(s);
	sp_u32 i, nr_free = 0, nr_coming = 0;

	if (wrong)
		return wrong;
	sp_for (i, SP_NR_PCPUS) {
		const struct core_pcpu *p = &s->pcpus[SP_IDX(i, SP_NR_PCPUS)];
		const struct core_core *c = &s->cores[SP_IDX(p->core, SP_NR_PCPUS)];
		const struct core_vcpu *v = &s->vcpus[SP_IDX(p->running, SP_NR_VCPUS)];
		sp_u32 idle = sp_test_bit(s->idle, SP_WORDS(SP_NR_PCPUS), i) != 0;
		sp_u32 free = sp_test_bit(s->free, SP_WORDS(SP_NR_PCPUS), i) != 0;
		sp_u32 online = sp_test_bit(s->online, SP_WORDS(SP_NR_PCPUS), i) != 0;

		if (p->running != SP_NONE && (v->state != CORE_RUNNING || v->pcpu != i))
			return 3;
		if (p->running != SP_NONE && p->turn == c->turn && v->vm != c->vm)
			return 4;
		if (idle && (!online || p->running != SP_NONE))
			return 5;
		if (free && (!idle || c->nr_running))
			return 6;
		nr_free += free;
		nr_coming += online && !idle && p->running == SP_NONE;
	}
	return nr_free && s->waiting.nr && !nr_coming ? 7 : 0;
}

SP_POLICY = {
	.name = "core",
	.summary = "core scheduling: the threads of a core run one VM only, or are forced idle",
	.contract = SP_CONTRACT_VERSION,
	.caps = SP_CAP_WEIGHT | SP_CAP_WEIGHT_VCPU | SP_CAP_SMT,
	.state_size = sizeof(struct core),
	.nr_tunables = sizeof(core_tunables) / sizeof(core_tunables[0]),
	.tunables = core_tunables,
	.init = core_init,
	.pcpu_online = core_pcpu_online,
	.pcpu_offline = core_pcpu_offline,
	.vm_add = core_vm_add,
	.vm_remove = core_vm_remove,
	.vcpu_add = core_vcpu_add,
	.vcpu_remove = core_vcpu_remove,
	.vcpu_wake = core_vcpu_wake,
	.vcpu_block = core_vcpu_block,
	.vcpu_stopped = core_vcpu_stopped,
	.pick_next = core_pick_next,
	.vm_set_weight = core_vm_set_weight,
	.vcpu_set_weight = core_vcpu_set_weight,
	.check = core_check,
};
