/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What the replications of a study say together.
 */
#include "study.h"

#include <stdlib.h>

#include "base/rng.h"
#include "hist_boot.h"
#include "kinds.h"

/* Bootstrap draws hang on this and the scenario's seed. */
#define STUDY_BOOT_KEY UINT64_C(0x626f6f7473747261)

static uint32_t nr_hists(const struct study *study)
{
	return (1 + study->world->nr_groups) * NR_GH;
}

/* The samples of a column; NULL when memory runs out. */
static struct sample *gather(const struct study *study, uint32_t column, uint32_t policy)
{
	uint32_t nr = study_nr_reps(study, policy), r;
	struct sample *x = calloc(nr + 1, sizeof(*x));

	for (r = 0; x && r < nr; r++)
		x[r] = (*study_slot(study, r, policy))->samples[column];
	return x;
}

static struct boot *boot_of(struct study *study, uint32_t policy, uint32_t hist)
{
	struct boot **cached = &study->boots[policy * nr_hists(study) + hist], *boot = *cached;
	const struct hist_packed **reps;
	uint64_t key = STUDY_BOOT_KEY + (study->unpaired ? policy : 0);
	uint32_t nr = study_nr_reps(study, policy), r;

	if (boot && boot->nr_reps == nr)
		return boot;
	free(boot);
	boot = malloc(sizeof(*boot));
	reps = calloc(nr + 1, sizeof(*reps));
	for (r = 0; reps && r < nr; r++)
		reps[r] = (*study_slot(study, r, policy))->hists[hist];
	if (boot && (!reps || boot_fill(boot, reps, nr, rng_key(key, study->world->run.seed)))) {
		free(boot);
		boot = NULL;
	}
	free(reps);
	*cached = boot;
	return boot;
}

/* Index of a column's histogram. */
static uint32_t column_hist(const struct study_column *c)
{
	uint32_t scope = c->scope.kind == SCOPE_GROUP ? 1 + c->scope.id : 0;

	return scope * NR_GH + c->metric->hist;
}

static uint32_t quantile_index(double q)
{
	uint32_t i = 0;

	while (i < BOOT_QUANTILES - 1 && boot_quantiles[i] != q)
		i++;
	return i;
}

static bool same_hists(const struct study *study, uint32_t hist, uint32_t a, uint32_t b)
{
	uint32_t r;

	for (r = 0; r < study->nr_reps; r++)
		if (!hist_packed_equal((*study_slot(study, r, a))->hists[hist],
				       (*study_slot(study, r, b))->hists[hist]))
			return false;
	return true;
}

static void quantile_estimate(struct study *study, const struct study_column *c, uint32_t policy,
			      const uint32_t *base, struct estimate *e)
{
	uint32_t hist = column_hist(c), i = quantile_index(c->metric->quantile);
	const struct boot *boot = boot_of(study, policy, hist);
	const struct boot *other = base ? boot_of(study, *base, hist) : NULL;

	if (!boot || (base && !other))
		stats_na(e, NA_EMPTY, 0);
	else if (!base)
		boot_estimate(boot, i, e);
	else
		boot_difference(boot, other,
				study->unpaired				 ? BOOT_UNPAIRED
				: same_hists(study, hist, policy, *base) ? BOOT_SAME
									 : BOOT_PAIRED,
				i, e);
}

static void sample_estimate(struct study *study, uint32_t column, uint32_t policy,
			    const uint32_t *base, struct estimate *e)
{
	bool ratio = study->columns[column].metric->kind == METRIC_RATIO;
	struct sample *x = gather(study, column, policy);
	struct sample *b = base ? gather(study, column, *base) : NULL;
	uint32_t nr = study_nr_reps(study, policy);

	if (!nr || !x || (base && !b))
		stats_na(e, NA_EMPTY, 0);
	else if (b && study->unpaired)
		stats_unpaired(x, nr, b, study_nr_reps(study, *base), ratio, e);
	else if (ratio && b)
		stats_ratio_difference(x, b, nr, e);
	else if (ratio)
		stats_ratio(x, nr, e);
	else if (b)
		stats_mean_difference(x, b, nr, e);
	else
		stats_mean(x, nr, e);
	free(x);
	free(b);
}

void study_estimate(struct study *study, uint32_t column, uint32_t policy, struct estimate *e)
{
	const struct study_column *c = &study->columns[column];

	if (study->nr_reps && c->metric->kind == METRIC_QUANTILE)
		quantile_estimate(study, c, policy, NULL, e);
	else
		sample_estimate(study, column, policy, NULL, e);
}

