/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * mine - VMs take turns: a first policy of one's own, to be changed.
 *
 * IDEA
 *	Time is cut into slots, one VM has all pCPUs in each, so its vCPUs run together
 *	and never wait for a sibling that is off CPU.  The slot ends at one instant
 *	on all pCPUs (run_until_ns is absolute), and at once when nobody of the VM can
 *	run any more.  Then it is the turn of the next VM that wants to run.
 *
 * EXAMPLE
 *	Two VMs of 4 vCPUs on 4 pCPUs, slot 10 ms: each runs on all of them every other
 *	10 ms.  With a VM of 1 vCPU in between, 3 pCPUs idle while that has its turn.
 *
 * WHEN IT IS BAD
 *	VMs narrower than the host leave pCPUs idle; who wakes up waits for its turn,
 *	slot times the other VMs at worst.  No weights, no pinning, no caps.
 *
 * COST
 *	Per pick: a look at every runnable vCPU.
 */
#include "policy.h"

enum mine_state { MINE_BLOCKED, MINE_READY, MINE_RUNNING };

struct mine_vcpu {
	sp_u64 since; /* MINE_READY: number in the order of becoming so */
	sp_u32 state; /* enum mine_state */
	sp_id vm;
	sp_id pcpu; /* MINE_RUNNING: where */
};

struct mine {
	sp_u64 slot_ns;
	sp_u64 slot_end_ns;
	sp_u64 count; /* of vCPUs that became ready */
	sp_u64 turn; /* the VM whose slot it is, or SP_NONE */
	sp_u64 wants[SP_WORDS(SP_NR_VMS)]; /* VMs with a vCPU that is ready or running */
	sp_u64 ready[SP_WORDS(SP_NR_VCPUS)];
	sp_u64 idle[SP_WORDS(SP_NR_PCPUS)];
	struct mine_vcpu vcpus[SP_NR_VCPUS];
	sp_u64 nr_wanting[SP_NR_VMS]; /* vCPUs that are ready or running */
	sp_id running[SP_NR_PCPUS]; /* what was picked last, or SP_NONE */
};

enum { MINE_SLOT };

static const struct sp_tunable mine_tunables[] = {
	[MINE_SLOT] = {.name = "slot",
		       .help = "how long a VM's turn lasts",
		       .unit = SP_UNIT_NS,
		       .preset = SP_MS(10),
		       .min = SP_US(100),
		       .max = SP_MS(1000)},
};

static struct mine_vcpu *mine_vcpu(struct mine *m, sp_u32 vcpu)
{
	return &SP_AT(m->vcpus, vcpu);
}

/* -- who wants to run ------------------------------------------------------- */

static void mine_ready(struct mine *m, sp_u32 vcpu)
{
	struct mine_vcpu *v = mine_vcpu(m, vcpu);

	v->state = MINE_READY;
	v->since = m->count++;
	sp_set_bit(m->ready, SP_WORDS(SP_NR_VCPUS), vcpu);
}

static void mine_blocked(struct mine *m, sp_u32 vcpu)
{
	struct mine_vcpu *v = mine_vcpu(m, vcpu);
	sp_u64 *nr = &SP_AT(m->nr_wanting, v->vm);

	v->state = MINE_BLOCKED;
	sp_clear_bit(m->ready, SP_WORDS(SP_NR_VCPUS), vcpu);
	*nr = sp_sub0(*nr, 1);
	if (*nr == 0)
		sp_clear_bit(m->wants, SP_WORDS(SP_NR_VMS), v->vm);
}

/* What was picked for pcpu and never ran there is ready again (promise 5 of the host). */
static void mine_put_back(struct mine *m, sp_u32 pcpu)
{
	sp_id *running = &SP_AT(m->running, pcpu);

	if (*running == SP_NONE)
		return;
	mine_ready(m, *running);
	*running = SP_NONE;
}

/* -- turns ------------------------------------------------------------------ */

static int mine_turn_is_over(const struct mine *m, sp_u64 now_ns)
{
	return m->turn == SP_NONE || now_ns >= m->slot_end_ns ||
	       !sp_test_bit(m->wants, SP_WORDS(SP_NR_VMS), (sp_u32)m->turn);
}

