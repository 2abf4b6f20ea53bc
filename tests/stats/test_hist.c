/* SPDX-License-Identifier: BSD-2-Clause */
/* Histograms against sorted data, and the bootstrap over replications. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "../../sim/base/rng.h"
#include "../../sim/study/hist_boot.h"

static int by_value(const void *a, const void *b)
{
	uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;

	return x < y ? -1 : x > y;
}

static void buckets_hold_their_values(void **state)
{
	uint64_t value;
	uint32_t i;

	(void)state;
	for (i = 0; i + 1 < HIST_BUCKETS; i++) {
		assert_int_equal(hist_index(hist_floor(i)), i);
		assert_int_equal(hist_index(hist_floor(i + 1) - 1), i);
	}
	for (value = 1; value < UINT64_C(1) << HIST_TOP_BIT; value = value * 3 / 2 + 1) {
		i = hist_index(value);
		assert_true(hist_floor(i) <= value);
		assert_true(hist_floor(i + 1) > value);
		assert_true((hist_floor(i + 1) - hist_floor(i)) * 32 <= value || value < 32);
	}
	assert_int_equal(hist_index(UINT64_MAX), HIST_BUCKETS - 1);
}

/* Every quantile within one bucket of the sorted data's, over eight decades. */
static void quantiles_match_sorted_data(void **state)
{
	enum { N = 20001 };
	static const double qs[] = {0.001, 0.1, 0.5, 0.9, 0.95, 0.99, 0.999};
	uint64_t *data = calloc(N, sizeof(*data));
	struct hist *h = calloc(1, sizeof(*h));
	uint32_t i;

	(void)state;
	assert_non_null(data);
	assert_non_null(h);
	for (i = 0; i < N; i++) {
		double u = rng_unit(1, i);

		data[i] = (uint64_t)(10 / (u * u * u * u + 1e-8));
		hist_add(h, data[i]);
	}
	qsort(data, N, sizeof(*data), by_value);
	for (i = 0; i < sizeof(qs) / sizeof(qs[0]); i++) {
		double q = hist_quantile(h, qs[i]);
		double sorted = (double)data[(uint32_t)(qs[i] * N)];

		assert_true(q >= sorted * (1 - 1.0 / 32) - 1);
		assert_true(q <= sorted * (1 + 1.0 / 32) + 1);
	}
	assert_int_equal(h->max, data[N - 1]);
	assert_true(hist_quantile(h, 0.9999999) <= (double)data[N - 1]);
	free(data);
	free(h);
}

static void small_values_are_exact(void **state)
{
	struct hist *h = calloc(1, sizeof(*h));
	uint64_t v;

	(void)state;
	assert_non_null(h);
	assert_true(hist_quantile(h, 0.5) == 0);
	for (v = 1; v <= 20; v++)
		hist_add(h, v);
	assert_true(hist_quantile(h, 0.5) == 10);
	assert_true(hist_quantile(h, 0.95) == 19);
	free(h);
}

/* Anything up to the top bit, and beyond it, merges without loss; packing too. */
static void merge_and_pack_are_exact(void **state)
{
	struct hist *h = calloc(5, sizeof(*h)), *all = &h[0], *a = &h[1], *b = &h[2];
	struct hist *merged = &h[3], *unpacked = &h[4];
	struct hist_packed *pa, *pb, *pa2;
	uint32_t i;

	(void)state;
	assert_non_null(h);
	for (i = 0; i < 10000; i++) {
		uint64_t value = rng_bits(7, i) >> (i % 60);

		hist_add(all, value);
		hist_add(i % 3 ? a : b, value);
	}
	a->censored = 5;
	all->censored = 5;
	hist_merge(merged, a);
	hist_merge(merged, b);
	assert_memory_equal(merged, all, sizeof(*all));
	pa = hist_pack(a);
	pb = hist_pack(b);
	pa2 = hist_pack(a);
	assert_non_null(pa);
	assert_non_null(pb);
	assert_non_null(pa2);
	hist_merge_packed(unpacked, pa);
	hist_merge_packed(unpacked, pb);
	assert_memory_equal(unpacked, all, sizeof(*all));
	assert_true(hist_packed_equal(pa, pa2));
	assert_false(hist_packed_equal(pa, pb));
	free(pa);
	free(pb);
	free(pa2);
	free(h);
}

static void few_samples_give_no_quantile(void **state)
{
	(void)state;
	assert_true(hist_enough(200, 0.5));
	assert_false(hist_enough(199, 0.5));
	assert_true(hist_enough(2000, 0.95));
	assert_false(hist_enough(1999, 0.95));
	assert_true(hist_enough(10000, 0.99));
	assert_false(hist_enough(9999, 0.99));
	assert_true(hist_enough(100000, 0.999));
	assert_false(hist_enough(99999, 0.999));
	assert_false(hist_enough(0, 0.5));
}

