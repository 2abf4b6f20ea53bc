# SPDX-License-Identifier: BSD-2-Clause
# line.gp - every metric that was swept along one axis: a panel a metric and group, a line a
# policy, its 95 % interval as a band.
format = ARG1; stem = ARG2; picture = ARG3; scripts = ARG4
load stem . ".vars"
default_width = nr_panels > 1 ? 9.0 : 5.0
load scripts . "/lib/layout.gp"
do for [p = 1:nr_policies] {
	legend_n = legend_n + 1
	legend_text[legend_n] = word(policies, p)
	legend_kind[legend_n] = "linemark"
	legend_rgb[legend_n] = color_of(p - 1)
	legend_style[legend_n] = mark_of(p - 1)
}
if (is_cut) {
	legend_n = legend_n + 1
	legend_text[legend_n] = "(there are more)"
	legend_kind[legend_n] = "text"
}
load scripts . "/lib/legend.gp"
fig_columns = narrow || nr_panels == 1 ? 1 : 2
fig_rows = (nr_panels + fig_columns - 1) / fig_columns
left = 0.75
width = (fig_width - fig_columns * (left + 0.25)) / fig_columns
upright = !is_scaled && longest(values) > width / nr_values
below = upright ? longest(values) + 0.1 : 0.1 + line
curve_height = 1.75
panel_height = 1.6 * line + curve_height + below + 1.5 * line
fig_height = legend_top + legend_height + fig_rows * panel_height
load scripts . "/style.gp"

least = xs[1]; most = xs[1]
do for [i = 2:nr_values] {
	if (xs[i] < least) { least = xs[i] }
	if (xs[i] > most) { most = xs[i] }
}
is_log = is_scaled && least > 0 && most / least >= 20
from = is_log ? least / (most / least) ** 0.04 : least - (most - least) * (is_scaled ? 0.04 : 0.3 / nr_values)
upto = is_log ? most * (most / least) ** 0.04 : most + (most - least) * (is_scaled ? 0.04 : 0.3 / nr_values)
place(x) = (is_log ? log(x / from) / log(upto / from) : (x - from) / (upto - from)) * width
# what a metric's numbers are multiplied by, and what they are then
unit_of(u, most) = u eq "us" ? (most < 1 ? "ns" : most < 1e3 ? "µs" : most < 1e6 ? "ms" : "s") : \
	u eq "op/s" ? (most < 1e4 ? "ops/s" : most < 1e7 ? "thousand ops/s" : "million ops/s") : \
	u eq "percent" ? "%" : u eq "1/s" ? "per second" : ""
factor_of(u, most) = u eq "us" ? (most < 1 ? 1e3 : most < 1e3 ? 1 : most < 1e6 ? 1e-3 : 1e-6) : \
	u eq "op/s" ? (most < 1e4 ? 1 : most < 1e7 ? 1e-3 : 1e-6) : \
	u eq "percent" ? 100 : 1
only(m, p, c, factor) = column(1) == m && column(2) == p ? column(c) * factor : NaN

set multiplot
load scripts . "/lib/legend_draw.gp"
if (is_log) { set logscale x }
set style fill transparent solid 0.2 noborder
do for [m = 1:nr_panels] {
	col = (m - 1) % fig_columns
	row = (m - 1) / fig_columns
	panel_left = left + col * (width + left + 0.25)
	panel_top = legend_top + legend_height + row * panel_height + 1.6 * line
	set lmargin at screen X(panel_left)
	set rmargin at screen X(panel_left + width)
	set tmargin at screen Y(panel_top)
	set bmargin at screen Y(panel_top + curve_height)
	set xrange [*:*]
	set yrange [*:*]
	stats dat using ($1 == m - 1 ? $6 : NaN) nooutput
	factor = factor_of(word(units, m), STATS_max)
	unit = unit_of(word(units, m), STATS_max)
	stats dat using ($1 == m - 1 ? $4 : NaN) nooutput
	# an interval around what cannot be negative ends at nothing
	bottom = STATS_min >= 0 ? 0 : -1e300
	if (STATS_min >= 0) { set yrange [0:*] } else { set yrange [*:*] }
	set xrange [from:upto]
	unset label
	set label word(panels, m) . (unit eq "" ? "" : " [" . unit . "]") at graph 0, screen Y(panel_top - 0.7 * line) left
	set label word(axis, 1) at graph 0.5, screen Y(panel_top + curve_height + below + 0.7 * line) center
	unset xtics
	set xtics () nomirror out scale 0.6
	if (upright) { set xtics rotate by 90 right }
	last = -1.0
	do for [i = 1:nr_values] {
		text = word(values, i)
		if (upright || place(xs[i]) - tw(text) / 2 > last) {
			set xtics add (text xs[i])
			last = place(xs[i]) + tw(text) / 2 + 0.05
		} else { set xtics add ("" xs[i]) }
	}
	plot for [p = 1:nr_policies] dat using 3:(longer(only(m - 1, p - 1, 5, factor), bottom)):(only(m - 1, p - 1, 6, factor)) \
			with filledcurves fillcolor rgb color_of(p - 1) notitle, \
		for [p = 1:nr_policies] dat using 3:(only(m - 1, p - 1, 4, factor)) \
			with linespoints linewidth 1.6 pointtype mark_of(p - 1) pointsize 0.8 \
			linecolor rgb color_of(p - 1) title word(policies, p)
}
unset multiplot
unset output
