/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Little worlds of guests that wait for each other, and of what hosts and policies do
 * about it.  Those of the lead comment of a policy are worth more than others: what its
 * manual claims is then shown.
 */
#include "worlds.h"

#include <string.h>

/* -- locks ------------------------------------------------------------------------------ */

/* Works, holds the lock, and works on. */
static uint32_t locker(struct made *made, const struct object *lock, uint64_t work_ns,
		       uint64_t hold_ns, bool reads)
{
	struct step steps[] = {{.op = STEP_COMPUTE},
			       {.op = STEP_LOCK, .count = reads},
			       {.op = STEP_HOLD, .dist = 1},
			       {.op = STEP_UNLOCK},
			       {.op = STEP_OP},
			       {.op = STEP_COMPUTE, .dist = 2},
			       {.op = STEP_JUMP, .target = 5}};
	struct dist dists[] = {{.kind = DIST_CONST, .a = (double)work_ns, .max_ns = WORLD_MAX_NS},
			       {.kind = DIST_CONST, .a = (double)hold_ns, .max_ns = WORLD_MAX_NS},
			       {.kind = DIST_CONST, .a = WORLD_MAX_NS, .max_ns = WORLD_MAX_NS}};
	struct program p = {.steps = steps,
			    .nr_steps = 7,
			    .dists = dists,
			    .nr_dists = 3,
			    .objects = (struct object *)lock,
			    .nr_objects = 1};

	return made_program(made, &p);
}

/*
 * One story for all kinds; slices of 10 ms, two vCPUs at a time.  L0 takes the lock at 8 ms
 * and is preempted at 10, with 2 ms to go.  L1 runs from 10 to 20 ms and wants it at 11.  L2, beside
 * L0 again, wants it at 21.2 ms, and L0 gives it up at 22, when L1 is off CPU: unless L1 has
 * halted, and L0 was back sooner.
 */
struct made *world_lock(const struct golden_world *world, const char *policy)
{
	struct made *made = made_new(2, 60 * MS, policy);
	struct object lock = world->lock;
	bool reads = lock.kind == OBJECT_RWLOCK;
	uint32_t vm;

	strcpy(lock.name, "lock");
	vm = made_vm(made, "L", 3, 1024, locker(made, &lock, 8 * MS, 4 * MS, false));
	made->world.vcpus[made->world.vms[vm].first_vcpu + 1].program =
		locker(made, &lock, 1 * MS, 1 * MS, false);
	made->world.vcpus[made->world.vms[vm].first_vcpu + 2].program =
		locker(made, &lock, 112 * MS / 10, 6 * MS / 10, reads);
	made_vm(made, "H", 1, 1024, made_hog(made));
	return made;
}

/* Three threads on two vCPUs, 1 ms of work and 3 under the mutex: who sleeps for it is let off. */
struct made *world_mutex(const struct golden_world *world, const char *policy)
{
	struct made *made = made_new(2, 20 * MS, policy);
	struct object lock = world->lock;
	uint32_t vm;

	strcpy(lock.name, "lock");
	vm = made_vm(made, "A", 2, 1024, made_holder(made, &lock, 1 * MS, 3 * MS));
	made_threads(made, vm, 3, 10 * MS, 0);
	return made;
}

/* -- yields that name a target ------------------------------------------------------------ */

/* L1 finds the lock's holder off CPU, and asks for it after 2 ms of spinning. */
struct made *world_ask(const struct golden_world *world, const char *policy)
{
	struct made *made = made_new(1, 60 * MS, policy);
	struct object lock = {.name = "lock", .kind = OBJECT_TICKET};
	uint32_t vm;

	(void)world;
	made->world.host.pv_yield = (struct pv_yield_spec){.lock_ns = 2 * MS, .cost_ns = MS / 2};
	vm = made_vm(made, "L", 2, 1024, locker(made, &lock, 1 * MS, 15 * MS, false));
	made->world.vcpus[made->world.vms[vm].first_vcpu + 1].program =
		locker(made, &lock, 1 * MS, 2 * MS, false);
	made_vm(made, "H", 1, 1024, made_hog(made));
	return made;
}

/* A0 interrupts A1 and A2, one of which is off CPU, and gives way to that one. */
struct made *world_call(const struct golden_world *world, const char *policy)
{
	struct made *made = made_new(2, 60 * MS, policy);
	uint32_t hog = made_hog(made), sends = made_sender(made, 4 * MS, 1000);

	(void)world;
	made->world.host.ipi_send_ns = made->world.host.ipi_deliver_ns = 1000;
	made->world.host.ipi_receive_ns = 1000;
	made->world.host.pv_yield = (struct pv_yield_spec){.cost_ns = 1000, .ipi = true};
	made_vm(made, "A", 3, 1024, hog);
	made->world.vcpus[0].program = sends;
	return made;
}

/* -- threads of a core -------------------------------------------------------------------- */

static void pair_up(struct made *made)
{
	made->world.host.smt_rate = SMT_FULL * 3 / 5;
	made->world.host.threads = 2;
	for (uint32_t p = 0; p < made->world.host.nr_pcpus; p++)
		made->world.host.topo[p].core = p / 2;
}