/* One wait cut off among many hardly moves a median; many do, and one moves the tail. */
static void open_waits_make_it_worse(void **state)
{
	struct hist *h = calloc(1, sizeof(*h));
	uint32_t i;

	(void)state;
	assert_non_null(h);
	for (i = 0; i < 1000; i++)
		hist_add(h, 1000 + i * 100);
	assert_true(hist_quantile_worst(h, 0.5) == hist_quantile(h, 0.5));
	h->censored = 1;
	assert_true(hist_quantile_worst(h, 0.5) < 1.01 * hist_quantile(h, 0.5));
	assert_true(isinf(hist_quantile_worst(h, 0.9995)));
	h->censored = 400;
	assert_true(hist_quantile_worst(h, 0.5) > 1.7 * hist_quantile(h, 0.5));
	assert_true(hist_quantile_worst(h, 0.5) < 1.9 * hist_quantile(h, 0.5));
	h->censored = 600;
	assert_true(isinf(hist_quantile_worst(h, 0.5)));
	free(h);
}

/* A starving policy cannot look good by never ending its waits: the estimate says so. */
static void open_waits_are_flagged_where_they_matter(void **state)
{
	struct hist *h = calloc(1, sizeof(*h));
	struct boot *boot = malloc(sizeof(*boot));
	struct hist_packed *rep;
	struct estimate e;
	uint32_t i;

	(void)state;
	assert_non_null(h);
	assert_non_null(boot);
	for (i = 0; i < 20000; i++)
		hist_add(h, 1000 + i * 10);
	for (h->censored = 10; h->censored <= 1000; h->censored *= 100) {
		rep = hist_pack(h);
		assert_non_null(rep);
		assert_int_equal(boot_fill(boot, (const struct hist_packed *const *)&rep, 1, 1), 0);
		boot_estimate(boot, 0, &e);
		assert_int_equal(e.at_least, h->censored == 1000);
		boot_estimate(boot, 2, &e); /* 200 lie above the 99 % quantile */
		assert_int_equal(e.at_least, h->censored == 1000);
		free(rep);
	}
	free(boot);
	free(h);
}

/* -- bootstrap -------------------------------------------------------------- */

#define REPS 12

/* Waits around centre, which differs a little from replication to replication. */
static void fill(struct hist_packed *reps[REPS], uint64_t key, double centre, double spread,
		 uint32_t waits)
{
	struct hist *h = calloc(1, sizeof(*h));
	uint32_t r, i;

	assert_non_null(h);
	for (r = 0; r < REPS; r++) {
		double own = centre * (1 + spread * (rng_unit(key, r) - 0.5));

		memset(h, 0, sizeof(*h));
		for (i = 0; i < waits; i++)
			hist_add(h, (uint64_t)(own * (0.5 + rng_unit(key + 1, r * waits + i))));
		reps[r] = hist_pack(h);
		assert_non_null(reps[r]);
	}
	free(h);
}

static void empty(struct hist_packed *reps[REPS])
{
	uint32_t r;

	for (r = 0; r < REPS; r++)
		free(reps[r]);
}

static void bootstrap_is_seeded(void **state)
{
	const struct hist_packed *many[BOOT_LEAST];
	struct hist_packed *x[REPS];
	struct boot *a = malloc(sizeof(*a)), *b = malloc(sizeof(*b));
	uint32_t i;

	(void)state;
	assert_non_null(a);
	assert_non_null(b);
	fill(x, 1, 1e6, 0.3, 1000);
	for (i = 0; i < BOOT_LEAST; i++)
		many[i] = x[i % REPS];
	assert_int_equal(boot_fill(a, many, BOOT_LEAST, 5), 0);
	assert_int_equal(boot_fill(b, many, BOOT_LEAST, 5), 0);
	assert_memory_equal(a->draw, b->draw, sizeof(a->draw));
	assert_int_equal(boot_fill(b, many, BOOT_LEAST, 6), 0);
	assert_memory_not_equal(a->draw, b->draw, sizeof(a->draw));
	/* with fewer nothing is drawn: no seed changes anything */
	assert_int_equal(boot_fill(a, many, BOOT_LEAST - 1, 5), 0);
	assert_int_equal(boot_fill(b, many, BOOT_LEAST - 1, 6), 0);
	assert_memory_equal(a, b, sizeof(*a));
	empty(x);
	free(a);
	free(b);
}

