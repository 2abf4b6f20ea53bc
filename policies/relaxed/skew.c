/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * relaxed/skew.c - how far siblings have run apart, and what is done about it.
 *
 *	RUNNING --(skew > stop, a laggard waits: leads = 1, kick)--> it stops
 *	   ^                                                            |
 *	   |                                                            v
 *	WAITING <--(skew < start, or nobody of the VM runs)----------- HELD
 *
 * SP_COSTOP and SP_COSTART are announced on entry to and exit from HELD, the
 * latter also if a held one blocks.
 */

/* -- pCPUs ----------------------------------------------------------------------- */

/* Have pcpu, which runs something else, run this one. */
static void relaxed_hand(struct relaxed *r, sp_u32 pcpu, sp_u32 vcpu, struct sp_out *out)
{
	relaxed_pcpu(r, pcpu)->hand = (sp_id)vcpu;
	relaxed_vcpu(r, vcpu)->handed = 1;
	sp_kick(out, pcpu);
}

/* -- skew ------------------------------------------------------------------------- */

/* Virtual time up to now; of a running one an estimate (its stint is below 200 days). */
static sp_u64 relaxed_reached(const struct relaxed_vcpu *v, sp_u32 weight, sp_u64 now_ns)
{
	sp_u64 ran_ns = v->state == RELAXED_RUNNING ? now_ns - v->since_ns : 0;

	return v->v.ns + ran_ns * SP_WEIGHT_NICE_0 / weight;
}

/* Find the VM's least virtual time anew. */
static SP_NOINLINE void relaxed_find_floor(struct relaxed *r, sp_u32 vm, sp_u64 now_ns)
{
	struct relaxed_vm *m = relaxed_vm(r, vm);
	sp_u64 floor_ns = SP_NEVER_NS;
	sp_u32 i, at = m->head;

	sp_for (i, SP_NR_VCPUS) {
		const struct relaxed_vcpu *v = relaxed_vcpu(r, at);

		if (at == SP_NONE)
			break;
		if (v->state != RELAXED_BLOCKED)
			floor_ns = sp_min(floor_ns, relaxed_reached(v, m->weight, now_ns));
		at = v->next;
	}
	m->floor_ns = floor_ns;
	m->floor_at_ns = now_ns;
}

static void relaxed_arm(struct relaxed *r, sp_u64 now_ns, struct sp_out *out)
{
	if (r->armed)
		return;
	r->armed = 1;
	out->timer_ns = now_ns + r->sample_ns;
}

/* Is there skew to look at?  Called whenever either count changed. */
static void relaxed_watch(struct relaxed *r, sp_u32 vm, sp_u64 now_ns, struct sp_out *out)
{
	const struct relaxed_vm *m = relaxed_vm(r, vm);

	if (m->nr_active < 2 && !m->nr_held) {
		sp_clear_bit(r->watched, SP_WORDS(SP_NR_VMS), vm);
		return;
	}
	sp_set_bit(r->watched, SP_WORDS(SP_NR_VMS), vm);
	relaxed_arm(r, now_ns, out);
}

/*
 * A vCPU that wakes has slept, not lagged: it joins half a slice behind the pool at most, and
 * `start` behind its siblings (as of the last sample).
 */
static void relaxed_join(struct relaxed *r, sp_u32 vcpu, sp_u64 now_ns)
{
	struct relaxed_vcpu *v = relaxed_vcpu(r, vcpu);
	struct relaxed_vm *m = relaxed_vm(r, v->vm);

	v->v.ns = sp_max(v->v.ns, sp_sub0(r->vclock_ns, r->slice_ns / 2));
	if (!m->nr_active)
		return;
	if (now_ns - m->floor_at_ns >= r->sample_ns)
		relaxed_find_floor(r, v->vm, now_ns);
	v->v.ns = sp_max(v->v.ns, sp_sub0(m->floor_ns, m->start_ns));
}

