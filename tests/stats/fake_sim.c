/* SPDX-License-Identifier: BSD-2-Clause */
#include "fake_sim.h"

#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "../../sim/base/rng.h"
#include "../../sim/engine/sim.h"
#include "fixture.h"

static void wait_for_stop(const struct sim_job *job)
{
	const struct timespec moment = {10, 0};

	(void)job;
	nanosleep(&moment, NULL);
}

/* Replications take differently long, so that workers overtake each other. */
static void dawdle(const struct sim_job *job)
{
	const struct timespec pause = {0, (long)(rng_bits(99, job->rep * 7 + job->policy) % 3) *
						  1000000};

	nanosleep(&pause, NULL);
}

static void fill_vm(struct vm_result *vm, uint64_t key, uint32_t policy)
{
	double spread = 0.9 + 0.2 * rng_unit(key, 0);
	uint64_t running = policy ? 1600000000 : 1500000000;

	vm->time[VT_USEFUL] = (uint64_t)((double)running * (policy ? 0.9 : 0.7) * spread);
	vm->time[VT_SPIN_LHP] = running - vm->time[VT_USEFUL] < running ? running / 50 : 0;
	vm->time[VT_STEAL] = 2000000000;
	vm->count[VC_OPS] = vm->time[VT_USEFUL] / 10000;
	vm->count[VC_SECTIONS] = vm->count[VC_OPS];
	vm->lock_wait_ns = vm->count[VC_OPS] * (policy ? 200 : 900);
	vm->corun_any_ns = 1000000;
	vm->corun_all_ns = policy ? 990000 : 200000;
	vm->received_ns = running;
	vm->entitled_ns = 1.5e9;
}

static void fill(struct sim_result *r, uint32_t rep, uint32_t policy)
{
	uint32_t vm, g, i;

	for (vm = 0; vm < r->nr_vms; vm++)
		fill_vm(&r->vms[vm], rng_key(rng_key(1, rep), vm), policy);
	for (g = 0; g < r->nr_groups; g++)
		for (i = 0; i < 2000; i++)
			hist_add(&r->groups[g].hist[GH_WAIT],
				 1000 + rng_bits(rep + 3, i) % (policy ? 1000000 : 9000000));
	r->pcpus[0][PT_USEFUL] = r->pcpus[1][PT_USEFUL] = r->window_ns;
	r->nr_switches = 1000 + rep;
	r->end_ns = 3000000000;
}

int sim_run(const struct sim_job *job, struct sim_result *r, struct error *err)
{
	uint64_t mode = job->world->run.seed;

	dawdle(job);
	if (mode == FAKE_FAIL && job->policy == 1 && (job->rep == 3 || job->rep == 5)) {
		const struct timespec late = {0, job->rep == 3 ? 30000000 : 0};

		nanosleep(&late, NULL);
		return error_set(err, STATUS_BUG, "law", "vCPU time does not add up");
	}
	if ((mode == FAKE_SIGNAL && job->rep == 4) || (mode == FAKE_SIGNAL_AT_ONCE && !job->rep)) {
		if (job->policy == 0)
			kill(getppid(), SIGINT);
		wait_for_stop(job);
	}
	fixture_result_init(r);
	if (mode != FAKE_EMPTY)
		fill(r, job->rep, job->policy);
	if (mode == FAKE_VIOLATION && job->rep == 2 && job->policy == 1) {
		if (job->strict) {
			fixture_result_fini(r);
			return error_set(err, STATUS_MODEL, "contract", "picked a running vCPU");
		}
		r->nr_violations = 3;
		snprintf(r->violation, sizeof(r->violation), "picked a running vCPU");
	}
	return 0;
}

void sim_result_free(struct sim_result *r)
{
	fixture_result_fini(r);
}
