/* SPDX-License-Identifier: BSD-2-Clause */
/* The tables of a result folder, into a study: every row is checked, whatever becomes of it. */
#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/csv.h"
#include "results.h"

/* The fuzzer has to find it when this is none (tests/diff/diff.mk). */
#ifndef RESULTS_BUCKETS
#define RESULTS_BUCKETS HIST_BUCKETS
#endif

/* One table while it is read. */
struct reader {
	struct results *results;
	struct study *study;
	const uint32_t *from, *to;
	uint32_t nr, skip;
	struct csv csv;
	int policy, rep, scope, name, what; /* columns that both tables have */
	uint32_t last_vm; /* rows of one VM stand together */
	struct error *err;
};

static int bad(const struct reader *r, const char *column, int field, const char *expected)
{
	return error_set(r->err, STATUS_INPUT, "results",
			 "%.200s:%lu:1: found %s '%.60s', expected %s", r->csv.path, r->csv.nr,
			 column, r->csv.fields[field], expected);
}

static const char *field(const struct reader *r, int column)
{
	return r->csv.fields[column];
}

/* Decimal digits and nothing else. */
static bool read_count(const char *text, uint64_t *value)
{
	char *end;

	if (*text < '0' || *text > '9')
		return false;
	errno = 0;
	*value = strtoull(text, &end, 10);
	return !*end && !errno;
}

/* -- what a row is about ---------------------------------------------------- */

/* The slot of the row's policy and replication; *rep NULL where the study has no room. */
static int find_slot(const struct reader *r, struct study_rep **rep)
{
	const struct results *results = r->results;
	uint32_t p = 0, i, at;
	uint64_t number;

	*rep = NULL;
	while (p < results->nr_policies &&
	       strcmp(results->policies[p].name, field(r, r->policy)) != 0)
		p++;
	if (p == results->nr_policies)
		return bad(r, "the policy", r->policy, "one of study.json");
	if (!read_count(field(r, r->rep), &number) || number < results->first ||
	    number - results->first >= results->nr_reps)
		return bad(r, "the replication", r->rep, "one of those that study.json counts");
	at = (uint32_t)(number - results->first);
	for (i = 0; i < r->nr; i++) {
		if (r->from[i] != p || at < r->skip ||
		    at - r->skip >= study_nr_reps(r->study, r->to[i]))
			continue;
		*rep = *study_slot(r->study, at - r->skip, r->to[i]);
	}
	return 0;
}

static bool is_known_group(const struct results *results, const char *name)
{
	uint32_t g;

	for (g = 0; g < results->nr_groups; g++)
		if (!strcmp(results->groups[g].name, name))
			return true;
	return false;
}

static bool is_known_vm(const struct results *results, const char *name)
{
	uint32_t g, v;

	for (g = 0; g < results->nr_groups; g++)
		for (v = 0; v < results->groups[g].nr_vms; v++)
			if (!strcmp(results->groups[g].vms[v], name))
				return true;
	return false;
}

static bool find_group(const struct world *world, const char *name, struct scope *scope)
{
	uint32_t i;

	for (i = 0; i < world->nr_groups; i++) {
		if (strcmp(world->groups[i].name, name) != 0)
			continue;
		*scope = scope_group(world, i);
		return true;
	}
	return false;
}

/* From where the last one was found: the file has them in the same order. */
static bool find_vm(struct reader *r, const char *name, struct scope *scope)
{
	const struct world *world = r->study->world;
	uint32_t i;

	for (i = 0; i < world->nr_vms; i++) {
		uint32_t vm = (r->last_vm + i) % world->nr_vms;

		if (strcmp(world->vms[vm].name, name) != 0)
			continue;
		r->last_vm = vm;
		*scope = scope_vm(vm);
		return true;
	}
	return false;
}

/* 1: *scope is one of the study; 0: it is one that the study leaves out; -1. */
static int find_scope(struct reader *r, struct scope *scope)
{
	const char *kind = field(r, r->scope), *name = field(r, r->name);

	if (!strcmp(kind, "host")) {
		*scope = scope_host(r->study->world);
		return strcmp(name, "all") ? bad(r, "the name", r->name, "all") : 1;
	}
	if (!strcmp(kind, "group")) {
		if (find_group(r->study->world, name, scope))
			return 1;
		return is_known_group(r->results, name)
			       ? 0
			       : bad(r, "the group", r->name, "one of study.json");
	}
	if (strcmp(kind, "vm") != 0)
		return bad(r, "the scope", r->scope, "host, group or vm");
	if (find_vm(r, name, scope))
		return 1;
	return is_known_vm(r->results, name) ? 0 : bad(r, "the VM", r->name, "one of study.json");
}

/* -- results.csv ------------------------------------------------------------- */

