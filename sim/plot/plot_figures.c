/* SPDX-License-Identifier: BSD-2-Clause */
#include "plot_figures.h"

#include <string.h>

const struct plot_figure plot_figures[] = {
	{"time", "where the time of vCPUs and pCPUs goes, a bar a policy", plot_prepare_time},
	{"timeline", "who ran on each pCPU in a window of the run, a panel a policy",
	 plot_prepare_timeline},
	{"overcommit",
	 "spin waste and throughput against overcommit (several folders, or sweep.csv)",
	 plot_prepare_overcommit},
	{"bars", "throughput and spin waste along an axis of words: hints, locks (sweep.csv)",
	 plot_prepare_bars},
	{"map", "each policy against the baseline over the axes of a sweep (sweep.csv)",
	 plot_prepare_map},
	{"grain",
	 "a metric over durations, a line a policy and way (sweep.csv of one folder or several)",
	 plot_prepare_grain},
	{"diff", "how each metric has changed from one result to another (diff.csv)",
	 plot_prepare_diff},
	{"latency", "distributions of waiting times, a line a policy", plot_prepare_latency},
	{"shares", "what each VM received against what it was entitled to", plot_prepare_shares},
};

const unsigned nr_plot_figures = sizeof(plot_figures) / sizeof(plot_figures[0]);

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
