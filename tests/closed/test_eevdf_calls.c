/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * EEVDF call by call, on one pCPU: lags and deadlines by hand, read from its state, and every
 * pick of random lives against the definition, in 128 bits.
 *
 * Times are in ms from the first wake-up; nice 0, so vruntimes are real times; a slice is 4.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "../../policies/policy.h"
#include "../../policies/eevdf/state.h"

extern const struct sp_policy corun_policy_eevdf_small;
static const struct sp_policy *const policy = &corun_policy_eevdf_small;

#define MS UINT64_C(1000000)
enum { H, S, T, NR = 8 };

struct rig {
	struct eevdf *e;
	struct sp_out out;
	uint64_t now_ns, zero_ns; /* the vruntime of the first one when it came */
	sp_u32 ran; /* picked last */
};

static void rig_reset(struct rig *r)
{
	sp_out_reset(&r->out);
}

static void rig_add(struct rig *r, uint32_t vcpu, uint32_t weight)
{
	struct sp_vm_config vm = {.width = 1, .weight = weight};
	struct sp_vcpu_config config = {.vm = vcpu};

	rig_reset(r);
	assert_int_equal(policy->vm_add(r->e, vcpu, &vm, r->now_ns, &r->out), 0);
	rig_reset(r);
	assert_int_equal(policy->vcpu_add(r->e, vcpu, &config, r->now_ns, &r->out), 0);
}

/* One pCPU; a tunable may differ from its default. */
static struct rig *rig_new(uint32_t tunable, uint64_t value)
{
	struct rig *r = calloc(1, sizeof(*r));
	struct sp_config config = {0};
	struct sp_topo topo = {0};

	r->e = calloc(1, policy->state_size);
	r->now_ns = MS;
	for (uint32_t i = 0; i < policy->nr_tunables; i++)
		config.tunables[i] = policy->tunables[i].preset;
	config.tunables[EEVDF_BASE_SLICE] = 4 * MS;
	config.tunables[tunable] = value;
	assert_int_equal(policy->init(r->e, &config), 0);
	rig_reset(r);
	assert_int_equal(policy->pcpu_online(r->e, 0, &topo, r->now_ns, &r->out), 0);
	r->ran = SP_NONE;
	r->zero_ns = UINT64_C(1000000000000);
	return r;
}

static void rig_free(struct rig *r)
{
	assert_int_equal(policy->check(r->e), 0);
	free(r->e);
	free(r);
}

/* It wakes.  Is the pCPU kicked, and to choose anew? */
static bool rig_wake(struct rig *r, uint32_t vcpu)
{
	static const struct sp_wake wake = {SP_WAKE_UNKNOWN, SP_NONE, SP_NONE};

	rig_reset(r);
	policy->vcpu_wake(r->e, vcpu, &wake, r->now_ns, &r->out);
	return r->out.nr_kicks && r->e->cfs.pcpus[0].resched;
}

static uint32_t rig_pick(struct rig *r)
{
	rig_reset(r);
	policy->pick_next(r->e, 0, r->now_ns, &r->out);
	r->ran = r->out.next;
	return r->ran;
}

static void rig_stop(struct rig *r, uint64_t ran_ns, uint32_t why)
{
	struct sp_stint stint = {r->ran, 0, why, 0, ran_ns};

	rig_reset(r);
	policy->vcpu_stopped(r->e, &stint, r->now_ns, &r->out);
	r->ran = SP_NONE;
}

/* Who runs does so for this long, and stops. */
static void rig_run(struct rig *r, uint64_t ns, uint32_t why)
{
	r->now_ns += ns;
	rig_stop(r, ns, why);
}

static int64_t vruntime(const struct rig *r, uint32_t vcpu)
{
	return (int64_t)(r->e->cfs.vcpus[vcpu].v.ns - r->zero_ns);
}

static int64_t deadline(const struct rig *r, uint32_t vcpu)
{
	return (int64_t)(r->e->vcpus[vcpu].deadline_ns - r->zero_ns);
}

