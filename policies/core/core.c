/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * core - core scheduling: the hardware threads of a core run vCPUs of one VM only.
 *
 * IDEA
 *	Threads of a core share its caches and buffers, and what one VM does there
 *	another one can measure.  So a core belongs to one VM at a time, for a turn
 *	of one slice.  The turn goes to the VM of the youngest vCPU that waits (as
 *	under nice: one queue for the pool, age grows by 1024 / weight for every ns
 *	run).  Every thread of the core runs the youngest vCPUs
 *	of that VM until the turn ends, for all of them at one instant.  A thread
 *	for which the VM has no vCPU is *forced idle*, whatever else waits.  When no
 *	vCPU of the VM is left to run on a core, another turn begins there at once.
 *
 * EXAMPLE
 *	Two cores of two threads, slice 10 ms, hogs A of 2 vCPUs, B of 3, C of 1:
 *
 *		ms          0       10      20      30      40      50      60
 *		core 0      A.0     C.0     A.0     C.0     A.0     C.0     A.0
 *		            A.1     forced  A.1     forced  A.1     forced  A.1
 *		core 1      B.2     B.0     B.1     B.2     B.0     B.1     C.0
 *		            B.1     B.2     B.0     B.1     B.2     B.0     forced
 *
 *	C is alone, so the thread beside it idles, whatever waits.  B has two of its
 *	three on at a time.  By 60 ms the vCPUs of B have had 40 ms each, those of A and
 *	C 30.  So A and C get both cores next; then B, whose third vCPU idles a thread.
 *
 * WHEN IT IS BAD
 *	VMs of an odd number of runnable vCPUs leave threads idle; VMs of one vCPU
 *	leave half the threads idle, and then switching SMT off costs less.  With
 *	few runnable vCPUs (up to half the threads) every core runs one vCPU anyway.
 *	Two vCPUs of a VM on one core, because its turn is there, are slower than with
 *	a core for each.  No preemption, no affinity, no caches: see nice.  A vCPU that
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
#include "state.h"

enum { COREVM_SLICE };

static const struct sp_tunable corevm_tunables[] = {
	[COREVM_SLICE] = {.name = "slice",
			  .help = "how long a core is one VM's",
			  .unit = SP_UNIT_NS,
			  .preset = SP_MS(10),
			  .min = SP_US(100),
			  .max = SP_MS(1000)},
};

/* -- threads of a core -------------------------------------------------------------- */

/* The first thread that idles, or SP_NONE. */
static SP_NOINLINE sp_u32 corevm_find_idle(struct corevm *s, const struct corevm_core *c)
{
	sp_u32 i, at = c->head;

	sp_for (i, SP_NR_PCPUS) {
		if (at == SP_NONE || sp_test_bit(s->idle, SP_WORDS(SP_NR_PCPUS), at))
			break;
		at = corevm_pcpu(s, at)->next;
	}
	return at + SP_ZERO;
}

/* Which of its idle threads are free to take any VM: all, or none. */
static SP_NOINLINE void corevm_mark_free(struct corevm *s, const struct corevm_core *c,
					 sp_u32 is_free)
{
	sp_u32 i, at = c->head;

	sp_for (i, SP_NR_PCPUS) {
		if (at == SP_NONE)
			break;
		if (is_free && sp_test_bit(s->idle, SP_WORDS(SP_NR_PCPUS), at))
			sp_set_bit(s->free, SP_WORDS(SP_NR_PCPUS), at);
		else
			sp_clear_bit(s->free, SP_WORDS(SP_NR_PCPUS), at);
		at = corevm_pcpu(s, at)->next;
	}
}

static void corevm_kick(struct corevm *s, sp_u32 pcpu, struct sp_out *out)
{
	sp_clear_bit(s->idle, SP_WORDS(SP_NR_PCPUS), pcpu);
	sp_clear_bit(s->free, SP_WORDS(SP_NR_PCPUS), pcpu);
	sp_kick(out, pcpu);
}

