/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * lottery - whoever is drawn runs: the example of docs/writing-a-policy.md.
 *
 * IDEA
 *	Every runnable vCPU has one ticket.  A pCPU that picks draws one, and the
 *	winner runs for a slice.
 *
 * EXAMPLE
 *	Three hogs on one pCPU, slice 10 ms: each gets a third on average, with a
 *	standard deviation of sqrt(n * 2/9) slices after n draws: 4.7 of 100.
 *
 * WHEN IT IS BAD
 *	Shares hold on average only: of three hogs, one is passed over twelve times in
 *	a row, 120 ms, with probability (2/3)^12 = 0.8 %.  No weights, no affinity,
 *	no gangs.
 *
 * COST
 *	Per pick: the set of runnable vCPUs twice, a word for each 64, and up to 64
 *	steps within the winner's word.
 *
 * SOURCE
 *	Waldspurger and Weihl, "Lottery Scheduling", OSDI 1994, without the weights.
 */
#include "policy.h"
#include "sp_idle.h"

enum lottery_state { LOTTERY_BLOCKED, LOTTERY_READY, LOTTERY_RUNNING };

struct lottery {
	sp_u64 slice_ns;
	sp_u64 draw; /* state of the generator */
	sp_u64 ready[SP_WORDS(SP_NR_VCPUS)];
	sp_u64 idle[SP_WORDS(SP_NR_PCPUS)];
	sp_u64 state[SP_NR_VCPUS]; /* enum lottery_state */
	sp_id running[SP_NR_PCPUS];
	sp_id pcpu[SP_NR_VCPUS]; /* LOTTERY_RUNNING: where */
};

enum { LOTTERY_SLICE };

static const struct sp_tunable lottery_tunables[] = {
	[LOTTERY_SLICE] = {.name = "slice",
			   .help = "how long the winner runs",
			   .unit = SP_UNIT_NS,
			   .preset = SP_MS(10),
			   .min = SP_US(100),
			   .max = SP_MS(1000)},
};

/* A pseudo-random number: xorshift64*, seeded by the host (Vigna 2016). */
static sp_u64 lottery_random(struct lottery *l)
{
	l->draw ^= l->draw >> 12;
	l->draw ^= l->draw << 25;
	l->draw ^= l->draw >> 27;
	return l->draw * 0x2545f4914f6cdd1du;
}

static void lottery_ready(struct lottery *l, sp_u32 vcpu)
{
	SP_AT(l->state, vcpu) = LOTTERY_READY;
	sp_set_bit(l->ready, SP_WORDS(SP_NR_VCPUS), vcpu);
}

/* What was picked for p and never ran waits again (promise 5 of the host). */
static void lottery_put_back(struct lottery *l, sp_u32 pcpu)
{
	sp_id *running = &SP_AT(l->running, pcpu);

	if (*running == SP_NONE)
		return;
	lottery_ready(l, *running);
	*running = SP_NONE;
}

static SP_CALLBACK sp_s32 lottery_init(void *st, const struct sp_config *config)
{
	struct lottery *l = st;
	sp_u32 i;

	l->slice_ns = config->tunables[LOTTERY_SLICE];
	l->draw = config->seed | 1; /* never 0 */
	sp_for (i, SP_NR_PCPUS)
		SP_AT(l->running, i) = SP_NONE;
	return 0;
}

static SP_CALLBACK sp_s32 lottery_pcpu_online(void *st, sp_u32 pcpu, const struct sp_topo *topo,
					      sp_u64 now_ns, struct sp_out *out)
{
	struct lottery *l = st;

	sp_set_bit(l->idle, SP_WORDS(SP_NR_PCPUS), pcpu);
	return 0;
}

static SP_CALLBACK void lottery_pcpu_offline(void *st, sp_u32 pcpu, sp_u64 now_ns,
					     struct sp_out *out)
{
	struct lottery *l = st;

	sp_clear_bit(l->idle, SP_WORDS(SP_NR_PCPUS), pcpu);
	lottery_put_back(l, pcpu);
	if (sp_any_bit(l->ready, SP_WORDS(SP_NR_VCPUS)))
		sp_idle_kick(l->idle, out);
}

static SP_CALLBACK sp_s32 lottery_vm_add(void *st, sp_u32 vm, const struct sp_vm_config *config,
					 sp_u64 now_ns, struct sp_out *out)
{
	return config->quota_ns || config->weight != SP_WEIGHT_NICE_0 ? -SP_ENOTSUP : 0;
}

static SP_CALLBACK void lottery_vm_remove(void *st, sp_u32 vm, sp_u64 now_ns, struct sp_out *out)
{
}

static SP_CALLBACK sp_s32 lottery_vcpu_add(void *st, sp_u32 vcpu,
					   const struct sp_vcpu_config *config, sp_u64 now_ns,
					   struct sp_out *out)
{
	struct lottery *l = st;

	if (config->affinity.nr || (config->weight && config->weight != SP_WEIGHT_NICE_0))
		return -SP_ENOTSUP;
	SP_AT(l->state, vcpu) = LOTTERY_BLOCKED;
	return 0;
}

static SP_CALLBACK void lottery_vcpu_remove(void *st, sp_u32 vcpu, sp_u64 now_ns,
					    struct sp_out *out)
{
}