static void expect(const struct rig *r, uint32_t vcpu, double vruntime_ms, double deadline_ms)
{
	assert_int_equal(vruntime(r, vcpu), (int64_t)(vruntime_ms * 1e6));
	assert_int_equal(deadline(r, vcpu), (int64_t)(deadline_ms * 1e6));
}

static uint64_t until_ns(const struct rig *r)
{
	return r->out.run_until_ns - r->now_ns;
}

/* H has run for 10 ms, alone, when S comes.  Returns with S picked. */
static struct rig *rig_two(uint32_t tunable, uint64_t value)
{
	struct rig *r = rig_new(tunable, value);

	rig_add(r, H, 1024);
	rig_add(r, S, 1024);
	rig_wake(r, H);
	expect(r, H, 0, 2); /* half a request */
	assert_int_equal(rig_pick(r), H);
	assert_true(r->out.run_until_ns == SP_NEVER_NS);
	r->now_ns += 10 * MS;
	assert_true(rig_wake(r, S)); /* H's request ends at 14: 2, 6, 10, 14 */
	expect(r, S, 10, 12);
	rig_stop(r, 10 * MS, SP_STOP_PREEMPTED);
	expect(r, H, 10, 14);
	assert_int_equal(rig_pick(r), S);
	assert_int_equal(until_ns(r), 2 * MS);
	return r;
}

/* -- by hand ------------------------------------------------------------------------- */

static void test_turns(void **state)
{
	struct rig *r = rig_two(CFS_SCALE, 1);

	(void)state;
	rig_run(r, 2 * MS, SP_STOP_SLICE);
	expect(r, S, 12, 16);
	assert_int_equal(rig_pick(r), H); /* the mean is 11 */
	assert_int_equal(until_ns(r), 4 * MS);
	rig_run(r, 1 * MS, SP_STOP_PREEMPTED); /* only interrupted */
	assert_int_equal(rig_pick(r), H);
	assert_int_equal(until_ns(r), 3 * MS);
	rig_run(r, 3 * MS, SP_STOP_SLICE);
	expect(r, H, 14, 18);
	assert_int_equal(rig_pick(r), S); /* 13: S, with 12, alone is eligible */
	rig_run(r, 5 * MS, SP_STOP_SLICE); /* late by one: the next request begins there */
	expect(r, S, 17, 21);
	rig_free(r);
}

/* S, queued, is owed 2 ms when it blocks; it is owed as much when it comes back. */
static void test_owed(void **state)
{
	struct rig *r = rig_two(CFS_SCALE, 1);

	(void)state;
	rig_run(r, 2 * MS, SP_STOP_SLICE); /* S 12 */
	assert_int_equal(rig_pick(r), H);
	r->now_ns += 6 * MS; /* H would be at 16, the mean at 14 */
	rig_reset(r);
	policy->vcpu_block(r->e, S, r->now_ns, &r->out);
	r->now_ns += 10 * MS; /* H at 26 */
	rig_wake(r, S);
	expect(r, S, 22, 26); /* the mean is 24 */
	rig_free(r);
}

/* At most two slices count: of 20 ms, 8. */
static void test_clamp(void **state)
{
	struct rig *r = rig_two(CFS_SCALE, 1);

	(void)state;
	rig_run(r, 2 * MS, SP_STOP_SLICE); /* S 12 */
	assert_int_equal(rig_pick(r), H);
	r->now_ns += 42 * MS; /* H would be at 52, the mean at 32 */
	rig_reset(r);
	policy->vcpu_block(r->e, S, r->now_ns, &r->out);
	rig_wake(r, S);
	expect(r, S, 36, 40); /* the mean is 44 */
	rig_free(r);
}

