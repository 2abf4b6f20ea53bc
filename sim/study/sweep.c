/* SPDX-License-Identifier: BSD-2-Clause */
#include "sweep.h"

#include <stdlib.h>
#include <string.h>

#include "base/suggest.h"

static int no_memory(struct error *err)
{
	return error_set(err, STATUS_IO, "memory", "out of memory");
}

/* -- axes --------------------------------------------------------------------- */

/* The end of the value at text: a comma that is in no bracket and no quotes, or the end. */
static char *value_end(char *text)
{
	unsigned depth = 0;
	char quote = '\0';

	for (; *text; text++) {
		if (quote)
			quote = *text == quote ? '\0' : quote;
		else if (*text == '"' || *text == '\'')
			quote = *text;
		else if (strchr("[{", *text))
			depth++;
		else if (strchr("]}", *text))
			depth -= depth > 0;
		else if (*text == ',' && !depth)
			break;
	}
	return text;
}

static int bad_axis(const char *text, const char *expected, struct error *err)
{
	return error_set(err, STATUS_INPUT, "usage", "--over: found '%.200s', expected %s", text,
			 expected);
}

static int split_values(struct sweep_axis *axis, char *at, const char *text, struct error *err)
{
	for (;;) {
		char *end = value_end(at);
		bool last = !*end;

		*end = '\0';
		if (!*at)
			return bad_axis(text, "a value between the commas", err);
		if (axis->nr_values == SWEEP_MAX_VALUES)
			return bad_axis(text, "at most 64 values", err);
		for (unsigned i = 0; i < axis->nr_values; i++)
			if (!strcmp(axis->values[i], at))
				return bad_axis(text, "each value once", err);
		axis->values[axis->nr_values++] = at;
		if (last)
			return 0;
		at = end + 1;
	}
}

static int split_paths(struct sweep_axis *axis, char *at, const char *text, struct error *err)
{
	char *path;

	while ((path = strsep(&at, "+"))) {
		if (!*path)
			return bad_axis(text, "a path on both sides of '+'", err);
		if (axis->nr_paths == SWEEP_MAX_PATHS)
			return bad_axis(text, "at most 8 paths", err);
		axis->paths[axis->nr_paths++] = path;
	}
	return 0;
}

/* The end of the first path, where no label is given. */
static const char *label_of(const char *path)
{
	const char *dot = strrchr(path, '.');

	return dot ? dot + 1 : path;
}

static int check_label(const struct sweep *sweep, const char *label, const char *text,
		       struct error *err)
{
	static const char *const taken[] = {
		"point",	 "overcommit",	  "policy",  "group",  "metric",
		"unit",		 "mean",	  "lo",	     "hi",     "difference",
		"difference_lo", "difference_hi", "verdict", "better", "replications",
	};

	if (!*label || strpbrk(label, ",\"\n"))
		return bad_axis(text, "a label without commas and quotes", err);
	for (unsigned i = 0; i < sizeof(taken) / sizeof(taken[0]); i++)
		if (!strcmp(taken[i], label))
			return bad_axis(text, "another label: a column of sweep.csv has this name",
					err);
	for (unsigned i = 0; i < sweep->nr_axes; i++)
		if (!strcmp(sweep->axes[i].label, label))
			return bad_axis(text, "labels that differ: LABEL:PATH=VALUE,...", err);
	return 0;
}

int sweep_add_axis(struct sweep *sweep, const char *text, struct error *err)
{
	struct sweep_axis *axis = &sweep->axes[sweep->nr_axes];
	const char *label;
	char *values, *paths, *colon;

	if (sweep->nr_axes == SWEEP_MAX_AXES)
		return error_set(err, STATUS_INPUT, "usage", "--over: at most %u of them",
				 SWEEP_MAX_AXES);
	memset(axis, 0, sizeof(*axis));
	axis->text = strdup(text);
	if (!axis->text)
		return no_memory(err);
	sweep->nr_axes++; /* from here on sweep_fini frees it */
	values = strchr(axis->text, '=');
	if (!values || values == axis->text)
		return bad_axis(text, "[LABEL:]PATH=VALUE,VALUE,...", err);
	*values++ = '\0';
	colon = strchr(axis->text, ':');
	paths = colon ? colon + 1 : axis->text;
	if (colon)
		*colon = '\0';
	if (split_paths(axis, paths, text, err) || split_values(axis, values, text, err))
		return -1;
	label = colon ? axis->text : label_of(axis->paths[0]);
	sweep->nr_axes--;
	if (check_label(sweep, label, text, err)) {
		sweep->nr_axes++;
		return -1;
	}
	axis->label = label;
	sweep->nr_axes++;
	return 0;
}

