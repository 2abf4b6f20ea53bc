/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * hybrid/gangs.c - the gangs of hybrid: which VMs are one, which of them
 * are on, on which pCPUs, until when.
 *
 * A gang is either on (in the list that begins at `on`), or it has somebody to run and
 * waits (in the list at `off`, by age), or all of it sleeps (in neither).  A slot gives
 * each gang that is on a pCPU, its cell, for every vCPU it has; cells carry the number
 * of the slot, so that the next one forgets them all at once.
 */

/* -- loose vCPUs ------------------------------------------------------------------ */

static inline void hybrid_enqueue(struct hybrid *h, sp_u32 vcpu, struct sp_out *out)
{
	hybrid_vcpu(h, vcpu)->state = HYBRID_QUEUED;
	sp_heap_push(&h->waiting, vcpu, hybrid_vcpu(h, vcpu)->age.ns);
	sp_idle_kick(h->idle, out);
}

/* -- the gangs that wait, by age ---------------------------------------------------- */

static SP_NOINLINE void hybrid_list(struct hybrid *h, sp_u32 vm, sp_u64 key_ns)
{
	struct hybrid_vm *m = hybrid_vm(h, vm);
	sp_u32 i, before = SP_NONE, at = h->off;

	sp_for (i, SP_NR_VMS) {
		if (at == SP_NONE || hybrid_vm(h, at)->key_ns > key_ns)
			break;
		before = at;
		at = hybrid_vm(h, at)->next;
	}
	m->mode = HYBRID_OFF;
	m->key_ns = key_ns;
	m->next = (sp_id)at;
	if (before == SP_NONE)
		h->off = (sp_id)vm;
	else
		hybrid_vm(h, before)->next = (sp_id)vm;
}

static SP_NOINLINE void hybrid_unlist(struct hybrid *h, sp_u32 vm)
{
	sp_u32 i, at = h->off;

	hybrid_vm(h, vm)->mode = HYBRID_ASLEEP;
	if (at == vm) {
		h->off = hybrid_vm(h, vm)->next;
		return;
	}
	sp_for (i, SP_NR_VMS) {
		if (hybrid_vm(h, at)->next == vm)
			break;
		at = hybrid_vm(h, at)->next;
	}
	hybrid_vm(h, at)->next = hybrid_vm(h, vm)->next;
}

/* A stint of a gang that waits is charged late, as it has just been bound: its place. */
static inline void hybrid_relist(struct hybrid *h, sp_u32 vm)
{
	const struct hybrid_vm *m = hybrid_vm(h, vm);

	if (m->mode != HYBRID_OFF || m->key_ns >= m->age_ns)
		return;
	hybrid_unlist(h, vm);
	hybrid_list(h, vm, m->age_ns);
}

/* -- a VM becomes a gang, and loose again --------------------------------------------- */

static SP_NOINLINE void hybrid_hold(struct hybrid *h, sp_u32 vm)
{
	sp_u32 i, at = hybrid_vm(h, vm)->head;

	sp_for (i, SP_NR_VCPUS) {
		if (at == SP_NONE)
			break;
		if (hybrid_vcpu(h, at)->state == HYBRID_QUEUED) {
			sp_heap_remove(&h->waiting, at);
			hybrid_vcpu(h, at)->state = HYBRID_HELD;
		}
		at = hybrid_vcpu(h, at)->next;
	}
}

/* It is in no list any more. */
static SP_NOINLINE void hybrid_loosen(struct hybrid *h, sp_u32 vm, struct sp_out *out)
{
	sp_u32 i, at = hybrid_vm(h, vm)->head;

	hybrid_vm(h, vm)->mode = HYBRID_LOOSE;
	hybrid_vm(h, vm)->nr_spins = 0;
	if (out->nr_marks < SP_OUT_MARKS)
		sp_mark(out, HYBRID_MARK_GANG, vm, 0);
	sp_for (i, SP_NR_VCPUS) {
		if (at == SP_NONE)
			break;
		if (hybrid_vcpu(h, at)->state == HYBRID_HELD)
			hybrid_enqueue(h, at, out);
		at = hybrid_vcpu(h, at)->next;
	}
}

