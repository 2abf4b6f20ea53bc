# SPDX-License-Identifier: BSD-2-Clause
#
# style.gp - what all figures share.  A figure script is called as
#	gnuplot -d -e 'asked_width = INCHES' -c FIGURE.gp FORMAT STEM PICTURE SCRIPTS
# keeps its arguments in format, stem, picture and scripts (a load hides its caller's ARGs),
# sets default_width and loads lib/layout.gp, sets fig_height (inches) and loads this file,
# which opens the terminal.  Points are points: 9 pt are 9 pt on paper, in every format.

if (!exists("pt")) { load scripts . "/lib/layout.gp" }
dat = stem . ".dat"

set termoption noenhanced
if (format eq "png") {
	set terminal pngcairo noenhanced font sprintf("%s,%d", font_name, pt) fontscale 190 / 96.0 \
		linewidth 1.9 pointscale 1.5 size int(fig_width * 190 + 0.5), int(fig_height * 190 + 0.5)
}
if (format eq "svg") {
	set terminal svg noenhanced font sprintf("%s,%.2f", font_name, pt * 96 / 72.0) linewidth 1.3 \
		size int(fig_width * 96 + 0.5), int(fig_height * 96 + 0.5) dynamic
	font_small = sprintf("%s,%.2f", font_name, small_pt * 96 / 72.0)
}
if (format eq "pdf") {
	set terminal pdfcairo noenhanced font sprintf("%s,%d", font_name, pt) fontscale 0.75 linewidth 1.2 \
		size fig_width, fig_height
}
set output picture

set border 3 linecolor rgb "#404040" linewidth 0.8
set tics nomirror out scale 0.6
set grid linecolor rgb "#D8D8D8" linewidth 0.5 linetype 1
set key noenhanced samplen 1.6 spacing 1.15
set errorbars small
set style fill solid 1.0
set dashtype 1 solid
set dashtype 2 (7, 2)
set dashtype 3 (7, 2, 1.5, 2)
set dashtype 4 (2.5, 1.5)
