/* SPDX-License-Identifier: BSD-2-Clause */
/* The fluid schedule of simple demands, in closed form. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "../../sim/fair/fluid.h"

#define MS 1e6
#define SEC 1e9
#define MANY 16

/* What a vCPU asks for: endless; or first, and then again and again. */
struct wants {
	bool endless;
	bool at; /* again_wait_ns is between instants, and not after the end of a run */
	uint64_t run_ns, wait_ns;
	uint64_t nr;
};

struct host {
	struct fluid_vcpu vcpus[MANY];
	struct wants wants[MANY];
	struct fluid_vm vms[MANY];
	struct fluid_pool pool;
	struct fluid_spec spec;
	double missing; /* pCPUs that are not there, in steps of odd number */
};

static bool next(void *context, uint32_t vcpu, double most_ns, struct ask *ask)
{
	struct wants *w = &((struct host *)context)->wants[vcpu];
	uint64_t n = w->nr++;

	(void)most_ns;
	*ask = (struct ask){0, ASK_ENDLESS, 1};
	if (w->endless)
		return n == 0;
	ask->run_ns = w->run_ns;
	ask->at = w->at;
	ask->wait_ns = w->at ? n * w->wait_ns : n ? w->wait_ns : 0;
	return true;
}

static double supply(void *context, uint32_t first, uint32_t nr, uint32_t step)
{
	(void)first;
	return nr - (step & 1 ? ((struct host *)context)->missing : 0);
}

static void host_init(struct host *h, uint32_t nr_pcpus, double end_ns)
{
	*h = (struct host){.pool = {0, nr_pcpus}};
	h->spec = (struct fluid_spec){.vcpus = h->vcpus,
				      .vms = h->vms,
				      .pools = &h->pool,
				      .nr_pools = 1,
				      .end_ns = end_ns,
				      .context = h,
				      .next = next,
				      .supply = supply};
}

static struct fluid_vm *add_vm(struct host *h, uint32_t width, double weight, struct wants wants)
{
	struct fluid_vm *vm = &h->vms[h->spec.nr_vms];

	*vm = (struct fluid_vm){.weight = weight, .stop_ns = 1e18};
	for (uint32_t i = 0; i < width; i++) {
		h->wants[h->spec.nr_vcpus] = wants;
		h->vcpus[h->spec.nr_vcpus++] =
			(struct fluid_vcpu){.vm = h->spec.nr_vms, .nr = h->pool.nr};
	}
	h->spec.nr_vms++;
	return vm;
}

/* Quota in periods of 100 ms. */
static void cap(struct fluid_vm *vm, double pcpus)
{
	vm->cap = pcpus;
	vm->most_ns = pcpus * 100 * MS;
}

static const struct wants hog = {.endless = true};

static void add_pinned(struct host *h, uint32_t first, uint32_t nr)
{
	add_vm(h, 1, 1024, hog);
	h->vcpus[h->spec.nr_vcpus - 1].first = first;
	h->vcpus[h->spec.nr_vcpus - 1].nr = nr;
}

static void expect(struct host *h, uint32_t vcpu, double should_ns, double within)
{
	double is_ns = h->vcpus[vcpu].got_ns;

	if (fabs(is_ns - should_ns) > within * h->spec.end_ns)
		fail_msg("vCPU %u: %.3f ms instead of %.3f ms", vcpu, is_ns / MS, should_ns / MS);
}

#define EXACT 1e-9

static void test_weights(void **state)
{
	struct host h;

	(void)state;
	host_init(&h, 1, SEC);
	add_vm(&h, 1, 1024, hog);
	add_vm(&h, 1, 335, hog);
	assert_int_equal(fluid_run(&h.spec), 0);
	expect(&h, 0, SEC * 1024 / 1359, EXACT);
	expect(&h, 1, SEC * 335 / 1359, EXACT);
	/* nobody has more than a pCPU */
	host_init(&h, 2, SEC);
	add_vm(&h, 1, 4096, hog);
	add_vm(&h, 2, 1024, hog);
	assert_int_equal(fluid_run(&h.spec), 0);
	expect(&h, 0, SEC, EXACT);
	expect(&h, 1, SEC / 2, EXACT);
}

/* Who is paid: three vCPUs beside one get three quarters, or a half. */
static void test_vm(void **state)
{
	struct host h;

	(void)state;
	for (int by_vm = 0; by_vm < 2; by_vm++) {
		host_init(&h, 1, SEC);
		h.spec.by_vm = by_vm;
		add_vm(&h, 1, 1024, hog);
		add_vm(&h, 3, 1024, hog);
		assert_int_equal(fluid_run(&h.spec), 0);
		expect(&h, 0, by_vm ? SEC / 2 : SEC / 4, EXACT);
		expect(&h, 3, by_vm ? SEC / 6 : SEC / 4, EXACT);
	}
}

/* Runs r, sleeps s, beside a hog: r of 2 r + s.  Alone: r of r + s. */
static void test_sleeper(void **state)
{
	const struct wants sleeper = {.run_ns = 1000000, .wait_ns = 3000000};
	struct host h;

	(void)state;
	for (int beside = 0; beside < 2; beside++) {
		host_init(&h, 1, 20 * SEC);
		h.spec.half_ns = 10 * SEC;
		add_vm(&h, 1, 1024, sleeper);
		if (beside)
			add_vm(&h, 1, 1024, hog);
		assert_int_equal(fluid_run(&h.spec), 0);
		expect(&h, 0, 20 * SEC / (beside ? 5 : 4), 1e-4);
		assert_true(fabs(h.vcpus[0].half_ns - h.vcpus[0].got_ns / 2) < 1 * MS);
		if (beside)
			expect(&h, 1, 20 * SEC * 0.8, 1e-4);
	}
}

