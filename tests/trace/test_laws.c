/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The trace against the engine's own accounts: the readers work out from events
 * what the engine books by clocks, and both must come to the same nanosecond.
 */
#include "../../sim/engine/sim.h"
#include "../../sim/model/result.h"
#include "../../sim/scenario/scenario.h"
#include "../../sim/trace/trace_track.h"
#include "../../sim/trace/trace_write.h"
#include "suite.h"

#define MAX_VMS 8

struct sums {
	const struct world *world;
	uint64_t time[MAX_VMS][NR_VT];
};

static void on_span(void *context, const struct span *span)
{
	struct sums *sums = context;

	sums->time[sums->world->vcpus[span->vcpu].vm][span->state] += span->to_ns - span->from_ns;
}

static void run_traced(const struct world *world, uint32_t policy, struct sim_result *result)
{
	struct sim_job job = {.world = world, .policy = policy, .strict = true};
	struct error err = {0};
	struct trace_writer *writer;

	assert_int_equal(trace_writer_open(&writer, scratch("laws.bin"), world, policy, &err), 0);
	job.trace = trace_writer_sink(writer);
	if (sim_run(&job, result, &err))
		fail_msg("%s", err.text);
	assert_int_equal(trace_writer_close(writer, result->end_ns, &err), 0);
}

static void sum_up(struct sums *sums)
{
	struct trace_reader reader;
	struct trace_track track;
	struct trace_rec rec;
	struct error err = {0};
	int more;

	assert_int_equal(trace_reader_open(&reader, scratch("laws.bin"), &err), 0);
	assert_int_equal(trace_track_init(&track, &reader, on_span, sums, &err), 0);
	while ((more = trace_reader_next(&reader, &rec, &err)) > 0)
		trace_track_apply(&track, &reader, &rec);
	assert_int_equal(more, 0);
	trace_track_finish(&track, trace_reader_end_ns(&reader));
	trace_track_free(&track);
	trace_reader_close(&reader);
}

/*
 * Overhead is a debt that the engine pays out of the step it precedes, so the
 * trace shows it as part of that step: those three are compared as one.
 */
static void compare_vm(const struct sums *sums, const struct sim_result *result, uint32_t vm)
{
	const uint64_t *is = sums->time[vm], *should = result->vms[vm].time;
	unsigned t;

	for (t = VT_SPIN_CONTENTION; t <= VT_HELD; t++)
		if (t != VT_OVERHEAD && is[t] != should[t])
			fail_msg("%s: %s: %llu ns in the trace, %llu in the accounts",
				 sums->world->vms[vm].name, trace_state_name((uint8_t)t),
				 (unsigned long long)is[t], (unsigned long long)should[t]);
	assert_int_equal(is[VT_USEFUL] + is[VT_CRITICAL] + is[VT_OVERHEAD],
			 should[VT_USEFUL] + should[VT_CRITICAL] + should[VT_OVERHEAD]);
}

/* Runs all policies; in `seen` which states had any time at all. */
static void check(const char *text, bool *seen)
{
	struct error err = {0};
	struct world *world = scenario_load_text("laws.yaml", text, strlen(text), NULL, &err);
	struct sim_result result;
	struct sums sums;
	uint32_t policy, vm, t;

	if (!world)
		fail_msg("%s", err.text);
	assert_true(world->nr_vms <= MAX_VMS);
	for (policy = 0; policy < world->nr_policies; policy++) {
		memset(&sums, 0, sizeof(sums));
		sums.world = world;
		run_traced(world, policy, &result);
		sum_up(&sums);
		for (vm = 0; vm < world->nr_vms; vm++) {
			compare_vm(&sums, &result, vm);
			for (t = 0; t < NR_VT; t++)
				seen[t] |= result.vms[vm].time[t] != 0;
		}
		sim_result_free(&result);
	}
	scenario_free(world);
}

#define HOST                                                                                       \
	"corun: 1\nhost: {cores: 4}\nrun: {duration: 400ms, warmup: 0, seed: 11}\n"                \
	"policies: {cfs: {}, gang: {}, relaxed: {}}\n"

/* Together the scenarios must have shown every state that is compared. */
static void trace_agrees_with_accounts(void **state)
{
	bool seen[NR_VT] = {false};
	unsigned t;

	(void)state;
	check(HOST "vms: {a: {count: 2, vcpus: 4, program: p}}\n"
		   "programs: {p: {locks: {l: ticket}, repeat: [{compute: {exponential: 40us}}, "
		   "{critical: {lock: l, hold: {exponential: 5us}}}]}}\n",
	      seen);
	check(HOST "vms: {a: {vcpus: 4, program: p}, b: {count: 4, vcpus: 1, program: q}}\n"
		   "programs:\n"
		   "  p: {locks: {l: tas}, barriers: {m: spin}, repeat: ["
		   "{compute: {exponential: 300us}}, {critical: {lock: l, hold: 20us}}, "
		   "{barrier: m}]}\n"
		   "  q: {repeat: [{compute: {exponential: 1ms}}, {sleep: {exponential: 1ms}}]}\n",
	      seen);
	check(HOST "vms: {a: {vcpus: 4, threads: 9, program: p}, b: {count: 2, vcpus: 2, threads: "
		   "3, program: q}}\n"
		   "programs:\n"
		   "  p: {locks: {l: ticket}, barriers: {m: spin}, repeat: ["
		   "{compute: {exponential: 300us}}, {critical: {lock: l, hold: 20us}}, "
		   "{barrier: m}]}\n"
		   "  q: {barriers: {m: block}, repeat: [{compute: {exponential: 1ms}}, {sleep: "
		   "{exponential: 1ms}}, {barrier: m}]}\n",
	      seen);
	check(HOST
	      "vms: {a: {vcpus: 4, threads: 9, program: p}, b: {count: 2, vcpus: 2, program: q}}\n"
	      "programs:\n"
	      "  p: {locks: {l: ticket, m: {kind: mutex, spin_on_owner: loaded}}, repeat: ["
	      "{compute: {exponential: 100us}}, {critical: {lock: m, do: [{compute: 20us}, "
	      "{critical: {lock: l, hold: 5us}}, {sleep: {exponential: 20us}}]}}]}\n"
	      "  q: {locks: {m: {kind: mutex, handover: true, spin_on_owner: running}}, "
	      "repeat: [{compute: {exponential: 50us}}, {critical: {lock: m, hold: 20us}}]}\n",
	      seen);
	for (t = VT_USEFUL; t <= VT_HELD; t++)
		if (t != VT_HALT_POLL && !seen[t])
			fail_msg("nothing was %s", trace_state_name((uint8_t)t));
}

int suite_laws(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(trace_agrees_with_accounts)};

	return cmocka_run_group_tests_name("trace and accounts", tests, NULL, NULL);
}