int sweep_lay_out(struct sweep *sweep, struct error *err)
{
	size_t nr = 1;

	for (unsigned i = 0; i < sweep->nr_axes; i++)
		nr *= sweep->axes[i].nr_values;
	if (nr > SWEEP_MAX_POINTS)
		return error_set(err, STATUS_INPUT, "usage",
				 "--over: found %zu points, expected at most %u", nr,
				 SWEEP_MAX_POINTS);
	sweep->points = calloc(nr, sizeof(*sweep->points));
	if (!sweep->points)
		return no_memory(err);
	sweep->nr_points = (unsigned)nr;
	return 0;
}

void sweep_fini(struct sweep *sweep)
{
	for (unsigned i = 0; i < sweep->nr_axes; i++)
		free(sweep->axes[i].text);
	for (unsigned i = 0; i < sweep->nr_points; i++)
		free(sweep->points[i].cells);
	free(sweep->points);
	free(sweep->policies);
}

unsigned sweep_value_at(const struct sweep *sweep, unsigned point, unsigned axis)
{
	for (unsigned i = sweep->nr_axes; --i > axis;)
		point /= sweep->axes[i].nr_values;
	return point % sweep->axes[axis].nr_values;
}

/* -- metrics ------------------------------------------------------------------ */

static int no_metric(const char *name, struct error *err)
{
	struct suggest suggest;

	suggest_init(&suggest, name);
	for (uint32_t i = 0; i < nr_metric_registry; i++)
		suggest_offer(&suggest, metric_registry[i].name);
	return error_set(err, STATUS_INPUT, "usage",
			 "--metric: no metric '%.64s'%s%s%s; see `corun metrics`", name,
			 suggest.best ? "; did you mean '" : "", suggest.best ? suggest.best : "",
			 suggest.best ? "'?" : "");
}

static int add_metric(struct sweep *sweep, const char *text, struct error *err)
{
	struct sweep_metric *m = &sweep->metrics[sweep->nr_metrics];
	const char *colon = strchr(text, ':'), *name = colon ? colon + 1 : text;
	size_t length = colon ? (size_t)(colon - text) : 0;

	if (sweep->nr_metrics == SWEEP_MAX_METRICS)
		return error_set(err, STATUS_INPUT, "usage", "--metric: at most %u of them",
				 SWEEP_MAX_METRICS);
	if (length >= sizeof(m->group) || (colon && !length))
		return error_set(err, STATUS_INPUT, "usage",
				 "--metric: found '%.100s', expected METRIC or GROUP:METRIC", text);
	memcpy(m->group, text, length);
	m->group[length] = '\0';
	m->metric = metric_find(name);
	if (!m->metric || !(m->metric->scopes & (length ? IN_GROUP : IN_HOST)))
		return no_metric(name, err);
	sweep->nr_metrics++;
	return 0;
}

int sweep_set_metrics(struct sweep *sweep, const char *list, struct error *err)
{
	char *copy = strdup(list), *rest = copy, *name;
	int status = copy ? 0 : no_memory(err);

	while (!status && (name = strsep(&rest, ",")))
		status = add_metric(sweep, name, err);
	free(copy);
	return status;
}

/* -- what a study said --------------------------------------------------------- */

/* The policies that were asked for: those of the study, and in between the void ones. */
struct asked {
	const char *name;
	uint32_t policy; /* of the study; SWEEP_VOID */
	bool baseline;
};

#define SWEEP_VOID UINT32_MAX

static struct asked asked_at(const struct study *study, uint32_t at)
{
	uint32_t p = at, i;

