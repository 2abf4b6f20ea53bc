/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * study.h - several policies on one world, several replications of each: the
 * samples of every metric in every scope, and what they say together.
 *
 * A replication is digested as soon as it is there, in the process that ran it:
 * what is kept is a sample per column and the packed histograms.
 */
#ifndef CORUN_STUDY_H
#define CORUN_STUDY_H

#include <stdint.h>

#include "base/error.h"
#include "base/hist_ops.h"
#include "metrics.h"
#include "model/world.h"
#include "stats.h"

/* A metric in a scope. */
struct study_column {
	const struct metric *metric;
	struct scope scope;
};

/* What is kept of one replication. */
struct study_rep {
	struct sample *samples; /* [nr_columns] */
	struct hist_packed **hists; /* [1 + nr_groups][NR_GH]: the host's, then each group's */
	struct sample (*halves)[2]; /* [nr_halves] of the window; NULL: not known (memory.h) */
	uint64_t (*pcpus)[NR_PT]; /* [nr_pcpus] */
	uint32_t nr_pcpus;
	uint64_t window_ns, end_ns, nr_events;
	uint64_t nr_violations;
	char violation[200];
};

/*
 * A policy without results: it crashed, hung, ended its process, or touched what is not
 * its own.
 */
struct study_void {
	uint32_t policy; /* index into world->policies */
	uint32_t at; /* its place among the policies that were asked for */
	bool baseline;
	uint32_t rep; /* number of the replication */
	struct error err;
};

#define STUDY_NO_BASELINE UINT32_MAX

struct study {
	const struct world *world;
	uint32_t nr_policies;
	uint32_t *policies; /* [nr_policies] indices into world->policies */
	uint32_t baseline; /* index into policies[]; STUDY_NO_BASELINE: it is void */
	struct study_void *voids; /* [nr_voids] in the order that was asked for */
	uint32_t nr_voids;
	uint32_t nr_columns;
	struct study_column *columns;
	uint32_t nr_halves; /* columns of all guests: they come first */
	uint32_t first_rep; /* number of the first replication */
	uint32_t nr_reps; /* complete for every policy; with nr_of, the most of any */
	/*
	 * Of studies made from two result folders (diff.h) that share no seed: how many
	 * each policy has, and that those of two policies have nothing to do with one another.
	 */
	uint32_t *nr_of; /* [nr_policies], or NULL; the caller's */
	bool unpaired;
	uint32_t max_reps;
	struct study_rep **reps; /* [max_reps * nr_policies], NULL where not run */
	struct stop_rule rule;
	struct boot **boots; /* cache, by policy, scope and histogram */
};

/* policies[] are indices into the world's. 0, or -1 with *err (memory). */
int study_init(struct study *study, const struct world *world, const uint32_t *policies,
	       uint32_t nr_policies, uint32_t max_reps, struct error *err);
void study_fini(struct study *study);

/*
 * Takes a policy (an index into policies[]) out of the study: all that is kept of it goes,
 * and why is kept instead.
 */
void study_void(struct study *study, uint32_t policy, uint32_t rep, const struct error *why);

/* The guests' histograms, all groups together, [NR_GH], to be freed; NULL: no memory. */
struct hist *study_merge_guests(const struct study *study, const struct sim_result *result);

/* NULL when memory runs out. */
struct study_rep *study_digest(const struct study *study, const struct sim_result *result);
void study_rep_free(const struct study *study, struct study_rep *rep);

/* Where replication rep (from 0) of policy number policy (of this study) is kept. */
struct study_rep **study_slot(const struct study *study, uint32_t rep, uint32_t policy);

/* How many replications there are of this policy. */
uint32_t study_nr_reps(const struct study *study, uint32_t policy);

const char *study_policy_name(const struct study *study, uint32_t policy);

/* The column of this metric and scope, or UINT32_MAX. */
uint32_t study_column(const struct study *study, const struct metric *metric,
		      const struct scope *scope);

/* Is this metric written down: always, but for a rare one that is 0 in every run? */
bool study_speaks(const struct study *study, const struct metric *metric);

/* Over the first nr_reps replications.  study_estimate and study_difference keep
 * bootstrap samples in the study: not for several threads at once. */
void study_estimate(struct study *study, uint32_t column, uint32_t policy, struct estimate *e);

/* As tables show it: study_estimate, but the largest of all runs where the metric says so. */
void study_shown(struct study *study, uint32_t column, uint32_t policy, struct estimate *e);

/* Difference to the baseline: paired, unless the study is not. */
void study_difference(struct study *study, uint32_t column, uint32_t policy, struct estimate *e);

enum verdict {
	VERDICT_NONE,
	VERDICT_BETTER,
	VERDICT_WORSE,
	VERDICT_SAME,
	VERDICT_UNDECIDED,
	NR_VERDICTS
};

/*
 * What a difference means for this metric: better or worse where zero lies outside
 * its interval, same where it is exactly zero, none where there is no telling.
 */
enum verdict study_verdict(const struct metric *metric, const struct estimate *difference);
const char *verdict_name(enum verdict verdict); /* "better", ..., "" */
char verdict_mark(enum verdict verdict); /* one character for tables: + - = ? or a space */

/*
 * Judges the stopping rule by the primary metric, with rule.goal replications there.  Where
 * the runs are of two kinds (kinds.h), or seem to be, it asks for GROUPS_TELL at least, as
 * far as rule.max allows.
 */
enum stop_state study_judge(struct study *study, const struct metric *primary);

/* Merged over the replications; scope 0 is the host, 1 + g a group.  NULL: no memory. */
const struct hist *study_hist(struct study *study, uint32_t policy, uint32_t scope,
			      enum group_hist which);

/*
 * How many replications ended before their window did, as everything was complete, and the
 * shortest and the longest of what they ran of it.
 */
uint32_t study_early_ends(const struct study *study, uint64_t *least_ns, uint64_t *most_ns);

/* Contract violations over all replications of a policy. */
uint64_t study_violations(const struct study *study, uint32_t policy);

#endif
