/* SPDX-License-Identifier: BSD-2-Clause */
#include "base/json.h"
#include "report.h"
#include "study/kinds.h"
#include "study/memory.h"

static const char *stop_name(enum stop_state state)
{
	switch (state) {
	case STOP_TARGET:
		return "target";
	case STOP_CAP:
		return "cap";
	case STOP_FIXED:
		return "fixed";
	default:
		return "interrupted";
	}
}

/* Only where there are any. */
static void put_voids(struct json *json, const struct study *study)
{
	uint32_t i;

	if (!study->nr_voids)
		return;
	json_open(json, "void", '[');
	for (i = 0; i < study->nr_voids; i++) {
		const struct study_void *v = &study->voids[i];

		json_open(json, NULL, '{');
		json_string(json, "name", study->world->policies[v->policy].name);
		json_count(json, "replication", v->rep);
		json_string(json, "kind", v->err.kind);
		json_string(json, "text", v->err.text);
		json_close(json, '}');
	}
	json_close(json, ']');
}

static void put_run(struct json *json, const struct report *report)
{
	const struct study *study = report->study;
	const struct world *world = study->world;
	uint64_t least_ns, most_ns;
	uint32_t nr_early;

	json_string(json, "corun", CORUN_VERSION);
	json_open(json, "scenario", '{');
	json_string(json, "file", report->scenario);
	json_string(json, "description", world->description);
	json_string(json, "hash", world->hash);
	json_string(json, "irregularity", world_irregularity_name(world));
	json_string(json, "hints", world_hints_name(world));
	json_close(json, '}');
	json_count(json, "seed", world->run.seed);
	json_number(json, "window_s", (double)world->run.duration_ns / 1e9);
	json_number(json, "warmup_s", (double)world->run.warmup_ns / 1e9);
	nr_early = study_early_ends(study, &least_ns, &most_ns);
	if (nr_early) {
		json_open(json, "ended_early", '{');
		json_count(json, "runs", nr_early);
		json_number(json, "least_s", (double)least_ns / 1e9);
		json_number(json, "most_s", (double)most_ns / 1e9);
		json_close(json, '}');
	}
	json_open(json, "replications", '{');
	json_count(json, "done", study->nr_reps);
	json_count(json, "first", study->first_rep);
	json_count(json, "min", study->rule.min);
	json_count(json, "max", study->rule.max);
	json_string(json, "stopped_by", stop_name(study->rule.state));
	if (study->rule.until_rel > 0) {
		json_string(json, "primary", report->primary ? report->primary->name : "");
		json_number(json, "until", study->rule.until_rel);
	}
	json_close(json, '}');
	if (study->baseline != STUDY_NO_BASELINE)
		json_string(json, "baseline", study_policy_name(study, study->baseline));
	put_voids(json, study);
}

static void put_interval(struct json *json, const struct estimate *e)
{
	json_number(json, "value", e->value);
	if (e->kind != EST_POINT) {
		json_number(json, "low", e->low);
		json_number(json, "high", e->high);
	}
	json_bool(json, "exact", e->kind == EST_EXACT);
}

static const char *reason_name(enum na_reason reason)
{
	switch (reason) {
	case NA_SAMPLES:
		return "too few samples";
	case NA_MISSING:
		return "missing in some replications";
	default:
		return "nothing to measure";
	}
}

static void put_difference(struct json *json, struct study *study, uint32_t column, uint32_t policy)
{
	const struct metric *metric = study->columns[column].metric;
	struct estimate e;

	study_difference(study, column, policy, &e);
	if (e.kind == EST_NA)
		return;
	json_open(json, "difference", '{');
	put_interval(json, &e);
	if (*verdict_name(study_verdict(metric, &e)))
		json_string(json, "verdict", verdict_name(study_verdict(metric, &e)));
	json_close(json, '}');
}

static void put_group(struct json *json, const char *name, uint32_t n, uint32_t nr, double median)
{
	struct share share;

	share_wilson(n, nr, &share);
	json_open(json, name, '{');
	json_number(json, "share", share.value);
	json_number(json, "low", share.low);
	json_number(json, "high", share.high);
	json_number(json, "median", median);
	json_close(json, '}');
}

static void put_memory(struct json *json, const struct study *study, uint32_t column,
		       uint32_t policy)
{
	struct memory m;

	if (memory_of(study, column, policy, &m) || !m.known)
		return;
	json_open(json, "memory", '{');
	json_number(json, "correlation", m.correlation);
	json_number(json, "low", m.low);
	json_number(json, "high", m.high);
	json_bool(json, "remembers_start", m.speaks);
	json_close(json, '}');
}

