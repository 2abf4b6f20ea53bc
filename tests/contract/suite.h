/* SPDX-License-Identifier: BSD-2-Clause */
/* suite.h - many runs of one policy, and the verdict on each check. */
#ifndef SUITE_H
#define SUITE_H

#include "watch.h"

struct suite_config {
	uint64_t seed;
	uint64_t nr_calls; /* in all, about */
	uint32_t nr_short; /* short lives among them */
	uint32_t least; /* calls of each callback; 0: not judged */
	const char *uses; /* fields of sp_out that the policy's text sets, by name; or NULL */
};

/* Every check over all runs. */
void suite_run(const struct sp_policy *policy, const struct suite_config *config,
	       struct verdict *verdict);
/* One run again, its last `lines` calls up to number stop_at on f. */
void suite_replay(const struct sp_policy *policy, uint64_t seed, uint32_t kind, uint32_t stop_at,
		  uint32_t lines, FILE *f, struct verdict *verdict);
void suite_print_counts(FILE *f, const struct sp_policy *policy, const struct verdict *verdict);

/* fair.c: hogs alone, with known weights. */
void fair_check_shares(const struct sp_policy *policy, uint64_t seed, struct verdict *verdict);
void fair_check_caps(const struct sp_policy *policy, uint64_t seed, struct verdict *verdict);
void fair_check_returns(const struct sp_policy *policy, uint64_t seed, struct verdict *verdict);
void fair_check_charge(const struct sp_policy *policy, uint64_t seed, struct verdict *verdict);

/* tunables.c: is there a run that each of them changes? */
void tunables_check(const struct sp_policy *policy, uint64_t seed, struct verdict *verdict);

#endif
