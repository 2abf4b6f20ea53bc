/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Properties over random worlds: whatever the workload, host and policy, the run
 * ends, time adds up (the laws, checked by the engine itself), the policy keeps
 * its contract (strict), and a second run is the same to the byte.
 *
 *	test_properties [WORLDS [FIRST]]	FIRST names the world of a failure
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "../../sim/base/rng.h"
#include "../../sim/registry/policies.h"
#include "../lib/make_world.h"

static uint32_t nr_worlds = 120, first_world;

/* -- random worlds ------------------------------------------------------------- */

struct dice {
	uint64_t key, n;
};

static uint32_t roll(struct dice *d, uint32_t sides)
{
	return (uint32_t)(rng_bits(d->key, d->n++) % sides);
}

static uint64_t random_ns(struct dice *d, uint64_t upto_ns)
{
	return rng_bits(d->key, d->n++) % upto_ns;
}

#define MAX_STEPS 64

struct draft {
	struct step steps[MAX_STEPS];
	struct dist dists[MAX_STEPS];
	struct choice choices[8];
	struct object objects[4];
	struct program program;
	bool threads; /* of a VM that has some: no sleep under a spinlock */
	struct dice irqs; /* of its own: the rest of a world does not hang on it */
};

static struct step *add(struct draft *d, enum step_op op)
{
	struct step *step = &d->steps[d->program.nr_steps++];

	*step = (struct step){.op = (uint16_t)op};
	return step;
}

static void add_timed(struct draft *d, struct dice *dice, enum step_op op, uint64_t mean_ns)
{
	static const enum dist_kind kinds[] = {DIST_CONST,     DIST_UNIFORM, DIST_EXPONENTIAL,
					       DIST_LOGNORMAL, DIST_NORMAL,  DIST_GAMMA,
					       DIST_WEIBULL,   DIST_PARETO};
	enum dist_kind kind = kinds[roll(dice, 8)];
	struct dist *dist = &d->dists[d->program.nr_dists];
	double mean = (double)(1 + random_ns(dice, mean_ns));

	*dist = (struct dist){.kind = kind, .a = mean, .b = mean / 4, .max_ns = 20 * mean_ns};
	if (kind == DIST_UNIFORM)
		dist->b = 2 * mean;
	if (kind == DIST_LOGNORMAL)
		dist->b = 0.1 + roll(dice, 20) / 10.0;
	if (kind == DIST_GAMMA || kind == DIST_WEIBULL || kind == DIST_PARETO) {
		dist->a = 0.5 + roll(dice, 30) / 10.0;
		dist->b = mean / 2;
	}
	add(d, op)->dist = d->program.nr_dists++;
}

/*
 * Interrupts to siblings, in half of the programs.  Inside a section only where the
 * lock leaves interrupts on: whoever waits with interrupts off never answers.
 */
static void add_ipi(struct draft *d)
{
	struct step *step;

	if (!d->program.interrupts || roll(&d->irqs, 2))
		return;
	add_timed(d, &d->irqs, STEP_IPI, roll(&d->irqs, 4) ? 2000 : 100000);
	step = &d->steps[d->program.nr_steps - 1];
	step->object = roll(&d->irqs, IPI_TO_ONE + 1);
	step->count = roll(&d->irqs, 3) | (roll(&d->irqs, 2) ? IPI_WAKES : 0);
}

/* A critical section of lock `lock`, perhaps with one of a higher number inside. */
static void add_critical(struct draft *d, struct dice *dice, uint32_t lock)
{
	bool irqs_off = d->objects[lock].irqs_off;
	struct step *step = add(d, STEP_LOCK);

	step->object = lock;
	step->count = d->objects[lock].kind == OBJECT_RWLOCK && roll(dice, 2);
	step->irqs_off = irqs_off;
	add_timed(d, dice, STEP_HOLD, 5000);
	if (!irqs_off)
		add_ipi(d);
	if (lock == 0 && roll(dice, 3) == 0)
		add_critical(d, dice, 1);
	if (roll(dice, 12) == 0 && !d->threads)
		add_timed(d, dice, STEP_SLEEP, 20000);
	step = add(d, STEP_UNLOCK);
	step->object = lock;
	step->irqs_off = irqs_off;
}