static SP_CALLBACK void lottery_vcpu_wake(void *st, sp_u32 vcpu, const struct sp_wake *wake,
					  sp_u64 now_ns, struct sp_out *out)
{
	struct lottery *l = st;

	if (SP_AT(l->state, vcpu) != LOTTERY_BLOCKED)
		return;
	lottery_ready(l, vcpu);
	sp_idle_kick(l->idle, out);
}

static SP_CALLBACK void lottery_vcpu_block(void *st, sp_u32 vcpu, sp_u64 now_ns, struct sp_out *out)
{
	struct lottery *l = st;

	if (SP_AT(l->state, vcpu) == LOTTERY_RUNNING)
		SP_AT(l->running, SP_AT(l->pcpu, vcpu)) = SP_NONE;
	sp_clear_bit(l->ready, SP_WORDS(SP_NR_VCPUS), vcpu);
	SP_AT(l->state, vcpu) = LOTTERY_BLOCKED;
}

static SP_CALLBACK void lottery_vcpu_stopped(void *st, const struct sp_stint *stint, sp_u64 now_ns,
					     struct sp_out *out)
{
	struct lottery *l = st;
	sp_u32 vcpu = stint->vcpu;

	if (SP_AT(l->state, vcpu) != LOTTERY_RUNNING)
		return;
	SP_AT(l->running, stint->pcpu) = SP_NONE;
	if (stint->why == SP_STOP_BLOCKED)
		SP_AT(l->state, vcpu) = LOTTERY_BLOCKED;
	else
		lottery_ready(l, vcpu);
}

/* How many hold a ticket? */
static sp_u32 lottery_nr_ready(const struct lottery *l)
{
	sp_u32 w, nr = 0;

	sp_for (w, SP_WORDS(SP_NR_VCPUS))
		nr += sp_count_bits(SP_AT(l->ready, w));
	return nr;
}

/* The holder of ticket number `ticket`, counted from 0 by id. */
static sp_u32 lottery_holder(const struct lottery *l, sp_u32 ticket)
{
	sp_u32 w, i;

	sp_for (w, SP_WORDS(SP_NR_VCPUS)) {
		sp_u64 word = SP_AT(l->ready, w);
		sp_u32 nr = sp_count_bits(word);

		if (ticket >= nr) {
			ticket -= nr;
			continue;
		}
		sp_for (i, 64) {
			if (i >= ticket)
				break;
			word &= word - 1; /* without its lowest member */
		}
		return w * 64 + sp_lowest_bit(word);
	}
	return SP_NONE;
}

static SP_CALLBACK void lottery_pick_next(void *st, sp_u32 pcpu, sp_u64 now_ns, struct sp_out *out)
{
	struct lottery *l = st;
	sp_u32 vcpu, nr;

	lottery_put_back(l, pcpu);
	nr = lottery_nr_ready(l);
	if (nr == 0) {
		sp_set_bit(l->idle, SP_WORDS(SP_NR_PCPUS), pcpu);
		return;
	}
	vcpu = lottery_holder(l, (sp_u32)(lottery_random(l) % nr));
	sp_clear_bit(l->idle, SP_WORDS(SP_NR_PCPUS), pcpu);
	sp_clear_bit(l->ready, SP_WORDS(SP_NR_VCPUS), vcpu);
	SP_AT(l->state, vcpu) = LOTTERY_RUNNING;
	SP_AT(l->pcpu, vcpu) = (sp_id)pcpu;
	SP_AT(l->running, pcpu) = (sp_id)vcpu;
	out->next = vcpu;
	out->run_until_ns = now_ns + l->slice_ns;
}

/* Invariants: 1 tickets and states agree, 2 pCPUs and states do. */
static SP_CALLBACK sp_s32 lottery_check(const void *st)
{
	const struct lottery *l = st;
	sp_u32 i, vcpu;

	sp_for (i, SP_NR_VCPUS) {
		sp_u32 ready = SP_AT(l->state, i) == LOTTERY_READY;

		if (sp_test_bit(l->ready, SP_WORDS(SP_NR_VCPUS), i) != ready)
			return 1;
	}
	sp_for (i, SP_NR_PCPUS) {
		vcpu = SP_AT(l->running, i);
		if (vcpu != SP_NONE &&
		    (SP_AT(l->state, vcpu) != LOTTERY_RUNNING || SP_AT(l->pcpu, vcpu) != i))
			return 2;
	}
	return 0;
}

SP_POLICY = {
	.name = "lottery",
	.summary = "a draw among the runnable: fair on average, no memory at all",
	.contract = SP_CONTRACT_VERSION,
	.caps = 0,
	.state_size = sizeof(struct lottery),
	.nr_tunables = sizeof(lottery_tunables) / sizeof(lottery_tunables[0]),
	.tunables = lottery_tunables,
	.init = lottery_init,
	.pcpu_online = lottery_pcpu_online,
	.pcpu_offline = lottery_pcpu_offline,
	.vm_add = lottery_vm_add,
	.vm_remove = lottery_vm_remove,
	.vcpu_add = lottery_vcpu_add,
	.vcpu_remove = lottery_vcpu_remove,
	.vcpu_wake = lottery_vcpu_wake,
	.vcpu_block = lottery_vcpu_block,
	.vcpu_stopped = lottery_vcpu_stopped,
	.pick_next = lottery_pick_next,
	.check = lottery_check,
};