/* -- slots ----------------------------------------------------------------------------- */

/* Where a gang that is on stands by now: not all of its stints have been reported. */
static inline sp_u64 hybrid_reached(const struct hybrid *h, const struct hybrid_vm *m,
				    sp_u64 now_ns)
{
	return sp_max(m->age_ns, m->key_ns + sp_vtime_of(now_ns - h->slot_start_ns, m->weight));
}

/* The slot is over: each gang that was on waits, sleeps, or is one no longer. */
static SP_NOINLINE void hybrid_clear(struct hybrid *h, sp_u64 now_ns, struct sp_out *out)
{
	sp_u32 i;

	h->nr_live = 0;
	h->slot_end_ns = SP_NEVER_NS;
	sp_for (i, SP_NR_VMS) {
		sp_u32 vm = h->on;
		struct hybrid_vm *m = hybrid_vm(h, vm);

		if (vm == SP_NONE)
			break;
		h->on = m->next;
		m->mode = HYBRID_ASLEEP;
		if (now_ns - m->spun_at_ns > h->hold_ns || m->width > h->nr_online)
			hybrid_loosen(h, vm, out);
		else if (m->nr_active)
			hybrid_list(h, vm, hybrid_reached(h, m, now_ns));
	}
}

/* The vCPU that has pcpu for this slot, if it waits for it, or SP_NONE. */
static inline sp_u32 hybrid_owner(struct hybrid *h, sp_u32 pcpu)
{
	const struct hybrid_pcpu *p = hybrid_pcpu(h, pcpu);
	const struct hybrid_vcpu *v = hybrid_vcpu(h, p->cell);

	if (h->slot_end_ns == SP_NEVER_NS || p->seq != h->seq || v->seq != h->seq ||
	    v->cell != pcpu || v->state != HYBRID_HELD)
		return SP_NONE;
	return p->cell;
}

/* Runnable while its gang may be on: call its pCPU. */
static inline void hybrid_call(struct hybrid *h, sp_u32 vcpu, struct sp_out *out)
{
	sp_u32 pcpu = hybrid_vcpu(h, vcpu)->cell;

	if (hybrid_vcpu(h, vcpu)->seq != h->seq || hybrid_owner(h, pcpu) != vcpu)
		return;
	sp_clear_bit(h->idle, SP_WORDS(SP_NR_PCPUS), pcpu);
	sp_kick(out, pcpu);
}

/* A pCPU for every vCPU of a gang, those that sleep too: they may wake. */
static SP_NOINLINE void hybrid_seat(struct hybrid *h, sp_u32 vm, struct sp_out *out)
{
	sp_u32 i, at = hybrid_vm(h, vm)->head;

	sp_for (i, SP_NR_VCPUS) {
		struct hybrid_vcpu *v = hybrid_vcpu(h, at);
		sp_u32 p = sp_next_bit(h->online, SP_WORDS(SP_NR_PCPUS), h->cursor);

		if (at == SP_NONE || p == SP_NONE)
			break;
		h->cursor = p + 1;
		hybrid_pcpu(h, p)->cell = (sp_id)at;
		hybrid_pcpu(h, p)->seq = h->seq;
		v->cell = (sp_id)p;
		v->seq = h->seq;
		hybrid_call(h, at, out);
		at = v->next;
	}
}

/* A gang that is in no list joins the slot that is on. */
static inline void hybrid_admit(struct hybrid *h, sp_u32 vm, sp_u64 now_ns, struct sp_out *out)
{
	struct hybrid_vm *m = hybrid_vm(h, vm);

	/* anew from what was charged: switches and stolen time of its slots do not add up */
	m->key_ns = sp_sub0(m->age_ns, sp_vtime_of(now_ns - h->slot_start_ns, m->weight));
	h->nr_free -= m->width;
	h->nr_live += m->nr_active;
	m->next = h->on;
	m->mode = HYBRID_ON;
	h->on = (sp_id)vm;
	hybrid_seat(h, vm, out);
}

