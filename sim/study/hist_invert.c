/* SPDX-License-Identifier: BSD-2-Clause */
#include "hist_invert.h"

#include <math.h>
#include <string.h>

#include "stats.h"

/* The counts of each replication from the lowest bucket up to one. */
struct walk {
	const struct hist_packed *const *reps;
	uint32_t nr;
	uint32_t at[INVERT_MOST]; /* buckets that have been read */
	double below[INVERT_MOST], in[INVERT_MOST]; /* the last bucket; all before it */
	double count; /* of all replications */
};

/* Reads one more bucket; those of each replication ascend. */
static void walk_bucket(struct walk *w, uint32_t index)
{
	for (uint32_t r = 0; r < w->nr; r++) {
		const struct hist_packed *rep = w->reps[r];

		w->below[r] += w->in[r];
		w->in[r] = 0;
		if (w->at[r] < rep->nr && rep->index[w->at[r]] == index)
			w->in[r] = (double)rep->bucket[w->at[r]++];
	}
}

/*
 * The share of events in the buckets read, of the last one a part; pull[r] is by how much it
 * would be lower without replication r.
 */
static double share_of(const struct walk *w, double part, double *pull)
{
	double sum = 0;

	for (uint32_t r = 0; r < w->nr; r++)
		sum += w->below[r] + part * w->in[r];
	for (uint32_t r = 0; r < w->nr; r++) {
		double own = (double)w->reps[r]->count, rest = w->count - own;

		pull[r] = rest > 0 ? (w->below[r] + part * w->in[r] - own * sum / w->count) / rest
				   : INFINITY;
	}
	return sum / w->count;
}

/* Half the interval of a share: t times the jackknife's standard error. */
static double half_of(const double *pull, uint32_t nr)
{
	double sum = 0, squares = 0;

	for (uint32_t r = 0; r < nr; r++)
		sum += pull[r];
	if (!(fabs(sum) < INFINITY))
		return INFINITY; /* all the events are of one replication */
	for (uint32_t r = 0; r < nr; r++)
		squares += (pull[r] - sum / nr) * (pull[r] - sum / nr);
	return stats_t(nr) * sqrt(squares * (nr - 1) / nr);
}

/* The quantile is in this bucket, this part of the way through. */
static bool is_in(uint32_t index, double value)
{
	return hist_index((uint64_t)value) == index;
}

static double part_of(uint32_t index, double value, uint64_t max)
{
	double floor = hist_within(index, 0, max), top = hist_within(index, 1, max);

	return top > floor ? fmin(1, fmax(0, (value - floor) / (top - floor))) : 1;
}

/* Up to this bucket's upper edge there are so many: does that rule the edge out? */
static void judge(struct inverted *out, double q, double share, double half, double edge)
{
	if (fabs(share - q) <= half)
		return;
	if (share < q)
		out->low = edge;
	else if (edge < out->high)
		out->high = edge;
}

void hist_invert(const struct hist *merged, const struct hist_packed *const *reps, uint32_t nr,
		 const double *q, const double *value, uint32_t nr_q, struct inverted *out)
{
	struct walk w = {.reps = reps, .nr = nr, .count = (double)merged->count};
	double pull[INVERT_MOST];
	bool first = true;

	for (uint32_t k = 0; k < nr_q; k++)
		out[k] = (struct inverted){.low = 0, .high = (double)merged->max};
	for (uint32_t i = 0; i < HIST_BUCKETS; i++) {
		double edge = (double)merged->max, share, half;

		if (!merged->bucket[i])
			continue;
		walk_bucket(&w, i);
		if (i + 1 < HIST_BUCKETS)
			edge = fmin(edge, (double)hist_floor(i + 1));
		share = share_of(&w, 1, pull);
		half = half_of(pull, nr);
		for (uint32_t k = 0; k < nr_q; k++) {
			if (first)
				out[k].low = (double)hist_floor(i);
			judge(&out[k], q[k], share, half, edge);
			if (is_in(i, value[k]))
				share_of(&w, part_of(i, value[k], merged->max), out[k].pull);
		}
		first = false;
	}
}

double inverted_correlation(const struct inverted *a, const struct inverted *b, uint32_t nr)
{
	double ma = 0, mb = 0, aa = 0, bb = 0, ab = 0;

	for (uint32_t r = 0; r < nr; r++) {
		ma += a->pull[r] / nr;
		mb += b->pull[r] / nr;
	}
	for (uint32_t r = 0; r < nr; r++) {
		aa += (a->pull[r] - ma) * (a->pull[r] - ma);
		bb += (b->pull[r] - mb) * (b->pull[r] - mb);
		ab += (a->pull[r] - ma) * (b->pull[r] - mb);
	}
	ab /= sqrt(aa) * sqrt(bb);
	return ab >= -1 && ab <= 1 ? ab : 0; /* one that does not vary hangs on nothing */
}