/* S blocks 2 ms ahead of the mean.  Without lingering it comes back like that. */
static void test_debt(void **state)
{
	struct rig *r = rig_two(EEVDF_DELAY_DEQUEUE, 0);

	(void)state;
	rig_run(r, 4 * MS, SP_STOP_BLOCKED); /* 14, the mean is 12 */
	assert_int_equal(rig_pick(r), H);
	assert_true(r->out.run_until_ns == SP_NEVER_NS);
	r->now_ns += 10 * MS; /* H at 20 */
	rig_wake(r, S);
	expect(r, S, 24, 28); /* the mean is 22 */
	rig_free(r);
}

/* With lingering it works it off, as long as others run: until they have had 4 ms. */
static void test_linger(void **state)
{
	(void)state;
	for (uint64_t ms = 1; ms <= 3; ms++) {
		struct rig *r = rig_two(CFS_SCALE, 1);

		rig_run(r, 3 * MS, SP_STOP_BLOCKED); /* S 13, the mean is 11.5 */
		assert_int_equal(r->e->pcpus[0].nr_lingering, 1);
		assert_int_equal(rig_pick(r), H); /* 10 */
		assert_int_equal(until_ns(r), 4 * MS);
		r->now_ns += (ms == 3 ? 3 * MS + MS / 2 : ms * MS);
		rig_wake(r, S);
		if (ms < 3)
			expect(r, S, 13, 17);
		else
			expect(r, S, 13.5, 17.5); /* the mean had passed it: anew, with its due */
		assert_int_equal(r->e->pcpus[0].nr_lingering, 0);
		rig_free(r);
	}
}

/* It is chosen in its turn, and is gone with nothing. */
static void test_linger_turn(void **state)
{
	struct rig *r = rig_two(CFS_SCALE, 1);

	(void)state;
	rig_run(r, 3 * MS, SP_STOP_BLOCKED); /* 13, deadline 17 */
	assert_int_equal(rig_pick(r), H);
	rig_run(r, 7 * MS, SP_STOP_SLICE); /* late: 17, deadline 21; the mean is 15 */
	assert_int_equal(rig_pick(r), H);
	assert_int_equal(r->e->pcpus[0].nr_lingering, 0);
	assert_true(r->out.run_until_ns == SP_NEVER_NS);
	r->now_ns += MS;
	rig_wake(r, S);
	expect(r, S, 18, 22);
	rig_free(r);
}

/* Who gives way counts as having had its whole request, if it was owed some of it. */
static void test_yield(void **state)
{
	struct rig *r = rig_two(CFS_SCALE, 1);

	(void)state;
	rig_run(r, 0, SP_STOP_YIELDED);
	expect(r, S, 12, 16);
	assert_int_equal(rig_pick(r), H); /* the mean is 11 */
	rig_run(r, 2 * MS, SP_STOP_YIELDED); /* 12, as the mean is */
	expect(r, H, 14, 18);
	assert_int_equal(rig_pick(r), S);
	rig_run(r, 3 * MS, SP_STOP_YIELDED); /* 15, above it */
	expect(r, S, 15, 16);
	rig_free(r);
}

/* Who is named by a yield goes first if it is eligible, deadline or not. */
static void test_buddy(void **state)
{
	struct rig *r = rig_two(CFS_SCALE, 1);

	(void)state;
	rig_add(r, T, 1024);
	rig_wake(r, T); /* 10, deadline 12; H 14 */
	rig_reset(r);
	policy->vcpu_yield_to(r->e, S, H, r->now_ns, &r->out);
	rig_run(r, 0, SP_STOP_PREEMPTED);
	expect(r, S, 12, 16);
	assert_int_equal(rig_pick(r), H);
	rig_reset(r);
	policy->vcpu_yield_to(r->e, H, S, r->now_ns, &r->out);
	rig_run(r, 0, SP_STOP_PREEMPTED); /* S is at 12, the mean at 12: (14 + 12 + 10) / 3 */
	assert_int_equal(rig_pick(r), S);
	rig_reset(r);
	policy->vcpu_yield_to(r->e, S, H, r->now_ns, &r->out);
	rig_run(r, 0, SP_STOP_PREEMPTED); /* H at 14, the mean at 13.3 */
	assert_int_equal(rig_pick(r), T);
	rig_free(r);
}

