/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * gang - strict gang scheduling: a VM's vCPUs run at the same time or not at all.
 *
 * IDEA
 *	The pool is run by a matrix (gang/matrix.c): its columns are the online
 *	pCPUs, its rows are time slices, a VM takes `width` columns of one row.
 *	One row is on at a time, on all pCPUs; its slot ends at one instant for
 *	all of them (run_until_ns is absolute, and holds for idle pCPUs too), so
 *	that the next row starts everywhere at once and nobody has to be kicked.
 *
 *	Which row is next?  The one with the least virtual time.  A row's virtual time
 *	grows by 1024/weight for every ns that its members run on average (see
 *	ENTITLEMENT).  A light row gets shorter slots than the heaviest one, in
 *	proportion, but none below min_slot: nice 19 beside nice -20 would otherwise get
 *	slots of 1.7 us.
 *
 *	A blocked vCPU leaves its column idle while the slot lasts (with `fill`, a
 *	vCPU of another row has it meanwhile, free of charge: Ousterhout's
 *	alternate selection).  When the last one of the row blocks, the slot ends
 *	then and there; rows without anybody to run are passed over.
 *
 * EXAMPLE
 *	Four pCPUs, hogs, slot 10 ms.  A has 4 vCPUs, B has 2, both weight 1024.
 *
 *		ms    0        10       20       30
 *		p0    A.0      B.0      A.0      B.0
 *		p1    A.1      B.1      A.1      B.1
 *		p2    A.2      idle     A.2      idle
 *		p3    A.3      idle     A.3      idle
 *
 *	Each vCPU gets half a pCPU, as its weight says; the pCPUs are used for
 *	(4 + 2) / 8 = 75 %.  With B of one vCPU: 5 / 8 = 62.5 %.  If B has weight
 *	335 (nice 5) its slots last 3.27 ms: 10 : 3.27 = 75.35 % : 24.65 %.
 *
 * ENTITLEMENT
 *	Rows share time, and every vCPU of a row gets what the row gets.  So VMs share
 *	a row only if their weights are equal.  Each vCPU then has its share by weight,
 *	to within one slot.  When n members of a row are not blocked, each ns that one
 *	of them runs costs the row 1/n ns: the row pays their average.  A pCPU that is
 *	late for a change of rows therefore gives nothing away and takes nothing.  A
 *	gang pays for the columns that it leaves idle: when one member works and the
 *	others are blocked, the row pays for all of that time.
 *
 * WAKING UP
 *	A vCPU of the row that is on starts at once (kick).  If it is of another row,
 *	and that row had nobody to run, the row joins.  The row's virtual time becomes
 *	the one that the current row had when its slot began, unless it is more already:
 *	sleep saves nothing up.  The joining row takes over as soon as the present one
 *	has run past that time, but not before min_slot has passed (timer).  All other
 *	rows stand at that time or later.  So a row that has slept for long waits for
 *	min_slot at most, plus one min_slot for each row that woke before it; a row that
 *	has run lately waits until its turn comes.
 *
 * WHEN IT IS BAD
 *	Mixed widths leave columns idle (see the example); so do gangs whose
 *	members block at different times.  Independent vCPUs (no locks, no
 *	barriers) only pay.  A guest that sleeps and wakes all the time makes the
 *	whole pool switch up to once a min_slot.  Many different weights are many
 *	rows.  A VM wider than the pool is refused; one that becomes so because
 *	pCPUs leave is folded, and its vCPUs then run by turns (gang/matrix.c).
 *	A vCPU runs on the pCPU of its column: no balancing, and when a VM leaves,
 *	the VMs right of it move over, with cold caches.
 *
 * COST
 *	Constant per decision, but for one walk a slot: a step for each row and one
 *	for each vCPU of the next row, so two or three steps per pick.  A slot that
 *	ends early costs a step for every pCPU as well.  A VM that comes costs a
 *	step a row, one that leaves a step for every VM and row.
 *
 * SOURCE
 *	Ousterhout, "Scheduling Techniques for Concurrent Systems", ICDCS 1982
 *	(matrix, alternate selection).  Row virtual time after the fair-share
 *	schedulers.  Slot 10 ms: the middle of what was measured under a real
 *	hypervisor (1, 10, 30 ms: 93, 99, 100 % of undisturbed throughput for two
 *	guests); min_slot 1 ms: an assumption.
 */
