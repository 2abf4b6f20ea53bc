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

/*
 * Draws stem.FORMAT ("png", "svg" or "pdf") from stem.dat and stem.vars with the
 * script NAME.gp.  gnuplot runs without a shell, and the picture takes its place
 * when it is complete.  0, or -1 with *err (STATUS_IO, kind "plot"): gnuplot is
 * missing, or it failed, and then with what it said.
 */
int plot_draw(const char *scripts, const char *name, const char *stem, const char *format,
	      struct error *err);

#endif
