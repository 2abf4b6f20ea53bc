/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * worlds.h - what the golden schedules are of.
 */
#ifndef GOLDEN_WORLDS_H
#define GOLDEN_WORLDS_H

#include "../lib/make_world.h"

/* What is shown beside who is on which pCPU. */
enum golden_show {
	SHOW_MODE = 1, /* who spins, who is in a critical section */
	SHOW_THREADS = 2, /* which thread a vCPU runs */
	SHOW_NOTES = 4, /* in words: halts, kicks, yields, what the policy announces */
	SHOW_MARKS = 8, /* a mark of the policy's own, with the VM it names */
};

struct golden_world {
	const char *name, *title;
	struct made *(*make)(const struct golden_world *world, const char *policy);
	const char *only; /* these policies, with a blank after each; NULL: all */
	unsigned show; /* enum golden_show */
	struct object lock; /* of the worlds that are about one */
};

typedef struct made *golden_make(const struct golden_world *world, const char *policy);

/* worlds_plain.c, worlds_spin.c */
golden_make world_widths, world_weights, world_sleeper, world_unplug, world_polling, world_stolen,
	world_halts, world_threads, world_ple, world_ipi, world_lock, world_mutex, world_ask,
	world_call, world_smt, world_cores, world_bound, world_gang, world_urgent, world_delay,
	world_cap, world_starts;

extern const struct golden_world golden_worlds[];
extern const uint32_t nr_golden_worlds;

#endif
