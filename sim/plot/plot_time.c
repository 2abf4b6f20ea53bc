/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * plot_time.c - stacked bars.  dat, block 0: panel, bar, from, to, state (index into
 * style.gp's states); block 1: bar, work, low, high.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "plot_data.h"
#include "plot_figures.h"

struct state {
	const char *metric;
	unsigned color; /* index into state_names and state_colors of style.gp, from 1 */
};

static const struct state vcpu_states[] = {
	{"time_useful", 1}, {"time_critical", 2}, {"time_contention", 3}, {"time_lhp", 4},
	{"time_lwp", 5},    {"time_partner", 6},  {"time_overhead", 7},	  {"time_halt_poll", 8},
	{"time_steal", 9},  {"time_held", 10},	  {"time_blocked", 11},
};

static const struct state pcpu_states[] = {
	{"pcpu_useful", 1},  {"pcpu_spin", 12}, {"pcpu_overhead", 7}, {"pcpu_halt_poll", 8},
	{"pcpu_stolen", 13}, {"pcpu_idle", 14}, {"pcpu_offline", 15},
};

#define NR(array) ((unsigned)(sizeof(array) / sizeof((array)[0])))

/* One bar; sets in *used the colours that are to be in the legend. */
static void put_bar(FILE *dat, const struct plot_data *data, unsigned panel, unsigned bar,
		    const struct state *states, unsigned nr, unsigned *used)
{
	double at = 0;
	unsigned i;

	for (i = 0; i < nr; i++) {
		struct estimate e;

		if (!plot_data_mean(data, data->policies[bar], "all", states[i].metric, &e) ||
		    e.value <= 0)
			continue;
		fprintf(dat, "%u %u %.6f %.6f %u\n", panel, bar, 100 * at, 100 * (at + e.value),
			states[i].color);
		at += e.value;
		/* what is too thin to be seen needs no place in the legend */
		if (e.value >= 0.002)
			*used |= 1u << states[i].color;
	}
}

/* The interval of useful and critical time together: where work ends in the bar. */
static int put_work(FILE *dat, const struct plot_data *data, unsigned bar, struct error *err)
{
	const struct plot_series *a, *b;
	struct sample *sum;
	struct estimate e;
	uint32_t i;

	a = plot_data_find(data, data->policies[bar], "all", "time_useful");
	b = plot_data_find(data, data->policies[bar], "all", "time_critical");
	if (!a || !b || a->nr != b->nr || a->nr < 2)
		return 0;
	sum = calloc(a->nr, sizeof(*sum));
	if (!sum)
		return error_set(err, STATUS_IO, "memory", "%s", strerror(ENOMEM));
	for (i = 0; i < a->nr; i++)
		sum[i] = (struct sample){a->samples[i].num + b->samples[i].num, 1};
	stats_mean(sum, a->nr, &e);
	free(sum);
	fprintf(dat, "%u %.6f %.6f %.6f\n", bar, 100 * e.value, 100 * e.low, 100 * e.high);
	return 0;
}

static int prepare(const struct plot_request *request, FILE *dat, FILE *vars, struct error *err)
{
	static const char *const prefixes[] = {"time_", "pcpu_", NULL};
	struct plot_data data;
	unsigned p, i, used = 0;
	int found = plot_data_load(&data, request->dirs[0], prefixes, false, err);

	if (found <= 0)
		return found;
	for (p = 0; p < data.nr_policies; p++) {
		put_bar(dat, &data, 0, p, vcpu_states, NR(vcpu_states), &used);
		put_bar(dat, &data, 1, p, pcpu_states, NR(pcpu_states), &used);
	}
	fputs("\n\n", dat);
	for (p = 0; p < data.nr_policies && found > 0; p++)
		if (put_work(dat, &data, p, err))
			found = -1;
	fputs("-1 0 0 0\n", dat); /* never an empty block */
	plot_put_words(vars, "policies", data.policies, data.nr_policies);
	fputs("used = \"", vars);
	for (i = 0; i < 32; i++)
		if (used & (1u << i))
			fprintf(vars, "%u ", i);
	fputs("\"\n", vars);
	if (found > 0 && !data.nr_policies)
		found = 0;
	plot_data_free(&data);
	return found;
}

const struct plot_figure figure_time = {
	.name = "time",
	.summary = "where the time of vCPUs and pCPUs goes, a bar a policy",
	.prepare = prepare,
};
