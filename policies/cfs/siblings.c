/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * cfs/siblings.c - who is whose sibling, for those who look where siblings queue.
 *
 * A policy that includes it has a `struct siblings` right behind the state of cfs.
 */
struct siblings {
	sp_id head[SP_NR_VMS]; /* a VM's vCPUs */
	sp_id next[SP_NR_VCPUS];
	sp_u32 nr[SP_NR_VMS];
};

static inline void siblings_init(struct siblings *s, sp_u32 vm)
{
	SP_AT(s->head, vm) = SP_NONE;
	SP_AT(s->nr, vm) = 0;
}

static inline void siblings_add(struct siblings *s, sp_u32 vm, sp_u32 vcpu)
{
	sp_id *head = &SP_AT(s->head, vm);

	SP_AT(s->next, vcpu) = *head;
	*head = (sp_id)vcpu;
	SP_AT(s->nr, vm)++;
}

static inline void siblings_remove(struct siblings *s, sp_u32 vm, sp_u32 vcpu)
{
	sp_id *link = &SP_AT(s->head, vm);
	sp_u32 i;

	sp_for (i, SP_NR_VCPUS) {
		if (*link == vcpu || *link == SP_NONE)
			break;
		link = &SP_AT(s->next, *link);
	}
	*link = SP_AT(s->next, vcpu);
	SP_AT(s->nr, vm)--;
}

/* Does one of this VM, other than vcpu, wait in the queue of pcpu?  By the shorter list. */
static SP_NOINLINE sp_u32 siblings_queue_at(const struct cfs *c, const struct siblings *s,
					    sp_u32 pcpu, sp_u32 vm, sp_u32 vcpu)
{
	const struct cfs_pcpu *p = &SP_AT(c->pcpus, pcpu);
	sp_u32 by_vm = CFS_ANY(SP_AT(s->nr, vm) < p->nr);
	sp_u32 i, at = by_vm ? SP_AT(s->head, vm) : p->head;

	sp_for (i, SP_NR_VCPUS) {
		const struct cfs_vcpu *v = &SP_AT(c->vcpus, at);

		if (at == SP_NONE)
			break;
		if (at != vcpu && v->vm == vm && v->pcpu == pcpu && v->state == CFS_QUEUED)
			return 1;
		at = by_vm ? SP_AT(s->next, at) : v->after;
	}
	return 0;
}
