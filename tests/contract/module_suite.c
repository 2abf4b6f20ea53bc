/* SPDX-License-Identifier: BSD-2-Clause */
/* module_suite.c - see module_suite.h; CONTRACT_SUITE is the name of this size. */
#include "module_suite.h"

#include <inttypes.h>
#include <stddef.h>
#include <string.h>

#include "plan.h"
#include "suite.h"

/* The policy's own table, and for call_make what it is at. */
struct watched {
	struct sp_policy policy;
	struct where *where;
};

/* call.c's own, compiled under this name here: all calls of a policy go through it. */
void call_make_bare(const struct sp_policy *policy, void *state, const struct sp_config *config,
		    struct call *c, struct sp_out *out);

static uint32_t where_of(uint32_t op)
{
	static const uint32_t callbacks[NR_OPS] = {
		[OP_init] = WHERE_INIT,
		[OP_pcpu_online] = WHERE_PCPU_ONLINE,
		[OP_pcpu_offline] = WHERE_PCPU_OFFLINE,
		[OP_vm_add] = WHERE_VM_ADD,
		[OP_vm_remove] = WHERE_VM_REMOVE,
		[OP_vcpu_add] = WHERE_VCPU_ADD,
		[OP_vcpu_remove] = WHERE_VCPU_REMOVE,
		[OP_vcpu_wake] = WHERE_VCPU_WAKE,
		[OP_vcpu_block] = WHERE_VCPU_BLOCK,
		[OP_vcpu_stopped] = WHERE_VCPU_STOPPED,
		[OP_pick_next] = WHERE_PICK_NEXT,
		[OP_timer] = WHERE_TIMER,
		[OP_tick] = WHERE_TICK,
		[OP_vcpu_spin] = WHERE_VCPU_SPIN,
		[OP_vcpu_yield_to] = WHERE_VCPU_YIELD_TO,
		[OP_vm_set_weight] = WHERE_VM_SET_WEIGHT,
		[OP_vcpu_set_weight] = WHERE_VCPU_SET_WEIGHT,
		[OP_vcpu_set_affinity] = WHERE_VCPU_SET_AFFINITY,
		[OP_vcpu_ipi] = WHERE_VCPU_IPI,
	};

	return callbacks[op];
}

void call_make(const struct sp_policy *policy, void *state, const struct sp_config *config,
	       struct call *c, struct sp_out *out)
{
	const struct watched *watched = (const struct watched *)policy;

	where_enter(watched->where, where_of(c->op), c->now_ns);
	call_make_bare(policy, state, config, c, out);
	where_leave(watched->where);
}

static void put_again(FILE *to, const struct failure *f, const struct module_options *o)
{
	if (f->call)
		fprintf(to, "          see it: %s --pcpus %u --seed %" PRIu64 "%s --stop-at %u\n",
			o->command, SP_NR_PCPUS, f->seed,
			f->kind == PLAN_SHORT ? " --short-life" : "", f->call);
}

static uint32_t put_verdict(FILE *to, const struct verdict *verdict, const struct module_options *o)
{
	uint32_t i, nr_failed = 0;

	for (i = 0; i < NR_CHECKS; i++) {
		const struct failure *f = &verdict->failures[i];

		if (i == CHECK_counts) /* whether these runs are enough; not of the policy */
			continue;
		fprintf(to, "%-7s  %-12s %s\n", f->nr ? "FAILED" : "ok", check_name(i),
			check_text(i));
		if (!f->nr)
			continue;
		nr_failed++;
		fprintf(to, "          in %u runs, first: %s\n", f->nr, f->text);
		put_again(to, f, o);
	}
	return nr_failed;
}

static uint32_t put_replayed(FILE *to, const struct verdict *verdict)
{
	uint32_t i, nr_failed = 0;

	for (i = 0; i < NR_CHECKS; i++) {
		if (!verdict->failures[i].nr)
			continue;
		fprintf(to, "FAILED   %s: %s (call %u)\n", check_name(i), verdict->failures[i].text,
			verdict->failures[i].call);
		nr_failed++;
	}
	return nr_failed;
}

static uint32_t run(const struct sp_policy *policy, const struct module_options *o,
		    struct where *where, FILE *to)
{
	struct watched watched = {.policy = *policy, .where = where};
	struct suite_config config = {.seed = o->seed, .nr_calls = o->nr_calls, .nr_short = 10000};
	struct verdict verdict = {0};

	if (o->stop_at) {
		suite_replay(&watched.policy, o->seed, o->short_life ? PLAN_SHORT : PLAN_LONG,
			     (uint32_t)o->stop_at, (uint32_t)o->lines, to, &verdict);
		return put_replayed(to, &verdict);
	}
	/* at larger sizes fewer lives, each of them longer */
	if (SP_NR_PCPUS > 16) {
		config.nr_short = 500;
		config.nr_calls /= 10;
	}
	suite_run(&watched.policy, &config, &verdict);
	fprintf(to, "%s, %u pCPUs and %u vCPUs: %" PRIu64 " calls in %" PRIu64 " runs\n",
		policy->name, SP_NR_PCPUS, SP_NR_VCPUS, verdict.nr_calls, verdict.nr_runs);
	return put_verdict(to, &verdict, o);
}

const struct module_suite CONTRACT_SUITE = {SP_NR_PCPUS, SP_NR_VCPUS, run};
