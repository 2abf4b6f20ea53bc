/* SPDX-License-Identifier: BSD-2-Clause */
/* test_meter.c - the meter against streams whose figures are known by hand. */
#include <stdio.h>
#include <stdlib.h>

#include "scx_meter.h"

static int failed, nr_figures;

static void expect(const char *what, uint64_t found, uint64_t wanted)
{
	nr_figures++;
	if (found == wanted)
		return;
	printf("not ok: %s: %llu, should be %llu\n", what, (unsigned long long)found,
	       (unsigned long long)wanted);
	failed = 1;
}

static void feed(struct meter *m, uint64_t at_ns, uint32_t prev, uint32_t next, uint32_t runnable)
{
	struct scx_event e = {.at_ns = at_ns,
			      .kind = SCX_EV_SWITCH,
			      .prev = prev,
			      .next = next,
			      .is_prev_runnable = runnable};

	meter_event(m, &e);
}

static void wake(struct meter *m, uint64_t at_ns, uint32_t vcpu)
{
	struct scx_event e = {.at_ns = at_ns, .kind = SCX_EV_WAKE, .prev = SP_NONE, .next = vcpu};

	meter_event(m, &e);
}

/*
 * VM 0 has vCPUs 0 and 1, VM 1 has vCPU 2.
 *	t    0    100  150  200  300  400  500
 *	v0   wait run  run  run  run  off(blocked)
 *	v1   wait wait run  run  wait wait run(from 400)
 *	v2   off  off  off  wait run  run  off
 */
static void two_vms(struct meter *m)
{
	meter_init(m);
	meter_add(m, 0, 0, METER_WAITS);
	meter_add(m, 1, 0, METER_WAITS);
	meter_add(m, 2, 1, METER_BLOCKED);
	feed(m, 100, SP_NONE, 0, 0);
	feed(m, 150, SP_NONE, 1, 0);
	wake(m, 200, 2);
	feed(m, 300, 1, 2, 1);
	feed(m, 400, 0, 1, 0);
	feed(m, 500, 2, SP_NONE, 0);
	meter_advance(m, 600);
}

static void test_two_vms(void)
{
	struct meter *m = malloc(sizeof(*m));
	const struct vm_figures *f = &m->vms[0].f;

	two_vms(m);
	expect("run", f->run_ns, 300 + 150 + 200);
	expect("steal", f->steal_ns, 100 + 150 + 100);
	expect("any", f->any_ns, 500);
	expect("all", f->all_ns, 150);
	expect("awake any", f->awake_any_ns, 300); /* from 400 on one of two is blocked */
	expect("awake all", f->awake_all_ns, 150);
	expect("switches", f->switches, 3);
	expect("wall", f->wall_ns, 600);
	expect("run of the other", m->vms[1].f.run_ns, 200);
	expect("steal of the other", m->vms[1].f.steal_ns, 100);
	expect("a VM of one is no gang", m->vms[1].f.awake_any_ns, 0);
	free(m);
}

/* Figures start anew, states stay; events a little out of order lose no time. */
static void test_reset(void)
{
	struct meter *m = malloc(sizeof(*m));

	two_vms(m);
	meter_reset(m, 1000);
	feed(m, 1100, SP_NONE, 2, 0);
	feed(m, 1090, 1, 0, 1);
	meter_advance(m, 1200);
	expect("backwards", m->nr_backwards, 1);
	expect("wall after", m->vms[0].f.wall_ns, 200);
	expect("run after", m->vms[0].f.run_ns, 200);
	expect("steal after", m->vms[0].f.steal_ns, 100);
	expect("other after", m->vms[1].f.run_ns, 100);
	free(m);
}

/* What concerns nobody, or a vCPU that was never added, changes nothing. */
static void test_strangers(void)
{
	struct meter *m = malloc(sizeof(*m));

	meter_init(m);
	meter_add(m, 0, 0, METER_BLOCKED);
	feed(m, 10, 5, 6, 1);
	wake(m, 20, 7);
	feed(m, 30, SP_NONE, SP_NR_VCPUS + 3, 0);
	meter_advance(m, 40);
	expect("nobody ran", m->vms[0].f.run_ns + m->vms[0].f.steal_ns, 0);
	expect("no VM", m->vms[1].f.wall_ns, 0);
	free(m);
}

int main(void)
{
	test_two_vms();
	test_reset();
	test_strangers();
	if (!failed)
		printf("ok: the meter, %d figures by hand\n", nr_figures);
	return failed;
}
