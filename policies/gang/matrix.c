/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * gang/matrix.c - who sits where: the Ousterhout matrix of the gang policy.
 *
 *	          column 0   column 1   column 2   column 3
 *	row 0       A.0        A.1        A.2        A.3
 *	row 1       B.0        B.1        C.0
 *
 * A row is a time slice, a column is an online pCPU.  A VM as wide as w takes w
 * neighbouring columns of one row, by the width it was announced with: its vCPUs
 * come later, one by one.  Rows hold VMs of one weight only, as all in a row get
 * the same time.  VMs go to the first row that has room (first fit); when one
 * leaves, the rest of its row closes up, and later rows are tried for VMs that
 * now fit further up, so that no row is kept that could be saved.
 *
 * The matrix is never stored.  A row is a list of VMs, a VM is a list of vCPUs,
 * and every vCPU knows its column; all vCPUs of a column also form a ring, for
 * alternate selection.  Memory: pCPUs + vCPUs + VMs, not rows x columns.
 *
 * FOLDING
 *	When pCPUs leave, a VM may end up wider than the pool.  It is folded: it
 *	takes all columns of its row, vCPU i goes to column i % columns, and the
 *	slots of the row show its folds i / columns by turns.
 *
 * Nothing here knows about time, apart from a row's virtual time, which a VM
 * takes along when it moves.
 */

/* -- a vCPU and its column --------------------------------------------------- */

/* Give the vCPU the column that its VM's place says, and enter that ring last. */
static void gang_seat(struct gang *g, sp_u32 vcpu)
{
	struct gang_vcpu *v = gang_vcpu(g, vcpu);
	const struct gang_vm *m = gang_vm(g, v->vm);
	sp_u32 span = m->span ? m->span : 1;
	sp_id *head;

	v->fold = (sp_id)(v->index / span);
	v->col = (sp_id)(m->first + v->index % span);
	v->picked_ns = SP_NEVER_NS;
	v->seq = gang_row(g, m->row)->seq;
	head = &gang_col(g, v->col)->ring;
	if (*head == SP_NONE) {
		v->ring_next = v->ring_prev = (sp_id)vcpu;
		*head = (sp_id)vcpu;
		return;
	}
	v->ring_next = *head;
	v->ring_prev = gang_vcpu(g, *head)->ring_prev;
	gang_vcpu(g, v->ring_prev)->ring_next = (sp_id)vcpu;
	gang_vcpu(g, v->ring_next)->ring_prev = (sp_id)vcpu;
}

static void gang_unseat(struct gang *g, sp_u32 vcpu)
{
	struct gang_vcpu *v = gang_vcpu(g, vcpu);
	sp_id *head = &gang_col(g, v->col)->ring;

	gang_vcpu(g, v->ring_prev)->ring_next = v->ring_next;
	gang_vcpu(g, v->ring_next)->ring_prev = v->ring_prev;
	if (*head == vcpu)
		*head = v->ring_next == vcpu ? (sp_id)SP_NONE : v->ring_next;
}

static SP_NOINLINE void gang_seat_all(struct gang *g, sp_u32 vm)
{
	sp_u32 i, at = gang_vm(g, vm)->head;

	sp_for (i, SP_NR_VCPUS) {
		if (at == SP_NONE)
			break;
		gang_seat(g, at);
		at = gang_vcpu(g, at)->next;
	}
}

static SP_NOINLINE void gang_unseat_all(struct gang *g, sp_u32 vm)
{
	sp_u32 i, at = gang_vm(g, vm)->head;

	sp_for (i, SP_NR_VCPUS) {
		if (at == SP_NONE)
			break;
		gang_unseat(g, at);
		at = gang_vcpu(g, at)->next;
	}
}

/* -- a vCPU and its VM ------------------------------------------------------- */

