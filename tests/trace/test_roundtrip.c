/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Known bursts -> simulated alone -> trace -> ftrace text -> imported: the same
 * bursts, to 1 us with the kernel's six digits and exactly with nine.
 */
#include "../../sim/engine/sim.h"
#include "../../sim/import/import_out.h"
#include "../../sim/scenario/scenario.h"
#include "../../sim/trace/trace_export.h"
#include "../../sim/trace/trace_write.h"
#include "suite.h"

#define NR_BURSTS 40u

/* One vCPU a pCPU, nothing costs anything, nothing disturbs. */
static const char scenario[] = "corun: 1\n"
			       "host: {cores: 3, costs: {context_switch: 0, kick: 0, migration: 0, "
			       "cold_cache: {max: 0}},\n"
			       "  tick: {period: 0}, noise: {level: 0}}\n"
			       "run: {duration: 60ms, warmup: 0, seed: 7}\n"
			       "policies: {cfs: {}}\n"
			       "vms: {alone: {vcpus: 2, program: replay, guest_tick: false}}\n"
			       "programs: {replay: {replay: {file: \"roundtrip.bursts\"}}}\n";

static uint64_t demand[2][NR_BURSTS][2];

static void make_demand(void)
{
	uint64_t x = 88172645463325252u; /* Marsaglia's xorshift64 */
	FILE *out = fopen(scratch("roundtrip.bursts"), "w");
	unsigned t, i, k;

	assert_non_null(out);
	fprintf(out, "# corun bursts 1\n");
	for (t = 0; t < 2; t++) {
		for (i = 0; i < NR_BURSTS; i++) {
			for (k = 0; k < 2; k++) {
				x ^= x << 13;
				x ^= x >> 7;
				x ^= x << 17;
				demand[t][i][k] = 1 + x % (k ? 1000000 : 300000);
			}
			fprintf(out, "task%u %llu %llu\n", t, (unsigned long long)demand[t][i][0],
				(unsigned long long)demand[t][i][1]);
		}
	}
	assert_int_equal(fclose(out), 0);
}

static void simulate(const char *path)
{
	struct error err = {0};
	struct trace_writer *writer;
	struct sim_result result;
	struct sim_job job = {0};
	struct world *world;

	world = scenario_load_text(scratch("roundtrip.yaml"), scenario, strlen(scenario), NULL,
				   &err);
	if (!world)
		fail_msg("%s", err.text);
	assert_int_equal(trace_writer_open(&writer, path, world, 0, &err), 0);
	job.world = world;
	job.trace = trace_writer_sink(writer);
	job.strict = true;
	if (sim_run(&job, &result, &err))
		fail_msg("%s", err.text);
	assert_int_equal(trace_writer_close(writer, result.end_ns, &err), 0);
	sim_result_free(&result);
	scenario_free(world);
}

static uint64_t apart(uint64_t a, uint64_t b)
{
	return a > b ? a - b : b - a;
}

static void compare(const struct import *import, uint64_t tolerance_ns)
{
	uint32_t t, i, nr = 0;

	assert_int_equal(import->nr_tasks, 2);
	assert_int_equal(import->counts.missing_wakes, 0);
	assert_int_equal(import->counts.missing_starts, 0);
	assert_int_equal(import->counts.missing_switches, 0);
	for (t = 0; t < 2; t++) {
		const struct import_task *task = &import->tasks[t];

		assert_true(task->pid == 1000 || task->pid == 1001);
		for (i = 0; i < task->nr_bursts; i++, nr++) {
			const uint64_t *should = demand[task->pid - 1000][i % NR_BURSTS];

			assert_true(apart(task->bursts[i].run_ns, should[0]) <= tolerance_ns);
			assert_true(apart(task->bursts[i].sleep_ns, should[1]) <= tolerance_ns);
		}
	}
	assert_true(nr > 100); /* and more than once around */
}

static void round_trip(void **state)
{
	struct trace_reader reader;
	struct error err = {0};
	struct import import;
	FILE *file;
	int ns;

	(void)state;
	make_demand();
	simulate(scratch("roundtrip.bin"));
	for (ns = 0; ns < 2; ns++) {
		file = fopen(scratch("roundtrip.ftrace"), "w+");
		assert_non_null(file);
		assert_int_equal(trace_reader_open(&reader, scratch("roundtrip.bin"), &err), 0);
		assert_int_equal(trace_export_ftrace(&reader, file, ns, &err), 0);
		trace_reader_close(&reader);
		rewind(file);
		import_init(&import);
		if (import_read(&import, file, "roundtrip.ftrace", &err))
			fail_msg("%s", err.text);
		compare(&import, ns ? 0 : 1000);
		import_free(&import);
		fclose(file);
	}
}

int suite_roundtrip(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(round_trip)};

	return cmocka_run_group_tests_name("round trip", tests, NULL, NULL);
}
