/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * cfs/life.c - pCPUs, VMs and vCPUs come, change and go.
 */

#define CFS_START_NS 1000000000000u /* clocks start here: nobody gets below zero */

/* -- callbacks: pCPUs ---------------------------------------------------------------- */

static void cfs_group_add(struct cfs *c, sp_u32 pcpu, sp_u32 level, sp_u32 id)
{
	struct cfs_pcpu *p = cfs_pcpu(c, pcpu);
	struct cfs_group *g;

	SP_AT(p->group, level) = (sp_id)id;
	g = cfs_group(c, p, level);
	if (!g->nr || pcpu < g->first)
		g->first = (sp_u16)pcpu;
	if (!g->nr || pcpu > g->last)
		g->last = (sp_u16)pcpu;
	g->nr++;
	cfs_due(c, pcpu, level)->interval_ms = 1;
}

/* -- places found and lost ------------------------------------------------------------ */

/* No pCPU that it may use is online. */
static SP_NOINLINE void cfs_strand(struct cfs *c, sp_u32 vcpu, sp_u64 now_ns, struct sp_out *out)
{
	sp_caps_leave(&c->caps, vcpu, cfs_vcpu(c, vcpu)->vm, now_ns, out);
	cfs_vcpu(c, vcpu)->state = CFS_STRANDED;
	sp_set_bit(c->stranded, SP_WORDS(SP_NR_VCPUS), vcpu);
	c->nr_stranded++;
}

static void cfs_unstrand(struct cfs *c, sp_u32 vcpu)
{
	sp_clear_bit(c->stranded, SP_WORDS(SP_NR_VCPUS), vcpu);
	c->nr_stranded--;
}

static SP_NOINLINE void cfs_enter_stranded(struct cfs *c, sp_u32 pcpu, sp_u64 now_ns,
					   struct sp_out *out)
{
	sp_u32 i;

	for (i = SP_ZERO; SP_MAY_LOOP && i < SP_NR_VCPUS; i++) {
		if (!sp_test_bit(c->stranded, SP_WORDS(SP_NR_VCPUS), i) ||
		    !cfs_may_run(c, cfs_vcpu(c, i), pcpu))
			continue;
		cfs_unstrand(c, i);
		cfs_enter(c, CFS_ANY(i), pcpu, now_ns, out);
	}
}

static SP_CALLBACK sp_s32 cfs_pcpu_online(void *st, sp_u32 pcpu, const struct sp_topo *topo,
					  sp_u64 now_ns, struct sp_out *out)
{
	struct cfs *c = st;
	struct cfs_pcpu *p = cfs_pcpu(c, pcpu);

	if (topo->core >= SP_NR_PCPUS || topo->llc >= SP_NR_PCPUS || topo->socket >= SP_NR_PCPUS)
		return -SP_EINVAL;
	sp_set_bit(c->online, SP_WORDS(SP_NR_PCPUS), pcpu);
	cfs_group_add(c, pcpu, CFS_CORE, topo->core);
	cfs_group_add(c, pcpu, CFS_LLC, topo->llc);
	cfs_group_add(c, pcpu, CFS_SOCKET, topo->socket);
	cfs_group_add(c, pcpu, CFS_POOL, 0);
	cfs_rescale(c);
	p->floor_ns = sp_max(p->floor_ns, CFS_START_NS);
	p->head = p->tail = p->curr = SP_NONE;
	p->prev = p->next = p->last = p->skip = p->urgent = SP_NONE;
	if (c->nr_stranded)
		cfs_enter_stranded(c, pcpu, now_ns, out);
	return 0;
}

/* A queued vCPU may not stay where it is: another place, or none. */
static SP_NOINLINE void cfs_displace(struct cfs *c, sp_u32 vcpu, sp_u64 now_ns, struct sp_out *out)
{
	sp_u32 to = cfs_find_place(c, cfs_vcpu(c, vcpu));

	if (to != SP_NONE) {
		cfs_move(c, vcpu, to, now_ns, out);
		return;
	}
	cfs_detach(c, vcpu, now_ns);
	cfs_strand(c, vcpu, now_ns, out);
}

/* curr leaves the pCPU but still wants to run. */
static SP_NOINLINE void cfs_put(struct cfs *c, sp_u32 pcpu, sp_u64 now_ns, struct sp_out *out)
{
	struct cfs_pcpu *p = cfs_pcpu(c, pcpu);
	sp_u32 vcpu = p->curr;

	p->curr = SP_NONE;
	sp_caps_settle(&c->caps, cfs_vcpu(c, vcpu)->vm, pcpu, 0);
	cfs_insert(c, p, vcpu);
	if (cfs_may_run(c, cfs_vcpu(c, vcpu), pcpu))
		p->prev = (sp_id)vcpu;
	else
		cfs_displace(c, vcpu, now_ns, out);
}

static SP_CALLBACK void cfs_pcpu_offline(void *st, sp_u32 pcpu, sp_u64 now_ns, struct sp_out *out)
{
	struct cfs *c = st;
	struct cfs_pcpu *p = cfs_pcpu(c, pcpu);
	sp_u32 i;

	cfs_set_idle(c, pcpu, 0);
	sp_clear_bit(c->online, SP_WORDS(SP_NR_PCPUS), pcpu);
	sp_for (i, CFS_LEVELS)
		cfs_group(c, p, i)->nr--;
	cfs_rescale(c);
	if (p->curr != SP_NONE)
		cfs_put(c, pcpu, now_ns, out); /* picked, and never ran */
	sp_for (i, SP_NR_VCPUS) {
		if (p->head == SP_NONE)
			break;
		cfs_displace(c, p->head, now_ns, out);
	}
}