static void few_replications_are_paired(void **state)
{
	struct hist_packed *x[REPS], *y[REPS];
	struct boot *a = malloc(sizeof(*a)), *b = malloc(sizeof(*b));
	const struct hist_packed *const *px = (const struct hist_packed *const *)x;
	const struct hist_packed *const *py = (const struct hist_packed *const *)y;
	struct estimate e, f, d, apart;

	(void)state;
	assert_non_null(a);
	assert_non_null(b);
	fill(x, 1, 1e6, 0.3, 1000);
	fill(y, 1, 2e6, 0.3, 1000); /* the same replications at half the speed */
	assert_int_equal(boot_fill(a, px, REPS, 5), 0);
	boot_estimate(a, 0, &e);
	assert_int_equal(e.kind, EST_INTERVAL);
	assert_int_equal(e.nr_samples, REPS * 1000);
	assert_true(e.low < e.value && e.value < e.high);
	assert_true(e.low < 1000 && e.high > 1000 && e.low > 800 && e.high < 1200); /* us */
	boot_estimate(a, 3, &e); /* 12,000 waits are too few for 99.9 % */
	assert_int_equal(e.kind, EST_NA);
	assert_int_equal(e.reason, NA_SAMPLES);

	assert_int_equal(boot_fill(b, py, REPS, 5), 0);
	boot_estimate(a, 0, &e);
	boot_estimate(b, 0, &f);
	boot_difference(b, a, BOOT_PAIRED, 0, &d);
	boot_difference(b, a, BOOT_UNPAIRED, 0, &apart);
	assert_true(d.low > 0 && d.low < 1000 && d.high > 1000);
	/* pairs move together: the difference is as sure as one of the two */
	assert_true(estimate_half(&d) < 0.8 * (estimate_half(&e) + estimate_half(&f)));
	assert_true(estimate_half(&d) < 0.8 * estimate_half(&apart));
	empty(x);
	empty(y);
	free(a);
	free(b);
}

static void equal_histograms_differ_by_exactly_nothing(void **state)
{
	struct hist_packed *x[REPS];
	struct boot *a = malloc(sizeof(*a));
	struct estimate e;

	(void)state;
	assert_non_null(a);
	fill(x, 3, 1e6, 0.5, 1000);
	assert_int_equal(boot_fill(a, (const struct hist_packed *const *)x, REPS, 5), 0);
	boot_difference(a, a, BOOT_SAME, 0, &e);
	assert_int_equal(e.kind, EST_EXACT);
	assert_true(e.value == 0 && e.low == 0 && e.high == 0);
	/* equal quantiles of unequal histograms are only known to a bucket */
	boot_difference(a, a, BOOT_PAIRED, 0, &e);
	assert_int_equal(e.kind, EST_INTERVAL);
	assert_true(e.low < 0 && e.high > 0);
	boot_fill(a, (const struct hist_packed *const *)x, 1, 5);
	boot_estimate(a, 0, &e);
	assert_int_equal(e.kind, EST_POINT);
	empty(x);
	free(a);
}

/* 1,000 replications are drawn in bundles: an interval all the same, and a sane one. */
static void many_replications_are_bundled(void **state)
{
	enum { N = 1000 };
	struct boot *boot = malloc(sizeof(*boot));
	struct hist *h = calloc(1, sizeof(*h));
	static struct hist_packed *reps[N];
	struct estimate e;
	uint32_t r, i;

	(void)state;
	assert_non_null(boot);
	assert_non_null(h);
	for (r = 0; r < N; r++) {
		memset(h, 0, sizeof(*h));
		for (i = 0; i < 10; i++)
			hist_add(h, (uint64_t)(1e6 * (0.5 + rng_unit(31, r * 10 + i))));
		reps[r] = hist_pack(h);
		assert_non_null(reps[r]);
	}
	assert_int_equal(boot_fill(boot, (const struct hist_packed *const *)reps, N, 1), 0);
	assert_int_equal(boot->nr_units, 200);
	assert_int_equal(boot->merged.count, 10 * N);
	boot_estimate(boot, 0, &e);
	/* the median of 10,000 uniform values: +-1.96 * 0.5 / sqrt(10,000) = 0.98 %, or its bucket */
	assert_true(e.low < 1000 && 1000 < e.high);
	assert_in_range((uint32_t)estimate_half(&e), 7, 25);
	for (r = 0; r < N; r++)
		free(reps[r]);
	free(boot);
	free(h);
}

/* -- coverage ---------------------------------------------------------------- */

/*
 * Runs differ: one is slower than another by up to 40 %, and with `uneven` has the fewer
 * waits the longer these are.
 */