#include "policy.h"
#include "state.h"
#include "matrix.c"
#include "slots.c"

enum { GANG_SLOT, GANG_MIN_SLOT, GANG_FILL };

static const struct sp_tunable gang_tunables[] = {
	[GANG_SLOT] = {.name = "slot",
		       .help = "how long the heaviest row is on",
		       .unit = SP_UNIT_NS,
		       .preset = SP_MS(10),
		       .min = SP_US(100),
		       .max = SP_MS(1000)},
	[GANG_MIN_SLOT] = {.name = "min_slot",
			   .help = "shortest slot of a light or preempted row",
			   .unit = SP_UNIT_NS,
			   .preset = SP_MS(1),
			   .min = SP_US(10),
			   .max = SP_MS(1000)},
	[GANG_FILL] = {.name = "fill",
		       .help = "idle columns run vCPUs of other rows (alternate selection)",
		       .unit = SP_UNIT_BOOL,
		       .preset = 0,
		       .min = 0,
		       .max = 1},
};

/* -- which can run --------------------------------------------------------------- */

static void gang_activate(struct gang *g, sp_u32 vcpu, sp_u64 now_ns, struct sp_out *out)
{
	struct gang_vcpu *v = gang_vcpu(g, vcpu);
	struct gang_vm *m = gang_vm(g, v->vm);
	struct gang_row *r = gang_row(g, m->row);

	v->state = GANG_QUEUED;
	gang_reprice(r, now_ns);
	m->nr_active++;
	gang_row_add_active(g, r, 1);
	if (g->cur == SP_NONE) {
		gang_rotate(g, now_ns, out);
		return;
	}
	if (gang_is_shown(g, v)) {
		g->nr_live++;
		gang_call_col(g, v->col, now_ns, out);
		return;
	}
	if (g->fill && gang_pcpu(g, gang_col(g, v->col)->pcpu)->running == SP_NONE)
		gang_call_col(g, v->col, now_ns, out);
	if (r->nr_active == 1)
		gang_contest(g, m->row, now_ns, out);
}

static void gang_deactivate(struct gang *g, sp_u32 vcpu, sp_u64 now_ns, struct sp_out *out)
{
	struct gang_vcpu *v = gang_vcpu(g, vcpu);
	struct gang_vm *m = gang_vm(g, v->vm);
	struct gang_row *r = gang_row(g, m->row);

	v->state = GANG_BLOCKED;
	v->pcpu = SP_NONE;
	gang_reprice(r, now_ns);
	m->nr_active--;
	r->nr_active--;
	if (!gang_is_shown(g, v))
		return;
	g->nr_live--;
	if (!g->nr_live)
		gang_rotate(g, now_ns, out);
}

/* The vCPU that we noted as running on pcpu has stopped: it waits again. */
static void gang_put_back(struct gang *g, sp_u32 pcpu)
{
	sp_id *running = &gang_pcpu(g, pcpu)->running;

	if (*running == SP_NONE)
		return;
	gang_vcpu(g, *running)->state = GANG_QUEUED;
	gang_vcpu(g, *running)->pcpu = SP_NONE;
	*running = SP_NONE;
}

/* The vCPU whose column this is at the moment, if it waits for it, or SP_NONE. */
static sp_u32 gang_owner(struct gang *g, sp_u32 col)
{
	sp_u32 vcpu = gang_col(g, col)->cell;
	const struct gang_vcpu *v = gang_vcpu(g, vcpu);

	if (vcpu == SP_NONE || v->state != GANG_QUEUED || v->col != col || !gang_is_shown(g, v))
		return SP_NONE;
	return vcpu;
}

