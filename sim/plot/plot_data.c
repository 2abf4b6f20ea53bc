/* SPDX-License-Identifier: BSD-2-Clause */
#include "plot_data.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/csv.h"

struct columns {
	int policy, scope, name, metric, value;
};

static int no_memory(struct error *err)
{
	return error_set(err, STATUS_IO, "memory", "%s", strerror(ENOMEM));
}

static bool is_series(const struct plot_series *s, const struct csv *csv, const struct columns *c)
{
	return !strcmp(s->metric, csv->fields[c->metric]) &&
	       !strcmp(s->name, csv->fields[c->name]) &&
	       !strcmp(s->policy, csv->fields[c->policy]) &&
	       s->vm == !strcmp(csv->fields[c->scope], "vm");
}

/* Adds text to a list of distinct texts; false: no memory. */
static bool add_text(char ***list, uint32_t *nr, const char *text)
{
	char **more;
	uint32_t i;

	for (i = *nr; i > 0; i--)
		if (!strcmp((*list)[i - 1], text))
			return true;
	more = realloc(*list, (*nr + 1u) * sizeof(*more));
	if (!more)
		return false;
	*list = more;
	more[*nr] = strdup(text);
	return more[*nr] && ++*nr;
}

static struct plot_series *add_series(struct plot_data *data, const struct csv *csv,
				      const struct columns *c)
{
	struct plot_series *s;
	bool vm = !strcmp(csv->fields[c->scope], "vm");

	if (!add_text(&data->policies, &data->nr_policies, csv->fields[c->policy]))
		return NULL;
	if (vm && !add_text(&data->vms, &data->nr_vms, csv->fields[c->name]))
		return NULL;
	if (data->nr_series == data->room) {
		uint32_t room = data->room ? 2 * data->room : 64;
		struct plot_series *more = realloc(data->series, room * sizeof(*more));

		if (!more)
			return NULL;
		data->series = more;
		data->room = room;
	}
	s = &data->series[data->nr_series++];
	memset(s, 0, sizeof(*s));
	s->policy = strdup(csv->fields[c->policy]);
	s->name = strdup(csv->fields[c->name]);
	s->metric = strdup(csv->fields[c->metric]);
	s->vm = vm;
	return s->policy && s->name && s->metric ? s : NULL;
}

/* The series of this row: as a rule the one after that of the row before. */
static struct plot_series *series_of(struct plot_data *data, const struct csv *csv,
				     const struct columns *c)
{
	uint32_t i;

	for (i = 0; i < data->nr_series; i++) {
		uint32_t at = (data->cursor + 1 + i) % data->nr_series;

		/* a new replication starts again at its policy's first: not far either way */
		if (is_series(&data->series[at], csv, c)) {
			data->cursor = at;
			return &data->series[at];
		}
	}
	data->cursor = data->nr_series;
	return add_series(data, csv, c);
}

static bool is_wanted(const struct csv *csv, const struct columns *c, const char *const *prefixes,
		      bool vms)
{
	const char *scope = csv->fields[c->scope], *metric = csv->fields[c->metric];

	if (strcmp(scope, "host") && (!vms || strcmp(scope, "vm")))
		return false;
	for (; *prefixes; prefixes++)
		if (!strncmp(metric, *prefixes, strlen(*prefixes)))
			return true;
	return false;
}

static int add_row(struct plot_data *data, const struct csv *csv, const struct columns *c,
		   struct error *err)
{
	struct plot_series *s;
	double value;

	if (!csv_number(csv, c->value, &value))
		return 0; /* no value in this replication */
	s = series_of(data, csv, c);
	if (!s)
		return no_memory(err);
	if (s->nr == s->room) {
		uint32_t room = s->room ? 2 * s->room : 16;
		struct sample *more = realloc(s->samples, room * sizeof(*more));

		if (!more)
			return no_memory(err);
		s->samples = more;
		s->room = room;
	}
	s->samples[s->nr++] = (struct sample){value, 1};
	return 0;
}

static int find_columns(const struct csv *csv, struct columns *c, struct error *err)
{
	c->policy = csv_column(csv, "policy", err);
	c->scope = csv_column(csv, "scope", err);
	c->name = csv_column(csv, "name", err);
	c->metric = csv_column(csv, "metric", err);
	c->value = csv_column(csv, "value", err);
	return c->policy < 0 || c->scope < 0 || c->name < 0 || c->metric < 0 || c->value < 0 ? -1
											     : 0;
}

int plot_data_load(struct plot_data *data, const char *dir, const char *const *prefixes, bool vms,
		   struct error *err)
{
	struct columns columns;
	struct csv csv;
	int more;

	memset(data, 0, sizeof(*data));
	more = csv_open(&csv, dir, "results.csv", err);
	if (more <= 0)
		return more;
	more = find_columns(&csv, &columns, err);
	while (more >= 0 && (more = csv_next(&csv, err)) > 0)
		if (is_wanted(&csv, &columns, prefixes, vms))
			more = add_row(data, &csv, &columns, err);
	csv_close(&csv);
	if (more < 0)
		plot_data_free(data);
	return more < 0 ? -1 : 1;
}

void plot_data_free(struct plot_data *data)
{
	uint32_t i;

	for (i = 0; i < data->nr_series; i++) {
		free(data->series[i].policy);
		free(data->series[i].name);
		free(data->series[i].metric);
		free(data->series[i].samples);
	}
	for (i = 0; i < data->nr_policies; i++)
		free(data->policies[i]);
	for (i = 0; i < data->nr_vms; i++)
		free(data->vms[i]);
	free(data->series);
	free(data->policies);
	free(data->vms);
	memset(data, 0, sizeof(*data));
}

const struct plot_series *plot_data_find(const struct plot_data *data, const char *policy,
					 const char *name, const char *metric)
{
	uint32_t i;

	for (i = 0; i < data->nr_series; i++) {
		const struct plot_series *s = &data->series[i];

		if (!strcmp(s->metric, metric) && !strcmp(s->name, name) &&
		    !strcmp(s->policy, policy))
			return s;
	}
	return NULL;
}

bool plot_data_mean(const struct plot_data *data, const char *policy, const char *name,
		    const char *metric, struct estimate *e)
{
	const struct plot_series *s = plot_data_find(data, policy, name, metric);

	if (!s)
		return false;
	stats_mean(s->samples, s->nr, e);
	return e->kind != EST_NA;
}

void plot_put_words(FILE *vars, const char *name, char *const *words, unsigned nr)
{
	unsigned i;
	const char *c;

	fprintf(vars, "%s = \"", name);
	for (i = 0; i < nr; i++) {
		if (i)
			fputc(' ', vars);
		for (c = words[i]; *c; c++)
			fputc((*c >= '0' && *c <= '9') || (*c >= 'A' && *c <= 'Z') ||
					      (*c >= 'a' && *c <= 'z') || strchr("._-+/", *c)
				      ? *c
				      : '_',
			      vars);
		if (!*words[i])
			fputc('_', vars);
	}
	fprintf(vars, "\"\nnr_%s = %u\n", name, nr);
}