static void add_choice(struct draft *d, struct dice *dice)
{
	struct step *choose = add(d, STEP_CHOOSE);
	uint32_t jump;

	choose->first = 0;
	choose->count = 2;
	d->program.nr_choices = 2;
	d->choices[0] = (struct choice){0.3, d->program.nr_steps};
	add_timed(d, dice, STEP_COMPUTE, 50000);
	jump = d->program.nr_steps;
	add(d, STEP_JUMP);
	d->choices[1] = (struct choice){1, d->program.nr_steps};
	add_timed(d, dice, STEP_SLEEP, 300000);
	d->steps[jump].target = d->program.nr_steps;
}

/* A lock of any kind, with its parts on and off. */
static struct object random_lock(struct dice *dice, const char *name)
{
	struct object object = {.kind = (enum object_kind)roll(dice, OBJECT_MUTEX)};
	struct lock_spec *lock = &object.lock;

	snprintf(object.name, sizeof(object.name), "%s", name);
	object.handoff_ns = roll(dice, 2) ? random_ns(dice, 500) : 0;
	lock->handoff_spinner_ns = roll(dice, 3) ? 0 : random_ns(dice, 200);
	lock->spin_ns = roll(dice, 4) ? random_ns(dice, 200000) : 0;
	lock->recheck_ns = roll(dice, 2) ? UINT64_MAX : 1 + random_ns(dice, 1000000);
	lock->kick = lock->recheck_ns == UINT64_MAX || roll(dice, 2);
	lock->kick_cost_ns = roll(dice, 2) ? random_ns(dice, 3000) : 0;
	lock->kick_latency_ns = roll(dice, 2) ? random_ns(dice, 3000) : 0;
	lock->steal = roll(dice, 4);
	lock->halt = roll(dice, 4);
	lock->early = (enum lock_early)roll(dice, 3);
	lock->timeout_ns = roll(dice, 4) ? random_ns(dice, 20000) : 0;
	lock->prefers_readers = roll(dice, 2);
	return object;
}

/* A timer, and a wait for siblings who may never wake it. */
static void add_clock_and_bell(struct draft *d)
{
	struct step *step = add(d, STEP_TIMER);

	step->object = roll(&d->irqs, WORLD_MAX_TIMERS);
	step->count = roll(&d->irqs, 2);
	step->dist = d->program.nr_dists;
	d->dists[d->program.nr_dists++] = (struct dist){.kind = DIST_CONST,
							.a = 1 + roll(&d->irqs, 3000000),
							.max_ns = DIST_MAX_NS};
	step = add(d, STEP_WAKE);
	step->object = 3;
	step->count = roll(&d->irqs, (WAKE_ONE | WAKE_KEPT) + 1);
	if (roll(&d->irqs, 2))
		add(d, STEP_BARRIER)->object = 3;
}

