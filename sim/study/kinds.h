/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * kinds.h - of a study: which policies have runs of two kinds in a metric, and how such
 * runs are told in shares and quantiles instead of a mean.
 */
#ifndef CORUN_KINDS_H
#define CORUN_KINDS_H

#include "groups.h"
#include "shares.h"
#include "study.h"

enum kinds_by {
	KINDS_ONE, /* nothing speaks for two kinds */
	KINDS_SUSPECTED, /* two groups, but of fewer than GROUPS_TELL runs */
	KINDS_TOLD, /* two groups */
};

/* A metric of the runs of one policy. */
struct kinds {
	enum kinds_by by;
	uint32_t nr; /* runs; 0: some have no value, and nothing below holds */
	struct groups groups;
	double low, median, high; /* quantiles: 0.1, 0.5, 0.9 */
	double median_from, median_upto; /* 95 % by order statistics ... */
	bool enough; /* ... if there are enough runs for them */
};

#define KINDS_LOW 0.1
#define KINDS_HIGH 0.9

/*
 * Groups count if their medians differ by more than this share of the larger one, and of
 * the largest mean among the policies: what is 1 % apart is no other kind of run, nor is
 * 0.001 % of what others have.
 */
#define KINDS_APART 0.1

/* 0, or -1: no memory. */
int kinds_of(const struct study *study, uint32_t column, uint32_t policy, struct kinds *kinds);

/* The value of every run, ascending or in order; NULL: no memory, or some run has none. */
double *kinds_values(const struct study *study, uint32_t column, uint32_t policy, bool ascending);

/* How many runs of this policy have a lock in a convoy (metric `convoy`, all guests). */
uint32_t kinds_convoys(const struct study *study, uint32_t policy);

/* Is run rep of this policy one of them? */
bool kinds_convoy(const struct study *study, uint32_t policy, uint32_t rep);

/* What words are about: the primary metric, else throughput, else completion; or NULL. */
const struct metric *kinds_lead(const struct study *study, const struct metric *primary);

/*
 * Are there two kinds of runs (KINDS_TOLD; KINDS_SUSPECTED with fewer than GROUPS_TELL):
 * groups in the lead metric, or convoys in some runs of a policy only?  Of a hundred other
 * metrics some look like two groups by chance, so those alone say nothing.
 */
enum kinds_by kinds_speak(const struct study *study, const struct metric *primary);

#endif
