/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * diff.h - two result folders side by side: one study of the policies of both.
 *
 * With the same seed, replication i of A and of B saw the same random demand, and they
 * are compared pair by pair, as policies of one folder are; otherwise the replications
 * have nothing to do with one another (study->unpaired).
 */
#ifndef CORUN_DIFF_H
#define CORUN_DIFF_H

#include "results.h"

/* A policy of A and one of B; a and b are indices into their policies. */
struct diff_pair {
	uint32_t a, b;
};

/* A key of the resolved scenario; NULL: that side does not have it. */
struct diff_key {
	const char *path, *a, *b;
};
#define DIFF_MAX_KEYS 200u

struct diff {
	struct results a, b;
	struct diff_key *keys; /* that differ, where the hashes do: the first of them */
	uint32_t nr_keys; /* all of them; 0 also where a folder has no scenario.yaml */
	struct diff_pair *pairs;
	uint32_t nr_pairs;
	bool paired;
	uint32_t first, nr_reps; /* paired: the replications that both have */
	/* Policy 2i is A's and 2i + 1 B's of pair i, called "A:gang" and "B:gang"; scopes
	 * are those that both have. */
	struct world world;
	struct study study;
	struct arena arena;
};

/*
 * Reads both.  policies: "gang,cfs=mine" (a policy of both, or A's and B's), or NULL:
 * those of the same name, or the only one of each.  0, or -1 with *err: STATUS_INPUT
 * (kind "results", "FILE:LINE:COLUMN: ..."; or "usage"), STATUS_IO.
 */
int diff_open(struct diff *diff, const char *dir_a, const char *dir_b, const char *policies,
	      struct error *err);
/* Fills keys (diff_keys.c): a part of diff_open. */
void diff_find_keys(struct diff *diff);
void diff_close(struct diff *diff);

/* What was measured of pair i: A's value, B's, and B - A. */
struct diff_row {
	struct estimate a, b, moved;
	enum verdict verdict; /* of B against A */
};
void diff_measure(struct diff *diff, uint32_t pair, uint32_t column, struct diff_row *row);

/* -- report_diff.c: writers, each with a struct diff_report as its context --------- */

struct diff_report {
	struct diff *diff;
	bool all; /* every metric and scope */
};

int report_diff_table(FILE *to, void *report);
/* policy_a,policy_b,scope,name,metric,unit,a,a_low,a_high,b,b_low,b_high,difference,low,high,kind,verdict */
int report_diff_csv(FILE *to, void *report);

#endif
