# SPDX-License-Identifier: BSD-2-Clause
# overcommit.gp - spin waste and throughput against overcommit, 95 % intervals.
format = ARG1; stem = ARG2; picture = ARG3; scripts = ARG4
default_width = 9.0
load scripts . "/lib/layout.gp"
do for [p = 1:nr_policies] {
	legend_n = legend_n + 1
	legend_text[legend_n] = word(policies, p)
	legend_kind[legend_n] = "linemark"
	legend_rgb[legend_n] = color_of(p - 1)
	legend_style[legend_n] = mark_of(p - 1)
}
load scripts . "/lib/legend.gp"
left = 0.62
curve_height = narrow ? 1.7 : 2.3
panel_height = 1.6 * line + curve_height + 0.25 + (narrow ? 0.1 : 1.5 * line)
fig_height = legend_top + legend_height + panel_height * (narrow ? 2 : 1) + (narrow ? 1.5 * line : 0)
load scripts . "/style.gp"

stats dat using 3 nooutput
margin = (STATS_max - STATS_min) * 0.06 + 0.02
set xrange [STATS_min - margin:STATS_max + margin]
stats dat using ($2 == 1 ? $6 : NaN) nooutput
scale = STATS_max >= 1e6 ? 1e6 : STATS_max >= 1e3 ? 1e3 : 1.0
array titles[2] = ["spinning [% of guest running time]", \
	"throughput [" . (scale == 1e6 ? "million " : scale == 1e3 ? "thousand " : "") . "ops/s]"]
array factors[2] = [100.0, 1 / scale]
# column c of policy p's rows of metric m, nothing of the others
only(p, m, c, scale) = column(1) == p - 1 && column(2) == m ? column(c) * scale : NaN
width = narrow ? fig_width - left - 0.2 : (fig_width - 2 * left - 0.3) / 2

set multiplot
load scripts . "/lib/legend_draw.gp"
set yrange [0:*]
do for [m = 0:1] {
	panel_left = narrow || m == 0 ? left : left + width + left + 0.15
	panel_top = legend_top + legend_height + 1.6 * line + (narrow ? m * panel_height : 0)
	set lmargin at screen X(panel_left)
	set rmargin at screen X(panel_left + width)
	set tmargin at screen Y(panel_top)
	set bmargin at screen Y(panel_top + curve_height)
	unset label
	set label titles[m + 1] at graph 0, screen Y(panel_top - 0.7 * line) left
	if (m == 1 || !narrow) {
		set xtics format "%g"
		set label "overcommit [vCPUs / pCPU]" at graph 0.5, screen Y(panel_top + curve_height + 0.25 + 0.9 * line) center
	} else { set xtics format "" }
	plot for [p = 1:nr_policies] dat using 3:(only(p, m, 4, factors[m + 1])):(only(p, m, 5, factors[m + 1])):(only(p, m, 6, factors[m + 1])) \
		with yerrorlines linewidth 1.6 pointtype mark_of(p - 1) pointsize 0.8 \
		linecolor rgb color_of(p - 1) title word(policies, p)
}
unset multiplot
unset output
