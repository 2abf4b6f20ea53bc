# SPDX-License-Identifier: BSD-2-Clause
# grain.gp - a metric (a share) over the interval between meetings, a panel a folder, a line
# a policy and way of waiting; 95 % intervals.
format = ARG1; stem = ARG2; picture = ARG3; scripts = ARG4
default_width = 10.5
load scripts . "/lib/layout.gp"
array ways_marks[8] = [7, 6, 5, 4, 9, 8, 11, 10]
do for [w = 1:nr_ways] {
	legend_n = legend_n + 1
	legend_text[legend_n] = word(ways, w)
	legend_kind[legend_n] = "linemark"
	legend_rgb[legend_n] = color_of(w - 1)
	legend_style[legend_n] = ways_marks[(w - 1) % 8 + 1]
}
load scripts . "/lib/legend.gp"
left = 0.6
fig_columns = narrow ? 1 : nr_panels
fig_rows = narrow ? nr_panels : 1
width = (fig_width - left - 0.2 - (fig_columns - 1) * 0.15) / fig_columns
curve_height = narrow ? 1.5 : 2.3
panel_height = 1.5 * line + curve_height + (narrow ? 0.1 : 0)
fig_height = legend_top + legend_height + 1.4 * line + fig_rows * panel_height + 0.27 + 1.4 * line
load scripts . "/style.gp"

stats dat using 3 nooutput
least = STATS_min; most = STATS_max
# column c of the rows of a panel and a way, nothing of the others
only(p, w, c, scale) = column(1) == p - 1 && column(2) == w - 1 ? column(c) * scale : NaN
# a line by its way, as gang/spin is: full marks and lines where it spins
set multiplot
load scripts . "/lib/legend_draw.gp"
set logscale x 10
set yrange [0:102]
set xrange [least / 1.25:most * 1.25]
do for [p = 1:nr_panels] {
	col = narrow ? 0 : p - 1
	row = narrow ? p - 1 : 0
	panel_left = left + col * (width + 0.15)
	panel_top = legend_top + legend_height + 1.4 * line + row * panel_height + 1.5 * line
	set lmargin at screen X(panel_left)
	set rmargin at screen X(panel_left + width)
	set tmargin at screen Y(panel_top)
	set bmargin at screen Y(panel_top + curve_height)
	unset label
	set label word(panels, p) at graph 0.5, screen Y(panel_top - 0.7 * line) center
	if (p == 1) {
		set label word(metric, 1) . " [%]" at screen X(0.1), screen Y(legend_top + legend_height + 0.6 * line) left
	}
	if (narrow || p == 1) { set format y "%g" } else { set format y "" }
	if (!narrow || p == nr_panels) {
		set xtics ("100 µs" 1e-4, "1 ms" 1e-3, "10 ms" 1e-2)
		set label "work between two meetings" at graph 0.5, screen Y(panel_top + curve_height + 0.27 + 0.8 * line) center
	} else { set xtics ("" 1e-4, "" 1e-3, "" 1e-2) }
	plot for [w = 1:nr_ways] dat using 3:(only(p, w, 4, 100)):(only(p, w, 5, 100)):(only(p, w, 6, 100)) \
		with yerrorlines linewidth 1.6 pointtype ways_marks[(w - 1) % 8 + 1] pointsize 0.8 \
		linecolor rgb color_of(w - 1) title word(ways, w)
}
unset multiplot
unset output
