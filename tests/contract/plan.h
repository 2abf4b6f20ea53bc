/* SPDX-License-Identifier: BSD-2-Clause */
/* plan.h - what a run is made of, drawn from its seed before it starts. */
#ifndef PLAN_H
#define PLAN_H

#include "host.h"

/* A short life exercises arrival and departure, a long one waiting and fairness. */
enum plan_kind { PLAN_SHORT, PLAN_LONG };

/* Same policy table, seed and kind: the same plan. */
void plan_draw(struct plan *plan, const struct sp_policy *policy, uint64_t seed, uint32_t kind);
/* No faults, no costs, no chaos, preset tunables; pCPUs 0 to nr - 1 of one socket. */
void plan_calm(struct plan *plan, const struct sp_policy *policy, uint64_t seed, uint32_t nr_pcpus);
/* Is the host free of any cost, so that things happen at one instant? */
static inline int plan_is_free(const struct plan *plan)
{
	return !plan->kick_ns && !plan->late_ns;
}
/* One line for a person. */
void plan_print(FILE *f, const struct plan *plan, const struct sp_policy *policy);

#endif