/* Two kinds of runs, and the median run beside what is weighted by events. */
static void put_kinds(struct json *json, const struct study *study, uint32_t column,
		      uint32_t policy, bool told)
{
	const struct study_column *c = &study->columns[column];
	const struct groups *g;
	struct kinds k;

	if (c->scope.kind == SCOPE_VM || study_nr_reps(study, policy) < 2 ||
	    (!told && !metric_is_event_weighted(c->metric)) ||
	    kinds_of(study, column, policy, &k) || !k.nr)
		return;
	told = told && c->scope.kind == SCOPE_HOST && k.by == KINDS_TOLD;
	if (told || metric_is_event_weighted(c->metric)) {
		json_open(json, "median_run", '{');
		json_number(json, "value", k.median);
		if (k.enough) {
			json_number(json, "low", k.median_from);
			json_number(json, "high", k.median_upto);
		}
		json_close(json, '}');
	}
	if (!told)
		return;
	g = &k.groups;
	json_open(json, "groups", '{');
	json_number(json, "p10", k.low);
	json_number(json, "p90", k.high);
	json_number(json, "border", g->border);
	put_group(json, "below", g->nr_below, k.nr, g->median_below);
	put_group(json, "above", k.nr - g->nr_below, k.nr, g->median_above);
	json_number(json, "between", (double)g->nr_between / k.nr);
	json_close(json, '}');
}

/* The value is the mean of each run's largest; no quantile lies above the largest of all. */
static void put_largest(struct json *json, struct study *study, uint32_t column, uint32_t policy)
{
	struct estimate e;

	study_shown(study, column, policy, &e);
	json_number(json, "largest", e.value);
}

static void put_metric(struct json *json, struct study *study, uint32_t column, uint32_t policy,
		       bool told)
{
	const struct study_column *c = &study->columns[column];
	struct estimate e;

	if (!study_speaks(study, c->metric))
		return;
	study_estimate(study, column, policy, &e);
	if (e.kind == EST_NA && e.reason == NA_EMPTY)
		return;
	json_open(json, NULL, '{');
	json_string(json, "metric", c->metric->name);
	json_string(json, "scope", scope_kind_name(c->scope.kind));
	json_string(json, "name", scope_name(study->world, &c->scope));
	json_string(json, "unit", metric_unit_name(c->metric));
	if (e.kind == EST_NA)
		json_string(json, "no_value", reason_name(e.reason));
	else
		put_interval(json, &e);
	if (c->metric->largest && e.kind != EST_NA)
		put_largest(json, study, column, policy);
	if (c->metric->kind == METRIC_QUANTILE)
		json_count(json, "samples", e.nr_samples);
	if (e.at_least)
		json_bool(json, "at_least", true);
	put_memory(json, study, column, policy);
	put_kinds(json, study, column, policy, told);
	if (e.kind != EST_NA && policy != study->baseline)
		put_difference(json, study, column, policy);
	json_close(json, '}');
}

/* Where a policy broke the contract first, if it did. */
static void put_violations(struct json *json, const struct study *study, uint32_t policy)
{
	uint32_t r;

	json_count(json, "violations", study_violations(study, policy));
	for (r = 0; r < study->nr_reps; r++) {
		const struct study_rep *rep = *study_slot(study, r, policy);

		if (!rep->nr_violations)
			continue;
		json_open(json, "first_violation", '{');
		json_count(json, "replication", study->first_rep + r);
		json_string(json, "text", rep->violation);
		json_close(json, '}');
		return;
	}
}

int report_summary_json(FILE *to, void *context)
{
	const struct report *report = context;
	struct study *study = report->study;
	bool told = kinds_speak(study, report->primary) == KINDS_TOLD;
	struct json json;
	uint32_t p, c;

	json_init(&json, to);
	json_open(&json, NULL, '{');
	put_run(&json, report);
	json_open(&json, "policies", '[');
	for (p = 0; p < study->nr_policies; p++) {
		json_open(&json, NULL, '{');
		json_string(&json, "name", study_policy_name(study, p));
		json_string(&json, "policy", study->world->policies[study->policies[p]].policy);
		if (study->world->policies[study->policies[p]].from) {
			json_string(&json, "file", study->world->policies[study->policies[p]].file);
			json_string(&json, "build",
				    study->world->policies[study->policies[p]].build);
		}
		put_violations(&json, study, p);
		json_open(&json, "metrics", '[');
		for (c = 0; c < study->nr_columns; c++)
			put_metric(&json, study, c, p, told);
		json_close(&json, ']');
		json_close(&json, '}');
	}
	json_close(&json, ']');
	json_close(&json, '}');
	return 0;
}