/* compute; then some of: critical sections, barrier, sleep, yield, branch. */
static void draft_program(struct draft *d, struct dice *dice, bool barriers, bool threads,
			  uint32_t parts)
{
	uint32_t repeat;

	memset(d, 0, sizeof(*d));
	d->threads = threads;
	d->irqs.key = rng_mix(dice->key + dice->n + 1);
	d->program.interrupts = roll(&d->irqs, 2);
	d->objects[0] = random_lock(dice, "a");
	d->objects[1] = random_lock(dice, "b");
	if (threads) { /* a sleeping lock never inside a spinning one */
		struct lock_spec lock = {.owner = (enum lock_owner)(parts % 3),
					 .handover = parts / 3 % 2};

		if (parts / 6 % 3)
			d->objects[0] = (struct object){"a", OBJECT_MUTEX, 0, 300, lock, false};
		if (parts / 6 % 3 == 2)
			d->objects[1] = (struct object){"b", OBJECT_MUTEX, 0, 0, lock, false};
	}
	d->objects[2] =
		(struct object){.name = "meet",
				.kind = roll(dice, 2) ? OBJECT_BARRIER_SPIN : OBJECT_BARRIER_BLOCK};
	/* never the outer one: what is inside it may interrupt */
	d->objects[1].irqs_off =
		d->program.interrupts && roll(&d->irqs, 2) && d->objects[1].kind != OBJECT_MUTEX;
	d->objects[3] =
		(struct object){.name = "bell", .kind = OBJECT_BARRIER_BLOCK, .is_signal = true};
	d->program.nr_objects = 4;
	add_timed(d, dice, STEP_COMPUTE, 100000);
	add(d, STEP_REPEAT)->count = 1 + roll(dice, 3);
	repeat = d->program.nr_steps;
	add_timed(d, dice, STEP_COMPUTE, 200000);
	if (roll(dice, 3))
		add_critical(d, dice, roll(dice, 2));
	add(d, STEP_REPEAT_END)->target = repeat;
	if (roll(dice, 3) == 0)
		add_choice(d, dice);
	if (barriers)
		add(d, STEP_BARRIER)->object = 2;
	add_ipi(d);
	if (d->program.interrupts && !barriers && roll(&d->irqs, 8) == 0)
		add(d, STEP_HALT);
	if (roll(dice, 2))
		add_timed(d, dice, STEP_SLEEP, 2000000);
	if (roll(dice, 3) == 0)
		add(d, STEP_YIELD);
	if (!barriers && roll(&d->irqs, 2))
		add_clock_and_bell(d);
	add(d, STEP_OP);
	add(d, STEP_JUMP);
	d->program.steps = d->steps;
	d->program.dists = d->dists;
	d->program.choices = d->choices;
	d->program.objects = d->objects;
}

static void random_host(struct made *made, struct dice *dice)
{
	struct host_spec *host = &made->world.host;
	uint32_t threads = 1 + roll(dice, 2), llc = 2 + roll(dice, 3);

	for (uint32_t p = 0; p < host->nr_pcpus; p++) {
		host->topo[p].core = p / threads;
		host->topo[p].llc = p / llc;
		host->topo[p].socket = p / (2 * llc);
	}
	host->context_switch_ns = roll(dice, 2) ? 0 : random_ns(dice, 4000);
	host->migration_ns = roll(dice, 2) ? 0 : random_ns(dice, 8000);
	host->cold_cache_max_ns = roll(dice, 2) ? 0 : random_ns(dice, 40000);
	host->cold_cache_full_ns = 10 * MS;
	host->kick_ns = roll(dice, 2) ? 0 : random_ns(dice, 5000);
	host->tick_ns = roll(dice, 2) ? 0 : 1 * MS + random_ns(dice, 5 * MS);
	host->tick_cost_ns = random_ns(dice, 2000);
	host->smt_rate = roll(dice, 2) ? 0 : SMT_FULL / 4 + roll(dice, 40000);
	host->ipi_send_ns = roll(dice, 2) ? 0 : random_ns(dice, 2000);
	host->ipi_deliver_ns = roll(dice, 2) ? 0 : random_ns(dice, 2000);
	host->ipi_receive_ns = roll(dice, 2) ? 0 : random_ns(dice, 2000);
	host->ipi_flush_ns = roll(dice, 2) ? 0 : random_ns(dice, 1000);
	if (host->nr_pcpus > 2 && roll(dice, 3) == 0) {
		host->events = calloc(2, sizeof(*host->events));
		host->events[0] = (struct host_event){20 * MS, HOST_PCPU_OFF, 1};
		host->events[1] = (struct host_event){45 * MS, HOST_PCPU_ON, 1};
		host->nr_events = 2;
	}
	if (roll(dice, 2))
		host->halt_poll =
			(struct halt_poll_spec){.max_ns = random_ns(dice, MS),
						.grow_start_ns = 1 + random_ns(dice, 50000),
						.grow = roll(dice, 4),
						.shrink = roll(dice, 4)};
	if (roll(dice, 2))
		host->ple = (struct ple_spec){.window = 1 + roll(dice, 20000),
					      .max = 20000 + roll(dice, 100000),
					      .unit_ns = 0.4,
					      .grow = roll(dice, 4),
					      .shrink = roll(dice, 4),
					      .cost_ns = random_ns(dice, 2000),
					      .react = (enum ple_react)roll(dice, 4),
					      .candidates = (enum yield_candidates)roll(dice, 4),
					      .user = roll(dice, 2)};
	if (roll(dice, 4) == 0)
		host->pv_yield = (struct pv_yield_spec){1 + random_ns(dice, 20000),
							random_ns(dice, 2000), roll(dice, 2)};
	if (roll(dice, 3) == 0) {
		host->stolen_run = (struct dist){.kind = DIST_EXPONENTIAL,
						 .a = (double)(1 + random_ns(dice, 100000)),
						 .max_ns = 20 * MS};
		host->stolen_every = (struct dist){.kind = DIST_EXPONENTIAL,
						   .a = (double)(1 + random_ns(dice, 2 * MS)),
						   .max_ns = WORLD_MAX_NS};
	}
	made->world.run.ties = (enum ties)roll(dice, 3);
	made->world.run.start_spread_ns = roll(dice, 3) ? 5 * MS : 0;
	made->world.run.warmup_ns = roll(dice, 2) ? 10 * MS : 0;
}

