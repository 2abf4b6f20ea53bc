/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * plot_svg.h - what a browser shows where the pointer rests on an SVG: words.
 */
#ifndef CORUN_PLOT_SVG_H
#define CORUN_PLOT_SVG_H

/*
 * gnuplot names every element of a picture, the nameless by a number.  Those names go, and
 * the picture as a whole is called `title`.  0, or an errno.
 */
int plot_svg_words(const char *path, const char *title);

#endif