/* -- callbacks: VMs and vCPUs --------------------------------------------------------- */

static SP_CALLBACK sp_s32 cfs_vm_add(void *st, sp_u32 vm, const struct sp_vm_config *config,
				     sp_u64 now_ns, struct sp_out *out)
{
	struct cfs *c = st;

	if (!sp_is_weight(config->weight))
		return -SP_EINVAL;
	SP_AT(c->vms, vm).weight = config->weight;
	sp_caps_set(&c->caps, vm, config);
	return 0;
}

static SP_CALLBACK void cfs_vm_remove(void *st, sp_u32 vm, sp_u64 now_ns, struct sp_out *out)
{
	struct cfs *c = st;

	SP_AT(c->vms, vm).weight = 0;
	sp_caps_unset(&c->caps, vm);
}

/* A range within the dimensions; nr 0 is all of them. */
static sp_s32 cfs_confine(struct cfs_vcpu *v, const struct sp_affinity *affinity)
{
	sp_u32 first = affinity->nr ? affinity->first : 0;
	sp_u32 nr = affinity->nr ? affinity->nr : SP_NR_PCPUS;

	if (first >= SP_NR_PCPUS || nr > SP_NR_PCPUS - first)
		return -SP_EINVAL;
	v->first = (sp_id)first;
	v->last = (sp_id)(first + nr - 1);
	return 0;
}

static SP_CALLBACK sp_s32 cfs_vcpu_add(void *st, sp_u32 vcpu, const struct sp_vcpu_config *config,
				       sp_u64 now_ns, struct sp_out *out)
{
	struct cfs *c = st;
	struct cfs_vcpu *v = cfs_vcpu(c, vcpu);

	if (config->weight > SP_WEIGHT_MAX || cfs_confine(v, &config->affinity))
		return -SP_EINVAL;
	v->vm = (sp_id)config->vm;
	v->inherits = !config->weight;
	v->weight = config->weight;
	if (v->inherits)
		v->weight = SP_AT(c->vms, v->vm).weight;
	v->v.ns = v->ran_at_ns = 0;
	v->v.rem = 0;
	v->share = 0;
	v->pcpu = SP_NONE;
	v->state = CFS_BLOCKED;
	return 0;
}

static SP_CALLBACK void cfs_vcpu_remove(void *st, sp_u32 vcpu, sp_u64 now_ns, struct sp_out *out)
{
	cfs_vcpu(st, vcpu)->state = CFS_ABSENT;
}

static SP_NOINLINE void cfs_reweigh(struct cfs *c, sp_u32 vcpu, sp_u32 weight)
{
	struct cfs_vcpu *v = cfs_vcpu(c, vcpu);
	int counts = v->state == CFS_QUEUED || v->state == CFS_RUNNING;

	if (counts)
		SP_AT(c->vms, v->vm).load += (sp_u64)weight - v->weight;
	v->weight = weight;
	v->v.rem = 0; /* it was in parts of the old weight: less than 1 ns */
	if (counts)
		cfs_renew_share(c, vcpu);
}

static SP_CALLBACK sp_s32 cfs_vcpu_set_weight(void *st, sp_u32 vcpu, sp_u32 weight, sp_u64 now_ns,
					      struct sp_out *out)
{
	if (!sp_is_weight(weight))
		return -SP_EINVAL;
	cfs_vcpu(st, vcpu)->inherits = 0;
	cfs_reweigh(st, vcpu, weight);
	return 0;
}

static SP_CALLBACK sp_s32 cfs_vm_set_weight(void *st, sp_u32 vm, sp_u32 weight, sp_u64 now_ns,
					    struct sp_out *out)
{
	struct cfs *c = st;
	sp_u32 i;

	if (!sp_is_weight(weight))
		return -SP_EINVAL;
	SP_AT(c->vms, vm).weight = weight;
	sp_for (i, SP_NR_VCPUS) {
		const struct cfs_vcpu *v = cfs_vcpu(c, i);

		if (v->state != CFS_ABSENT && v->vm == vm && v->inherits)
			cfs_reweigh(c, i, weight);
	}
	return 0;
}

static SP_CALLBACK sp_s32 cfs_vcpu_set_affinity(void *st, sp_u32 vcpu,
						const struct sp_affinity *affinity, sp_u64 now_ns,
						struct sp_out *out)
{
	struct cfs *c = st;
	struct cfs_vcpu *v = cfs_vcpu(c, vcpu);
	sp_u32 to;

	if (cfs_confine(v, affinity))
		return -SP_EINVAL;
	if (v->state == CFS_STRANDED) {
		to = cfs_find_place(c, v);
		if (to == SP_NONE)
			return 0;
		cfs_unstrand(c, vcpu);
		cfs_enter(c, vcpu, to, now_ns, out);
	} else if (v->state == CFS_QUEUED && !cfs_may_run(c, v, v->pcpu)) {
		cfs_displace(c, vcpu, now_ns, out);
	} else if (v->state == CFS_RUNNING && !cfs_may_run(c, v, v->pcpu)) {
		sp_kick(out, v->pcpu); /* it moves when it has stopped */
	}
	return 0;
}