/* A vCPU of this column and another row that waits, by turns, or SP_NONE. */
static SP_NOINLINE sp_u32 gang_filler(struct gang *g, sp_u32 col)
{
	sp_id *head = &gang_col(g, col)->ring;
	sp_u32 i, first = *head, at = first;

	sp_for (i, SP_NR_VCPUS) {
		const struct gang_vcpu *v = gang_vcpu(g, at);

		if (at == SP_NONE)
			break;
		if (v->state == GANG_QUEUED) {
			*head = v->ring_next;
			return at;
		}
		at = v->ring_next;
		if (at == first)
			break;
	}
	return SP_NONE;
}

static void gang_run(struct gang *g, sp_u32 vcpu, sp_u32 pcpu, sp_u32 fills, sp_u64 now_ns)
{
	struct gang_vcpu *v = gang_vcpu(g, vcpu);
	struct gang_row *r = gang_row(g, gang_vm(g, v->vm)->row);

	gang_reprice(r, now_ns);
	v->picked_ns = now_ns;
	v->price = r->price;
	v->seq = r->seq;
	v->fills = (sp_u16)fills;
	v->state = GANG_RUNNING;
	v->pcpu = (sp_id)pcpu;
	gang_pcpu(g, pcpu)->running = (sp_id)vcpu;
}

/* -- callbacks: the pool ------------------------------------------------------- */

static SP_CALLBACK sp_s32 gang_init(void *st, const struct sp_config *config)
{
	struct gang *g = st;
	sp_u32 i;

	g->slot_ns = config->tunables[GANG_SLOT];
	g->min_slot_ns = config->tunables[GANG_MIN_SLOT];
	g->fill = config->tunables[GANG_FILL];
	g->slot_end_ns = SP_NEVER_NS;
	g->cur = g->contender = SP_NONE;
	sp_for (i, SP_NR_PCPUS) {
		gang_col(g, i)->cell = SP_NONE;
		gang_col(g, i)->ring = SP_NONE;
		gang_pcpu(g, i)->running = SP_NONE;
	}
	return g->min_slot_ns > g->slot_ns ? -SP_EINVAL : 0;
}

static SP_CALLBACK sp_s32 gang_pcpu_online(void *st, sp_u32 pcpu, const struct sp_topo *topo,
					   sp_u64 now_ns, struct sp_out *out)
{
	struct gang *g = st;

	gang_col(g, g->nr_cols)->pcpu = (sp_id)pcpu;
	gang_pcpu(g, pcpu)->col = g->nr_cols;
	g->nr_cols++;
	gang_settle_all(g);
	gang_refresh(g, now_ns, out);
	return 0;
}

/*
 * The pCPU of the last column takes over the column of the pCPU that leaves: so only one pCPU
 * changes its column.
 */
static SP_CALLBACK void gang_pcpu_offline(void *st, sp_u32 pcpu, sp_u64 now_ns, struct sp_out *out)
{
	struct gang *g = st;
	sp_u32 col = gang_pcpu(g, pcpu)->col, last;

	gang_put_back(g, pcpu);
	gang_pcpu(g, pcpu)->until_ns = 0;
	g->nr_cols--;
	last = gang_col(g, g->nr_cols)->pcpu;
	gang_col(g, col)->pcpu = (sp_id)last;
	gang_pcpu(g, last)->col = (sp_id)col;
	gang_settle_all(g);
	gang_refresh(g, now_ns, out);
}

/* -- callbacks: VMs and vCPUs -------------------------------------------------- */

