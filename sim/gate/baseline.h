/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * baseline.h - what was measured before: a value per replication of every series
 * that a suite compares, with the seed and the hash of the scenario it came from.
 *
 * The file is YAML that people can read and diff, and no one edits: its last line
 * is a checksum over what stands between the comments at its top and itself.
 */
#ifndef CORUN_BASELINE_H
#define CORUN_BASELINE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/error.h"
#include "study/stats.h"
#include "text/arena.h"

/* 2: the version of each scenario's format; in version 1 all were of version 1. */
#define BASELINE_VERSION 2u

/* One metric of one policy in one scenario. */
struct baseline_series {
	const char *scenario, *policy;
	const char *metric; /* "corun", "corun@build" */
	struct sample *x; /* [nr], replications from 0 on */
	uint32_t nr;
};

/* Which text of a policy it was, where that is not built in. */
struct baseline_build {
	const char *policy;
	const char *build; /* hash of the shared object */
};

struct baseline_scenario {
	const char *name;
	uint32_t version; /* of the scenario's format */
	const char *hash; /* of the resolved scenario */
	uint64_t seed;
	struct baseline_build *builds;
	uint32_t nr_builds;
};

struct baseline {
	const char *corun; /* version that recorded it */
	const char *notes; /* comments at the top of the file, kept when it is renewed */
	char checksum[17];
	struct baseline_scenario *scenarios;
	uint32_t nr_scenarios;
	struct baseline_series *series;
	uint32_t nr_series;
	struct arena arena;
};

/*
 * Reads a baseline.  0; or -1 with *err of kind "baseline": STATUS_INPUT where it
 * is not there, cut short, edited or of another version, STATUS_IO.
 */
int baseline_read(struct baseline *baseline, const char *path, struct error *err);
void baseline_fini(struct baseline *baseline);

const struct baseline_scenario *baseline_scenario(const struct baseline *baseline,
						  const char *name);
/* The build of a policy when it was recorded; "": it was built in. */
const char *baseline_build(const struct baseline_scenario *scenario, const char *policy);
const struct baseline_series *baseline_series(const struct baseline *baseline, const char *scenario,
					      const char *policy, const char *metric);

/*
 * Replaces the file at path by this one: written beside it, forced to the disk,
 * renamed.  before: the checksum the file had when it was read, or NULL if there was
 * none (or a damaged one): another one there now means that somebody else has
 * renewed it meanwhile, and is refused.  0, or -1 with *err and the old file intact.
 */
int baseline_write(const struct baseline *baseline, const char *path, const char *before,
		   struct error *err);

#endif