/* Up to three times as many as vCPUs; who spins at a barrier needs slices, then. */
static void random_threads(struct made *made, uint32_t vm, uint64_t bits)
{
	struct vm_spec *spec = &made->world.vms[vm];
	uint32_t nr = 1 + (uint32_t)(bits % (3 * spec->width));

	if (nr > spec->width)
		spec->guest_tick_ns = 1 * MS;
	made_threads(made, vm, nr, (1 + bits / 64 % 4) * MS, bits / 256 % 2 ? 0 : 1500);
	spec->counts_steal = bits / 512 % 2;
}

/* In a third of the worlds; the rest of each stays as it was. */
static void random_irregularity(struct made *made, uint64_t seed)
{
	struct dice dice = {rng_mix(seed + 3000), 0};
	struct host_spec *host = &made->world.host;

	if (roll(&dice, 3))
		return;
	host->late_timer = (struct dist){.kind = DIST_EXPONENTIAL,
					 .a = (double)(1 + random_ns(&dice, 30000)),
					 .max_ns = 200000};
	host->late_kick = host->late_timer;
	host->late_next_ns = random_ns(&dice, 5000);
	host->stolen_spread = roll(&dice, 3);
	made->world.run.phases = (enum phases)roll(&dice, 3);
}

static struct made *random_world(uint64_t seed, const char *policy)
{
	struct dice dice = {rng_mix(seed + 1), 0};
	uint32_t pcpus = 1 + roll(&dice, 8), vms = 1 + roll(&dice, 5);
	struct made *made = made_new(pcpus, 60 * MS, policy);
	bool weights = strcmp(policy, "rr") != 0 && roll(&dice, 2);

	made->world.run.seed = seed;
	random_host(made, &dice);
	random_irregularity(made, seed);
	for (uint32_t i = 0; i < vms; i++) {
		uint32_t width = 1 + roll(&dice, pcpus < 4 ? pcpus : 4), vm;
		bool threads = rng_bits(seed, i) % 2 == 0; /* other worlds stay as they were */
		struct draft draft;
		char name[16];

		draft_program(&draft, &dice, roll(&dice, 2), threads,
			      (uint32_t)(rng_bits(seed, 2000 + i) % 18));
		snprintf(name, sizeof(name), "vm%u", i);
		vm = made_vm(made, name, width, weights ? nice_weights[roll(&dice, 40)] : 1024,
			     made_program(made, &draft.program));
		if (roll(&dice, 4) == 0) {
			/* before a pCPU goes: a gang refuses what is wider than what is left */
			made->world.vms[vm].start_ns = random_ns(&dice, 20 * MS);
			made->world.vms[vm].stop_ns = 35 * MS + random_ns(&dice, 20 * MS);
		}
		if (roll(&dice, 2)) {
			made->world.vms[vm].guest_tick_ns = 4 * MS;
			made->world.vms[vm].guest_tick_cost_ns = 2000;
		}
		if (threads)
			random_threads(made, vm, rng_bits(seed, 1000 + i));
	}
	return made;
}

