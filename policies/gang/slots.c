/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * gang/slots.c - which row of the gang policy's matrix is on, how long, at what price.
 *
 * A slot begins with gang_rotate.  The row with least virtual time is on, and its
 * vCPUs are entered into their columns (gang_show).  A pCPU that would not pick by
 * itself now is kicked (gang_call).  until_ns of a pCPU is the instant at which it
 * picks anyway; at the regular end of a slot that is now for all of them.
 */

/* Mark for the trace: row a is on until b. */
enum { GANG_MARK_SLOT = 1 };

/* -- charging ----------------------------------------------------------------- */

/* Prices are in 1/1024 ns: of 64 vCPUs that run for 1 us each part counts. */
#define GANG_PRICE 1024u

/* What a vCPU of the row costs for ns: a share for each of those that want to run. */
static sp_u64 gang_price_of(const struct gang_row *r, sp_u64 ns)
{
	return ns * GANG_PRICE / (r->nr_active ? r->nr_active : 1);
}

/* Before nr_active changes, and with it the price. */
static void gang_reprice(struct gang_row *r, sp_u64 now_ns)
{
	r->price += gang_price_of(r, sp_sub0(now_ns, r->priced_ns));
	r->priced_ns = now_ns;
}

/*
 * When n vCPUs of a row are not blocked, each ns that one of them runs costs the row
 * 1/n ns: the row pays their average.  This holds however far apart a slot ends on
 * different pCPUs.  While a few run and the others are blocked, the row pays for all
 * of the time.
 */
static void gang_charge(struct gang *g, const struct gang_vcpu *v, sp_u64 ran_ns, sp_u64 now_ns)
{
	struct gang_row *r = gang_row(g, gang_vm(g, v->vm)->row);
	sp_u64 cost, charged_ns;

	if (v->fills)
		return;
	gang_reprice(r, now_ns);
	if (v->picked_ns == SP_NEVER_NS) { /* that row's prices are not the ones it began with */
		cost = gang_price_of(r, ran_ns);
	} else { /* it began later than it was picked, by what is missing */
		cost = gang_price_of(r, sp_sub0(now_ns - v->picked_ns, ran_ns));
		cost = sp_sub0(r->price - v->price, cost);
	}
	cost += r->rem;
	charged_ns = cost / GANG_PRICE;
	r->rem = (sp_u32)(cost % GANG_PRICE);
	sp_vtime_charge(&r->v, charged_ns, r->weight);
	if (v->seq == r->seq)
		r->charged_ns += charged_ns;
}

/*
 * Virtual time of the row that is on, as if all stints had been reported: at the
 * end of a slot the first pCPU decides for all, before the others have stopped.
 */
static sp_u64 gang_reached(struct gang *g, sp_u64 now_ns)
{
	struct gang_row *r = gang_row(g, g->cur);
	sp_u64 due_ns = (now_ns - g->slot_start_ns) / gang_folds(gang_vm(g, r->head));

	return r->v.ns + sp_vtime_of(sp_sub0(due_ns, r->charged_ns), r->weight);
}

/* -- slots -------------------------------------------------------------------- */

static int gang_is_shown(struct gang *g, const struct gang_vcpu *v)
{
	const struct gang_vm *m = gang_vm(g, v->vm);

	return m->row == g->cur && m->fold == v->fold;
}

/* Have pcpu pick, unless it is about to anyway. */
static void gang_call(struct gang *g, sp_u32 pcpu, sp_u64 now_ns, struct sp_out *out)
{
	sp_u64 *until = &gang_pcpu(g, pcpu)->until_ns;

	if (*until <= now_ns)
		return;
	*until = 0;
	sp_kick(out, pcpu);
}

static void gang_call_col(struct gang *g, sp_u32 col, sp_u64 now_ns, struct sp_out *out)
{
	if (col < g->nr_cols)
		gang_call(g, gang_col(g, col)->pcpu, now_ns, out);
}

/*
 * Of the rows with a vCPU to run, the one with the least virtual time; of equal ones, the
 * contender.
 */
static SP_NOINLINE sp_u32 gang_lowest(struct gang *g, sp_u64 now_ns)
{
	sp_u64 least = 0, v;
	sp_u32 i, best = SP_NONE;

	g->heaviest = 1;
	sp_for (i, SP_NR_VMS) {
		const struct gang_row *r = gang_row(g, i);

		if (i >= g->nr_rows)
			break;
		if (!r->nr_active)
			continue;
		g->heaviest = (sp_u32)sp_max(g->heaviest, r->weight);
		v = i == g->cur ? gang_reached(g, now_ns) : r->v.ns;
		if (best == SP_NONE || v < least || (v == least && i == g->contender)) {
			best = i;
			least = v;
		}
	}
	return best;
}

