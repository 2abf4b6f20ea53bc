/* SPDX-License-Identifier: BSD-2-Clause */
/* From events to spans: nothing is lost between them, and spins have their causes. */
#include "../../sim/trace/trace_track.h"
#include "suite.h"

struct spans {
	uint64_t time[3][NR_VT];
	uint64_t end_ns[3];
	uint64_t ran_ns[2]; /* of the pCPUs */
	uint64_t stints[3];
};

static void on_span(void *context, const struct span *span)
{
	struct spans *spans = context;

	assert_true(span->from_ns < span->to_ns);
	if (spans->end_ns[span->vcpu])
		assert_int_equal(span->from_ns, spans->end_ns[span->vcpu]);
	spans->end_ns[span->vcpu] = span->to_ns;
	spans->time[span->vcpu][span->state] += span->to_ns - span->from_ns;
	assert_int_equal(state_is_running(span->state), span->pcpu != TRACE_NONE);
	if (span->pcpu != TRACE_NONE)
		spans->ran_ns[span->pcpu] += span->to_ns - span->from_ns;
	spans->stints[span->vcpu] += span->stint_end;
}

static void track(const struct trace_rec *records, uint32_t nr, struct spans *spans)
{
	struct trace_track track;
	struct trace_reader reader;
	struct trace_rec rec;
	struct error err;

	memset(spans, 0, sizeof(*spans));
	write_trace(scratch("track.bin"), records, nr);
	assert_int_equal(trace_reader_open(&reader, scratch("track.bin"), &err), 0);
	assert_int_equal(trace_track_init(&track, &reader, on_span, spans, &err), 0);
	while (trace_reader_next(&reader, &rec, &err) > 0)
		trace_track_apply(&track, &reader, &rec);
	trace_track_finish(&track, trace_reader_end_ns(&reader));
	trace_track_free(&track);
	trace_reader_close(&reader);
}

/* Counted by hand from sample.c. */
static void sample_adds_up(void **state)
{
	struct spans s;

	(void)state;
	track(sample_records, nr_sample_records, &s);
	assert_int_equal(s.time[0][VT_STEAL], 1000 + 30000);
	assert_int_equal(s.time[0][VT_OVERHEAD], 2000 + 2000);
	assert_int_equal(s.time[0][VT_USEFUL], 6000 + 10000 + 21000);
	assert_int_equal(s.time[0][VT_CRITICAL], 10000 + 8000);
	assert_int_equal(s.time[0][VT_SPIN_CONTENTION], 10000 + 4000);
	assert_int_equal(s.time[0][VT_SPIN_PARTNER], 15000);
	assert_int_equal(s.time[0][VT_BLOCKED], SAMPLE_END_NS - 120000);
	assert_int_equal(s.time[1][VT_SPIN_CONTENTION], 8000 + 10100);
	assert_int_equal(s.time[1][VT_SPIN_LHP], 30000);
	assert_int_equal(s.time[1][VT_HELD], 10000);
	assert_int_equal(s.time[1][VT_CRITICAL], 900);
	assert_int_equal(s.time[2][VT_USEFUL], 28000);
	assert_int_equal(s.stints[0], 3);
	assert_int_equal(s.ran_ns[0], 120000 - 2000);
	assert_int_equal(s.end_ns[1], SAMPLE_END_NS);
}

/* A free lock whose next waiter is off CPU: LWP, until that waiter runs. */
static void lock_waiter_preempted(void **state)
{
	static const struct trace_rec records[] = {
		{100, TR_SWITCH_IN, 1, 0, 0, 0},     {100, TR_SWITCH_IN, 1, 1, 1, 0},
		{200, TR_LOCK_WAIT, 0, 0, 0, 0},     {200, TR_MODE, VT_SPIN_CONTENTION, 0, 0, 0},
		{200, TR_LOCK_WAIT, 0, 1, 1, 0},     {200, TR_MODE, VT_SPIN_CONTENTION, 1, 1, 0},
		{300, TR_SWITCH_OUT, 1, 1, 1, 0},    {700, TR_SWITCH_IN, 1, 1, 1, 0},
		{700, TR_LOCK_ACQUIRED, 2, 1, 1, 0}, {800, TR_MODE, VT_CRITICAL, 1, 1, 0},
		{900, TR_SWITCH_OUT, 0, 0, 0, 0},
	};
	struct spans s;

	(void)state;
	track(records, sizeof(records) / sizeof(records[0]), &s);
	assert_int_equal(s.time[0][VT_SPIN_LWP], 400);
	assert_int_equal(s.time[0][VT_SPIN_CONTENTION], 100 + 200);
	assert_int_equal(s.time[0][VT_SPIN_LHP], 0);
}

/* A trace that leaves out switch-outs is wrong, but each pCPU still runs one at a time. */
static void missing_switch_outs(void **state)
{
	static const struct trace_rec records[] = {
		{100, TR_SWITCH_IN, 1, 0, 0, 0},
		{200, TR_SWITCH_IN, 1, 0, 1, 0},
		{300, TR_SWITCH_IN, 1, 1, 1, 0},
		{400, TR_SWITCH_OUT, 0, 1, 1, 0},
	};
	struct spans s;

	(void)state;
	track(records, 4, &s);
	assert_int_equal(s.ran_ns[0], 200);
	assert_int_equal(s.ran_ns[1], 100);
}

static void clips(void **state)
{
	struct span span = {.from_ns = 10, .to_ns = 30, .stint_end = true};

	(void)state;
	assert_true(span_clip(&span, 15, 25));
	assert_int_equal(span.from_ns, 15);
	assert_int_equal(span.to_ns, 25);
	assert_false(span.stint_end);
	assert_false(span_clip(&span, 25, 40));
}

int suite_track(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(sample_adds_up),
		cmocka_unit_test(lock_waiter_preempted),
		cmocka_unit_test(missing_switch_outs),
		cmocka_unit_test(clips),
	};

	return cmocka_run_group_tests_name("trace spans", tests, NULL, NULL);
}