/* -- what must hold ---------------------------------------------------------------- */

static int keep_hash(struct trace_sink *sink, const struct trace_rec *records, uint32_t n)
{
	uint64_t *hash = sink->context;

	for (uint32_t i = 0; i < n; i++) {
		*hash = rng_key(*hash, records[i].at_ns);
		*hash = rng_key(*hash, (uint64_t)records[i].type << 48 |
					       (uint64_t)records[i].arg << 40 |
					       (uint64_t)records[i].pcpu << 16 | records[i].vcpu);
	}
	return 0;
}

enum host_time { HOST_TIME_AS_IS, HOST_TIME_NONE, HOST_TIME_OFF };

/* Mechanisms as they are in a world that knows none, or switched off with all else set. */
static void switch_off(struct host_spec *host, enum host_time how)
{
	struct dist often = {.kind = DIST_CONST, .a = 1000, .max_ns = WORLD_MAX_NS};

	if (how == HOST_TIME_AS_IS)
		return;
	host->halt_poll = (struct halt_poll_spec){0};
	host->stolen_run = host->stolen_every = (struct dist){0};
	host->late_timer = host->late_kick = (struct dist){0};
	host->late_next_ns = 0;
	host->stolen_spread = 0;
	host->ple = (struct ple_spec){0};
	host->pv_yield = (struct pv_yield_spec){0};
	if (how == HOST_TIME_NONE)
		return;
	host->halt_poll.grow_start_ns = 10000;
	host->halt_poll.grow = 2;
	host->stolen_every = often;
	host->stolen_spread = 1;
	host->ple = (struct ple_spec){.max = 9999,
				      .unit_ns = 1,
				      .grow = 2,
				      .cost_ns = 1000,
				      .react = PLE_DIRECTED,
				      .candidates = YIELD_KERNEL};
	host->pv_yield.cost_ns = 1000;
}

/* Runs a world; the hash of all that happened. */
static uint64_t run_hash_with(uint64_t seed, const char *policy, enum host_time how)
{
	struct made *made = random_world(seed, policy);
	struct trace_rec buffer[512];
	uint64_t hash = 0;
	struct trace_sink sink = {.buffer = buffer,
				  .size = 512,
				  .flush = keep_hash,
				  .context = &hash};
	struct sim_job job = {.world = &made->world, .strict = true, .trace = &sink};
	struct sim_result r;
	struct error err;

	switch_off(&made->world.host, how);
	if (sim_run(&job, &r, &err))
		fail_msg("world %llu, %s: error[%s]: %s", (unsigned long long)seed, policy,
			 err.kind, err.text);
	hash = rng_key(hash, r.nr_events);
	sim_result_free(&r);
	made_free(made);
	return hash;
}

static uint64_t run_hash(uint64_t seed, const char *policy)
{
	return run_hash_with(seed, policy, HOST_TIME_AS_IS);
}

/* Off is as if it were not there; on is seen at all. */
static void test_off(void **state)
{
	uint32_t differ = 0;

	(void)state;
	for (uint32_t w = first_world; w < first_world + 20; w++) {
		uint64_t none = run_hash_with(w, "cfs", HOST_TIME_NONE);

		assert_int_equal(run_hash_with(w, "cfs", HOST_TIME_OFF), none);
		differ += run_hash(w, "cfs") != none;
	}
	assert_true(differ > 5);
}

/* A world run with, or without, a look at half of the window, or half as long. */
static uint64_t run_halved(uint64_t seed, const char *policy, struct sim_result *half,
			   uint64_t duration_ns, struct sim_result *r)
{
	struct made *made = random_world(seed, policy);
	struct trace_rec buffer[512];
	uint64_t hash = 0;
	struct trace_sink sink = {.buffer = buffer,
				  .size = 512,
				  .flush = keep_hash,
				  .context = &hash};
	struct sim_job job = {.world = &made->world, .strict = true, .trace = &sink, .half = half};
	struct error err;

	made->world.run.duration_ns = duration_ns;
	if (sim_run(&job, r, &err))
		fail_msg("world %llu, %s: error[%s]: %s", (unsigned long long)seed, policy,
			 err.kind, err.text);
	hash = rng_key(hash, r->nr_events);
	made_free(made);
	return hash;
}

