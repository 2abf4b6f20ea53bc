/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * scenario.h - from a scenario file to the world that the engine runs.
 *
 * The loader reads YAML (yaml.h), merges includes and --set, fills in defaults by
 * the key table (keys.h), checks what the keys mean together, and compiles.
 * Every mistake is one line, FILE:LINE:COLUMN: found X, expected Y; the first one
 * ends the load.
 */
#ifndef CORUN_SCENARIO_H
#define CORUN_SCENARIO_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "base/error.h"
#include "model/world.h"

/*
 * A policy's shared object in the place of what the scenario says of a policy; or a shipped
 * policy, where the scenario has none of that name.
 */
struct stand_in {
	const char *name; /* of the policy in the scenario */
	const char *path; /* as seen from where corun was started; NULL: the shipped one */
	bool own_process; /* it may have state of its own (keys: policies.*.own_process) */
	bool add; /* also to a scenario that has no policy of that name */
	unsigned nr_used; /* counted by the loader: scenarios that it stood in */
	bool added; /* said by the loader: the scenario had none */
};

struct scenario_options {
	const char *const *sets; /* "path=value", applied in order, after the includes */
	unsigned nr_sets;
	struct stand_in *stand_ins; /* after the sets */
	unsigned nr_stand_ins;
	/*
	 * [nr_only] all policies that are wanted; those from shared objects that are not among them
	 * are left out, unopened.  A baseline that is one gives way to the first that is wanted.
	 */
	const char *const *only;
	unsigned nr_only;
	uint64_t patience_ns; /* CPU time that loading a shared object may take; 0: its default */
	bool no_files; /* refuse include, samples, replay files and shared objects (fuzzing) */
};

/*
 * Loads a scenario; path "-" is stdin, else a regular file of at most 16 MiB.
 * options may be NULL.  Returns a world to be freed with scenario_free, or NULL
 * with *err: STATUS_INPUT (kind "scenario"), or STATUS_IO where the file cannot
 * be read.  Ends the process with STATUS_IO when memory runs out.
 */
struct world *scenario_load(const char *path, const struct scenario_options *options,
			    struct error *err);

/* The same from memory.  name stands for the file in messages, and names the folder
 * that relative paths start from. */
struct world *scenario_load_text(const char *name, const char *text, size_t length,
				 const struct scenario_options *options, struct error *err);

void scenario_free(struct world *world);

/* A line that says that the file is of an earlier version of the format, if it is. */
void scenario_note_version(FILE *to, const struct world *world, const char *file);

/*
 * The resolved scenario: every key with its value, defaults marked with their
 * source, data files inlined.  It is a scenario itself: loaded again it gives the
 * same world, the same hash and the same text.  Policies from shared objects stand there
 * with their absolute path and the hash of the file, which must still be that.  (The hash
 * of the scenario counts neither: it says what is run, not by which text of a policy.)  `world` must come from the loader.
 * Returns 0, or -1 if the stream failed.
 */
int scenario_print(FILE *to, const struct world *world);

#endif