static int read_sample(const struct reader *r, int num, int den, struct sample *x)
{
	bool none = !*field(r, num) && !*field(r, den);

	*x = (struct sample){0, 0};
	if (none)
		return 0;
	if (!csv_number(&r->csv, num, &x->num))
		return bad(r, "the numerator", num, "a number");
	if (!csv_number(&r->csv, den, &x->den) || !(x->den > 0))
		return bad(r, "the denominator", den, "a number above 0");
	return 0;
}

static int read_result(struct reader *r, int num, int den)
{
	const struct metric *metric = metric_find(field(r, r->what));
	uint32_t column = UINT32_MAX;
	struct study_rep *rep;
	struct scope scope;
	struct sample x;
	int known;

	if (find_slot(r, &rep))
		return -1;
	known = find_scope(r, &scope);
	if (known < 0 || read_sample(r, num, den, &x))
		return -1;
	if (metric && known)
		column = study_column(r->study, metric, &scope);
	r->results->nr_unknown += !metric || (known && column == UINT32_MAX);
	if (!rep || column == UINT32_MAX)
		return 0;
	if (rep->samples[column].den >= 0)
		return bad(r, "the metric", r->what, "it once for each replication and scope");
	rep->samples[column] = x;
	return 0;
}

/* -- histograms.csv ------------------------------------------------------------ */

/* "index:count index:count", ascending; fills h. */
static bool read_buckets(const char *text, struct hist *h)
{
	uint64_t index, count, last = 0, sum = 0;
	bool first = true;
	char *end;

	while (*text) {
		if (*text < '0' || *text > '9')
			return false;
		errno = 0;
		index = strtoull(text, &end, 10);
		if (errno || *end != ':' || end[1] < '0' || end[1] > '9' ||
		    index >= RESULTS_BUCKETS || (!first && index <= last))
			return false;
		count = strtoull(end + 1, &end, 10);
		if (errno || !count || sum + count < sum || (*end && *end != ' '))
			return false;
		h->bucket[index] = count;
		sum += count;
		last = index;
		first = false;
		text = *end ? end + 1 : end;
	}
	return sum == h->count;
}

/* Of durations: more than 64 bits. */
static bool read_sum(const char *text, hist_sum *sum)
{
	*sum = 0;
	if (!*text || strlen(text) > 38 || strspn(text, "0123456789") != strlen(text))
		return false;
	for (; *text; text++)
		*sum = *sum * 10 + (hist_sum)(*text - '0');
	return true;
}

static int read_hist(struct reader *r, struct hist *h)
{
	static const char *const names[] = {"count", "censored", "sum_ns", "max_ns"};
	uint64_t *const values[] = {&h->count, &h->censored, NULL, &h->max};
	unsigned i;

	memset(h, 0, sizeof(*h));
	for (i = 0; i < 4; i++) {
		int column = csv_column(&r->csv, names[i], r->err);

		if (column < 0)
			return -1;
		if (values[i] ? !read_count(field(r, column), values[i])
			      : !read_sum(field(r, column), &h->sum))
			return bad(r, names[i], column, "a count");
	}
	i = (unsigned)csv_column(&r->csv, "buckets", r->err);
	if ((int)i < 0)
		return -1;
	if (h->censored > h->count || !read_buckets(field(r, (int)i), h))
		return bad(r, "the buckets", (int)i,
			   "index:count, ascending, that add up to count");
	return 0;
}

static int read_histogram(struct reader *r)
{
	struct hist_packed **slot;
	struct study_rep *rep;
	struct scope scope;
	struct hist h;
	uint32_t which;
	int known;

	if (find_slot(r, &rep))
		return -1;
	known = find_scope(r, &scope);
	if (known < 0 || read_hist(r, &h))
		return -1;
	for (which = 0; which < NR_GH; which++)
		if (!strcmp(group_hist_name(which), field(r, r->what)))
			break;
	if (known && scope.kind == SCOPE_VM)
		return bad(r, "the scope", r->scope, "host or group");
	r->results->nr_unknown += which == NR_GH;
	if (!rep || !known || which == NR_GH)
		return 0;
	slot = &rep->hists[(scope.kind == SCOPE_GROUP ? 1 + scope.id : 0) * NR_GH + which];
	if (*slot)
		return bad(r, "the histogram", r->what, "it once for each replication and scope");
	*slot = hist_pack(&h);
	return *slot ? 0 : error_set(r->err, STATUS_IO, "memory", "out of memory");
}

/* -- both ------------------------------------------------------------------------ */