	for (i = 0; i < study->nr_voids && study->voids[i].at <= at; i++, p--)
		if (study->voids[i].at == at)
			return (struct asked){study->world->policies[study->voids[i].policy].name,
					      SWEEP_VOID, study->voids[i].baseline};
	return (struct asked){study_policy_name(study, p), p, p == study->baseline};
}

static int take_policies(struct sweep *sweep, const struct study *study, struct error *err)
{
	uint32_t nr = study->nr_policies + study->nr_voids;

	sweep->policies = calloc(nr, sizeof(*sweep->policies));
	if (!sweep->policies)
		return no_memory(err);
	sweep->nr_policies = nr;
	for (uint32_t p = 0; p < nr; p++) {
		struct asked asked = asked_at(study, p);

		snprintf(sweep->policies[p], sizeof(sweep->policies[p]), "%s", asked.name);
		if (asked.baseline)
			sweep->baseline = p;
	}
	return 0;
}

static int check_policies(struct sweep *sweep, const struct study *study, struct error *err)
{
	if (!sweep->policies && take_policies(sweep, study, err))
		return -1;
	if (sweep->nr_policies != study->nr_policies + study->nr_voids)
		return error_set(err, STATUS_INPUT, "usage",
				 "--over: the points do not have the same policies and baseline");
	for (uint32_t p = 0; p < sweep->nr_policies; p++) {
		struct asked asked = asked_at(study, p);

		if (strcmp(sweep->policies[p], asked.name) != 0 ||
		    (p == sweep->baseline) != asked.baseline)
			return error_set(err, STATUS_INPUT, "usage",
					 "--over: the points do not have the same policies and "
					 "baseline");
	}
	return 0;
}

static int find_scope(const struct world *world, const char *group, struct scope *scope,
		      struct error *err)
{
	struct suggest suggest;

	*scope = scope_host(world);
	if (!*group)
		return 0;
	suggest_init(&suggest, group);
	for (uint32_t g = 0; g < world->nr_groups; g++) {
		if (!strcmp(world->groups[g].name, group)) {
			*scope = scope_group(world, g);
			return 0;
		}
		suggest_offer(&suggest, world->groups[g].name);
	}
	return error_set(err, STATUS_INPUT, "usage", "--metric: no VMs called '%s'%s%s%s", group,
			 suggest.best ? "; did you mean '" : "", suggest.best ? suggest.best : "",
			 suggest.best ? "'?" : "");
}

static double overcommit_of(const struct world *world)
{
	uint32_t nr_vcpus = 0;

	for (uint32_t i = 0; i < world->nr_vms; i++)
		if (!world->vms[i].noise)
			nr_vcpus += world->vms[i].width;
	return world->host.nr_pcpus ? (double)nr_vcpus / world->host.nr_pcpus : 0;
}

int sweep_take(struct sweep *sweep, unsigned point, struct study *study, struct error *err)
{
	struct sweep_point *at = &sweep->points[point];

	if (check_policies(sweep, study, err))
		return -1;
	at->cells = calloc((size_t)sweep->nr_metrics * sweep->nr_policies, sizeof(*at->cells));
	if (!at->cells)
		return no_memory(err);
	for (unsigned m = 0; m < sweep->nr_metrics; m++) {
		const struct metric *metric = sweep->metrics[m].metric;
		struct scope scope;
		uint32_t column;

		if (find_scope(study->world, sweep->metrics[m].group, &scope, err))
			return -1;
		column = study_column(study, metric, &scope);
		for (uint32_t p = 0; p < sweep->nr_policies; p++) {
			struct sweep_cell *cell = sweep_cell(sweep, point, m, p);
			struct asked asked = asked_at(study, p);

			if (column == UINT32_MAX || asked.policy == SWEEP_VOID)
				continue; /* EST_NA */
			study_shown(study, column, asked.policy, &cell->value);
			if (asked.baseline || cell->value.kind == EST_NA)
				continue;
			study_difference(study, column, asked.policy, &cell->difference);
			cell->verdict = study_verdict(metric, &cell->difference);
		}
	}
	at->overcommit = overcommit_of(study->world);
	at->nr_reps = study->nr_reps;
	at->done = true;
	return 0;
}
