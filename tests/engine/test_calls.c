/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What a policy is told of interrupts between siblings: vcpu_ipi exactly for those that
 * are awake, vcpu_wake with SP_WAKE_IPI for those that halt, nothing for who is skipped.
 *
 * The registry of this program holds rr with ears: it notes down what it hears.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#define SP_POLICY_SYMBOL rr_policy
#include "../../policies/rr.c"

#include "../../sim/registry/policies.h"
#include "../lib/make_world.h"

struct heard {
	uint64_t at_ns;
	uint32_t from, to;
	uint32_t waits; /* of a vcpu_ipi */
	uint32_t woken; /* 1: it was a vcpu_wake */
};

static struct heard heard[64];
static uint32_t nr_heard;

static void note(const struct heard *h)
{
	assert_true(nr_heard < sizeof(heard) / sizeof(heard[0]));
	heard[nr_heard++] = *h;
}

static void ears_vcpu_ipi(void *st, const struct sp_ipi *ipi, sp_u64 now_ns, struct sp_out *out)
{
	(void)st, (void)out;
	assert_int_equal(ipi->zero, 0);
	note(&(struct heard){now_ns, ipi->from, ipi->to, ipi->waits, 0});
}

static void ears_vcpu_wake(void *st, sp_u32 vcpu, const struct sp_wake *wake, sp_u64 now_ns,
			   struct sp_out *out)
{
	if (wake->reason == SP_WAKE_IPI)
		note(&(struct heard){now_ns, wake->waker, vcpu, 0, 1});
	rr_vcpu_wake(st, vcpu, wake, now_ns, out);
}

static struct sp_policy ears;

const struct policy_entry policy_registry[] = {{"ears", {{SP_NR_PCPUS, SP_NR_VCPUS, &ears}}}};
const uint32_t nr_policy_registry = 1;

static int make_policy(void **state)
{
	(void)state;
	ears = rr_policy;
	ears.vcpu_ipi = ears_vcpu_ipi;
	ears.vcpu_wake = ears_vcpu_wake;
	return 0;
}

/*
 * Two pCPUs, slices of 10 ms.  0 halts at once, 1 works for 4 ms and interrupts all others,
 * 2 runs beside it, and 3 waits for a pCPU.  An interrupt takes 1 us to be sent.
 */
static void run(uint32_t wait)
{
	struct made *made = made_new(2, 9 * MS, "ears");
	struct step halts[] = {{.op = STEP_HALT}, {.op = STEP_OP}, {.op = STEP_JUMP}};
	struct step sends[] = {{.op = STEP_COMPUTE},
			       {.op = STEP_IPI, .dist = 1, .object = IPI_TO_OTHERS, .count = wait},
			       {.op = STEP_OP},
			       {.op = STEP_END}};
	struct dist dists[] = {{.a = 4 * MS, .max_ns = WORLD_MAX_NS}, {.max_ns = WORLD_MAX_NS}};
	struct program halter = {.steps = halts, .nr_steps = 3};
	struct program sender = {.steps = sends,
				 .nr_steps = 4,
				 .dists = dists,
				 .nr_dists = 2,
				 .interrupts = true};
	struct sim_result r;

	nr_heard = 0;
	made->world.run.start_spread_ns = 0;
	made->world.host.ipi_send_ns = 1000;
	made_vm(made, "a", 4, 1024, made_hog(made));
	made->world.vcpus[0].program = made_program(made, &halter);
	made->world.vcpus[1].program = made_program(made, &sender);
	made_run(made, 0, &r);
	sim_result_free(&r);
	made_free(made);
}

static void expect(uint32_t nr, const struct heard *h)
{
	if (nr_heard != nr)
		for (uint32_t i = 0; i < nr_heard; i++)
			print_message("%llu ns: %u -> %u%s%s\n", (unsigned long long)heard[i].at_ns,
				      heard[i].from, heard[i].to,
				      heard[i].waits ? ", waited for" : "",
				      heard[i].woken ? ", woken" : "");
	assert_int_equal(nr_heard, nr);
	for (uint32_t i = 0; i < nr; i++) {
		assert_int_equal(heard[i].at_ns, h[i].at_ns);
		assert_int_equal(heard[i].from, h[i].from);
		assert_int_equal(heard[i].to, h[i].to);
		assert_int_equal(heard[i].waits, h[i].waits);
		assert_int_equal(heard[i].woken, h[i].woken);
	}
}

#define AT (4 * MS)

static void test_awake(void **state)
{
	static const struct heard waited_for[] = {{AT, 1, 2, 1, 0}, {AT, 1, 3, 1, 0}};
	static const struct heard forgotten[] = {{AT, 1, 2, 0, 0}, {AT, 1, 3, 0, 0}};

	(void)state;
	run(IPI_WAIT_ALL);
	expect(2, waited_for);
	run(IPI_WAIT_NONE);
	expect(2, forgotten);
	/* who is off CPU is only flagged */
	run(IPI_WAIT_RUNNING);
	expect(1, waited_for);
}

static void test_halted(void **state)
{
	static const struct heard with_0[] = {{AT, 1, 2, 1, 0},
					      {AT, 1, 3, 1, 0},
					      {AT + 1000, 1, 0, 0, 1}};
	static const struct heard running[] = {{AT, 1, 2, 1, 0}, {AT + 1000, 1, 0, 0, 1}};

	(void)state;
	run(IPI_WAIT_ALL | IPI_WAKES);
	expect(3, with_0);
	run(IPI_WAIT_RUNNING | IPI_WAKES);
	expect(2, running);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_awake),
		cmocka_unit_test(test_halted),
	};

	return cmocka_run_group_tests_name("what policies hear of interrupts", tests, make_policy,
					   NULL);
}