/* Arrivals come when they come: 2 ms every 10 ms are a fifth, however many hogs there are. */
static void test_arrivals(void **state)
{
	const struct wants arrivals = {.at = true, .run_ns = 2000000, .wait_ns = 10000000};
	struct host h;

	(void)state;
	host_init(&h, 1, 20 * SEC);
	add_vm(&h, 1, 1024, arrivals);
	add_vm(&h, 2, 1024, hog);
	assert_int_equal(fluid_run(&h.spec), 0);
	expect(&h, 0, 4 * SEC, 1e-4);
	expect(&h, 1, 8 * SEC, 1e-4);
	/* with five hogs beside it, it would need more than its sixth */
	host_init(&h, 1, 20 * SEC);
	add_vm(&h, 1, 1024, arrivals);
	add_vm(&h, 5, 1024, hog);
	assert_int_equal(fluid_run(&h.spec), 0);
	expect(&h, 0, 20 * SEC / 6, 1e-4);
}

static void test_cap(void **state)
{
	const struct wants req = {.at = true, .run_ns = 60000000, .wait_ns = 200000000};
	struct host h;

	(void)state;
	host_init(&h, 2, 10 * SEC); /* a hog: its cap, and the rest is the other's */
	cap(add_vm(&h, 2, 1024, hog), 0.5);
	add_vm(&h, 2, 1024, hog);
	assert_int_equal(fluid_run(&h.spec), 0);
	expect(&h, 0, 2.5 * SEC, EXACT);
	expect(&h, 2, 7.5 * SEC, EXACT);
	host_init(&h, 2, 10 * SEC); /* more than its need binds nobody */
	cap(add_vm(&h, 2, 1024, req), 1);
	assert_int_equal(fluid_run(&h.spec), 0);
	expect(&h, 0, 3 * SEC, EXACT);
	host_init(&h, 1, 10 * SEC); /* 60 ms each 200 on a cap of a fifth: two thirds of it */
	cap(add_vm(&h, 1, 1024, req), 0.2);
	assert_int_equal(fluid_run(&h.spec), 0);
	expect(&h, 0, 2 * SEC, EXACT);
}

/* Who has slept may catch up within the quota of a period, at full speed. */
static void test_credit(void **state)
{
	const struct wants late = {.at = true, .run_ns = 50000000, .wait_ns = 200000000};
	struct host h;

	(void)state;
	host_init(&h, 1, 0.25 * SEC);
	cap(add_vm(&h, 1, 1024, late), 0.5);
	assert_int_equal(fluid_run(&h.spec), 0);
	/* the first 50 ms at half speed, as there is no credit; the second at once */
	expect(&h, 0, 100 * MS, EXACT);
}

static void test_pins(void **state)
{
	struct host h;

	(void)state;
	host_init(&h, 2, SEC); /* two on one pCPU, the third where it likes */
	add_pinned(&h, 0, 1);
	add_pinned(&h, 0, 1);
	add_pinned(&h, 0, 2);
	assert_int_equal(fluid_run(&h.spec), 0);
	expect(&h, 0, SEC / 2, EXACT);
	expect(&h, 2, SEC, EXACT);
	host_init(&h, 4, SEC); /* three in [0, 1], three in [1, 2]: three pCPUs for six */
	for (uint32_t i = 0; i < 6; i++)
		add_pinned(&h, i / 3, 2);
	assert_int_equal(fluid_run(&h.spec), 0);
	expect(&h, 0, SEC / 2, EXACT);
	expect(&h, 5, SEC / 2, EXACT);
	host_init(&h, 3, SEC); /* four in [0, 1] leave 2 alone to the fifth */
	for (uint32_t i = 0; i < 5; i++)
		add_pinned(&h, i / 4, 2);
	assert_int_equal(fluid_run(&h.spec), 0);
	expect(&h, 0, SEC / 2, EXACT);
	expect(&h, 4, SEC, EXACT);
}

/* pCPUs that are gone for half of the time, and a VM that stops. */
static void test_supply(void **state)
{
	struct host h;

	(void)state;
	host_init(&h, 2, SEC);
	h.spec.step_ns = 100 * MS;
	h.missing = 1.5;
	add_vm(&h, 2, 1024, hog);
	assert_int_equal(fluid_run(&h.spec), 0);
	expect(&h, 0, SEC * (1 + 0.25) / 2, EXACT);
	host_init(&h, 1, SEC);
	add_vm(&h, 1, 1024, hog);
	add_vm(&h, 1, 1024, hog)->stop_ns = 200 * MS;
	assert_int_equal(fluid_run(&h.spec), 0);
	expect(&h, 0, 900 * MS, EXACT);
	expect(&h, 1, 100 * MS, EXACT);
}

/* Two closed guests, whose runs and sleeps are one to one, share a pCPU: in step or not. */
static void test_two_sleepers(void **state)
{
	const struct wants sleeper = {.run_ns = 1000000, .wait_ns = 1000000};
	struct host h;

	(void)state;
	host_init(&h, 1, 30 * SEC);
	add_vm(&h, 2, 1024, sleeper);
	assert_int_equal(fluid_run(&h.spec), 0);
	expect(&h, 0, 10 * SEC, 1e-4); /* in step: 2 ms for a run, 1 ms asleep */
	expect(&h, 1, 10 * SEC, 1e-4);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_weights),	     cmocka_unit_test(test_vm),
		cmocka_unit_test(test_sleeper),	     cmocka_unit_test(test_arrivals),
		cmocka_unit_test(test_cap),	     cmocka_unit_test(test_credit),
		cmocka_unit_test(test_pins),	     cmocka_unit_test(test_supply),
		cmocka_unit_test(test_two_sleepers),
	};

	return cmocka_run_group_tests_name("fluid", tests, NULL, NULL);
}
