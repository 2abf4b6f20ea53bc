/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * relaxed/queue.c - which vCPUs wait, and in which order.
 *
 * Every waiting vCPU is in two places: in one heap for the whole pool, least
 * virtual time on top, and in the list of its VM, longest wait first.
 */

static SP_NOINLINE void relaxed_enqueue(struct relaxed *r, sp_u32 vcpu, sp_u64 now_ns)
{
	struct relaxed_vcpu *v = relaxed_vcpu(r, vcpu);
	struct relaxed_vm *m = relaxed_vm(r, v->vm);

	v->state = RELAXED_WAITING;
	v->since_ns = now_ns;
	sp_list_append(&m->waiting, r->vcpus, vcpu, v);
	sp_heap_push(&r->waiting, vcpu, v->v.ns);
}

static SP_NOINLINE void relaxed_dequeue(struct relaxed *r, sp_u32 vcpu)
{
	struct relaxed_vcpu *v = relaxed_vcpu(r, vcpu);
	struct relaxed_vm *m = relaxed_vm(r, v->vm);

	sp_list_remove(&m->waiting, r->vcpus, v);
	v->handed = 0;
	sp_heap_remove(&r->waiting, vcpu);
}

/* -- invariants ------------------------------------------------------------------ */

/* The heap's order, and that its vCPUs wait with the key that it has for them. */
static int relaxed_heap_holds(const struct relaxed *r)
{
	sp_u32 i;

	sp_for (i, SP_NR_VCPUS) {
		const struct sp_heap_slot *slot = &SP_AT(r->waiting.slots, i);
		const struct relaxed_vcpu *v = &SP_AT(r->vcpus, sp_heap_vcpu(slot));

		if (i >= r->waiting.nr)
			break;
		if (!sp_heap_holds(&r->waiting, i) || v->state != RELAXED_WAITING ||
		    v->v.ns != slot->key)
			return 0;
	}
	return 1;
}

/* The list of those of a VM that wait: links, order of wait, nobody else's. */
static int relaxed_list_holds(const struct relaxed *r, sp_u32 vm, sp_u32 nr)
{
	const struct relaxed_vm *m = &SP_AT(r->vms, vm);
	sp_u32 i, at = m->waiting.head, before = SP_NONE, count = 0;

	sp_for (i, SP_NR_VCPUS) {
		const struct relaxed_vcpu *v = &SP_AT(r->vcpus, at);

		if (at == SP_NONE)
			break;
		if (v->vm != vm || v->state != RELAXED_WAITING || v->link.prev != before)
			return 0;
		before = at;
		at = v->link.next;
		count++;
	}
	return at == SP_NONE && m->waiting.tail == before && count == nr;
}