static struct hist_packed *draw_run(struct hist *h, uint64_t key, double factor, bool uneven)
{
	double own = 1 + 0.8 * (rng_unit(key, 0) - 0.5);
	uint32_t waits = uneven ? (uint32_t)(300 / (own * own * own)) : 300, i;
	struct hist_packed *rep;

	memset(h, 0, sizeof(*h));
	for (i = 0; i < waits; i++)
		hist_add(h, (uint64_t)(-1e6 * factor * own * log(rng_open_unit(key + 1, i))));
	rep = hist_pack(h);
	assert_non_null(rep);
	return rep;
}

/* What a thousand thousand runs would say. */
static double truth_of(struct hist *h, double q, bool uneven)
{
	struct hist *all = calloc(1, sizeof(*all));
	double value;

	assert_non_null(all);
	for (uint64_t r = 0; r < 10000; r++) {
		struct hist_packed *rep = draw_run(h, rng_key(99, r), 1, uneven);

		hist_merge_packed(all, rep);
		free(rep);
	}
	value = hist_quantile(all, q) / 1000;
	free(all);
	return value;
}

#define TIMES 400

/* How many intervals of n replications cover; and of the difference to twice as slow ones. */
static void count_covered(uint32_t n, uint32_t quantile, bool uneven, double truth,
			  uint32_t covered[2])
{
	struct boot *boot = malloc(2 * sizeof(*boot));
	struct hist *h = calloc(1, sizeof(*h));
	uint32_t t, r;

	assert_non_null(boot);
	assert_non_null(h);
	covered[0] = covered[1] = 0;
	for (t = 0; t < TIMES; t++) {
		struct hist_packed *x[100], *y[100];
		struct estimate e, d;

		for (r = 0; r < n; r++) {
			uint64_t key = rng_key(rng_key(rng_key(7, n), t), r);

			x[r] = draw_run(h, key, 1, uneven);
			y[r] = draw_run(h, key, 2, uneven);
		}
		boot_fill(&boot[0], (const struct hist_packed *const *)x, n, t);
		boot_fill(&boot[1], (const struct hist_packed *const *)y, n, t);
		boot_estimate(&boot[0], quantile, &e);
		boot_difference(&boot[1], &boot[0], BOOT_PAIRED, quantile, &d);
		covered[0] += e.low <= truth && truth <= e.high;
		covered[1] += d.low <= truth && truth <= d.high;
		for (r = 0; r < n; r++) {
			free(x[r]);
			free(y[r]);
		}
	}
	free(boot);
	free(h);
}

/*
 * Few replications, medians and tails: as often as it says, or somewhat more, as no interval
 * is narrower than a bucket.  (1,000 times each: 10 replications 92.3 to 97.3 %, 20 and 40
 * 94.8 to 98.5 %.)
 */
static void intervals_cover(void **state)
{
	static const struct {
		uint32_t n, q;
		bool uneven;
		double least;
	} cases[] = {{10, 0, false, 0.94},
		     {10, 0, true, 0.91},
		     {40, 0, true, 0.95},
		     {20, 1, false, 0.93}};
	struct hist *h = calloc(1, sizeof(*h));

	(void)state;
	assert_non_null(h);
	for (uint32_t i = 0; i < 4; i++) {
		double truth = truth_of(h, boot_quantiles[cases[i].q], cases[i].uneven);
		uint32_t covered[2];

		count_covered(cases[i].n, cases[i].q, cases[i].uneven, truth, covered);
		print_message("%s runs, %u of them, quantile %g: %.1f %% covered, differences "
			      "%.1f %%\n",
			      cases[i].uneven ? "uneven" : "even", cases[i].n,
			      boot_quantiles[cases[i].q], covered[0] * 100.0 / TIMES,
			      covered[1] * 100.0 / TIMES);
		for (int k = 0; k < 2; k++) {
			assert_true(covered[k] >= cases[i].least * TIMES);
			assert_true(covered[k] <= 0.995 * TIMES);
		}
	}
	free(h);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(buckets_hold_their_values),
		cmocka_unit_test(quantiles_match_sorted_data),
		cmocka_unit_test(small_values_are_exact),
		cmocka_unit_test(merge_and_pack_are_exact),
		cmocka_unit_test(few_samples_give_no_quantile),
		cmocka_unit_test(open_waits_make_it_worse),
		cmocka_unit_test(open_waits_are_flagged_where_they_matter),
		cmocka_unit_test(bootstrap_is_seeded),
		cmocka_unit_test(few_replications_are_paired),
		cmocka_unit_test(equal_histograms_differ_by_exactly_nothing),
		cmocka_unit_test(many_replications_are_bundled),
		cmocka_unit_test(intervals_cover),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