/* At most nr of the idle pCPUs pick again. */
static void mine_kick_idle(struct mine *m, sp_u32 nr, struct sp_out *out)
{
	sp_u32 i, pcpu = 0;

	sp_for (i, SP_NR_PCPUS) {
		pcpu = sp_next_bit(m->idle, SP_WORDS(SP_NR_PCPUS), pcpu);
		if (pcpu == SP_NONE || i >= nr)
			break;
		sp_clear_bit(m->idle, SP_WORDS(SP_NR_PCPUS), pcpu);
		sp_kick(out, pcpu);
	}
}

/*
 * The next VM that wants to run.  A slot that lasted to its end did so on all pCPUs;
 * one that ended early left them idle, and they do not know yet.
 */
static void mine_next_turn(struct mine *m, sp_u64 now_ns, struct sp_out *out)
{
	sp_u32 after = m->turn == SP_NONE ? 0 : (sp_u32)m->turn + 1;

	m->turn = sp_next_bit_wrap(m->wants, SP_WORDS(SP_NR_VMS), after);
	m->slot_end_ns = now_ns + m->slot_ns;
	if (m->turn == SP_NONE)
		return;
	mine_kick_idle(m, SP_NR_PCPUS, out);
}

/* Of the VM whose turn it is, who has been ready for the longest; or SP_NONE. */
static sp_u32 mine_choose(const struct mine *m)
{
	sp_u32 i, vcpu = 0, best = SP_NONE;
	sp_u64 since = SP_NEVER_NS;

	sp_for (i, SP_NR_VCPUS) {
		const struct mine_vcpu *v;

		vcpu = sp_next_bit(m->ready, SP_WORDS(SP_NR_VCPUS), vcpu);
		if (vcpu == SP_NONE)
			break;
		v = &SP_AT(m->vcpus, vcpu);
		if (v->vm == m->turn && v->since < since) {
			since = v->since;
			best = vcpu;
		}
		vcpu++;
	}
	return best;
}

static SP_CALLBACK void mine_pick_next(void *st, sp_u32 pcpu, sp_u64 now_ns, struct sp_out *out)
{
	struct mine *m = st;
	sp_u32 vcpu;

	mine_put_back(m, pcpu);
	sp_clear_bit(m->idle, SP_WORDS(SP_NR_PCPUS), pcpu);
	if (mine_turn_is_over(m, now_ns))
		mine_next_turn(m, now_ns, out);
	vcpu = mine_choose(m);
	if (m->turn != SP_NONE) /* idle or not: the next slot starts everywhere */
		out->run_until_ns = m->slot_end_ns;
	if (vcpu == SP_NONE) {
		sp_set_bit(m->idle, SP_WORDS(SP_NR_PCPUS), pcpu);
		return;
	}
	sp_clear_bit(m->ready, SP_WORDS(SP_NR_VCPUS), vcpu);
	mine_vcpu(m, vcpu)->state = MINE_RUNNING;
	mine_vcpu(m, vcpu)->pcpu = (sp_id)pcpu;
	SP_AT(m->running, pcpu) = (sp_id)vcpu;
	out->next = vcpu;
}

/* -- events ----------------------------------------------------------------- */

static SP_CALLBACK void mine_vcpu_wake(void *st, sp_u32 vcpu, const struct sp_wake *wake,
				       sp_u64 now_ns, struct sp_out *out)
{
	struct mine *m = st;
	struct mine_vcpu *v = mine_vcpu(m, vcpu);

	if (v->state != MINE_BLOCKED)
		return;
	mine_ready(m, vcpu);
	SP_AT(m->nr_wanting, v->vm)++;
	sp_set_bit(m->wants, SP_WORDS(SP_NR_VMS), v->vm);
	if (m->turn == v->vm || m->turn == SP_NONE)
		mine_kick_idle(m, 1, out); /* others wait for their turn */
}

static SP_CALLBACK void mine_vcpu_block(void *st, sp_u32 vcpu, sp_u64 now_ns, struct sp_out *out)
{
	struct mine *m = st;
	struct mine_vcpu *v = mine_vcpu(m, vcpu);

	if (v->state == MINE_BLOCKED)
		return;
	if (v->state == MINE_RUNNING)
		SP_AT(m->running, v->pcpu) = SP_NONE;
	mine_blocked(m, vcpu);
	if (mine_turn_is_over(m, now_ns))
		mine_kick_idle(m, 1, out); /* no stint ends: let a pick begin the next turn */
}

static SP_CALLBACK void mine_vcpu_stopped(void *st, const struct sp_stint *stint, sp_u64 now_ns,
					  struct sp_out *out)
{
	struct mine *m = st;