static SP_CALLBACK sp_s32 gang_vm_add(void *st, sp_u32 vm, const struct sp_vm_config *config,
				      sp_u64 now_ns, struct sp_out *out)
{
	struct gang *g = st;
	struct gang_vm *m = gang_vm(g, vm);

	if (config->quota_ns)
		return -SP_ENOTSUP;
	if (!sp_is_weight(config->weight))
		return -SP_EINVAL;
	if (config->width > g->nr_cols)
		return -SP_ENOSPC;
	m->width = config->width;
	m->weight = config->weight;
	m->vtime_ns = 0;
	m->head = SP_NONE;
	gang_attach(g, vm);
	return 0;
}

static SP_CALLBACK void gang_vm_remove(void *st, sp_u32 vm, sp_u64 now_ns, struct sp_out *out)
{
	struct gang *g = st;

	gang_detach(g, vm);
	gang_vm(g, vm)->width = 0;
	gang_settle_all(g);
	gang_refresh(g, now_ns, out);
}

static SP_CALLBACK sp_s32 gang_vm_set_weight(void *st, sp_u32 vm, sp_u32 weight, sp_u64 now_ns,
					     struct sp_out *out)
{
	struct gang *g = st;

	if (!sp_is_weight(weight))
		return -SP_EINVAL;
	gang_detach(g, vm);
	gang_vm(g, vm)->weight = weight;
	gang_attach(g, vm);
	gang_settle_all(g);
	gang_refresh(g, now_ns, out);
	return 0;
}

static SP_CALLBACK sp_s32 gang_vcpu_add(void *st, sp_u32 vcpu, const struct sp_vcpu_config *config,
					sp_u64 now_ns, struct sp_out *out)
{
	struct gang *g = st;
	struct gang_vcpu *v = gang_vcpu(g, vcpu);

	if (config->affinity.nr)
		return -SP_ENOTSUP;
	if (config->weight && config->weight != gang_vm(g, config->vm)->weight)
		return -SP_ENOTSUP;
	v->state = GANG_BLOCKED;
	v->pcpu = SP_NONE;
	gang_join(g, vcpu, config->vm);
	return 0;
}

static SP_CALLBACK void gang_vcpu_remove(void *st, sp_u32 vcpu, sp_u64 now_ns, struct sp_out *out)
{
	gang_leave(st, vcpu);
	gang_vcpu(st, vcpu)->state = GANG_ABSENT;
}

static SP_CALLBACK void gang_vcpu_wake(void *st, sp_u32 vcpu, const struct sp_wake *wake,
				       sp_u64 now_ns, struct sp_out *out)
{
	if (gang_vcpu(st, vcpu)->state == GANG_BLOCKED)
		gang_activate(st, vcpu, now_ns, out);
}

static SP_CALLBACK void gang_vcpu_block(void *st, sp_u32 vcpu, sp_u64 now_ns, struct sp_out *out)
{
	struct gang *g = st;
	const struct gang_vcpu *v = gang_vcpu(g, vcpu);

	if (v->state == GANG_BLOCKED)
		return;
	if (v->state == GANG_RUNNING) /* picked, but it never got there */
		gang_pcpu(g, v->pcpu)->running = SP_NONE;
	gang_deactivate(g, vcpu, now_ns, out);
}

static SP_CALLBACK void gang_vcpu_stopped(void *st, const struct sp_stint *stint, sp_u64 now_ns,
					  struct sp_out *out)
{
	struct gang *g = st;
	struct gang_vcpu *v = gang_vcpu(g, stint->vcpu);

	gang_pcpu(g, stint->pcpu)->until_ns = 0; /* a pick follows */
	gang_charge(g, v, stint->ran_ns, now_ns);
	gang_put_back(g, stint->pcpu);
	if (stint->why == SP_STOP_BLOCKED)
		gang_deactivate(g, stint->vcpu, now_ns, out);
	else if (gang_is_shown(g, v))
		gang_call_col(g, v->col, now_ns, out); /* another column is its own now */
}

