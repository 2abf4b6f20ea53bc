/* SPDX-License-Identifier: BSD-2-Clause */
#include "kinds.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* Of more runs, so many are looked at: evenly, in ascending order. */
#define LOOKED_AT 1000u

static int by_value(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return x < y ? -1 : x > y;
}

double *kinds_values(const struct study *study, uint32_t column, uint32_t policy, bool ascending)
{
	uint32_t nr = study_nr_reps(study, policy), r;
	double *x = calloc(nr + 1, sizeof(*x));

	for (r = 0; x && r < nr; r++) {
		struct sample s = (*study_slot(study, r, policy))->samples[column];

		if (!(s.den > 0)) {
			free(x);
			return NULL;
		}
		x[r] = s.num / s.den;
	}
	if (x && ascending)
		qsort(x, nr, sizeof(*x), by_value);
	return x;
}

/* Groups of many runs are looked for in some of them, and counted in all. */
static int find_groups(const double *x, uint32_t nr, struct groups *groups)
{
	double *some, tenth;
	uint32_t i;

	if (nr <= LOOKED_AT) {
		groups_find(x, nr, groups);
		return 0;
	}
	some = calloc(LOOKED_AT, sizeof(*some));
	if (!some)
		return -1;
	for (i = 0; i < LOOKED_AT; i++)
		some[i] = x[(uint64_t)i * (nr - 1) / (LOOKED_AT - 1)];
	groups_find(some, LOOKED_AT, groups);
	free(some);
	if (!groups->two)
		return 0;
	tenth = (groups->median_above - groups->median_below) / 10;
	groups->nr_below = groups->nr_between = 0;
	for (i = 0; i < nr; i++) {
		groups->nr_below += x[i] <= groups->border;
		groups->nr_between +=
			x[i] >= groups->median_below + tenth && x[i] < groups->median_above - tenth;
	}
	return 0;
}

/* The largest mean size among the policies. */
static double scale_of(const struct study *study, uint32_t column)
{
	double scale = 0;
	uint32_t p, r;

	for (p = 0; p < study->nr_policies; p++) {
		double sum = 0;

		for (r = 0; r < study_nr_reps(study, p); r++) {
			struct sample s = (*study_slot(study, r, p))->samples[column];

			sum += s.den > 0 ? fabs(s.num / s.den) : 0;
		}
		scale = fmax(scale, r ? sum / r : 0);
	}
	return scale;
}

static bool far_apart(const struct groups *g, double scale)
{
	double larger = fmax(fabs(g->median_below), fabs(g->median_above));

	return g->median_above - g->median_below > KINDS_APART * fmax(larger, scale);
}

int kinds_of(const struct study *study, uint32_t column, uint32_t policy, struct kinds *kinds)
{
	uint32_t nr = study_nr_reps(study, policy), low, high;
	double *x = kinds_values(study, column, policy, true);
	int failed;

	memset(kinds, 0, sizeof(*kinds));
	if (!x || !nr) {
		free(x);
		return 0;
	}
	failed = find_groups(x, nr, &kinds->groups);
	kinds->nr = nr;
	kinds->low = quantile_of(x, nr, KINDS_LOW);
	kinds->median = quantile_of(x, nr, 0.5);
	kinds->high = quantile_of(x, nr, KINDS_HIGH);
	kinds->enough = quantile_ranks(nr, 0.5, &low, &high);
	kinds->median_from = x[low];
	kinds->median_upto = x[high];
	if (kinds->groups.two && nr >= GROUPS_SUSPECT &&
	    far_apart(&kinds->groups, scale_of(study, column)))
		kinds->by = nr < GROUPS_TELL ? KINDS_SUSPECTED : KINDS_TOLD;
	free(x);
	return failed;
}

bool kinds_convoy(const struct study *study, uint32_t policy, uint32_t rep)
{
	struct scope host = scope_host(study->world);
	uint32_t column = study_column(study, metric_find("convoy"), &host);
	struct sample s = (*study_slot(study, rep, policy))->samples[column];

	return s.den > 0 && s.num > 0;
}

uint32_t kinds_convoys(const struct study *study, uint32_t policy)
{
	uint32_t nr = study_nr_reps(study, policy), r, n = 0;

	for (r = 0; r < nr; r++)
		n += kinds_convoy(study, policy, r);
	return n;
}

/* Has a policy a value of it in every run? */
static bool is_measured(const struct study *study, const struct metric *metric)
{
	struct scope host = scope_host(study->world);
	uint32_t column = study_column(study, metric, &host), p;

	for (p = 0; column != UINT32_MAX && p < study->nr_policies; p++) {
		double *x = kinds_values(study, column, p, false);

		if (x) {
			free(x);
			return true;
		}
	}
	return false;
}

const struct metric *kinds_lead(const struct study *study, const struct metric *primary)
{
	const struct metric *const metrics[] = {primary, metric_find("throughput"),
						metric_find("completion")};
	unsigned i;

	for (i = 0; i < 3; i++)
		if (metrics[i] && is_measured(study, metrics[i]))
			return metrics[i];
	return NULL;
}

enum kinds_by kinds_speak(const struct study *study, const struct metric *primary)
{
	const struct metric *lead = kinds_lead(study, primary);
	struct scope host = scope_host(study->world);
	uint32_t p;

	for (p = 0; lead && p < study->nr_policies; p++) {
		uint32_t nr = study_nr_reps(study, p), n = kinds_convoys(study, p);
		struct kinds kinds;

		if (n && n < nr)
			return nr < GROUPS_TELL ? KINDS_SUSPECTED : KINDS_TOLD;
		if (!kinds_of(study, study_column(study, lead, &host), p, &kinds) && kinds.by)
			return kinds.by;
	}
	return KINDS_ONE;
}