/* S works for 6 ms, 10 beside a busy thread, and sleeps for 4; B comes at 10 ms. */
struct made *world_smt(const struct golden_world *world, const char *policy)
{
	struct made *made = made_new(2, 60 * MS, policy);
	uint32_t b;

	(void)world;
	pair_up(made);
	made_vm(made, "S", 1, 1024, made_sleeper(made, 6 * MS, 4 * MS, false));
	b = made_vm(made, "B", 1, 1024, made_hog(made));
	made->world.vms[b].start_ns = 13 * MS;
	return made;
}

/* The example of core: B is odd, C alone, and threads are forced idle. */
struct made *world_cores(const struct golden_world *world, const char *policy)
{
	struct made *made = made_new(4, 80 * MS, policy);
	uint32_t hog = made_hog(made);

	(void)world;
	pair_up(made);
	made_vm(made, "A", 2, 1024, hog);
	made_vm(made, "B", 3, 1024, hog);
	made_vm(made, "C", 1, 1024, hog);
	return made;
}

/* -- who is seen spinning, who is called ---------------------------------------------------- */

/* Works for 1 ms and takes the lock for 5 ms, nr times; then it computes. */
static uint32_t spinner(struct made *made, uint32_t nr)
{
	struct step steps[] = {{.op = STEP_REPEAT, .count = nr, .target = 6},
			       {.op = STEP_COMPUTE},
			       {.op = STEP_LOCK},
			       {.op = STEP_HOLD, .dist = 1},
			       {.op = STEP_UNLOCK},
			       {.op = STEP_REPEAT_END, .target = 1},
			       {.op = STEP_COMPUTE, .dist = 2},
			       {.op = STEP_OP},
			       {.op = STEP_JUMP, .target = 6}};
	struct dist dists[] = {{.kind = DIST_CONST, .a = 1 * MS, .max_ns = WORLD_MAX_NS},
			       {.kind = DIST_CONST, .a = 5 * MS, .max_ns = WORLD_MAX_NS},
			       {.kind = DIST_CONST, .a = WORLD_MAX_NS, .max_ns = WORLD_MAX_NS}};
	struct object lock = {.name = "lock", .kind = OBJECT_TICKET};
	struct program p = {.steps = steps,
			    .nr_steps = 9,
			    .dists = dists,
			    .nr_dists = 3,
			    .objects = &lock,
			    .nr_objects = 1};

	return made_program(made, &p);
}

/* After 0.5 ms, always. */
static const struct ple_spec exits = {.window = 499999,
				      .max = 499999,
				      .unit_ns = 1,
				      .react = PLE_SPIN};

/*
 * A0 is preempted at 10 ms with the lock; A1 spins, and exits every 0.5 ms: A is bound at the
 * eighth time.  When it has not been seen spinning for 30 ms it is let loose.
 */
struct made *world_bound(const struct golden_world *world, const char *policy)
{
	struct made *made = made_new(2, 160 * MS, policy);

	(void)world;
	made->world.host.ple = exits;
	made_tunable(made, "hold", 30 * MS);
	made_vm(made, "A", 2, 1024, spinner(made, 3));
	made_vm(made, "B", 2, 1024, made_hog(made));
	return made;
}

/* The example of hybrid: twice as wide. */
struct made *world_gang(const struct golden_world *world, const char *policy)
{
	struct made *made = made_new(4, 100 * MS, policy);

	(void)world;
	made->world.host.ple = exits;
	made_vm(made, "A", 4, 1024, spinner(made, 30));
	made_vm(made, "B", 4, 1024, made_hog(made));
	return made;
}

/* A0 works so long at a time and interrupts A1. */
static struct made *caller(const char *policy, uint64_t work_ns)
{
	struct made *made = made_new(2, 20 * MS, policy);
	uint32_t hog = made_hog(made), sends = made_sender(made, work_ns, 5000);

	made_vm(made, "A", 2, 1024, hog);
	made->world.vcpus[0].program = sends;
	made_vm(made, "B", 2, 1024, hog);
	return made;
}

/* The example of demand.c. */
struct made *world_urgent(const struct golden_world *world, const char *policy)
{
	(void)world;
	return caller(policy, 1 * MS);
}

/* A0's fifth call comes 0.08 ms before its slice of 6 ms ends. */
struct made *world_delay(const struct golden_world *world, const char *policy)
{
	(void)world;
	return caller(policy, 118 * MS / 100);
}

/* -- ceilings -------------------------------------------------------------------------------- */

/* A may run for 50 ms in 100, both vCPUs together; B has what is left. */
struct made *world_cap(const struct golden_world *world, const char *policy)
{
	struct made *made = made_new(2, 210 * MS, policy);
	uint32_t hog = made_hog(made), a = made_vm(made, "A", 2, 1024, hog);

	(void)world;
	made_cap(made, a, 50 * MS, 100 * MS, 0);
	made_vm(made, "B", 1, 1024, hog);
	return made;
}