/* A vCPU waits: have a core that runs none fetch it, and count on it. */
static void corevm_kick_free(struct corevm *s, struct sp_out *out)
{
	sp_u32 p = sp_next_bit(s->free, SP_WORDS(SP_NR_PCPUS), 0);

	if (p == SP_NONE)
		return;
	corevm_kick(s, p, out);
	corevm_mark_free(s, corevm_of(s, p), 0);
}

/* A thread that idles beside a sibling of v on a core that is its VM's, or SP_NONE. */
static SP_NOINLINE sp_u32 corevm_find_beside(struct corevm *s, const struct corevm_vcpu *v)
{
	sp_u32 i, p = SP_NONE, at = corevm_vm(s, v->vm)->head;

	sp_for (i, SP_NR_VCPUS) {
		const struct corevm_vcpu *w = corevm_vcpu(s, at);

		if (at == SP_NONE)
			break;
		at = w->next;
		if (w->state != COREVM_RUNNING || corevm_of(s, w->pcpu)->vm != v->vm)
			continue;
		p = corevm_find_idle(s, corevm_of(s, w->pcpu));
		if (p != SP_NONE)
			break;
	}
	return p + SP_ZERO;
}

/* -- the queue ------------------------------------------------------------------------ */

static void corevm_enqueue(struct corevm *s, sp_u32 vcpu)
{
	struct corevm_vcpu *v = corevm_vcpu(s, vcpu);

	v->state = COREVM_QUEUED;
	corevm_vm(s, v->vm)->nr_queued++;
	sp_heap_push(&s->waiting, vcpu, v->age.ns);
}

static void corevm_dequeue(struct corevm *s, sp_u32 vcpu)
{
	corevm_vm(s, corevm_vcpu(s, vcpu)->vm)->nr_queued--;
	sp_heap_remove(&s->waiting, vcpu);
}

/* The youngest of this VM that waits, or SP_NONE. */
static SP_NOINLINE sp_u32 corevm_youngest(struct corevm *s, sp_u32 vm)
{
	sp_u32 i, best = SP_NONE, at = corevm_vm(s, vm)->head;
	sp_u64 least_ns = SP_NEVER_NS;

	sp_for (i, SP_NR_VCPUS) {
		const struct corevm_vcpu *v = corevm_vcpu(s, at);

		if (at == SP_NONE)
			break;
		if (v->state == COREVM_QUEUED && v->age.ns < least_ns) {
			best = at;
			least_ns = v->age.ns;
		}
		at = v->next;
	}
	return best + SP_ZERO;
}

/* What was picked for this pCPU is there no more: who was it? */
static sp_u32 corevm_release(struct corevm *s, sp_u32 pcpu)
{
	struct corevm_pcpu *p = corevm_pcpu(s, pcpu);
	struct corevm_core *c = corevm_of(s, pcpu);
	sp_u32 vcpu = p->running;

	p->running = SP_NONE;
	if (vcpu == SP_NONE)
		return SP_NONE;
	c->nr_running--;
	if (!c->nr_running)
		corevm_mark_free(s, c, 1);
	return vcpu;
}

/* -- callbacks: pCPUs, VMs and vCPUs come and go ----------------------------------------- */

static SP_CALLBACK sp_s32 corevm_init(void *st, const struct sp_config *config)
{
	struct corevm *s = st;
	sp_u32 i;

	s->slice_ns = config->tunables[COREVM_SLICE];
	sp_for (i, SP_NR_PCPUS) {
		corevm_pcpu(s, i)->running = SP_NONE;
		SP_AT(s->cores, i).head = SP_NONE;
		SP_AT(s->cores, i).vm = SP_NONE;
	}
	return 0;
}

