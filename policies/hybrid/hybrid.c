/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * hybrid - gang scheduling for those VMs only that are seen spinning.
 *
 * IDEA
 *	A gang pays for coscheduling with idle columns and long waits, whether its
 *	guests need it or not.  Here a VM is *loose* at first: its vCPUs share one
 *	queue with those of all other loose VMs and run by age, as under nice.  When
 *	the host reports that its vCPUs spin (pause-loop exits, paravirtual yields:
 *	vcpu_spin), `spins` times within `window`, it becomes a *gang*: from then on
 *	its vCPUs run in common slots, each on a pCPU of its own, or not at all.
 *	When none of them has been seen spinning for `hold`, the VM is loose again at the
 *	end of its slot, and has to be seen spinning anew.  So it is probed every now and
 *	then: its need may have passed, or it may spin only when it is not coscheduled.
 *
 *	Gangs and loose vCPUs compete by the same measure, an age: virtual time
 *	that grows by 1024 / weight for every ns run.  A gang is as old as its
 *	oldest vCPU.  A slot begins when the youngest gang is not older than the
 *	youngest loose vCPU, whether that one waits or runs.  Every pCPU is then kicked
 *	at once.  Gangs are taken by age, as long as they fit beside each other.  pCPUs
 *	that are left, or whose vCPU sleeps, go on with loose vCPUs.  The slot ends at
 *	one instant everywhere.
 *
 * EXAMPLE
 *	Four pCPUs, slice 10 ms: A has 4 vCPUs that share a spinlock, B has 4 that
 *	do not.  At 5 ms the host has seen A spin for the eighth time:
 *
 *		ms    0     5      10    20    30    40
 *		p0    A.0          B.2 | A.3 | B.2 | A.3
 *		p1    B.0   A is   B.3 | A.2 | B.3 | A.2
 *		p2    A.1   bound  B.0 | A.1 | B.0 | A.1
 *		p3    B.1          B.1 | A.0 | B.1 | A.0
 *
 *	At 10 ms B.2 and B.3, which never ran, come first.  Of the vCPUs that still wait
 *	B.0 is the youngest, and it is not younger than A.  But B.2 and B.3 are, so no slot
 *	begins while they run.  At 20 ms none is younger than A, and its slot begins.  Both
 *	VMs get half of the host, and a vCPU of A that spins does so for one that runs.
 *	With A of 3 vCPUs, p3 would run vCPUs of B during A's slots too: no column idles.
 *
 * WHEN IT IS BAD
 *	It is as good as its informer.  Without pause-loop exits or paravirtual
 *	yields nobody ever spins and this is nice.  vcpu_spin says that someone
 *	spins, not for how long: a guest whose locks are merely contended is bound
 *	as well, and pays what a gang pays.  A VM that spins in a slot of its own
 *	only now and then is loosened and bound again every `hold`.  Slots begin by
 *	interrupting all pCPUs, so one small gang disturbs all loose VMs.
 *	No preemption at wake-ups, no affinity: see nice; a gang that wakes waits
 *	until a pCPU picks.  Gangs get pCPUs by age, so that a vCPU may move every
 *	slot.  A VM wider than the pool, or of one vCPU, is never a gang.
 *
 * COST
 *	A pick: logarithmic in the number of loose vCPUs that wait, and a step for each
 *	pCPU when a gang may be due.  A slot: a step for each gang that waits and for
 *	each vCPU of those that are on, and the gangs' list is sorted by insertion, so
 *	quadratic in the number of gangs.  Becoming a gang, or loose: a step for each
 *	vCPU of the VM.
 *
 * SOURCE
 *	Weng et al., "The hybrid scheduling framework for virtual machine systems",
 *	VEE 2009: some VMs coscheduled (all started together by IPI), others not.
 *	Weng et al., "Dynamic adaptive scheduling for virtual machines" (ASMan),
 *	HPDC 2011: coscheduled only while long spins are seen.  Of both only the
 *	abstracts were readable.  Assumptions: 8 reports within 10 ms, for 500 ms
 *	(ASMan has a threshold of 2^20 cycles of waiting, recalled, and learns how
 *	long to go on), slots of 10 ms, and that gangs and others share one measure.
 */
