/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * eevdf/check.c - the invariants of eevdf: those of cfs (1 to 11), and
 *
 *	12 who lingers is blocked, at this pCPU, and listed there once; their sums are right
 *	13 who queues or runs has its deadline ahead of it, and no lag put aside
 */

static SP_NOINLINE sp_s32 eevdf_check_lingering(const struct eevdf *e, sp_u32 pcpu)
{
	const struct eevdf_pcpu *p = &SP_AT(e->pcpus, pcpu);
	sp_u32 i, at = p->lingering.head, before = SP_NONE, nr = 0;
	sp_u64 load = p->load, sum = p->sum;

	sp_for (i, SP_NR_VCPUS) {
		const struct eevdf_vcpu *v = &SP_AT(e->vcpus, at);
		const struct cfs_vcpu *base = &SP_AT(e->cfs.vcpus, at);

		if (at == SP_NONE)
			break;
		if (!v->lingers || v->link.prev != before || base->state != CFS_BLOCKED ||
		    base->pcpu != pcpu)
			return 12;
		load -= base->share;
		sum -= eevdf_moment(base->v.ns, p->at_ns, base->share);
		before = at;
		at = v->link.next;
		nr++;
	}
	return nr == p->nr_lingering && p->lingering.tail == before && !load && !sum ? 0 : 12;
}

static SP_CALLBACK sp_s32 eevdf_check(const void *st)
{
	const struct eevdf *e = st;
	sp_u32 i, nr_lingering = 0;
	sp_s32 wrong = cfs_check(st);

	if (wrong)
		return wrong;
	sp_for (i, SP_NR_PCPUS) {
		if (eevdf_check_lingering(e, i))
			return 12;
		nr_lingering -= SP_AT(e->pcpus, i).nr_lingering;
	}
	sp_for (i, SP_NR_VCPUS) {
		const struct cfs_vcpu *v = &SP_AT(e->cfs.vcpus, i);
		const struct eevdf_vcpu *w = &SP_AT(e->vcpus, i);

		nr_lingering += w->lingers;
		if (v->state != CFS_QUEUED && v->state != CFS_RUNNING)
			continue;
		if (v->v.ns >= w->deadline_ns || w->owed_ns || w->debt_ns || w->is_relative)
			return 13;
	}
	return nr_lingering ? 12 : 0;
}