/* Safe for its slice, T or not; past that the earlier deadline wins. */
static void test_safe(void **state)
{
	struct rig *r = rig_two(CFS_SCALE, 1);

	(void)state;
	rig_add(r, T, 1024);
	rig_run(r, 2 * MS, SP_STOP_SLICE); /* S 12, 16 */
	assert_int_equal(rig_pick(r), H); /* 10, 14 */
	r->now_ns += MS;
	assert_false(rig_wake(r, T)); /* 11.5, 13.5: earlier, but H at 11 is eligible and safe */
	expect(r, T, 11.5, 13.5);
	rig_free(r);

	r = rig_two(EEVDF_RUN_TO_PARITY, EEVDF_PARITY_OFF);
	r->e->cfs.tunables[EEVDF_BASE_SLICE] = MS; /* the unscaled slice: a fourth */
	rig_add(r, T, 1024);
	rig_run(r, 2 * MS, SP_STOP_SLICE);
	assert_int_equal(rig_pick(r), H);
	assert_int_equal(until_ns(r), MS);
	r->now_ns += MS;
	assert_true(rig_wake(r, T)); /* its quantum is over */
	rig_free(r);
}

/* Slices that end at ticks end at the first that finds them over, not a ns before. */
static void test_tick(void **state)
{
	struct rig *r = rig_two(CFS_SCALE, 1); /* S 10, 12 */
	struct sp_tick tick = {0, S, 2 * MS - 1};

	(void)state;
	r->e->cfs.tunables[CFS_TICK_ROUNDING] = 1;
	for (uint32_t i = 0; i < 2; i++, tick.ran_ns++) {
		rig_reset(r);
		policy->tick(r->e, &tick, r->now_ns, &r->out);
		assert_int_equal(r->out.nr_kicks, i);
	}
	rig_free(r);
}

/* S is twice as heavy from now on: 2 ms ahead of the mean become 1, and so its deadline. */
static void test_weight(void **state)
{
	struct rig *r = rig_two(CFS_SCALE, 1);

	(void)state;
	rig_run(r, 4 * MS, SP_STOP_PREEMPTED); /* 14, deadline 18, the mean is 12 */
	rig_reset(r);
	assert_int_equal(policy->vcpu_set_weight(r->e, S, 2048, r->now_ns, &r->out), 0);
	assert_int_equal(vruntime(r, S), 13 * (int64_t)MS);
	assert_int_equal(deadline(r, S), 15 * (int64_t)MS + 1);
	rig_free(r);
}

/* A request of any weight ends with the ns in which its deadline is reached. */
static void test_requests(void **state)
{
	static const uint32_t weights[] = {15, 335, 1024, 9548, 88761};

	(void)state;
	for (uint32_t w = 0; w < 5; w++) {
		struct rig *r = rig_new(CFS_SCALE, 1);
		struct sp_vtime before;
		uint64_t due_ns, ns;

		rig_add(r, H, weights[w]);
		rig_add(r, S, 1024);
		rig_wake(r, H);
		rig_wake(r, S);
		for (int i = 0; i < 5000; i++) {
			bool is_h = rig_pick(r) == H;

			before = r->e->cfs.vcpus[H].v;
			due_ns = r->e->vcpus[H].deadline_ns;
			ns = until_ns(r);
			rig_run(r, ns, SP_STOP_SLICE);
			if (!is_h)
				continue;
			assert_true(r->e->cfs.vcpus[H].v.ns >= due_ns);
			sp_vtime_charge(&before, ns - 1, weights[w]);
			assert_true(before.ns < due_ns);
		}
		rig_free(r);
	}
}

/* -- by the definition ------------------------------------------------------------------ */

static bool competes(const struct eevdf *e, uint32_t i)
{
	return e->cfs.vcpus[i].state == CFS_QUEUED || e->vcpus[i].lingers;
}