/* Take the lowest index that is free: siblings are listed by index. */
static void gang_join(struct gang *g, sp_u32 vcpu, sp_u32 vm)
{
	struct gang_vcpu *v = gang_vcpu(g, vcpu);
	sp_u32 i, index = 0, before = SP_NONE, at = gang_vm(g, vm)->head;

	sp_for (i, SP_NR_VCPUS) {
		if (at == SP_NONE || gang_vcpu(g, at)->index != index)
			break;
		before = at;
		at = gang_vcpu(g, at)->next;
		index++;
	}
	v->vm = (sp_id)vm;
	v->index = (sp_id)index;
	v->next = (sp_id)at;
	if (before == SP_NONE)
		gang_vm(g, vm)->head = (sp_id)vcpu;
	else
		gang_vcpu(g, before)->next = (sp_id)vcpu;
	gang_seat(g, vcpu);
}

static void gang_leave(struct gang *g, sp_u32 vcpu)
{
	struct gang_vcpu *v = gang_vcpu(g, vcpu);
	struct gang_vm *m = gang_vm(g, v->vm);
	sp_u32 i, at = m->head;

	gang_unseat(g, vcpu);
	if (at == vcpu) {
		m->head = v->next;
		return;
	}
	sp_for (i, SP_NR_VCPUS) {
		if (gang_vcpu(g, at)->next == vcpu)
			break;
		at = gang_vcpu(g, at)->next;
	}
	gang_vcpu(g, at)->next = v->next;
}

/* -- a VM and its row --------------------------------------------------------- */

/*
 * The first row below `limit` with room for the VM, or SP_NONE.  A free row has
 * room for any, and there are as many rows as there may be VMs.
 */
static SP_NOINLINE sp_u32 gang_first_fit(struct gang *g, sp_u32 vm, sp_u32 limit)
{
	const struct gang_vm *m = gang_vm(g, vm);
	sp_u32 i, span = gang_span(g, m);

	sp_for (i, SP_NR_VMS) {
		const struct gang_row *r = gang_row(g, i);

		if (i >= limit)
			break;
		if (!r->used || (r->weight == m->weight && r->used + span <= g->nr_cols))
			return i;
	}
	return SP_NONE;
}

/* A row that had nobody to run and now has does not keep what it saved up. */
static void gang_row_add_active(struct gang *g, struct gang_row *r, sp_u32 nr)
{
	if (!r->nr_active && nr)
		r->v.ns = sp_max(r->v.ns, g->vclock_ns);
	r->nr_active += nr;
}

/* Put a VM that is nowhere into the first row with room, at its right end. */
static SP_NOINLINE void gang_attach(struct gang *g, sp_u32 vm)
{
	struct gang_vm *m = gang_vm(g, vm);
	sp_u32 row = gang_first_fit(g, vm, SP_NR_VMS);
	struct gang_row *r = gang_row(g, row);

	m->row = (sp_id)row;
	m->first = (sp_id)r->used;
	m->span = gang_span(g, m);
	m->fold = 0;
	m->next = SP_NONE;
	if (!r->used) {
		r->head = (sp_id)vm;
		r->weight = m->weight;
		r->v.ns = m->vtime_ns;
		r->v.rem = 0;
	} else {
		gang_vm(g, r->tail)->next = (sp_id)vm;
	}
	r->tail = (sp_id)vm;
	r->used += m->span;
	gang_row_add_active(g, r, m->nr_active);
	if (g->nr_rows <= row)
		g->nr_rows = (sp_id)(row + 1);
	gang_seat_all(g, vm);
}

/* The VM to the left in its row, or SP_NONE. */
static SP_NOINLINE sp_u32 gang_left_of(struct gang *g, sp_u32 vm)
{
	sp_u32 i, before = SP_NONE, at = gang_row(g, gang_vm(g, vm)->row)->head;

	sp_for (i, SP_NR_VMS) {
		if (at == vm)
			break;
		before = at;
		at = gang_vm(g, at)->next;
	}
	return before;
}

/* VMs from `at` to the right end move to the left. */
static SP_NOINLINE void gang_close_up(struct gang *g, sp_u32 at, sp_u32 by)
{
	sp_u32 i;

	sp_for (i, SP_NR_VMS) {
		if (at == SP_NONE)
			break;
		gang_unseat_all(g, at);
		gang_vm(g, at)->first = (sp_id)(gang_vm(g, at)->first - by);
		gang_seat_all(g, at);
		at = gang_vm(g, at)->next;
	}
}

