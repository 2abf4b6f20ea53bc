/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * plot.h - pictures by gnuplot: the one file that starts it is plot.c.
 *
 * A figure is a script, plots/NAME.gp, and two files that `corun plot` writes
 * beside the picture: NAME.dat (numbers) and NAME.vars (names and ranges).
 */
#ifndef CORUN_PLOT_H
#define CORUN_PLOT_H

#include "base/error.h"

/*
 * The folder of the scripts: $CORUN_PLOTS, or beside the program where it was
 * built (../plots) or installed (../share/corun/plots).  To be freed; NULL with
 * *err (STATUS_IO) if there is none.
 */
char *plot_find_scripts(struct error *err);

struct plot_job {
	const char *scripts; /* the folder */
	const char *name; /* of the script, without .gp */
	const char *summary; /* what is to be seen, in words */
	const char *stem; /* of the picture, and of its .dat and .vars */
	double width_in; /* 0: as the figure likes it */
};

/*
 * Draws STEM.FORMAT ("png", "svg" or "pdf").  gnuplot runs without a shell, and the picture
 * takes its place when it is complete.  0, or -1 with *err (STATUS_IO, kind "plot"): gnuplot
 * is missing, or it failed, and then with what it said.
 */
int plot_draw(const struct plot_job *job, const char *format, struct error *err);

#endif