static bool results_equal(const struct sim_result *a, const struct sim_result *b)
{
	return a->window_ns == b->window_ns && a->nr_picks == b->nr_picks &&
	       a->nr_kicks == b->nr_kicks && a->frag_idle_ns == b->frag_idle_ns &&
	       !memcmp(a->vms, b->vms, a->nr_vms * sizeof(*a->vms)) &&
	       !memcmp(a->pcpus, b->pcpus, a->nr_pcpus * sizeof(*a->pcpus)) &&
	       !memcmp(a->groups, b->groups, a->nr_groups * sizeof(*a->groups));
}

/* What a run of half as long says, but for what is under way at the end. */
static void check_half(const struct sim_result *half, const struct sim_result *shorter,
		       uint64_t *nr_ops)
{
	assert_int_equal(half->window_ns, shorter->window_ns);
	for (uint32_t i = 0; i < half->nr_vms; i++) {
		const struct vm_result *a = &half->vms[i], *b = &shorter->vms[i];
		double off = a->entitled_ns - b->entitled_ns;

		/* events at the very instant may fall on either side */
		assert_true(a->count[VC_OPS] <= b->count[VC_OPS] + 8 &&
			    b->count[VC_OPS] <= a->count[VC_OPS] + 8);
		assert_true(off < 1000 && off > -1000);
		assert_true(a->corun_any_ns == b->corun_any_ns &&
			    a->corun_all_ns == b->corun_all_ns);
		assert_true(a->time[VT_BLOCKED] == b->time[VT_BLOCKED] &&
			    a->time[VT_STEAL] == b->time[VT_STEAL]);
		assert_true(a->received_ns <= b->received_ns);
		*nr_ops += a->count[VC_OPS];
	}
	for (uint32_t i = 0; i < half->nr_pcpus; i++)
		assert_true(half->pcpus[i][PT_IDLE] == shorter->pcpus[i][PT_IDLE]);
}

/* To look at half of the window changes nothing, and sees what was. */
static void test_half(void **state)
{
	static const char *const policies[] = {"cfs", "gang", "rr"};
	uint64_t nr_ops = 0;

	(void)state;
	for (uint32_t w = first_world; w < first_world + 60; w++) {
		const char *policy = policies[w % 3];
		struct sim_result half, with, without, shorter;

		memset(&half, 0, sizeof(half));
		if (run_halved(w, policy, &half, 60 * MS, &with) !=
			    run_halved(w, policy, NULL, 60 * MS, &without) ||
		    !results_equal(&with, &without))
			fail_msg("world %u, %s: a look at the half changed the run", w, policy);
		run_halved(w, policy, NULL, 30 * MS, &shorter);
		if (half.window_ns)
			check_half(&half, &shorter, &nr_ops);
		sim_result_free(&half);
		sim_result_free(&with);
		sim_result_free(&without);
		sim_result_free(&shorter);
	}
	assert_true(nr_ops > 1000);
}

static void test_random_worlds(void **state)
{
	uint64_t runs = 0;

	(void)state;
	for (uint32_t p = 0; p < nr_policy_registry; p++) {
		const char *policy = policy_registry[p].name;

		for (uint32_t w = first_world; w < first_world + nr_worlds; w++, runs++) {
			uint64_t hash = run_hash(w, policy);

			if (w % 8 == 0 && hash != run_hash(w, policy))
				fail_msg("world %u, %s: the second run differs", w, policy);
		}
	}
	print_message("%llu random worlds: laws, contract, repeatability\n",
		      (unsigned long long)runs);
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(test_random_worlds),
					   cmocka_unit_test(test_off), cmocka_unit_test(test_half)};

	if (argc > 1)
		nr_worlds = (uint32_t)strtoul(argv[1], NULL, 10);
	if (argc > 2)
		first_world = (uint32_t)strtoul(argv[2], NULL, 10);
	return cmocka_run_group_tests_name("properties", tests, NULL, NULL);
}
