/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * cfs/check.c - the invariants of cfs, by number:
 *
 *	1 a queue's links are sound and its order is by vruntime; it is complete
 *	2 who is in it is in the state QUEUED, at this pCPU
 *	3 and may run there
 *	4 who was picked last is RUNNING, there
 *	5 idle pCPUs are online and have no one; overloaded ones have two or more
 *	6 buddies are queued or run where they are buddies
 *	7 loads and numbers are the sums of what they count
 *	8 who is stranded is listed as such, and nobody else
 *	9 the sets' sizes are right
 *	10 while someone waits, the timer is armed
 *	11 who is held back by a cap is listed as such
 */

static SP_NOINLINE sp_s32 cfs_check_queue(const struct cfs *c, sp_u32 pcpu)
{
	const struct cfs_pcpu *p = &SP_AT(c->pcpus, pcpu);
	sp_u32 i, at = p->head, before = SP_NONE;
	sp_u64 ns = 0, nr = p->curr != SP_NONE;

	sp_for (i, SP_NR_VCPUS) {
		const struct cfs_vcpu *v = &SP_AT(c->vcpus, at);

		if (at == SP_NONE)
			break;
		if (v->before != before || v->v.ns < ns)
			return 1;
		if (v->state != CFS_QUEUED || v->pcpu != pcpu)
			return 2;
		if (!cfs_may_run(c, v, pcpu))
			return 3;
		before = at;
		ns = v->v.ns;
		at = v->after;
		nr++;
	}
	return p->tail == before && nr == p->nr ? 0 : 1;
}

/* A favoured one is queued here or runs here. */
static int cfs_is_here(const struct cfs *c, sp_u32 pcpu, sp_u32 vcpu)
{
	const struct cfs_vcpu *v = &SP_AT(c->vcpus, vcpu);

	return vcpu == SP_NONE ||
	       (v->pcpu == pcpu && (v->state == CFS_QUEUED || v->state == CFS_RUNNING));
}

static SP_NOINLINE sp_s32 cfs_check_pcpu(const struct cfs *c, sp_u32 pcpu)
{
	const struct cfs_pcpu *p = &SP_AT(c->pcpus, pcpu);
	const struct cfs_vcpu *curr = &SP_AT(c->vcpus, p->curr);

	if (p->curr != SP_NONE && (curr->state != CFS_RUNNING || curr->pcpu != pcpu))
		return 4;
	if (cfs_is_idle(c, pcpu) && p->nr)
		return 5;
	if ((p->nr >= 2) != (sp_test_bit(c->overloaded, SP_WORDS(SP_NR_PCPUS), pcpu) != 0))
		return 5;
	if (!cfs_is_here(c, pcpu, p->prev) || !cfs_is_here(c, pcpu, p->next) ||
	    !cfs_is_here(c, pcpu, p->last) || !cfs_is_here(c, pcpu, p->skip) ||
	    !cfs_is_here(c, pcpu, p->urgent))
		return 6;
	return cfs_check_queue(c, pcpu);
}

static SP_NOINLINE sp_s32 cfs_check_sums(const struct cfs *c)
{
	sp_u64 load = 0, nr = 0, vm_load = 0, pool = c->load;
	sp_u32 i, nr_stranded = 0;

	sp_for (i, SP_NR_PCPUS) {
		if (sp_test_bit(c->online, SP_WORDS(SP_NR_PCPUS), i)) {
			load -= SP_AT(c->pcpus, i).load;
			nr -= SP_AT(c->pcpus, i).nr;
		}
	}
	sp_for (i, SP_NR_VMS)
		vm_load -= SP_AT(c->vms, i).load;
	sp_for (i, SP_NR_VCPUS) {
		const struct cfs_vcpu *v = &SP_AT(c->vcpus, i);

		if (v->state == CFS_QUEUED || v->state == CFS_RUNNING) {
			load += v->share;
			pool -= v->share;
			vm_load += v->weight;
			nr++;
		}
		nr_stranded += v->state == CFS_STRANDED;
		if ((v->state == CFS_CAPPED) != sp_caps_is_parked(&c->caps, i))
			return 11;
		if ((v->state == CFS_STRANDED) !=
		    (sp_test_bit(c->stranded, SP_WORDS(SP_NR_VCPUS), i) != 0))
			return 8;
	}
	if (load || nr || vm_load || pool)
		return 7;
	return nr_stranded == c->nr_stranded ? 0 : 8;
}

static SP_CALLBACK sp_s32 cfs_check(const void *st)
{
	const struct cfs *c = st;
	sp_u32 i, nr_idle = 0, nr_overloaded = 0;
	sp_s32 wrong;

	sp_for (i, SP_NR_PCPUS) {
		sp_u32 online = sp_test_bit(c->online, SP_WORDS(SP_NR_PCPUS), i) != 0;

		nr_idle += cfs_is_idle(c, i) != 0;
		nr_overloaded += sp_test_bit(c->overloaded, SP_WORDS(SP_NR_PCPUS), i) != 0;
		wrong = online ? cfs_check_pcpu(c, i) : cfs_is_idle(c, i) ? 5 : 0;
		if (wrong)
			return wrong;
	}
	wrong = cfs_check_sums(c);
	if (wrong)
		return wrong;
	if (nr_idle != c->groups[CFS_POOL * SP_NR_PCPUS].nr_idle ||
	    nr_overloaded != c->nr_overloaded)
		return 9;
	return nr_overloaded && !c->is_armed ? 10 : 0;
}