#include "policy.h"
#include "sp_idle.h"
#include "state.h"
#include "gangs.c"

enum { HYBRID_SLICE, HYBRID_SPINS, HYBRID_WINDOW, HYBRID_HOLD };

static const struct sp_tunable hybrid_tunables[] = {
	[HYBRID_SLICE] = {.name = "slice",
			  .help = "how long a gang, or a loose vCPU, runs at a time",
			  .unit = SP_UNIT_NS,
			  .preset = SP_MS(10),
			  .min = SP_US(100),
			  .max = SP_MS(1000)},
	[HYBRID_SPINS] = {.name = "spins",
			  .help = "reports of spinning that make a VM a gang",
			  .unit = SP_UNIT_NONE,
			  .preset = 8,
			  .min = 1,
			  .max = 1000000},
	[HYBRID_WINDOW] = {.name = "window",
			   .help = "within this time",
			   .unit = SP_UNIT_NS,
			   .preset = SP_MS(10),
			   .min = SP_US(10),
			   .max = SP_MS(1000)},
	[HYBRID_HOLD] = {.name = "hold",
			 .help = "a gang that has not spun for this long is loose again",
			 .unit = SP_UNIT_NS,
			 .preset = SP_MS(500),
			 .min = SP_US(100),
			 .max = SP_MS(10000)},
};

/* -- which can run ------------------------------------------------------------------------ */

static void hybrid_activate(struct hybrid *h, sp_u32 vcpu, sp_u64 now_ns, struct sp_out *out)
{
	struct hybrid_vcpu *v = hybrid_vcpu(h, vcpu);
	struct hybrid_vm *m = hybrid_vm(h, v->vm);

	v->age.ns = sp_max(v->age.ns, h->floor_ns);
	m->age_ns = sp_max(m->age_ns, v->age.ns);
	m->nr_active++;
	if (m->mode == HYBRID_LOOSE) {
		hybrid_enqueue(h, vcpu, out);
		return;
	}
	v->state = HYBRID_HELD;
	if (m->mode == HYBRID_ON) {
		h->nr_live++;
		hybrid_call(h, vcpu, out);
	} else if (m->mode == HYBRID_ASLEEP) {
		hybrid_join(h, v->vm, now_ns, out);
	}
}

/* It does not run any more; is its gang to go on? */
static void hybrid_deactivate(struct hybrid *h, sp_u32 vcpu, sp_u64 now_ns, struct sp_out *out)
{
	struct hybrid_vcpu *v = hybrid_vcpu(h, vcpu);
	struct hybrid_vm *m = hybrid_vm(h, v->vm);

	v->state = HYBRID_BLOCKED;
	m->nr_active--;
	if (m->mode == HYBRID_OFF && !m->nr_active)
		hybrid_unlist(h, v->vm);
	if (m->mode != HYBRID_ON)
		return;
	h->nr_live--;
	if (!h->nr_live)
		hybrid_rotate(h, now_ns, out);
}

/* Runnable, and in nobody's hands.  here: the pCPU that is picking, or SP_NONE. */
static void hybrid_wait(struct hybrid *h, sp_u32 vcpu, sp_u32 here, struct sp_out *out)
{
	struct hybrid_vcpu *v = hybrid_vcpu(h, vcpu);

	if (hybrid_vm(h, v->vm)->mode == HYBRID_LOOSE) {
		hybrid_enqueue(h, vcpu, out);
		return;
	}
	v->state = HYBRID_HELD;
	if (v->cell != here) /* a pCPU that is picking, and kicks itself, picks for ever */
		hybrid_call(h, vcpu, out);
}

/* What was picked for this pCPU is there no more. */
static sp_u32 hybrid_release(struct hybrid *h, sp_u32 pcpu)
{
	struct hybrid_pcpu *p = hybrid_pcpu(h, pcpu);
	sp_u32 vcpu = p->running;

	if (vcpu != SP_NONE)
		h->nr_running--;
	p->running = SP_NONE;
	return vcpu;
}

