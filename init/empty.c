/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * mine - a policy to be written: it compiles, loads, keeps the book of who is runnable,
 * and lets every pCPU idle.
 *
 * IDEA
 *	What runs where, and why?  Begin with mine_pick_next.
 *
 * EXAMPLE
 *	Two VMs, two pCPUs, with numbers: what runs when?
 *
 * WHEN IT IS BAD
 *	As it is, no vCPU ever runs.
 *
 * COST
 *	Of one decision, in vCPUs, pCPUs, VMs.
 *
 * SOURCE
 *	Whose idea, and which numbers are assumptions?
 */
#include "policy.h"

enum mine_state { MINE_ABSENT, MINE_BLOCKED, MINE_RUNNABLE, MINE_RUNNING };

/* All state is in one zeroed block, indices instead of pointers, no implicit padding. */
struct mine {
	sp_u64 slot_ns;
	sp_id state[SP_NR_VCPUS]; /* enum mine_state */
	sp_id running[SP_NR_PCPUS]; /* what was picked last, or SP_NONE */
};

enum { MINE_SLOT };

static const struct sp_tunable mine_tunables[] = {
	[MINE_SLOT] = {.name = "slot",
		       .help = "after this time a pCPU picks again",
		       .unit = SP_UNIT_NS,
		       .preset = SP_MS(10),
		       .min = SP_US(100),
		       .max = SP_MS(1000)},
};

/* -- scheduling ------------------------------------------------------------------- */

/*
 * The answer: out->next is a runnable vCPU or SP_NONE, which it is when we are called.
 * What was picked for this pCPU before and did not stop never ran: it is runnable again.
 */
static SP_CALLBACK void mine_pick_next(void *st, sp_u32 pcpu, sp_u64 now_ns, struct sp_out *out)
{
	struct mine *m = st;
	sp_id *running = &SP_AT(m->running, pcpu);

	if (*running != SP_NONE)
		SP_AT(m->state, *running) = MINE_RUNNABLE;
	*running = SP_NONE; /* choose one here, let it be MINE_RUNNING, and name it in out->next */
	out->run_until_ns = now_ns + m->slot_ns;
}

/* It wants to run: sp_kick(out, pcpu) has a pCPU pick. */
static SP_CALLBACK void mine_vcpu_wake(void *st, sp_u32 vcpu, const struct sp_wake *wake,
				       sp_u64 now_ns, struct sp_out *out)
{
	struct mine *m = st;

	if (SP_AT(m->state, vcpu) == MINE_BLOCKED)
		SP_AT(m->state, vcpu) = MINE_RUNNABLE;
}

/* A stint has ended: charge stint->ran_ns, if time is what you share. */
static SP_CALLBACK void mine_vcpu_stopped(void *st, const struct sp_stint *stint, sp_u64 now_ns,
					  struct sp_out *out)
{
	struct mine *m = st;

	if (SP_AT(m->state, stint->vcpu) != MINE_RUNNING)
		return;
	SP_AT(m->running, stint->pcpu) = SP_NONE;
	SP_AT(m->state, stint->vcpu) = stint->why == SP_STOP_BLOCKED ? MINE_BLOCKED : MINE_RUNNABLE;
}

/* It was runnable and did not run, and does not want to any more. */
static SP_CALLBACK void mine_vcpu_block(void *st, sp_u32 vcpu, sp_u64 now_ns, struct sp_out *out)
{
	struct mine *m = st;
	sp_u32 i;

	sp_for (i, SP_NR_PCPUS) {
		if (SP_AT(m->running, i) == vcpu)
			SP_AT(m->running, i) = SP_NONE;
	}
	SP_AT(m->state, vcpu) = MINE_BLOCKED;
}

/* -- pCPUs, VMs and vCPUs come and go ------------------------------------------------ */

static SP_CALLBACK sp_s32 mine_init(void *st, const struct sp_config *config)
{
	struct mine *m = st;
	sp_u32 i;

	m->slot_ns = config->tunables[MINE_SLOT];
	sp_for (i, SP_NR_PCPUS)
		SP_AT(m->running, i) = SP_NONE;
	return 0;
}

static SP_CALLBACK sp_s32 mine_pcpu_online(void *st, sp_u32 pcpu, const struct sp_topo *topo,
					   sp_u64 now_ns, struct sp_out *out)
{
	return 0; /* a pick_next follows */
}

/* What ran there has stopped; what was picked and never ran is runnable. */
static SP_CALLBACK void mine_pcpu_offline(void *st, sp_u32 pcpu, sp_u64 now_ns, struct sp_out *out)
{
	struct mine *m = st;
	sp_id *running = &SP_AT(m->running, pcpu);

	if (*running != SP_NONE)
		SP_AT(m->state, *running) = MINE_RUNNABLE;
	*running = SP_NONE;
}

/* What is not honoured is refused, and not claimed in caps. */
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
	SP_AT(m->state, vcpu) = MINE_BLOCKED;
	return 0;
}

static SP_CALLBACK void mine_vcpu_remove(void *st, sp_u32 vcpu, sp_u64 now_ns, struct sp_out *out)
{
	struct mine *m = st;

	SP_AT(m->state, vcpu) = MINE_ABSENT;
}

/* Invariants, for tests: 0, or the number of the one that does not hold. */
static SP_CALLBACK sp_s32 mine_check(const void *st)
{
	const struct mine *m = st;
	sp_u32 i;

	sp_for (i, SP_NR_PCPUS) {
		sp_u32 vcpu = SP_AT(m->running, i);

		if (vcpu != SP_NONE && SP_AT(m->state, vcpu) != MINE_RUNNING)
			return 1;
	}
	return 0;
}

SP_POLICY = {
	.name = "mine",
	.summary = "to be written: every pCPU idles",
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