/* Gangs that wait, the youngest first, as far as they fit beside each other. */
static SP_NOINLINE void hybrid_compose(struct hybrid *h, sp_u64 now_ns, struct sp_out *out)
{
	sp_id *link = &h->off;
	sp_u32 i;

	h->cursor = 0;
	h->nr_free = h->nr_online;
	h->slot_start_ns = now_ns;
	h->slot_end_ns = now_ns + h->slice_ns;
	h->floor_ns = sp_max(h->floor_ns, hybrid_vm(h, h->off)->age_ns);
	sp_for (i, SP_NR_VMS) {
		sp_u32 vm = *link;
		struct hybrid_vm *m = hybrid_vm(h, vm);

		if (vm == SP_NONE || !h->nr_free)
			break;
		if (m->width > h->nr_free) {
			link = &m->next;
			continue;
		}
		*link = m->next;
		hybrid_admit(h, vm, now_ns, out);
	}
}

/*
 * Does a loose one run that is still younger than this?  Its turn is not over: were it put
 * back before it has run, it would be the youngest again next time, and be put back again.
 */
static SP_NOINLINE sp_u32 hybrid_runs_younger(struct hybrid *h, sp_u64 key_ns, sp_u64 now_ns)
{
	sp_u32 i;

	sp_for (i, SP_NR_PCPUS) {
		const struct hybrid_pcpu *p = hybrid_pcpu(h, i);
		const struct hybrid_vcpu *v = hybrid_vcpu(h, p->running);
		const struct hybrid_vm *m = hybrid_vm(h, v->vm);

		if (p->running == SP_NONE || m->mode != HYBRID_LOOSE)
			continue;
		if (v->age.ns + sp_vtime_of(now_ns - p->picked_at_ns, m->weight) < key_ns)
			return 1;
	}
	return 0;
}

/* Is the youngest gang that waits to run before all else that waits, or has it just begun? */
static inline int hybrid_is_due(struct hybrid *h, sp_u64 now_ns)
{
	const struct hybrid_vm *m = hybrid_vm(h, h->off);

	if (h->off == SP_NONE)
		return 0;
	if (h->waiting.nr)
		return m->key_ns <= sp_heap_key(&h->waiting) &&
		       !hybrid_runs_younger(h, m->key_ns, now_ns);
	return m->key_ns <= h->floor_ns || h->nr_online - h->nr_running >= m->width;
}

static SP_NOINLINE void hybrid_call_all(struct hybrid *h, struct sp_out *out)
{
	sp_u32 i;

	out->kick_all = 1;
	sp_for (i, SP_WORDS(SP_NR_PCPUS))
		SP_AT(h->idle, i) = 0;
}

/*
 * What now, gangs or not?  At the end of a slot all pCPUs come by themselves; before,
 * or when gangs break in on others, all are called.
 */
static SP_NOINLINE void hybrid_rotate(struct hybrid *h, sp_u64 now_ns, struct sp_out *out)
{
	int early = now_ns < h->slot_end_ns, was_on = h->on != SP_NONE;

	hybrid_clear(h, now_ns, out);
	h->seq++;
	if (hybrid_is_due(h, now_ns))
		hybrid_compose(h, now_ns, out);
	if (early && (was_on || h->on != SP_NONE))
		hybrid_call_all(h, out);
}

/* A gang that is in no list has somebody to run: now, if there is room beside others. */
static SP_NOINLINE void hybrid_join(struct hybrid *h, sp_u32 vm, sp_u64 now_ns, struct sp_out *out)
{
	struct hybrid_vm *m = hybrid_vm(h, vm);

	if (now_ns < h->slot_end_ns && h->slot_end_ns != SP_NEVER_NS && m->width <= h->nr_free) {
		hybrid_admit(h, vm, now_ns, out);
		return;
	}
	hybrid_list(h, vm, m->age_ns);
	sp_idle_kick(h->idle, out);
}

/* A VM was seen spinning. */
static inline void hybrid_bind(struct hybrid *h, sp_u32 vm, sp_u64 now_ns, struct sp_out *out)
{
	hybrid_hold(h, vm);
	hybrid_join(h, vm, now_ns, out);
	sp_mark(out, HYBRID_MARK_GANG, vm, 1);
}