/* -- callbacks: the pool ------------------------------------------------------------------ */

static SP_CALLBACK sp_s32 hybrid_init(void *st, const struct sp_config *config)
{
	struct hybrid *h = st;
	sp_u32 i;

	h->slice_ns = config->tunables[HYBRID_SLICE];
	h->spins = config->tunables[HYBRID_SPINS];
	h->window_ns = config->tunables[HYBRID_WINDOW];
	h->hold_ns = config->tunables[HYBRID_HOLD];
	h->slot_end_ns = SP_NEVER_NS;
	h->on = h->off = SP_NONE;
	sp_for (i, SP_NR_PCPUS)
		hybrid_pcpu(h, i)->running = SP_NONE;
	return 0;
}

static SP_CALLBACK sp_s32 hybrid_pcpu_online(void *st, sp_u32 pcpu, const struct sp_topo *topo,
					     sp_u64 now_ns, struct sp_out *out)
{
	struct hybrid *h = st;

	sp_set_bit(h->online, SP_WORDS(SP_NR_PCPUS), pcpu); /* a pick follows: not idle yet */
	h->nr_online++;
	return 0;
}

/* A gang that waits and is now wider than the pool, or SP_NONE. */
static SP_NOINLINE sp_u32 hybrid_find_too_wide(struct hybrid *h)
{
	sp_u32 vm;

	sp_for (vm, SP_NR_VMS) {
		const struct hybrid_vm *m = hybrid_vm(h, vm);

		if (m->width > h->nr_online && m->mode != HYBRID_LOOSE)
			return vm;
	}
	return SP_NONE;
}

static SP_NOINLINE void hybrid_loosen_wide(struct hybrid *h, struct sp_out *out)
{
	sp_u32 i, vm;

	sp_for (i, SP_NR_VMS) {
		vm = hybrid_find_too_wide(h);
		if (vm == SP_NONE)
			break;
		if (hybrid_vm(h, vm)->mode == HYBRID_OFF)
			hybrid_unlist(h, vm);
		hybrid_loosen(h, vm, out);
	}
}

static SP_CALLBACK void hybrid_pcpu_offline(void *st, sp_u32 pcpu, sp_u64 now_ns,
					    struct sp_out *out)
{
	struct hybrid *h = st;
	sp_u32 vcpu = hybrid_release(h, pcpu);

	sp_clear_bit(h->online, SP_WORDS(SP_NR_PCPUS), pcpu);
	sp_clear_bit(h->idle, SP_WORDS(SP_NR_PCPUS), pcpu);
	h->nr_online--;
	hybrid_rotate(h, now_ns, out); /* cells are dealt anew */
	if (vcpu != SP_NONE)
		hybrid_wait(h, vcpu, SP_NONE, out);
	hybrid_loosen_wide(h, out);
	if (h->waiting.nr)
		sp_idle_kick(h->idle, out); /* it may have been the one on its way */
}

/* -- callbacks: VMs and vCPUs -------------------------------------------------------------- */

static SP_CALLBACK sp_s32 hybrid_vm_add(void *st, sp_u32 vm, const struct sp_vm_config *config,
					sp_u64 now_ns, struct sp_out *out)
{
	struct hybrid_vm *m = hybrid_vm(st, vm);

	if (config->quota_ns)
		return -SP_ENOTSUP;
	if (!sp_is_weight(config->weight))
		return -SP_EINVAL;
	m->width = config->width;
	m->weight = config->weight;
	m->age_ns = m->spun_at_ns = 0;
	m->nr_spins = 0;
	m->mode = HYBRID_LOOSE;
	m->head = SP_NONE;
	return 0;
}

static SP_CALLBACK void hybrid_vm_remove(void *st, sp_u32 vm, sp_u64 now_ns, struct sp_out *out)
{
	struct hybrid *h = st;

	if (hybrid_vm(h, vm)->mode == HYBRID_ON)
		hybrid_rotate(h, now_ns, out);
	hybrid_vm(h, vm)->mode = HYBRID_LOOSE;
	hybrid_vm(h, vm)->width = 0;
}