/* A folded VM shows the next fold that has somebody to run. */
static SP_NOINLINE void gang_turn(struct gang *g, sp_u32 vm)
{
	struct gang_vm *m = gang_vm(g, vm);
	sp_u32 i, lowest = SP_NONE, above = SP_NONE, at = m->head;

	if (gang_folds(m) == 1)
		return;
	sp_for (i, SP_NR_VCPUS) {
		const struct gang_vcpu *v = gang_vcpu(g, at);

		if (at == SP_NONE)
			break;
		at = v->next;
		if (v->state == GANG_BLOCKED)
			continue;
		if (lowest == SP_NONE)
			lowest = v->fold; /* siblings come by index, folds in order */
		if (above == SP_NONE && v->fold > m->fold)
			above = v->fold;
	}
	m->fold = (sp_id)(above == SP_NONE ? lowest : above);
}

/* Enter the vCPUs of a VM of the current row into their columns, call who can run. */
static SP_NOINLINE void gang_show_vm(struct gang *g, sp_u32 vm, sp_u64 now_ns, struct sp_out *out)
{
	const struct gang_vm *m = gang_vm(g, vm);
	sp_u32 i, at = m->head;

	sp_for (i, SP_NR_VCPUS) {
		const struct gang_vcpu *v = gang_vcpu(g, at);

		if (at == SP_NONE)
			break;
		if (v->fold == m->fold) {
			gang_col(g, v->col)->cell = (sp_id)at;
			if (v->state != GANG_BLOCKED) {
				g->nr_live++;
				gang_call_col(g, v->col, now_ns, out);
			}
		}
		at = v->next;
	}
}

static SP_NOINLINE void gang_show(struct gang *g, sp_u64 now_ns, struct sp_out *out)
{
	sp_u32 i, vm = gang_row(g, g->cur)->head;

	g->nr_live = 0;
	sp_for (i, SP_NR_VMS) {
		if (vm == SP_NONE)
			break;
		gang_show_vm(g, vm, now_ns, out);
		vm = gang_vm(g, vm)->next;
	}
}

/* Before its time: whoever runs out of turn or out of place has to go. */
static SP_NOINLINE void gang_recall(struct gang *g, sp_u64 now_ns, struct sp_out *out)
{
	sp_u32 col;

	sp_for (col, SP_NR_PCPUS) {
		sp_u32 pcpu = gang_col(g, col)->pcpu;
		sp_u32 vcpu = gang_pcpu(g, pcpu)->running;

		if (col >= g->nr_cols)
			break;
		if (vcpu == SP_NONE)
			continue;
		if (!gang_is_shown(g, gang_vcpu(g, vcpu)) || gang_vcpu(g, vcpu)->col != col)
			gang_call(g, pcpu, now_ns, out);
	}
}

static void gang_open_slot(struct gang *g, sp_u64 now_ns, struct sp_out *out)
{
	struct gang_row *r = gang_row(g, g->cur);
	sp_u64 len_ns = g->slot_ns * r->weight / (g->heaviest ? g->heaviest : 1);

	r->seq++;
	r->charged_ns = 0;
	g->vclock_ns = sp_max(g->vclock_ns, r->v.ns);
	g->slot_start_ns = now_ns;
	g->slot_end_ns = now_ns + sp_max(len_ns, g->min_slot_ns);
	gang_turn(g, r->head);
	sp_mark(out, GANG_MARK_SLOT, g->cur, g->slot_end_ns);
}

/*
 * The next slot.  At the end of a slot nobody is kicked: all pCPUs come by themselves.
 * Before the end of a slot, the pCPUs that have to change are kicked.
 */
static SP_NOINLINE void gang_rotate(struct gang *g, sp_u64 now_ns, struct sp_out *out)
{
	int early = g->cur != SP_NONE && now_ns < g->slot_end_ns;

	g->cur = (sp_id)gang_lowest(g, now_ns);
	g->contender = SP_NONE;
	if (g->cur == SP_NONE) {
		g->slot_end_ns = SP_NEVER_NS;
		g->nr_live = 0;
		return;
	}
	gang_open_slot(g, now_ns, out);
	gang_show(g, now_ns, out);
	if (early)
		gang_recall(g, now_ns, out);
}

/* The matrix changed: what is on may have lost or won vCPUs, or moved them. */
static SP_NOINLINE void gang_refresh(struct gang *g, sp_u64 now_ns, struct sp_out *out)
{
	if (g->cur == SP_NONE)
		return;
	gang_show(g, now_ns, out);
	if (g->nr_live)
		gang_recall(g, now_ns, out);
	else
		gang_rotate(g, now_ns, out);
}

/*
 * A row that woke wants to be on.  It takes over now, or it is looked at again when min_slot has
 * passed, or it waits for its turn.
 */
static SP_NOINLINE void gang_contest(struct gang *g, sp_u32 row, sp_u64 now_ns, struct sp_out *out)
{
	sp_u64 at_ns = g->slot_start_ns + g->min_slot_ns;

	g->contender = (sp_id)row;
	if (now_ns < at_ns)
		out->timer_ns = at_ns;
	else if (gang_row(g, row)->nr_active && gang_row(g, row)->v.ns < gang_reached(g, now_ns))
		gang_rotate(g, now_ns, out);
}
