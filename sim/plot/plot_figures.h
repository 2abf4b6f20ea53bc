/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * plot_figures.h - the figures: each turns files of a result folder into what its
 * gnuplot script reads.
 */
#ifndef CORUN_PLOT_FIGURES_H
#define CORUN_PLOT_FIGURES_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include "base/error.h"

struct plot_request {
	const char *const
		*dirs; /* result folders; all figures but overcommit and grain take the first */
	unsigned nr_dirs;
	uint64_t from_ns, window_ns; /* timeline */
	bool from_given; /* else: the middle of the run */
};

struct plot_figure {
	const char *name; /* of the script, the picture and --only */
	const char *summary;
	/*
	 * Writes the numbers to dat and names and ranges to vars.  1, or 0 where the
	 * folder has no data for the figure, or -1 with *err.
	 */
	int (*prepare)(const struct plot_request *request, FILE *dat, FILE *vars,
		       struct error *err);
};

extern const struct plot_figure plot_figures[];
extern const unsigned nr_plot_figures;

int plot_prepare_time(const struct plot_request *request, FILE *dat, FILE *vars, struct error *err);
int plot_prepare_timeline(const struct plot_request *request, FILE *dat, FILE *vars,
			  struct error *err);
int plot_prepare_overcommit(const struct plot_request *request, FILE *dat, FILE *vars,
			    struct error *err);
int plot_prepare_bars(const struct plot_request *request, FILE *dat, FILE *vars, struct error *err);
int plot_prepare_grain(const struct plot_request *request, FILE *dat, FILE *vars,
		       struct error *err);
int plot_prepare_map(const struct plot_request *request, FILE *dat, FILE *vars, struct error *err);
int plot_prepare_diff(const struct plot_request *request, FILE *dat, FILE *vars, struct error *err);
int plot_prepare_latency(const struct plot_request *request, FILE *dat, FILE *vars,
			 struct error *err);
int plot_prepare_shares(const struct plot_request *request, FILE *dat, FILE *vars,
			struct error *err);

/* vars: NAME = "a b c", each word without what gnuplot would take for something else. */
void plot_put_words(FILE *vars, const char *name, char *const *words, unsigned nr);

#endif