static SP_NOINLINE void gang_trim_rows(struct gang *g)
{
	sp_u32 i;

	sp_for (i, SP_NR_VMS) {
		if (!g->nr_rows || gang_row(g, g->nr_rows - 1u)->used)
			break;
		g->nr_rows--;
	}
}

/* Take a VM out of its row; the rest closes up. */
static SP_NOINLINE void gang_detach(struct gang *g, sp_u32 vm)
{
	struct gang_vm *m = gang_vm(g, vm);
	struct gang_row *r = gang_row(g, m->row);
	sp_u32 before = gang_left_of(g, vm);

	gang_unseat_all(g, vm);
	if (before == SP_NONE)
		r->head = m->next;
	else
		gang_vm(g, before)->next = m->next;
	if (r->tail == vm)
		r->tail = (sp_id)before;
	r->used -= m->span;
	r->nr_active -= m->nr_active;
	m->vtime_ns = r->v.ns;
	m->row = SP_NONE;
	gang_close_up(g, m->next, m->span);
	gang_trim_rows(g);
}

/*
 * A VM whose place is lost (pCPUs came or went) is placed anew; one that fits
 * into an earlier row moves there.
 */
static SP_NOINLINE void gang_settle(struct gang *g, sp_u32 vm)
{
	struct gang_vm *m = gang_vm(g, vm);
	int sits;

	if (!m->width)
		return;
	sits = m->span == gang_span(g, m) && m->first + m->span <= g->nr_cols;
	if (sits && gang_first_fit(g, vm, m->row) == SP_NONE)
		return;
	gang_detach(g, vm);
	gang_attach(g, vm);
}

static SP_NOINLINE void gang_settle_all(struct gang *g)
{
	sp_u32 vm;

	if (!g->nr_rows)
		return;
	sp_for (vm, SP_NR_VMS)
		gang_settle(g, vm);
}

/* -- invariants --------------------------------------------------------------- */

/* Of one VM: siblings by index, each seated where it should be, and counted. */
static int gang_vm_holds(const struct gang *g, sp_u32 vm)
{
	const struct gang_vm *m = &SP_AT(g->vms, vm);
	sp_u32 i, at = m->head, floor = 0, nr_active = 0;

	sp_for (i, SP_NR_VCPUS) {
		const struct gang_vcpu *v = &SP_AT(g->vcpus, at);

		if (at == SP_NONE)
			break;
		if (v->vm != vm || v->state == GANG_ABSENT || v->index < floor ||
		    v->index >= m->width || v->col != m->first + v->index % m->span ||
		    v->fold != v->index / m->span ||
		    SP_AT(g->vcpus, v->ring_next).ring_prev != at ||
		    SP_AT(g->vcpus, v->ring_next).col != v->col)
			return 0;
		floor = v->index + 1u;
		nr_active += v->state != GANG_BLOCKED;
		at = v->next;
	}
	return at == SP_NONE && nr_active == m->nr_active;
}

/* Of one row: VMs of its weight side by side, within the columns, and counted. */
static int gang_row_holds(const struct gang *g, sp_u32 row)
{
	const struct gang_row *r = &SP_AT(g->rows, row);
	sp_u32 i, at = r->used ? r->head : SP_NONE, used = 0, nr_active = 0;

	sp_for (i, SP_NR_VMS) {
		const struct gang_vm *m = &SP_AT(g->vms, at);

		if (at == SP_NONE)
			break;
		if (m->row != row || m->first != used || m->weight != r->weight ||
		    (m->next == SP_NONE) != (at == r->tail))
			return 0;
		used += m->span;
		nr_active += m->nr_active;
		at = m->next;
	}
	return at == SP_NONE && used == r->used && nr_active == r->nr_active &&
	       (used <= g->nr_cols || !g->nr_cols) && (!used || row < g->nr_rows);
}