static SP_CALLBACK void gang_pick_next(void *st, sp_u32 pcpu, sp_u64 now_ns, struct sp_out *out)
{
	struct gang *g = st;
	sp_u32 col = gang_pcpu(g, pcpu)->col, vcpu, fills = 0;

	gang_put_back(g, pcpu);
	gang_pcpu(g, pcpu)->until_ns = 0;
	if (now_ns >= g->slot_end_ns)
		gang_rotate(g, now_ns, out);
	vcpu = gang_owner(g, col);
	if (vcpu == SP_NONE && g->fill) {
		vcpu = gang_filler(g, col);
		fills = 1;
	}
	if (vcpu != SP_NONE)
		gang_run(g, vcpu, pcpu, fills, now_ns);
	out->next = vcpu;
	out->run_until_ns = g->slot_end_ns;
	gang_pcpu(g, pcpu)->until_ns = g->slot_end_ns;
}

static SP_CALLBACK void gang_timer(void *st, sp_u64 now_ns, struct sp_out *out)
{
	struct gang *g = st;

	if (g->contender != SP_NONE)
		gang_contest(g, g->contender, now_ns, out);
}

/*
 * Invariants: 1 columns and pCPUs map one to one, 2 what runs and who is running agree,
 * 3 VMs (gang_vm_holds), 4 rows (gang_row_holds), 5 nr_live is the number of vCPUs
 * shown that are not blocked, and it is 0 only if no vCPU wants to run.
 */
static SP_CALLBACK sp_s32 gang_check(const void *st)
{
	const struct gang *g = st;
	sp_u32 i, nr_live = 0, nr_active = 0;

	sp_for (i, SP_NR_PCPUS) {
		sp_u32 p = SP_AT(g->cols, i).pcpu;
		sp_u32 v = SP_AT(g->pcpus, i).running;

		if (i < g->nr_cols && SP_AT(g->pcpus, p).col != i)
			return 1;
		if (v != SP_NONE &&
		    (SP_AT(g->vcpus, v).state != GANG_RUNNING || SP_AT(g->vcpus, v).pcpu != i))
			return 2;
	}
	sp_for (i, SP_NR_VMS) {
		if (SP_AT(g->vms, i).width && !gang_vm_holds(g, i))
			return 3;
		if (!gang_row_holds(g, i))
			return 4;
		nr_active += SP_AT(g->rows, i).nr_active;
	}
	sp_for (i, SP_NR_VCPUS) {
		const struct gang_vcpu *v = &SP_AT(g->vcpus, i);
		const struct gang_vm *m = &SP_AT(g->vms, v->vm);

		if (v->state > GANG_BLOCKED && m->row == g->cur && m->fold == v->fold)
			nr_live++;
	}
	return nr_live != g->nr_live || (!nr_live && nr_active) ? 5 : 0;
}

SP_POLICY = {
	.name = "gang",
	.summary = "strict gang scheduling: a VM runs with all its vCPUs or not at all",
	.contract = SP_CONTRACT_VERSION,
	.caps = SP_CAP_WEIGHT,
	.state_size = sizeof(struct gang),
	.nr_tunables = sizeof(gang_tunables) / sizeof(gang_tunables[0]),
	.tunables = gang_tunables,
	.init = gang_init,
	.pcpu_online = gang_pcpu_online,
	.pcpu_offline = gang_pcpu_offline,
	.vm_add = gang_vm_add,
	.vm_remove = gang_vm_remove,
	.vcpu_add = gang_vcpu_add,
	.vcpu_remove = gang_vcpu_remove,
	.vcpu_wake = gang_vcpu_wake,
	.vcpu_block = gang_vcpu_block,
	.vcpu_stopped = gang_vcpu_stopped,
	.pick_next = gang_pick_next,
	.timer = gang_timer,
	.vm_set_weight = gang_vm_set_weight,
	.check = gang_check,
};