/* Is i owed something, or even: sum of w (v - v_i) >= 0? */
static bool is_eligible(const struct eevdf *e, uint32_t i)
{
	__int128 sum = 0;

	for (uint32_t j = 0; j < NR; j++)
		if (competes(e, j))
			sum += (__int128)e->cfs.vcpus[j].share *
			       ((__int128)e->cfs.vcpus[j].v.ns - e->cfs.vcpus[i].v.ns);
	return sum >= 0;
}

/* The earliest deadline of the eligible; who has it may linger, and others then follow. */
static uint64_t earliest_ns(struct eevdf *e)
{
	for (;;) {
		uint32_t best = NR;

		for (uint32_t i = 0; i < NR; i++)
			if (competes(e, i) && is_eligible(e, i) &&
			    (best == NR || e->vcpus[i].deadline_ns < e->vcpus[best].deadline_ns))
				best = i;
		assert_true(best < NR);
		if (!e->vcpus[best].lingers)
			return e->vcpus[best].deadline_ns;
		e->vcpus[best].lingers = 0;
	}
}

static uint32_t draw(uint64_t *seed, uint32_t n)
{
	*seed = *seed * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
	return (uint32_t)((*seed >> 33) % n);
}

/* Does the next pick hang on the two rules alone, and is it theirs? */
static bool check_pick(struct rig *r)
{
	const struct cfs_pcpu *p = &r->e->cfs.pcpus[0];
	bool is_free = p->head != SP_NONE && p->next == SP_NONE &&
		       (p->prev == SP_NONE || p->resched) &&
		       (p->prev == SP_NONE ||
			r->e->cfs.vcpus[p->prev].v.ns >= r->e->vcpus[p->prev].safe_ns);
	struct eevdf copy = *r->e;

	rig_pick(r);
	if (is_free)
		assert_int_equal(r->e->vcpus[r->ran].deadline_ns, earliest_ns(&copy));
	return is_free;
}

static void test_definition(void **state)
{
	static const uint32_t weights[NR] = {1024, 1024, 335, 3121, 15, 1024, 820, 88761};
	struct rig *r = rig_new(CFS_SCALE, 1);
	uint64_t seed = 1;
	uint32_t nr = 0, nr_lingered = 0;

	(void)state;
	for (uint32_t i = 0; i < NR; i++)
		rig_add(r, i, weights[i]);
	for (int i = 0; i < 200000; i++) {
		uint64_t ns = draw(&seed, 6000000);
		uint32_t why = draw(&seed, 4);

		if (r->ran != SP_NONE) {
			if (until_ns(r) < ns || why == 1)
				ns = r->out.run_until_ns == SP_NEVER_NS ? ns : until_ns(r);
			rig_run(r, ns,
				why == 0   ? SP_STOP_BLOCKED
				: why == 1 ? SP_STOP_SLICE
					   : SP_STOP_PREEMPTED);
		} else {
			r->now_ns += ns;
		}
		rig_wake(r, draw(&seed, NR));
		rig_wake(r, draw(&seed, NR));
		nr_lingered += r->e->pcpus[0].nr_lingering != 0;
		nr += check_pick(r);
		assert_int_equal(policy->check(r->e), 0);
	}
	print_message("%u picks by the definition, while some lingered: %u\n", nr, nr_lingered);
	assert_true(nr > 50000 && nr_lingered > 10000);
	rig_free(r);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_turns),	   cmocka_unit_test(test_owed),
		cmocka_unit_test(test_clamp),	   cmocka_unit_test(test_debt),
		cmocka_unit_test(test_linger),	   cmocka_unit_test(test_linger_turn),
		cmocka_unit_test(test_yield),	   cmocka_unit_test(test_buddy),
		cmocka_unit_test(test_safe),	   cmocka_unit_test(test_tick),
		cmocka_unit_test(test_weight),	   cmocka_unit_test(test_requests),
		cmocka_unit_test(test_definition),
	};

	return cmocka_run_group_tests_name("EEVDF, call by call", tests, NULL, NULL);
}