static int open_table(struct reader *r, const char *name, const char *what)
{
	int found = csv_open(&r->csv, r->results->dir, name, r->err);

	if (!found)
		return error_set(r->err, STATUS_INPUT, "results",
				 "%.300s/%s: found nothing to read, expected it beside study.json",
				 r->results->dir, name);
	if (found < 0)
		return -1;
	r->policy = csv_column(&r->csv, "policy", r->err);
	r->rep = r->policy < 0 ? -1 : csv_column(&r->csv, "replication", r->err);
	r->scope = r->rep < 0 ? -1 : csv_column(&r->csv, "scope", r->err);
	r->name = r->scope < 0 ? -1 : csv_column(&r->csv, "name", r->err);
	r->what = r->name < 0 ? -1 : csv_column(&r->csv, what, r->err);
	if (r->what >= 0)
		return 0;
	csv_close(&r->csv);
	return -1;
}

static int check_rows(const struct reader *r, uint64_t rows, uint64_t expected)
{
	if (rows == expected)
		return 0;
	return error_set(r->err, STATUS_INPUT, "results",
			 "%.200s:%lu:1: found %llu rows, expected %llu, as study.json says: cut "
			 "short, or of another run",
			 r->csv.path, r->csv.nr, (unsigned long long)rows,
			 (unsigned long long)expected);
}

static int read_results(struct reader *r)
{
	int more = 1, num, den;
	uint64_t rows = 0;

	if (open_table(r, "results.csv", "metric"))
		return -1;
	num = csv_column(&r->csv, "numerator", r->err);
	den = num < 0 ? -1 : csv_column(&r->csv, "denominator", r->err);
	while (den >= 0 && (more = csv_next(&r->csv, r->err)) > 0) {
		rows++;
		if (read_result(r, num, den)) {
			more = -1;
			break;
		}
	}
	if (den < 0 || (!more && check_rows(r, rows, r->results->rows)))
		more = -1;
	csv_close(&r->csv);
	return more;
}

static int read_histograms(struct reader *r)
{
	uint64_t rows = 0;
	int more = 1;

	if (open_table(r, "histograms.csv", "what"))
		return -1;
	while (more > 0 && (more = csv_next(&r->csv, r->err)) > 0) {
		rows++;
		if (read_histogram(r))
			more = -1;
	}
	if (!more && check_rows(r, rows, r->results->hist_rows))
		more = -1;
	csv_close(&r->csv);
	return more;
}

static struct study_rep *new_rep(const struct study *study)
{
	struct study_rep *rep = calloc(1, sizeof(*rep));
	uint32_t i;

	if (!rep)
		return NULL;
	rep->samples = calloc(study->nr_columns, sizeof(*rep->samples));
	rep->hists =
		calloc((1 + study->world->nr_groups) * (size_t)NR_GH, sizeof(struct hist_packed *));
	if (!rep->samples || !rep->hists) {
		study_rep_free(study, rep);
		return NULL;
	}
	for (i = 0; i < study->nr_columns; i++)
		rep->samples[i].den = -1; /* not read yet */
	return rep;
}

static int make_reps(struct study *study, uint32_t policy)
{
	uint32_t r;

	for (r = 0; r < study_nr_reps(study, policy); r++) {
		struct study_rep **slot = study_slot(study, r, policy);

		*slot = new_rep(study);
		if (!*slot)
			return -1;
	}
	return 0;
}

/* What was in no row: no value, no events. */
static int fill_gaps(struct study *study, uint32_t policy)
{
	static const struct hist none;
	uint32_t r, i;

	for (r = 0; r < study_nr_reps(study, policy); r++) {
		struct study_rep *rep = *study_slot(study, r, policy);

		results_fill_convoy(study, rep);
		for (i = 0; i < study->nr_columns; i++)
			if (rep->samples[i].den < 0)
				rep->samples[i] = (struct sample){0, 0};
		for (i = 0; i < (1 + study->world->nr_groups) * NR_GH; i++) {
			if (!rep->hists[i])
				rep->hists[i] = hist_pack(&none);
			if (!rep->hists[i])
				return -1;
		}
	}
	return 0;
}

int results_read(struct results *results, struct study *study, const uint32_t *from,
		 const uint32_t *to, uint32_t nr, uint32_t skip, struct error *err)
{
	struct reader r = {.results = results,
			   .study = study,
			   .from = from,
			   .to = to,
			   .nr = nr,
			   .skip = skip,
			   .err = err};
	int failed = 0;
	uint32_t i;

	for (i = 0; i < nr && !failed; i++)
		failed = make_reps(study, to[i]);
	if (!failed && (read_results(&r) || read_histograms(&r))) {
		if (err->status == STATUS_INPUT)
			strcpy(err->kind, "results");
		return -1;
	}
	for (i = 0; i < nr && !failed; i++)
		failed = fill_gaps(study, to[i]);
	return failed ? error_set(err, STATUS_IO, "memory", "out of memory") : 0;
}