void study_shown(struct study *study, uint32_t column, uint32_t policy, struct estimate *e)
{
	uint32_t r;

	study_estimate(study, column, policy, e);
	if (!study->columns[column].metric->largest || e->kind == EST_NA)
		return;
	for (r = 0; r < study_nr_reps(study, policy); r++) {
		struct sample x = (*study_slot(study, r, policy))->samples[column];

		if (x.num / x.den > e->value)
			e->value = x.num / x.den;
	}
	if (e->kind == EST_INTERVAL)
		e->kind = EST_POINT;
	e->low = e->high = e->value;
}

void study_difference(struct study *study, uint32_t column, uint32_t policy, struct estimate *e)
{
	const struct study_column *c = &study->columns[column];

	if (study->baseline == STUDY_NO_BASELINE)
		*e = (struct estimate){.kind = EST_NA, .reason = NA_EMPTY};
	else if (study->nr_reps && c->metric->kind == METRIC_QUANTILE)
		quantile_estimate(study, c, policy, &study->baseline, e);
	else
		sample_estimate(study, column, policy, &study->baseline, e);
}

enum verdict study_verdict(const struct metric *metric, const struct estimate *difference)
{
	bool lower = metric->better == BETTER_LOWER;

	if (difference->kind == EST_NA || difference->kind == EST_POINT)
		return VERDICT_NONE;
	if (difference->low == 0 && difference->high == 0)
		return VERDICT_SAME;
	if (difference->low <= 0 && difference->high >= 0)
		return VERDICT_UNDECIDED;
	if (metric->better == BETTER_NONE)
		return VERDICT_NONE;
	return (difference->high < 0) == lower ? VERDICT_BETTER : VERDICT_WORSE;
}

const char *verdict_name(enum verdict verdict)
{
	static const char *const names[] = {
		[VERDICT_NONE] = "",
		[VERDICT_BETTER] = "better",
		[VERDICT_WORSE] = "worse",
		[VERDICT_SAME] = "same",
		[VERDICT_UNDECIDED] = "undecided",
	};

	return names[verdict];
}

char verdict_mark(enum verdict verdict)
{
	static const char marks[] = {
		[VERDICT_NONE] = ' ', [VERDICT_BETTER] = '+',	 [VERDICT_WORSE] = '-',
		[VERDICT_SAME] = '=', [VERDICT_UNDECIDED] = '?',
	};

	return marks[verdict];
}

/*
 * Precise enough means: the interval of every policy, and of every difference to
 * the baseline, is narrow relative to the largest value among the policies.  (Not
 * to each one's own: a policy that cures the problem has a value near zero.)
 */
enum stop_state study_judge(struct study *study, const struct metric *primary)
{
	struct scope host = scope_host(study->world);
	uint32_t column = primary ? study_column(study, primary, &host) : UINT32_MAX, p;
	double widest = 0, scale = 0;
	bool measured = column != UINT32_MAX;

	for (p = 0; measured && p < study->nr_policies; p++) {
		struct estimate value, difference;

		study_estimate(study, column, p, &value);
		study_difference(study, column, p, &difference);
		measured = value.kind != EST_NA;
		if (estimate_half(&value) > widest)
			widest = estimate_half(&value);
		if (estimate_half(&difference) > widest)
			widest = estimate_half(&difference);
		if (value.value > scale || -value.value > scale)
			scale = value.value < 0 ? -value.value : value.value;
	}
	stop_judge(&study->rule, measured ? widest : 1, measured ? scale : 0);
	if (study->rule.state != STOP_MORE && study->nr_reps < GROUPS_TELL &&
	    study->nr_reps < study->max_reps && kinds_speak(study, primary))
		stop_extend(&study->rule,
			    study->max_reps < GROUPS_TELL ? study->max_reps : GROUPS_TELL);
	return study->rule.state;
}

const struct hist *study_hist(struct study *study, uint32_t policy, uint32_t scope,
			      enum group_hist which)
{
	const struct boot *boot = boot_of(study, policy, scope * NR_GH + which);

	return boot ? &boot->merged : NULL;
}

uint64_t study_violations(const struct study *study, uint32_t policy)
{
	uint64_t sum = 0;
	uint32_t r;

	for (r = 0; r < study_nr_reps(study, policy); r++)
		sum += (*study_slot(study, r, policy))->nr_violations;
	return sum;
}
