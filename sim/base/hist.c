/* SPDX-License-Identifier: BSD-2-Clause */
#include "hist_ops.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

void hist_merge(struct hist *to, const struct hist *from)
{
	uint32_t i;

	to->count += from->count;
	to->censored += from->censored;
	to->sum += from->sum;
	if (from->max > to->max)
		to->max = from->max;
	for (i = 0; i < HIST_BUCKETS; i++)
		to->bucket[i] += from->bucket[i];
}

bool hist_adds_up(const struct hist *h)
{
	hist_sum least = 0, most = 0;
	uint32_t i;

	for (i = 0; i < HIST_BUCKETS; i++) {
		uint64_t last = i < HIST_BUCKETS - 1 ? hist_floor(i + 1) - 1 : h->max;

		least += (hist_sum)h->bucket[i] * hist_floor(i);
		most += (hist_sum)h->bucket[i] * (last < h->max ? last : h->max);
	}
	return h->sum >= least && h->sum <= most;
}

const char *hist_sum_text(hist_sum sum, char text[HIST_SUM_CHARS])
{
	char *at = &text[HIST_SUM_CHARS - 1];

	*at = '\0';
	do {
		*--at = (char)('0' + (int)(sum % 10));
		sum /= 10;
	} while (sum);
	return at;
}

bool hist_enough(uint64_t count, double q)
{
	/* 1 - 0.9 is not 0.1 in binary: a hair of tolerance, or 1000 would not do */
	return (double)count * (1 - q) >= 100 * (1 - 1e-9);
}

/* A bucket's values spread evenly over it; fraction in (0, 1] of its count. */
double hist_within(uint32_t index, double fraction, uint64_t max)
{
	double floor = (double)hist_floor(index);
	double last = index == HIST_BUCKETS - 1 ? (double)max : (double)hist_floor(index + 1) - 1;

	if (last > (double)max)
		last = (double)max;
	return floor + (last - floor) * fraction;
}

/* The bucket that holds this rank (0 < rank <= count), and how far into it, as a fraction. */
static uint32_t hist_rank(const struct hist *h, double rank, double *fraction)
{
	uint64_t below = 0;
	uint32_t i, last = 0;

	for (i = 0; i < HIST_BUCKETS; i++) {
		if (!h->bucket[i])
			continue;
		last = i;
		if ((double)(below + h->bucket[i]) >= rank)
			break;
		below += h->bucket[i];
	}
	*fraction = (rank - (double)below) / (double)h->bucket[last];
	if (*fraction > 1)
		*fraction = 1;
	return last;
}

double hist_quantile(const struct hist *h, double q)
{
	double fraction;
	uint32_t index;

	if (!h->count)
		return 0;
	index = hist_rank(h, q * (double)h->count, &fraction);
	return hist_within(index, fraction, h->max);
}

double hist_quantile_worst(const struct hist *h, double q)
{
	double fraction, rank = q * (double)h->count + (double)h->censored;
	uint32_t index;

	if (!h->count)
		return 0;
	if (h->censored && rank >= (double)h->count)
		return INFINITY;
	index = hist_rank(h, rank, &fraction);
	return hist_within(index, fraction, h->max);
}

struct hist_packed *hist_pack(const struct hist *h)
{
	struct hist_packed *p;
	uint32_t i, nr = 0;

	for (i = 0; i < HIST_BUCKETS; i++)
		nr += h->bucket[i] != 0;
	p = malloc(sizeof(*p) + nr * (sizeof(p->bucket[0]) + sizeof(p->index[0])));
	if (!p)
		return NULL;
	p->count = h->count;
	p->censored = h->censored;
	p->sum = h->sum;
	p->max = h->max;
	p->bucket = (uint64_t *)(p + 1);
	p->index = (uint16_t *)(p->bucket + nr);
	p->nr = 0;
	for (i = 0; i < HIST_BUCKETS; i++) {
		if (!h->bucket[i])
			continue;
		p->bucket[p->nr] = h->bucket[i];
		p->index[p->nr++] = (uint16_t)i;
	}
	return p;
}

void hist_merge_packed(struct hist *to, const struct hist_packed *from)
{
	uint32_t i;

	to->count += from->count;
	to->censored += from->censored;
	to->sum += from->sum;
	if (from->max > to->max)
		to->max = from->max;
	for (i = 0; i < from->nr; i++)
		to->bucket[from->index[i]] += from->bucket[i];
}

bool hist_packed_equal(const struct hist_packed *a, const struct hist_packed *b)
{
	return a->count == b->count && a->censored == b->censored && a->sum == b->sum &&
	       a->max == b->max && a->nr == b->nr &&
	       !memcmp(a->bucket, b->bucket, a->nr * sizeof(a->bucket[0])) &&
	       !memcmp(a->index, b->index, a->nr * sizeof(a->index[0]));
}
