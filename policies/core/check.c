/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * core/check.c - the invariants of core, by number:
 *
 *	1 the heap and its vCPUs agree
 *	2 all who wait are in it, and are counted
 *	3 running and state agree
 *	4 a thread that picked in this turn runs its core's VM
 *	5 idle threads are online and run nothing
 *	6 free ones are idle, on a core that runs nobody
 *	7 while someone waits and a core is free, a pCPU is on its way to pick
 */

static SP_NOINLINE sp_s32 corevm_check_queue(const struct corevm *s)
{
	sp_u32 i, nr = 0, nr_of_vms = 0;

	sp_for (i, SP_NR_VMS)
		nr_of_vms += SP_AT(s->vms, i).nr_queued;
	sp_for (i, SP_NR_VCPUS) {
		const struct sp_heap_slot *slot = &SP_AT(s->waiting.slots, i);
		const struct corevm_vcpu *v = &SP_AT(s->vcpus, sp_heap_vcpu(slot));

		nr += SP_AT(s->vcpus, i).state == COREVM_QUEUED;
		if (i < s->waiting.nr && (!sp_heap_holds(&s->waiting, i) ||
					  v->state != COREVM_QUEUED || v->age.ns != slot->key))
			return 1;
	}
	return nr == s->waiting.nr && nr == nr_of_vms ? 0 : 2;
}

/* 0, or the number of the one that does not hold. */
static SP_CALLBACK sp_s32 corevm_check(const void *st)
{
	const struct corevm *s = st;
	sp_s32 wrong = corevm_check_queue(s);
	sp_u32 i, nr_free = 0, nr_coming = 0;

	if (wrong)
		return wrong;
	sp_for (i, SP_NR_PCPUS) {
		const struct corevm_pcpu *p = &SP_AT(s->pcpus, i);
		const struct corevm_core *c = &SP_AT(s->cores, p->core);
		const struct corevm_vcpu *v = &SP_AT(s->vcpus, p->running);
		sp_u32 idle = sp_test_bit(s->idle, SP_WORDS(SP_NR_PCPUS), i) != 0;
		sp_u32 free = sp_test_bit(s->free, SP_WORDS(SP_NR_PCPUS), i) != 0;
		sp_u32 online = sp_test_bit(s->online, SP_WORDS(SP_NR_PCPUS), i) != 0;

		if (p->running != SP_NONE && (v->state != COREVM_RUNNING || v->pcpu != i))
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