static SP_CALLBACK sp_s32 corevm_pcpu_online(void *st, sp_u32 pcpu, const struct sp_topo *topo,
					     sp_u64 now_ns, struct sp_out *out)
{
	struct corevm *s = st;
	struct corevm_core *c;

	if (topo->core >= SP_NR_PCPUS)
		return -SP_EINVAL;
	sp_set_bit(s->online, SP_WORDS(SP_NR_PCPUS), pcpu); /* a pick follows: not idle yet */
	corevm_pcpu(s, pcpu)->core = (sp_id)topo->core;
	c = corevm_of(s, pcpu);
	corevm_pcpu(s, pcpu)->next = c->head;
	c->head = (sp_id)pcpu;
	return 0;
}

static SP_CALLBACK void corevm_pcpu_offline(void *st, sp_u32 pcpu, sp_u64 now_ns,
					    struct sp_out *out)
{
	struct corevm *s = st;
	sp_id *link = &corevm_of(s, pcpu)->head;
	sp_u32 i, vcpu = corevm_release(s, pcpu);

	sp_clear_bit(s->online, SP_WORDS(SP_NR_PCPUS), pcpu);
	sp_clear_bit(s->idle, SP_WORDS(SP_NR_PCPUS), pcpu);
	sp_clear_bit(s->free, SP_WORDS(SP_NR_PCPUS), pcpu);
	sp_for (i, SP_NR_PCPUS) {
		if (*link == pcpu || *link == SP_NONE)
			break;
		link = &corevm_pcpu(s, *link)->next;
	}
	*link = corevm_pcpu(s, pcpu)->next;
	corevm_mark_free(s, corevm_of(s, pcpu), !corevm_of(s, pcpu)->nr_running);
	if (vcpu != SP_NONE)
		corevm_enqueue(s, vcpu);
	if (s->waiting.nr)
		corevm_kick_free(s, out); /* it may have been the one on its way */
}

static SP_CALLBACK sp_s32 corevm_vm_add(void *st, sp_u32 vm, const struct sp_vm_config *config,
					sp_u64 now_ns, struct sp_out *out)
{
	struct corevm_vm *m = corevm_vm(st, vm);

	if (config->quota_ns)
		return -SP_ENOTSUP;
	if (!sp_is_weight(config->weight))
		return -SP_EINVAL;
	m->weight = config->weight;
	m->head = SP_NONE;
	m->nr_queued = 0;
	return 0;
}

static SP_CALLBACK void corevm_vm_remove(void *st, sp_u32 vm, sp_u64 now_ns, struct sp_out *out)
{
	corevm_vm(st, vm)->weight = 0;
}

static SP_CALLBACK sp_s32 corevm_vcpu_add(void *st, sp_u32 vcpu,
					  const struct sp_vcpu_config *config, sp_u64 now_ns,
					  struct sp_out *out)
{
	struct corevm_vcpu *v = corevm_vcpu(st, vcpu);
	struct corevm_vm *m = corevm_vm(st, config->vm);

	if (config->affinity.nr)
		return -SP_ENOTSUP;
	if (config->weight > SP_WEIGHT_MAX)
		return -SP_EINVAL;
	v->age.ns = 0; /* the first wake-up lifts it to the floor */
	v->age.rem = 0;
	v->weight = config->weight;
	v->vm = (sp_id)config->vm;
	v->state = COREVM_BLOCKED;
	v->next = m->head;
	m->head = (sp_id)vcpu;
	return 0;
}

static SP_CALLBACK void corevm_vcpu_remove(void *st, sp_u32 vcpu, sp_u64 now_ns, struct sp_out *out)
{
	struct corevm *s = st;
	struct corevm_vcpu *v = corevm_vcpu(s, vcpu);
	sp_id *link = &corevm_vm(s, v->vm)->head;
	sp_u32 i;

	sp_for (i, SP_NR_VCPUS) {
		if (*link == vcpu || *link == SP_NONE)
			break;
		link = &corevm_vcpu(s, *link)->next;
	}
	*link = v->next;
	v->state = COREVM_ABSENT;
}

