/* SPDX-License-Identifier: BSD-2-Clause */
/* page_read.c - study.json and summary.json of a folder.  JSON is YAML. */
#include <stdlib.h>
#include <string.h>

#include "page.h"
#include "text/file.h"
#include "text/maps.h"
#include "text/yaml_tree.h"

struct reading {
	struct page *page;
	struct loader loader;
	uint32_t room; /* for rows */
};

static int missing(struct reading *r, const struct node *in, const char *what)
{
	return node_fail(&r->loader, in->place, "found no %s, expected it", what);
}

static const char *text_of(const struct node *map, const char *name)
{
	const struct node *node = node_get(map, name);

	return node && node->kind == NODE_SCALAR ? node->text : "";
}

static bool number_at(const struct node *map, const char *name, double *x)
{
	const char *text = text_of(map, name);
	char *end;

	*x = strtod(text, &end);
	return *text && !*end;
}

/* {value, low, high, exact}, as the reporter writes it. */
static void read_estimate(const struct node *map, struct estimate *e)
{
	const char *reason = text_of(map, "no_value");

	memset(e, 0, sizeof(*e));
	e->kind = EST_NA;
	e->reason = !strncmp(reason, "too few", 7)   ? NA_SAMPLES
		    : !strncmp(reason, "missing", 7) ? NA_MISSING
						     : NA_EMPTY;
	if (!map || !number_at(map, "value", &e->value))
		return;
	e->low = e->high = e->value;
	e->reason = NA_NONE;
	e->kind = EST_POINT;
	e->at_least = !strcmp(text_of(map, "at_least"), "true");
	if (!strcmp(text_of(map, "exact"), "true"))
		e->kind = EST_EXACT;
	else if (number_at(map, "low", &e->low) && number_at(map, "high", &e->high))
		e->kind = EST_INTERVAL;
}

static bool is_row(const struct page_row *row, const struct metric *metric, const char *group)
{
	return row->metric == metric &&
	       (group ? row->group && !strcmp(row->group, group) : !row->group);
}

/* The row, made if it is new; NULL: no memory. */
static struct page_row *row_of(struct reading *r, const struct metric *metric, const char *group)
{
	struct page *page = r->page;
	struct page_row *row;
	uint32_t i, p;

	for (i = 0; i < page->nr_rows; i++)
		if (is_row(&page->rows[i], metric, group))
			return &page->rows[i];
	if (page->nr_rows == r->room) {
		uint32_t room = r->room ? 2 * r->room : 128;
		struct page_row *more = realloc(page->rows, room * sizeof(*more));

		if (!more)
			return NULL;
		page->rows = more;
		r->room = room;
	}
	row = &page->rows[page->nr_rows++];
	row->metric = metric;
	row->group = group;
	row->cells = arena_array(&page->arena, page->results.nr_policies, sizeof(*row->cells));
	for (p = 0; p < page->results.nr_policies; p++) {
		row->cells[p].value.kind = row->cells[p].difference.kind = EST_NA;
		row->cells[p].verdict = "";
	}
	return row;
}

/* VMs are left out: the page speaks of guests as `vms:` names them. */
static int read_metric(struct reading *r, const struct node *node, uint32_t policy)
{
	const struct metric *metric = metric_find(text_of(node, "metric"));
	const char *scope = text_of(node, "scope"), *group = NULL;
	const struct node *difference = node_get(node, "difference");
	struct page_row *row;

	if (!strcmp(scope, "group"))
		group = text_of(node, "name");
	if (!metric || (!group && strcmp(scope, "host") != 0))
		return 0;
	row = row_of(r, metric, group);
	if (!row)
		return error_set(r->loader.err, STATUS_IO, "memory", "out of memory");
	read_estimate(node, &row->cells[policy].value);
	read_estimate(difference, &row->cells[policy].difference);
	row->cells[policy].verdict = difference ? text_of(difference, "verdict") : "";
	return 0;
}

static int read_policy(struct reading *r, const struct node *node)
{
	const struct node *metrics = node_get(node, "metrics"), *at;
	const struct results *results = &r->page->results;
	const char *name = text_of(node, "name");
	double violations = 0;
	uint32_t p;

	for (p = 0; p < results->nr_policies; p++)
		if (!strcmp(results->policies[p].name, name))
			break;
	if (p == results->nr_policies || !metrics)
		return missing(r, node, "policy of study.json with metrics");
	number_at(node, "violations", &violations);
	r->page->violations[p] = (uint64_t)violations;
	if (!strcmp(name, text_of(node->parent->parent, "baseline")))
		r->page->baseline = p;
	for (at = metrics->first; at; at = at->next)
		if (read_metric(r, at, p))
			return -1;
	return 0;
}

static int read_voids(struct reading *r, const struct node *list)
{
	struct page *page = r->page;
	const struct node *at;

	if (!list)
		return 0;
	page->voids = arena_array(&page->arena, list->nr + 1, sizeof(*page->voids));
	for (at = list->first; at; at = at->next)
		page->voids[page->nr_voids++] = text_of(at, "text");
	return 0;
}

static int read_summary(struct reading *r, const struct node *root)
{
	const struct node *scenario = node_get(root, "scenario"),
			  *reps = node_get(root, "replications"),
			  *policies = node_get(root, "policies"), *at;
	struct page *page = r->page;

	if (root->kind != NODE_MAP || !scenario || !reps || !policies)
		return missing(r, root, "scenario, replications and policies");
	page->description = text_of(scenario, "description");
	page->hints = text_of(scenario, "hints");
	page->primary = text_of(reps, "primary");
	page->stopped_by = text_of(reps, "stopped_by");
	number_at(root, "window_s", &page->window_s);
	number_at(root, "warmup_s", &page->warmup_s);
	page->violations =
		arena_array(&page->arena, page->results.nr_policies + 1, sizeof(*page->violations));
	for (at = policies->first; at; at = at->next)
		if (read_policy(r, at))
			return -1;
	return read_voids(r, node_get(root, "void"));
}

int page_read(struct page *page, const char *dir, struct error *err)
{
	struct reading r = {.page = page};
	struct file_text file;
	const struct node *root;
	const char *path;
	int failed;

	memset(page, 0, sizeof(*page));
	page->dir = dir;
	page->baseline = UINT32_MAX;
	if (results_check(dir, err) || results_open(&page->results, dir, err))
		return -1;
	r.loader = (struct loader){.arena = &page->arena, .err = err, .no_files = true};
	path = arena_format(&page->arena, "%s/summary.json", dir);
	failed = file_read(path, "a result folder of `corun compare -o`", &file, err);
	if (failed)
		return -1;
	root = yaml_parse(&r.loader, file_source(&page->arena, path), file.text, file.length);
	failed = root ? read_summary(&r, root) : -1;
	free(file.text);
	if (failed)
		strcpy(err->kind, "results");
	return failed;
}

void page_close(struct page *page)
{
	free(page->rows);
	results_close(&page->results);
	arena_free(&page->arena);
	memset(page, 0, sizeof(*page));
}

const struct page_row *page_find(const struct page *page, const char *metric, const char *group)
{
	uint32_t i;

	for (i = 0; i < page->nr_rows; i++)
		if (is_row(&page->rows[i], metric_find(metric), group))
			return &page->rows[i];
	return NULL;
}

bool page_shows(const struct page_row *row)
{
	return row->metric->headline && !row->group;
}
