/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * stats.h - what several replications say together: means, ratios, differences,
 * each with a 95 % interval, and when there are enough of them.
 *
 * A replication gives one sample of a metric: a numerator and a denominator.
 * Two policies are compared sample by sample, as replication i of both saw the
 * same demand.
 */
#ifndef CORUN_STATS_H
#define CORUN_STATS_H

#include <stdbool.h>
#include <stdint.h>

#define STATS_LEVEL 0.95

/* A metric in one replication: num / den; den 0: there was nothing to measure. */
struct sample {
	double num, den;
};

enum estimate_kind {
	EST_NA, /* no value: see reason */
	EST_POINT, /* a value without an interval: one replication */
	EST_INTERVAL, /* low and high enclose it at 95 % */
	EST_EXACT, /* every replication gave this very value */
};

enum na_reason {
	NA_NONE,
	NA_EMPTY, /* nothing happened that could be measured */
	NA_MISSING, /* some replications have no value: the others would mislead */
	NA_SAMPLES, /* too few samples for this quantile */
};

struct estimate {
	enum estimate_kind kind;
	enum na_reason reason;
	bool at_least; /* waits cut off by the end may have made it larger */
	double value, low, high; /* low = high = value unless EST_INTERVAL */
	uint32_t nr_reps;
	uint64_t nr_samples; /* quantiles: waits counted */
};

/* Half the width of the interval, 0 where there is none. */
double estimate_half(const struct estimate *e);

/* The 97.5 % quantile of Student's t for nr values (nr - 1 degrees of freedom), nr >= 2. */
double stats_t(uint32_t nr);

/* e becomes the one value of a single replication, or n/a. */
void stats_na(struct estimate *e, enum na_reason reason, uint32_t nr);

/* Mean over replications of num / den; n/a if one of them has no value. */
void stats_mean(const struct sample *x, uint32_t nr, struct estimate *e);

/* Mean of the differences x[i] - base[i]. */
void stats_mean_difference(const struct sample *x, const struct sample *base, uint32_t nr,
			   struct estimate *e);

/* Sum of num over sum of den, interval by the jackknife over replications. */
void stats_ratio(const struct sample *x, uint32_t nr, struct estimate *e);

/* Difference of two such ratios, the replications left out in pairs. */
void stats_ratio_difference(const struct sample *x, const struct sample *base, uint32_t nr,
			    struct estimate *e);

/*
 * The difference of two means, or ratios, whose replications have nothing to do with one
 * another: the variances add up, and t has the degrees of freedom of Welch and
 * Satterthwaite.
 */
void stats_unpaired(const struct sample *x, uint32_t nr, const struct sample *base,
		    uint32_t nr_base, bool ratio, struct estimate *e);

/*
 * When to stop.  Batches double the number of replications, from min (10 at
 * least).  Once the primary metric is as precise as asked for, as many
 * replications again are run, and those decide nothing: an interval that is
 * reported just because it happened to be narrow covers too little (94 % turns
 * into 93 %, and 88 % where the data are skewed).
 */
enum stop_state {
	STOP_MORE, /* run up to goal replications, then judge again */
	STOP_FIXED, /* as many as asked for; no target was set */
	STOP_TARGET, /* the target was reached */
	STOP_CAP, /* max replications, and the target was not reached */
};

struct stop_rule {
	uint32_t min, max;
	double until_rel; /* half width over scale to reach; 0: none, run min */
	uint32_t goal; /* replications to have before the next judgement */
	bool reached; /* the target was reached; the confirming batch runs */
	enum stop_state state;
};

#define STOP_MIN_REPS 10u

/* min and max at least 1; max below min counts as min. */
void stop_init(struct stop_rule *rule, uint32_t min, uint32_t max, double until_rel);

/* goal replications are there; half is the widest half width, scale what it is relative to. */
enum stop_state stop_judge(struct stop_rule *rule, double half, double scale);

/* It has stopped, but so many replications are needed all the same. */
void stop_extend(struct stop_rule *rule, uint32_t goal);

#endif