static SP_CALLBACK sp_s32 hybrid_vm_set_weight(void *st, sp_u32 vm, sp_u32 weight, sp_u64 now_ns,
					       struct sp_out *out)
{
	if (!sp_is_weight(weight))
		return -SP_EINVAL;
	hybrid_vm(st, vm)->weight = weight;
	return 0;
}

static SP_CALLBACK sp_s32 hybrid_vcpu_add(void *st, sp_u32 vcpu,
					  const struct sp_vcpu_config *config, sp_u64 now_ns,
					  struct sp_out *out)
{
	struct hybrid_vcpu *v = hybrid_vcpu(st, vcpu);
	struct hybrid_vm *m = hybrid_vm(st, config->vm);

	if (config->affinity.nr || (config->weight && config->weight != m->weight))
		return -SP_ENOTSUP;
	v->age.ns = 0; /* the first wake-up lifts it to the floor */
	v->age.rem = 0;
	v->seq = 0;
	v->vm = (sp_id)config->vm;
	v->state = HYBRID_BLOCKED;
	v->next = m->head;
	m->head = (sp_id)vcpu;
	return 0;
}

static SP_CALLBACK void hybrid_vcpu_remove(void *st, sp_u32 vcpu, sp_u64 now_ns, struct sp_out *out)
{
	struct hybrid *h = st;
	struct hybrid_vcpu *v = hybrid_vcpu(h, vcpu);
	sp_id *link = &hybrid_vm(h, v->vm)->head;
	sp_u32 i;

	sp_for (i, SP_NR_VCPUS) {
		if (*link == vcpu || *link == SP_NONE)
			break;
		link = &hybrid_vcpu(h, *link)->next;
	}
	*link = v->next;
	v->state = HYBRID_ABSENT;
}

/* -- callbacks: scheduling ------------------------------------------------------------------- */

static SP_CALLBACK void hybrid_vcpu_wake(void *st, sp_u32 vcpu, const struct sp_wake *wake,
					 sp_u64 now_ns, struct sp_out *out)
{
	if (hybrid_vcpu(st, vcpu)->state == HYBRID_BLOCKED)
		hybrid_activate(st, vcpu, now_ns, out);
}

static SP_CALLBACK void hybrid_vcpu_block(void *st, sp_u32 vcpu, sp_u64 now_ns, struct sp_out *out)
{
	struct hybrid *h = st;
	const struct hybrid_vcpu *v = hybrid_vcpu(h, vcpu);

	if (v->state == HYBRID_BLOCKED)
		return;
	if (v->state == HYBRID_QUEUED)
		sp_heap_remove(&h->waiting, vcpu);
	else if (v->state == HYBRID_RUNNING)
		hybrid_release(h, v->pcpu);
	hybrid_deactivate(h, vcpu, now_ns, out);
}

static SP_CALLBACK void hybrid_vcpu_stopped(void *st, const struct sp_stint *stint, sp_u64 now_ns,
					    struct sp_out *out)
{
	struct hybrid *h = st;
	struct hybrid_vcpu *v = hybrid_vcpu(h, stint->vcpu);
	struct hybrid_vm *m = hybrid_vm(h, v->vm);

	hybrid_release(h, stint->pcpu);
	sp_vtime_charge(&v->age, stint->ran_ns, m->weight);
	m->age_ns = sp_max(m->age_ns, v->age.ns);
	hybrid_relist(h, v->vm);
	if (stint->why == SP_STOP_BLOCKED) {
		hybrid_deactivate(h, stint->vcpu, now_ns, out);
		return;
	}
	/* A vCPU that yields lets the next in line go first, even if that one is older. */
	if (stint->why == SP_STOP_YIELDED && m->mode == HYBRID_LOOSE && h->waiting.nr)
		v->age.ns = sp_max(v->age.ns, sp_heap_key(&h->waiting) + 1);
	m->age_ns = sp_max(m->age_ns, v->age.ns);
	hybrid_wait(h, stint->vcpu, SP_NONE, out);
}