static SP_CALLBACK sp_s32 corevm_vm_set_weight(void *st, sp_u32 vm, sp_u32 weight, sp_u64 now_ns,
					       struct sp_out *out)
{
	if (!sp_is_weight(weight))
		return -SP_EINVAL;
	corevm_vm(st, vm)->weight = weight;
	return 0;
}

static SP_CALLBACK sp_s32 corevm_vcpu_set_weight(void *st, sp_u32 vcpu, sp_u32 weight,
						 sp_u64 now_ns, struct sp_out *out)
{
	if (!sp_is_weight(weight))
		return -SP_EINVAL;
	corevm_vcpu(st, vcpu)->weight = weight;
	return 0;
}

/* -- callbacks: scheduling ---------------------------------------------------------------- */

static SP_CALLBACK void corevm_vcpu_wake(void *st, sp_u32 vcpu, const struct sp_wake *wake,
					 sp_u64 now_ns, struct sp_out *out)
{
	struct corevm *s = st;
	struct corevm_vcpu *v = corevm_vcpu(s, vcpu);
	sp_u32 beside;

	if (v->state != COREVM_BLOCKED)
		return;
	v->age.ns = sp_max(v->age.ns, s->floor_ns);
	corevm_enqueue(s, vcpu);
	if (sp_any_bit(s->free, SP_WORDS(SP_NR_PCPUS))) {
		corevm_kick_free(s, out);
		return;
	}
	beside = corevm_find_beside(s, v);
	if (beside != SP_NONE)
		corevm_kick(s, beside, out);
}

static SP_CALLBACK void corevm_vcpu_block(void *st, sp_u32 vcpu, sp_u64 now_ns, struct sp_out *out)
{
	struct corevm *s = st;
	struct corevm_vcpu *v = corevm_vcpu(s, vcpu);

	if (v->state == COREVM_QUEUED)
		corevm_dequeue(s, vcpu);
	else if (v->state == COREVM_RUNNING)
		corevm_release(s, v->pcpu);
	else
		return;
	v->state = COREVM_BLOCKED;
}

/*
 * A vCPU that rides in a sibling's turn pays, but this never puts it more than a slice
 * ahead of the pool's clock.  Without it the thread would have been idle, and a debt that
 * grew with every ride would keep it waiting when the sibling is gone.
 */
static void corevm_charge(struct corevm *s, struct corevm_vcpu *v, sp_u64 ran_ns)
{
	sp_u32 weight = v->weight ? v->weight : corevm_vm(s, v->vm)->weight;
	sp_u64 before_ns = v->age.ns, most_ns = s->floor_ns + sp_vtime_of(s->slice_ns, weight);

	sp_vtime_charge(&v->age, ran_ns, weight);
	if (v->rides)
		v->age.ns = sp_min(v->age.ns, sp_max(before_ns, most_ns));
}

static SP_CALLBACK void corevm_vcpu_stopped(void *st, const struct sp_stint *stint, sp_u64 now_ns,
					    struct sp_out *out)
{
	struct corevm *s = st;
	struct corevm_vcpu *v = corevm_vcpu(s, stint->vcpu);

	corevm_release(s, stint->pcpu);
	corevm_charge(s, v, stint->ran_ns);
	if (stint->why == SP_STOP_BLOCKED) {
		v->state = COREVM_BLOCKED;
		return;
	}
	/* A vCPU that yields lets the next in line go first, even if that one is older. */
	if (stint->why == SP_STOP_YIELDED && s->waiting.nr)
		v->age.ns = sp_max(v->age.ns, sp_heap_key(&s->waiting) + 1);
	corevm_enqueue(s, stint->vcpu);
}

