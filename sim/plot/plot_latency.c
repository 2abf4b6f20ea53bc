/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * plot_latency.c - from cdf.csv.  dat: what, policy (indices), upper end of the
 * bucket in us, fraction.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/csv.h"
#include "plot_data.h"
#include "plot_figures.h"

/* The distributions shown, in the order of the panels. */
static const char *const whats[] = {"wait", "wakeup", "response", "lockwait"};

#define NR_WHATS 4u
#define MAX_POLICIES 16u

struct cdf {
	char *policies[MAX_POLICIES];
	unsigned nr_policies;
	unsigned seen; /* set of whats */
	unsigned last_what, last_policy;
};

static int policy_of(struct cdf *cdf, const char *name, struct error *err)
{
	unsigned i;

	for (i = 0; i < cdf->nr_policies; i++)
		if (!strcmp(cdf->policies[i], name))
			return (int)i;
	if (i == MAX_POLICIES)
		return -2; /* more lines than one can tell apart: left out */
	cdf->policies[i] = strdup(name);
	if (!cdf->policies[i])
		return error_set(err, STATUS_IO, "memory", "%s", strerror(ENOMEM));
	cdf->nr_policies++;
	return (int)i;
}

static int put_row(struct cdf *cdf, const struct csv *csv, const int *columns, FILE *dat,
		   struct error *err)
{
	double upto, fraction;
	unsigned what;
	int policy;

	if (strcmp(csv->fields[columns[1]], "all"))
		return 0;
	for (what = 0; what < NR_WHATS; what++)
		if (!strcmp(csv->fields[columns[2]], whats[what]))
			break;
	if (what == NR_WHATS || !csv_number(csv, columns[3], &upto) ||
	    !csv_number(csv, columns[4], &fraction))
		return 0;
	policy = policy_of(cdf, csv->fields[columns[0]], err);
	if (policy < 0)
		return policy == -1 ? -1 : 0;
	/* a blank line breaks gnuplot's line between one distribution and the next */
	if (what != cdf->last_what || (unsigned)policy != cdf->last_policy)
		fputc('\n', dat);
	cdf->last_what = what;
	cdf->last_policy = (unsigned)policy;
	cdf->seen |= 1u << what;
	/* a logarithmic axis has no zero */
	fprintf(dat, "%u %d %.6g %.9g\n", what, policy, upto < 0.001 ? 0.001 : upto, fraction);
	return 0;
}

static int prepare(const struct plot_request *request, FILE *dat, FILE *vars, struct error *err)
{
	static const char *const names[] = {"policy", "group", "what", "upto_us", "fraction"};
	struct cdf cdf = {.last_what = NR_WHATS};
	int columns[5] = {0};
	struct csv csv;
	unsigned i;
	int more = csv_open(&csv, request->dirs[0], "cdf.csv", err);

	if (more <= 0)
		return more;
	for (i = 0; i < 5 && more > 0; i++) {
		columns[i] = csv_column(&csv, names[i], err);
		more = columns[i] < 0 ? -1 : 1;
	}
	while (more >= 0 && (more = csv_next(&csv, err)) > 0)
		more = put_row(&cdf, &csv, columns, dat, err);
	csv_close(&csv);
	plot_put_words(vars, "policies", cdf.policies, cdf.nr_policies);
	fputs("whats = \"", vars);
	for (i = 0; i < NR_WHATS; i++)
		if (cdf.seen & (1u << i))
			fprintf(vars, "%u ", i);
	fputs("\"\n", vars);
	for (i = 0; i < cdf.nr_policies; i++)
		free(cdf.policies[i]);
	return more < 0 ? -1 : cdf.seen != 0;
}

const struct plot_figure figure_latency = {
	.name = "latency",
	.summary = "distributions of waiting times, a line a policy",
	.prepare = prepare,
};
