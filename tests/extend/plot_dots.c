/* SPDX-License-Identifier: BSD-2-Clause */
/* plot_dots.c - a figure that only the test of extensions has. */
#include "plot_figures.h"

static int prepare(const struct plot_request *request, FILE *dat, FILE *vars, struct error *err)
{
	(void)request, (void)err;
	fputs("1 1\n2 4\n3 9\n", dat);
	fputs("fig_title = \"dots\"\n", vars);
	return 1;
}

const struct plot_figure figure_dots = {
	.name = "dots",
	.summary = "three dots",
	.prepare = prepare,
};