/* Which vCPU runs on this thread, given whose turn it is?  A turn that is over passes on. */
static sp_u32 corevm_choose(struct corevm *s, struct corevm_core *c, sp_u64 now_ns)
{
	sp_u32 vcpu;

	if (now_ns < c->until_ns && c->nr_running)
		return corevm_youngest(s, c->vm);
	vcpu = sp_heap_first(&s->waiting);
	c->vm = SP_NONE;
	c->turn++;
	if (vcpu == SP_NONE)
		return SP_NONE;
	s->floor_ns = sp_max(s->floor_ns, sp_heap_key(&s->waiting));
	c->vm = corevm_vcpu(s, vcpu)->vm;
	c->until_ns = now_ns + s->slice_ns;
	return vcpu;
}

static void corevm_go_idle(struct corevm *s, sp_u32 pcpu, sp_u64 now_ns, struct sp_out *out)
{
	const struct corevm_core *c = corevm_of(s, pcpu);

	sp_set_bit(s->idle, SP_WORDS(SP_NR_PCPUS), pcpu);
	if (!c->nr_running)
		corevm_mark_free(s, c, 1);
	else if (c->until_ns > now_ns)
		out->run_until_ns = c->until_ns; /* forced: until the turn ends */
}

static SP_CALLBACK void corevm_pick_next(void *st, sp_u32 pcpu, sp_u64 now_ns, struct sp_out *out)
{
	struct corevm *s = st;
	struct corevm_core *c = corevm_of(s, pcpu);
	sp_u32 vcpu = corevm_release(s, pcpu), beside;

	sp_clear_bit(s->idle, SP_WORDS(SP_NR_PCPUS), pcpu);
	sp_clear_bit(s->free, SP_WORDS(SP_NR_PCPUS), pcpu);
	if (vcpu != SP_NONE) /* it never ran (promise 5 of the host): it waits again */
		corevm_enqueue(s, vcpu);
	vcpu = corevm_choose(s, c, now_ns);
	corevm_pcpu(s, pcpu)->turn = c->turn;
	if (vcpu == SP_NONE) {
		corevm_go_idle(s, pcpu, now_ns, out);
		return;
	}
	corevm_vcpu(s, vcpu)->state = COREVM_RUNNING;
	corevm_vcpu(s, vcpu)->pcpu = (sp_id)pcpu;
	corevm_vcpu(s, vcpu)->rides = vcpu != sp_heap_first(&s->waiting);
	corevm_dequeue(s, vcpu);
	corevm_pcpu(s, pcpu)->running = (sp_id)vcpu;
	c->nr_running++;
	corevm_mark_free(s, c, 0);
	out->next = vcpu;
	out->run_until_ns = c->until_ns;
	beside = corevm_find_idle(s, c);
	if (corevm_vm(s, c->vm)->nr_queued && beside != SP_NONE)
		corevm_kick(s, beside, out);
	if (s->waiting.nr)
		corevm_kick_free(s, out); /* this one may have been on its way for those */
}

#include "check.c"

SP_POLICY = {
	.name = "core",
	.summary = "core scheduling: the threads of a core run one VM only, or are forced idle",
	.contract = SP_CONTRACT_VERSION,
	.caps = SP_CAP_WEIGHT | SP_CAP_WEIGHT_VCPU | SP_CAP_SMT,
	.state_size = sizeof(struct corevm),
	.nr_tunables = sizeof(corevm_tunables) / sizeof(corevm_tunables[0]),
	.tunables = corevm_tunables,
	.init = corevm_init,
	.pcpu_online = corevm_pcpu_online,
	.pcpu_offline = corevm_pcpu_offline,
	.vm_add = corevm_vm_add,
	.vm_remove = corevm_vm_remove,
	.vcpu_add = corevm_vcpu_add,
	.vcpu_remove = corevm_vcpu_remove,
	.vcpu_wake = corevm_vcpu_wake,
	.vcpu_block = corevm_vcpu_block,
	.vcpu_stopped = corevm_vcpu_stopped,
	.pick_next = corevm_pick_next,
	.vm_set_weight = corevm_vm_set_weight,
	.vcpu_set_weight = corevm_vcpu_set_weight,
	.check = corevm_check,
};
