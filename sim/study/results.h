/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * results.h - a result folder, read back: study.json, results.csv, histograms.csv
 * (docs/results.md).
 */
#ifndef CORUN_RESULTS_H
#define CORUN_RESULTS_H

#include <stdbool.h>
#include <stdint.h>

#include "base/error.h"
#include "study.h"
#include "text/arena.h"

#define RESULTS_VERSION 3u /* 1: without files; 2: without build */
#define RESULTS_MAX_REPS 100000u /* as the key run.reps.max */
#define RESULTS_MAX_POLICIES 256u

struct results_policy {
	const char *name; /* the scenario's name for it */
	const char *policy; /* the policy's own */
	const char *build; /* of a shared object; "": it was built in */
};

struct results_group {
	const char *name;
	bool noise;
	const char **vms; /* [nr_vms] */
	uint32_t nr_vms;
};

/* What study.json says. */
struct results {
	const char *dir;
	const char *corun; /* version */
	const char *commit, *compiler; /* of that corun; "unknown" before version 3 */
	const char *scenario; /* file, as it was given */
	const char *hash; /* of the resolved scenario */
	uint64_t seed;
	uint32_t first, nr_reps;
	struct results_policy *policies;
	uint32_t nr_policies;
	struct results_group *groups;
	uint32_t nr_groups;
	uint32_t nr_vms; /* over all groups */
	uint64_t rows, hist_rows; /* of the two tables */
	uint32_t nr_unknown; /* rows of metrics and histograms that this corun does not have */
	struct arena arena;
};

/*
 * Is what its marker (study.json, diff.json, sweep.json) says of the files of a folder true?
 * 0, or -1 with *err, which names the file that is of another result.  A sweep's folder of an
 * earlier corun has no such list; one without any marker is no whole result.
 */
int results_check(const char *dir, struct error *err);

/*
 * Reads study.json.  0, or -1 with *err of kind "results": STATUS_INPUT, one line that
 * starts FILE:LINE:COLUMN, or STATUS_IO.
 */
int results_open(struct results *results, const char *dir, struct error *err);
void results_close(struct results *results);

/*
 * Reads the tables into a study whose world has (some of) these scopes by name:
 * policy number from[i] of the folder becomes policy to[i] of the study, replication
 * first + r its replication r - skip, for those that it has room for.  What is of no
 * policy or scope of the study is checked all the same, and left out.
 * 0, or -1 with *err as above.
 */
int results_read(struct results *results, struct study *study, const uint32_t *from,
		 const uint32_t *to, uint32_t nr, uint32_t skip, struct error *err);

/* Whether locks were in convoys, where rep (samples not read: den < 0) does not say. */
void results_fill_convoy(const struct study *study, struct study_rep *rep);

#endif
