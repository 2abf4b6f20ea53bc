/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * hybrid/check.c - the invariants of hybrid, by number:
 *
 *	1 of a VM, who is active is counted, and in the state that its mode says
 *	2 lists of gangs hold all that are on, or wait, and these by age
 *	3 while gangs are on there is a slot, and their vCPUs are counted
 *	4 the heap and its vCPUs agree
 *	5 all loose ones who wait are in it
 *	6 running and state agree
 *	7 idle pCPUs are online and run nothing
 *	8 nobody loose waits beside an idle pCPU: there is none, or for each who waits
 *	  there is a pCPU on its way to pick
 */

/* Of one VM: who is active is counted, and in the state that its mode says. */
static SP_NOINLINE int hybrid_vm_holds(const struct hybrid *h, sp_u32 vm)
{
	const struct hybrid_vm *m = &SP_AT(h->vms, vm);
	sp_u32 i, at = m->head, nr_active = 0;

	sp_for (i, SP_NR_VCPUS) {
		const struct hybrid_vcpu *v = &SP_AT(h->vcpus, at);

		if (at == SP_NONE)
			break;
		if (v->vm != vm || v->state == HYBRID_ABSENT ||
		    v->state == (m->mode == HYBRID_LOOSE ? HYBRID_HELD : HYBRID_QUEUED) ||
		    v->age.ns > m->age_ns)
			return 0;
		nr_active += v->state != HYBRID_BLOCKED;
		at = v->next;
	}
	if (m->mode == HYBRID_OFF && !nr_active)
		return 0;
	if (m->mode == HYBRID_ASLEEP && nr_active)
		return 0;
	return at == SP_NONE && nr_active == m->nr_active;
}

/* How many VMs a list has, all in this mode and in order; or SP_NONE. */
static SP_NOINLINE sp_u32 hybrid_count(const struct hybrid *h, sp_u32 at, sp_u32 mode)
{
	sp_u64 key_ns = 0;
	sp_u32 i;

	sp_for (i, SP_NR_VMS) {
		const struct hybrid_vm *m = &SP_AT(h->vms, at);

		if (at == SP_NONE)
			break;
		if (m->mode != mode || (mode == HYBRID_OFF && m->key_ns < key_ns))
			return SP_NONE;
		key_ns = m->key_ns;
		at = m->next;
	}
	return at == SP_NONE ? i : SP_NONE;
}

static SP_NOINLINE sp_s32 hybrid_check_lists(const struct hybrid *h)
{
	sp_u32 i, nr_on = 0, nr_off = 0, nr_live = 0;

	sp_for (i, SP_NR_VMS) {
		const struct hybrid_vm *m = &SP_AT(h->vms, i);

		if (!m->width)
			continue;
		if (!hybrid_vm_holds(h, i))
			return 1;
		nr_on += m->mode == HYBRID_ON;
		nr_off += m->mode == HYBRID_OFF;
		nr_live += m->mode == HYBRID_ON ? m->nr_active : 0u;
	}
	if (hybrid_count(h, h->on, HYBRID_ON) != nr_on ||
	    hybrid_count(h, h->off, HYBRID_OFF) != nr_off)
		return 2;
	if (nr_live != h->nr_live || (nr_on && h->slot_end_ns == SP_NEVER_NS))
		return 3;
	return 0;
}

/* 0, or the number of the one that does not hold. */
static SP_CALLBACK sp_s32 hybrid_check(const void *st)
{
	const struct hybrid *h = st;
	sp_u32 i, nr_queued = 0, nr_running = 0, nr_idle = 0, nr_coming = 0;
	sp_s32 wrong = hybrid_check_lists(h);

	if (wrong)
		return wrong;
	sp_for (i, SP_NR_VCPUS) {
		sp_u32 first = sp_heap_vcpu(&SP_AT(h->waiting.slots, i));

		nr_queued += SP_AT(h->vcpus, i).state == HYBRID_QUEUED;
		if (i < h->waiting.nr && (!sp_heap_holds(&h->waiting, i) ||
					  SP_AT(h->vcpus, first).state != HYBRID_QUEUED))
			return 4;
	}
	if (nr_queued != h->waiting.nr)
		return 5;
	sp_for (i, SP_NR_PCPUS) {
		sp_u32 v = SP_AT(h->pcpus, i).running;
		sp_u32 idle = sp_test_bit(h->idle, SP_WORDS(SP_NR_PCPUS), i) != 0;
		sp_u32 online = sp_test_bit(h->online, SP_WORDS(SP_NR_PCPUS), i) != 0;

		if (v != SP_NONE &&
		    (SP_AT(h->vcpus, v).state != HYBRID_RUNNING || SP_AT(h->vcpus, v).pcpu != i))
			return 6;
		if (idle && (!online || v != SP_NONE))
			return 7;
		nr_running += v != SP_NONE;
		nr_idle += idle;
		nr_coming += online && !idle && v == SP_NONE;
	}
	if (nr_running != h->nr_running)
		return 6;
	return nr_idle && h->waiting.nr > nr_coming ? 8 : 0;
}