static SP_CALLBACK void hybrid_pick_next(void *st, sp_u32 pcpu, sp_u64 now_ns, struct sp_out *out)
{
	struct hybrid *h = st;
	sp_u32 vcpu = hybrid_release(h, pcpu);

	sp_clear_bit(h->idle, SP_WORDS(SP_NR_PCPUS), pcpu);
	if (vcpu != SP_NONE) /* it never ran (promise 5 of the host): it waits again */
		hybrid_wait(h, vcpu, pcpu, out);
	if (now_ns >= h->slot_end_ns || (h->slot_end_ns == SP_NEVER_NS && hybrid_is_due(h, now_ns)))
		hybrid_rotate(h, now_ns, out);
	out->run_until_ns = h->slot_end_ns;
	vcpu = hybrid_owner(h, pcpu);
	if (vcpu == SP_NONE) {
		vcpu = sp_heap_first(&h->waiting);
		if (vcpu == SP_NONE) {
			sp_set_bit(h->idle, SP_WORDS(SP_NR_PCPUS), pcpu);
			return;
		}
		h->floor_ns = sp_max(h->floor_ns, sp_heap_key(&h->waiting));
		sp_heap_remove(&h->waiting, vcpu);
		out->run_until_ns = sp_min(h->slot_end_ns, now_ns + h->slice_ns);
	} else if (h->waiting.nr) {
		sp_idle_kick(h->idle, out); /* this pCPU may have been on its way for those */
	}
	hybrid_vcpu(h, vcpu)->state = HYBRID_RUNNING;
	hybrid_vcpu(h, vcpu)->pcpu = (sp_id)pcpu;
	hybrid_pcpu(h, pcpu)->running = (sp_id)vcpu;
	hybrid_pcpu(h, pcpu)->picked_at_ns = now_ns;
	h->nr_running++;
	out->next = vcpu;
}

static SP_CALLBACK void hybrid_vcpu_spin(void *st, sp_u32 vcpu, sp_u32 target, sp_u64 now_ns,
					 struct sp_out *out)
{
	struct hybrid *h = st;
	sp_u32 vm = hybrid_vcpu(h, vcpu)->vm;
	struct hybrid_vm *m = hybrid_vm(h, vm);

	if (m->mode != HYBRID_LOOSE) {
		m->spun_at_ns = now_ns;
		return;
	}
	if (now_ns - m->spun_at_ns > h->window_ns) {
		m->spun_at_ns = now_ns;
		m->nr_spins = 0;
	}
	m->nr_spins++;
	if (m->nr_spins < h->spins || m->width < 2 || m->width > h->nr_online || !m->nr_active)
		return;
	m->spun_at_ns = now_ns;
	hybrid_bind(h, vm, now_ns, out);
}

#include "check.c"

SP_POLICY = {
	.name = "hybrid",
	.summary = "gang scheduling for VMs that are seen spinning, one queue for the others",
	.contract = SP_CONTRACT_VERSION,
	.caps = SP_CAP_WEIGHT,
	.state_size = sizeof(struct hybrid),
	.nr_tunables = sizeof(hybrid_tunables) / sizeof(hybrid_tunables[0]),
	.tunables = hybrid_tunables,
	.init = hybrid_init,
	.pcpu_online = hybrid_pcpu_online,
	.pcpu_offline = hybrid_pcpu_offline,
	.vm_add = hybrid_vm_add,
	.vm_remove = hybrid_vm_remove,
	.vcpu_add = hybrid_vcpu_add,
	.vcpu_remove = hybrid_vcpu_remove,
	.vcpu_wake = hybrid_vcpu_wake,
	.vcpu_block = hybrid_vcpu_block,
	.vcpu_stopped = hybrid_vcpu_stopped,
	.pick_next = hybrid_pick_next,
	.vcpu_spin = hybrid_vcpu_spin,
	.vm_set_weight = hybrid_vm_set_weight,
	.check = hybrid_check,
};