	if (mine_vcpu(m, stint->vcpu)->state != MINE_RUNNING)
		return;
	SP_AT(m->running, stint->pcpu) = SP_NONE;
	if (stint->why == SP_STOP_BLOCKED)
		mine_blocked(m, stint->vcpu);
	else
		mine_ready(m, stint->vcpu);
}

/* -- life cycle ------------------------------------------------------------- */

static SP_CALLBACK sp_s32 mine_init(void *st, const struct sp_config *config)
{
	struct mine *m = st;
	sp_u32 i;

	m->slot_ns = config->tunables[MINE_SLOT];
	m->turn = SP_NONE;
	sp_for (i, SP_NR_PCPUS)
		SP_AT(m->running, i) = SP_NONE;
	return 0;
}

static SP_CALLBACK sp_s32 mine_pcpu_online(void *st, sp_u32 pcpu, const struct sp_topo *topo,
					   sp_u64 now_ns, struct sp_out *out)
{
	return 0; /* a pick_next follows */
}

static SP_CALLBACK void mine_pcpu_offline(void *st, sp_u32 pcpu, sp_u64 now_ns, struct sp_out *out)
{
	struct mine *m = st;

	mine_put_back(m, pcpu);
	sp_clear_bit(m->idle, SP_WORDS(SP_NR_PCPUS), pcpu);
	mine_kick_idle(m, 1, out); /* in its place, or to begin the next turn */
}

static SP_CALLBACK sp_s32 mine_vm_add(void *st, sp_u32 vm, const struct sp_vm_config *config,
				      sp_u64 now_ns, struct sp_out *out)
{
	return config->quota_ns || config->weight != SP_WEIGHT_NICE_0 ? -SP_ENOTSUP : 0;
}

static SP_CALLBACK void mine_vm_remove(void *st, sp_u32 vm, sp_u64 now_ns, struct sp_out *out)
{
}

static SP_CALLBACK sp_s32 mine_vcpu_add(void *st, sp_u32 vcpu, const struct sp_vcpu_config *config,
					sp_u64 now_ns, struct sp_out *out)
{
	struct mine *m = st;

	if (config->affinity.nr || (config->weight && config->weight != SP_WEIGHT_NICE_0))
		return -SP_ENOTSUP;
	mine_vcpu(m, vcpu)->state = MINE_BLOCKED;
	mine_vcpu(m, vcpu)->vm = (sp_id)config->vm;
	return 0;
}

static SP_CALLBACK void mine_vcpu_remove(void *st, sp_u32 vcpu, sp_u64 now_ns, struct sp_out *out)
{
}

/* Invariants: 1 the set of the ready and their states agree, 2 pCPUs and states do. */
static SP_CALLBACK sp_s32 mine_check(const void *st)
{
	const struct mine *m = st;
	sp_u32 i, vcpu;

	sp_for (i, SP_NR_VCPUS) {
		sp_u32 ready = SP_AT(m->vcpus, i).state == MINE_READY;

		if (sp_test_bit(m->ready, SP_WORDS(SP_NR_VCPUS), i) != ready)
			return 1;
	}
	sp_for (i, SP_NR_PCPUS) {
		vcpu = SP_AT(m->running, i);
		if (vcpu != SP_NONE && (SP_AT(m->vcpus, vcpu).state != MINE_RUNNING ||
					SP_AT(m->vcpus, vcpu).pcpu != i))
			return 2;
	}
	return 0;
}

SP_POLICY = {
	.name = "mine",
	.summary = "VMs take turns, each with all pCPUs",
	.contract = SP_CONTRACT_VERSION,
	.caps = 0,
	.state_size = sizeof(struct mine),
	.nr_tunables = sizeof(mine_tunables) / sizeof(mine_tunables[0]),
	.tunables = mine_tunables,
	.init = mine_init,
	.pcpu_online = mine_pcpu_online,
	.pcpu_offline = mine_pcpu_offline,
	.vm_add = mine_vm_add,
	.vm_remove = mine_vm_remove,
	.vcpu_add = mine_vcpu_add,
	.vcpu_remove = mine_vcpu_remove,
	.vcpu_wake = mine_vcpu_wake,
	.vcpu_block = mine_vcpu_block,
	.vcpu_stopped = mine_vcpu_stopped,
	.pick_next = mine_pick_next,
	.check = mine_check,
};
