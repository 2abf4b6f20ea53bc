/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Little worlds without much going on in the guests: every policy's own ways.
 */
#include "worlds.h"

#include <stdlib.h>
#include <string.h>

/* Two VMs as wide as the host, and a narrow one: does anybody run together? */
struct made *world_widths(const struct golden_world *world, const char *policy)
{
	struct made *made = made_new(2, 120 * MS, policy);
	uint32_t hog = made_hog(made);

	(void)world;
	made_vm(made, "A", 2, 1024, hog);
	made_vm(made, "B", 2, 1024, hog);
	made_vm(made, "C", 1, 1024, hog);
	return made;
}

/* Guests that come up and halt before their loads wake them. */
struct made *world_starts(const struct golden_world *world, const char *policy)
{
	struct made *made = made_new(2, 80 * MS, policy);
	struct run_spec *run = &made->world.run;
	uint32_t hog = made_hog(made);

	(void)world;
	made_vm(made, "A", 2, 1024, hog);
	made_vm(made, "B", 2, 1024, hog);
	made_vm(made, "C", 1, 1024, hog);
	run->starts = STARTS_AT;
	run->boot_gap_ns = 2 * MS;
	run->boot_ns = 4 * MS;
	run->load_spread_ns = MS;
	made->world.vms[1].load_ns = 15 * MS;
	made->world.vms[2].start_ns = 50 * MS;
	return made;
}

/* Nice 0 against nice 5 on one pCPU: three to one. */
struct made *world_weights(const struct golden_world *world, const char *policy)
{
	struct made *made = made_new(1, 160 * MS, policy);
	uint32_t hog = made_hog(made);

	(void)world;
	made_vm(made, "A", 1, 1024, hog);
	made_vm(made, "B", 1, 335, hog);
	return made;
}

/* A hog and one who sleeps 7 ms and runs 2 ms: how soon does it get on? */
struct made *world_sleeper(const struct golden_world *world, const char *policy)
{
	struct made *made = made_new(1, 80 * MS, policy);

	(void)world;
	made_vm(made, "A", 1, 1024, made_hog(made));
	made_vm(made, "S", 1, 1024, made_sleeper(made, 2 * MS, 7 * MS, false));
	return made;
}

/* A pCPU goes at 25 ms and is back at 55 ms. */
struct made *world_unplug(const struct golden_world *world, const char *policy)
{
	struct made *made = made_new(2, 100 * MS, policy);
	uint32_t hog = made_hog(made);

	(void)world;
	made->world.host.events = calloc(2, sizeof(*made->world.host.events));
	made->world.host.events[0] = (struct host_event){25 * MS, HOST_PCPU_OFF, 1};
	made->world.host.events[1] = (struct host_event){55 * MS, HOST_PCPU_ON, 1};
	made->world.host.nr_events = 2;
	made_vm(made, "A", 2, 1024, hog);
	made_vm(made, "B", 1, 1024, hog);
	return made;
}

/* S runs 3 ms and halts for 150 us, in which its pCPU polls; B comes now and then. */
struct made *world_polling(const struct golden_world *world, const char *policy)
{
	struct made *made = made_new(1, 40 * MS, policy);

	(void)world;
	made->world.host.halt_poll =
		(struct halt_poll_spec){.max_ns = MS / 5, .grow_start_ns = 50000, .grow = 2};
	made_vm(made, "S", 1, 1024, made_sleeper(made, 3 * MS, 3 * MS / 20, false));
	made_vm(made, "B", 1, 1024, made_sleeper(made, 1 * MS, 12 * MS, false));
	return made;
}

/* The host takes each pCPU for 2 ms, 7 ms after the last time. */
struct made *world_stolen(const struct golden_world *world, const char *policy)
{
	struct made *made = made_new(2, 50 * MS, policy);
	uint32_t hog = made_hog(made);

	(void)world;
	made->world.host.stolen_run = (struct dist){.a = 2 * MS, .max_ns = WORLD_MAX_NS};
	made->world.host.stolen_every = (struct dist){.kind = DIST_UNIFORM,
						      .a = 5 * MS,
						      .b = 9 * MS,
						      .max_ns = WORLD_MAX_NS};
	made_vm(made, "A", 2, 1024, hog);
	made_vm(made, "B", 1, 1024, hog);
	return made;
}

/* A paravirtual lock: who has waited for 2 ms halts, and H has the pCPU meanwhile. */
struct made *world_halts(const struct golden_world *world, const char *policy)
{
	struct made *made = made_new(2, 100 * MS, policy);
	struct object lock = {.name = "lock",
			      .kind = OBJECT_PV,
			      .lock = {.spin_ns = 2 * MS,
				       .recheck_ns = UINT64_MAX,
				       .steal = true,
				       .halt = true,
				       .kick = true}};

	(void)world;
	made_vm(made, "L", 2, 1024, made_holder(made, &lock, 3 * MS, 7 * MS));
	made_vm(made, "H", 1, 1024, made_hog(made));
	return made;
}

/* A has 5 threads on 2 vCPUs, which run 2 ms and sleep 3; who has none halts. */
struct made *world_threads(const struct golden_world *world, const char *policy)
{
	struct made *made = made_new(2, 50 * MS, policy);
	uint32_t a = made_vm(made, "A", 2, 1024, made_sleeper(made, 2 * MS, 3 * MS, false));

	(void)world;
	made->world.vms[a].guest_tick_ns = 1 * MS;
	made_threads(made, a, 5, 1 * MS, 100000);
	made_vm(made, "B", 1, 1024, made_hog(made));
	return made;
}

/* A1 spins for A0's lock; the host hears of it after 1.6 us, and lets A0 run. */
struct made *world_ple(const struct golden_world *world, const char *policy)
{
	struct made *made = made_new(1, 80 * MS, policy);

	(void)world;
	made->world.host.ple = (struct ple_spec){.window = 4096,
						 .max = UINT32_MAX,
						 .unit_ns = 0.4,
						 .grow = 2,
						 .cost_ns = 1000,
						 .react = PLE_DIRECTED,
						 .candidates = YIELD_KERNEL};
	made_vm(made, "A", 2, 1024, made_locker(made, OBJECT_TICKET, 1 * MS, 15 * MS));
	made_vm(made, "B", 1, 1024, made_hog(made));
	return made;
}

/*
 * A sends to its sibling every 4 ms of work and spins until that has handled it; rr
 * often has the sibling wait for a pCPU.  Shown: > interrupts, ! has handled one.
 */
struct made *world_ipi(const struct golden_world *world, const char *policy)
{
	struct made *made = made_new(2, 80 * MS, policy);
	uint32_t hog = made_hog(made);

	(void)world;
	made->world.host.ipi_send_ns = made->world.host.ipi_deliver_ns = 1000;
	made->world.host.ipi_receive_ns = 1000;
	made_vm(made, "A", 2, 1024, made_sender(made, 4 * MS, 1000));
	made->world.vcpus[1].program = hog;
	made_vm(made, "B", 1, 1024, hog);
	return made;
}