/* A leader has stopped: it is held back until the others have come closer. */
static void relaxed_costop(struct relaxed *r, sp_u32 vcpu, struct sp_out *out)
{
	struct relaxed_vcpu *v = relaxed_vcpu(r, vcpu);
	struct relaxed_vm *m = relaxed_vm(r, v->vm);
	sp_u64 skew_ns = sp_sub0(v->v.ns, m->floor_ns) * m->weight / SP_WEIGHT_NICE_0;

	v->state = RELAXED_HELD;
	m->nr_held++;
	sp_note(out, vcpu, SP_COSTOP, (sp_u32)sp_min(skew_ns / 1000, ~(sp_u32)0));
}

static void relaxed_costart(struct relaxed *r, sp_u32 vcpu, struct sp_out *out)
{
	relaxed_vm(r, relaxed_vcpu(r, vcpu)->vm)->nr_held--;
	sp_note(out, vcpu, SP_COSTART, 0);
}

/*
 * From `at` on: the next sibling that waits, lags, and was not handed a pCPU.  A vCPU
 * that has waited for less than a sample does not count: it is likely to run again
 * before a trade would pay.
 */
static SP_NOINLINE sp_u32 relaxed_laggard(struct relaxed *r, const struct relaxed_vm *m, sp_u32 at,
					  sp_u64 now_ns)
{
	sp_u32 i;

	sp_for (i, SP_NR_VCPUS) {
		const struct relaxed_vcpu *v = relaxed_vcpu(r, at);

		if (at == SP_NONE)
			break;
		if (v->state == RELAXED_WAITING && !v->handed &&
		    now_ns - v->since_ns >= r->sample_ns && v->v.ns < m->floor_ns + m->start_ns)
			break;
		at = v->next;
	}
	return at;
}

/* A leader runs: does a sibling that lags want its pCPU? */
static SP_NOINLINE void relaxed_trade(struct relaxed *r, sp_u32 vcpu, sp_u64 now_ns,
				      struct sp_out *out)
{
	struct relaxed_vcpu *v = relaxed_vcpu(r, vcpu);

	if (v->leads || relaxed_pcpu(r, v->pcpu)->hand != SP_NONE)
		return;
	r->laggard = (sp_id)relaxed_laggard(r, relaxed_vm(r, v->vm), r->laggard, now_ns);
	if (r->laggard == SP_NONE)
		return;
	v->leads = 1;
	relaxed_hand(r, v->pcpu, r->laggard, out);
}

/* One vCPU of a VM whose floor is known.  Returns 0 if there was no room for a note. */
static SP_NOINLINE int relaxed_sample_vcpu(struct relaxed *r, sp_u32 vcpu, sp_u64 now_ns,
					   struct sp_out *out)
{
	const struct relaxed_vcpu *v = relaxed_vcpu(r, vcpu);
	const struct relaxed_vm *m = relaxed_vm(r, v->vm);
	sp_u64 skew_ns = relaxed_reached(v, m->weight, now_ns) - m->floor_ns;

	if (v->state == RELAXED_RUNNING && skew_ns > m->stop_ns)
		relaxed_trade(r, vcpu, now_ns, out);
	if (v->state != RELAXED_HELD || (skew_ns >= m->start_ns && m->nr_running))
		return 1;
	if (!sp_note_room(out, 1))
		return 0;
	relaxed_costart(r, vcpu, out);
	relaxed_enqueue(r, vcpu, now_ns);
	sp_idle_kick_near(r->idle, v->pcpu, out);
	return 1;
}

/*
 * One VM: trade leaders for laggards, co-start whom the others have caught up
 * with.  Returns 0 if there was no room for a note.
 */
static SP_NOINLINE int relaxed_sample_vm(struct relaxed *r, sp_u32 vm, sp_u64 now_ns,
					 struct sp_out *out)
{
	sp_u32 i, at = relaxed_vm(r, vm)->head;

	relaxed_find_floor(r, vm, now_ns);
	r->laggard = (sp_id)at;
	sp_for (i, SP_NR_VCPUS) {
		if (at == SP_NONE)
			break;
		if (!relaxed_sample_vcpu(r, at, now_ns, out))
			return 0;
		at = relaxed_vcpu(r, at)->next;
	}
	relaxed_watch(r, vm, now_ns, out);
	return 1;
}
