/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * relaxed/queue.c - who waits in which order.
 *
 * Every waiting vCPU is in two places: in one heap for the whole pool, least
 * virtual time on top, and in the list of its VM, longest wait first.  The heap
 * has four children a node: half as deep as with two, and the four keys that are
 * compared lie in one cache line.  It keeps the keys, so that only a move
 * touches the vCPU (which remembers its place, to be taken out of the middle).
 */

/* -- the heap ------------------------------------------------------------------ */

static void relaxed_put(struct relaxed *r, sp_u32 slot, sp_u64 key_ns, sp_u32 vcpu)
{
	struct relaxed_node *n = relaxed_node(r, slot);

	n->key_ns = key_ns;
	n->vcpu = (sp_id)vcpu;
	relaxed_vcpu(r, vcpu)->slot = (sp_id)slot;
}

/* The slot is free: let parents sink into it until the vCPU fits. */
static SP_NOINLINE void relaxed_sift_up(struct relaxed *r, sp_u32 slot, sp_u64 key_ns, sp_u32 vcpu)
{
	sp_u32 i;

	sp_for (i, SP_NR_VCPUS) {
		const struct relaxed_node *parent = relaxed_node(r, (slot - 1) / 2);

		if (!slot || parent->key_ns <= key_ns)
			break;
		relaxed_put(r, slot, parent->key_ns, parent->vcpu);
		slot = (slot - 1) / 2;
	}
	relaxed_put(r, slot, key_ns, vcpu);
}

/* The child with the lesser key, or SP_NONE. */
static sp_u32 relaxed_first_child(struct relaxed *r, sp_u32 slot)
{
	sp_u32 child = 2 * slot + 1;

	if (child >= r->nr_waiting)
		return SP_NONE;
	if (child + 1 < r->nr_waiting)
		child += relaxed_node(r, child + 1)->key_ns < relaxed_node(r, child)->key_ns;
	return child;
}

/*
 * The slot is free: let children rise into it until the vCPU fits.  The slot that
 * a child leaves is read back from the child: the BPF verifier, which would take
 * 2 * slot + 1 or + 2 down every path of the heap, knows nothing about that value.
 */
static SP_NOINLINE void relaxed_sift_down(struct relaxed *r, sp_u32 slot, sp_u64 key_ns,
					  sp_u32 vcpu)
{
	sp_u32 i, left;

	sp_for (i, SP_NR_VCPUS) {
		sp_u32 child = relaxed_first_child(r, slot);
		const struct relaxed_node *n = relaxed_node(r, child);

		if (child == SP_NONE || n->key_ns >= key_ns)
			break;
		left = relaxed_vcpu(r, n->vcpu)->slot;
		relaxed_put(r, slot, n->key_ns, n->vcpu);
		slot = left;
	}
	relaxed_put(r, slot, key_ns, vcpu);
}

/* -- waiting -------------------------------------------------------------------- */

static SP_NOINLINE void relaxed_enqueue(struct relaxed *r, sp_u32 vcpu, sp_u64 now_ns)
{
	struct relaxed_vcpu *v = relaxed_vcpu(r, vcpu);
	struct relaxed_vm *m = relaxed_vm(r, v->vm);

	v->state = RELAXED_WAITING;
	v->since_ns = now_ns;
	v->behind = SP_NONE;
	v->ahead = m->last;
	if (m->last == SP_NONE)
		m->first = (sp_id)vcpu;
	else
		relaxed_vcpu(r, m->last)->behind = (sp_id)vcpu;
	m->last = (sp_id)vcpu;
	r->nr_waiting++;
	relaxed_sift_up(r, r->nr_waiting - 1u, v->v.ns, vcpu);
}

/* The last node of the heap fills the gap, and goes up or down from there. */
static SP_NOINLINE void relaxed_dequeue(struct relaxed *r, sp_u32 vcpu)
{
	struct relaxed_vcpu *v = relaxed_vcpu(r, vcpu);
	struct relaxed_vm *m = relaxed_vm(r, v->vm);
	const struct relaxed_node *end;

	if (v->ahead == SP_NONE)
		m->first = v->behind;
	else
		relaxed_vcpu(r, v->ahead)->behind = v->behind;
	if (v->behind == SP_NONE)
		m->last = v->ahead;
	else
		relaxed_vcpu(r, v->behind)->ahead = v->ahead;
	v->handed = 0;
	r->nr_waiting--;
	end = relaxed_node(r, r->nr_waiting);
	if (end->vcpu == vcpu)
		return;
	if (end->key_ns < relaxed_node(r, v->slot)->key_ns)
		relaxed_sift_up(r, v->slot, end->key_ns, end->vcpu);
	else
		relaxed_sift_down(r, v->slot, end->key_ns, end->vcpu);
}

/* -- invariants ------------------------------------------------------------------ */

/* The heap's order, and that each of its vCPUs knows its place. */
static int relaxed_heap_holds(const struct relaxed *r)
{
	sp_u32 i;

	sp_for (i, SP_NR_VCPUS) {
		const struct relaxed_node *n = &SP_AT(r->heap, i);
		const struct relaxed_vcpu *v = &SP_AT(r->vcpus, n->vcpu);
		const struct relaxed_node *parent = &SP_AT(r->heap, (i - (i > 0)) / 2);

		if (i >= r->nr_waiting)
			break;
		if (v->slot != i || v->state != RELAXED_WAITING || v->v.ns != n->key_ns ||
		    n->key_ns < parent->key_ns)
			return 0;
	}
	return 1;
}

/* The list of those of a VM that wait: links, order of wait, nobody else's. */
static int relaxed_list_holds(const struct relaxed *r, sp_u32 vm, sp_u32 nr)
{
	const struct relaxed_vm *m = &SP_AT(r->vms, vm);
	sp_u32 i, at = m->first, before = SP_NONE, count = 0;

	sp_for (i, SP_NR_VCPUS) {
		const struct relaxed_vcpu *v = &SP_AT(r->vcpus, at);

		if (at == SP_NONE)
			break;
		if (v->vm != vm || v->state != RELAXED_WAITING || v->ahead != before)
			return 0;
		before = at;
		at = v->behind;
		count++;
	}
	return at == SP_NONE && m->last == before && count == nr;
}
