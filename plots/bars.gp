# SPDX-License-Identifier: BSD-2-Clause
# bars.gp - throughput and spin waste, a group of bars a value of the axis, 95 % intervals.
format = ARG1; stem = ARG2; picture = ARG3; scripts = ARG4
default_width = 9.0
load scripts . "/lib/layout.gp"
do for [p = 1:nr_policies] {
	legend_n = legend_n + 1
	legend_text[legend_n] = word(policies, p)
	legend_kind[legend_n] = "box"
	legend_rgb[legend_n] = color_of(p - 1)
}
load scripts . "/lib/legend.gp"
left = 0.62
width = narrow ? fig_width - left - 0.1 : (fig_width - 2 * left - 0.25) / 2
# names that do not fit side by side stand upright
upright = longest(values) > width / nr_values
below = upright ? longest(values) + 0.1 : line
curve_height = narrow ? 1.7 : 2.3
panel_height = 1.6 * line + curve_height + 0.06 + (narrow ? 0.1 : below + 1.4 * line)
fig_height = legend_top + legend_height + panel_height * (narrow ? 2 : 1) + (narrow ? below + 1.4 * line : 0)
load scripts . "/style.gp"

bar = 0.8 / nr_policies
at(value, policy) = value + (policy - (nr_policies - 1) / 2.0) * bar
# column c of policy p's rows of metric m, nothing of the others
only(p, m, c, scale) = column(1) == p && column(2) == m ? column(c) * scale : NaN
# the lower end of an interval; nothing is less than nothing
low(p, m, scale) = only(p, m, 5, scale) < 0 ? 0 : only(p, m, 5, scale)
stats dat using ($2 == 0 ? $6 : NaN) nooutput
scale = STATS_max >= 1e6 ? 1e6 : STATS_max >= 1e3 ? 1e3 : 1.0
array titles[2] = ["throughput [" . (scale == 1e6 ? "million " : scale == 1e3 ? "thousand " : "") . "ops/s]", \
	"spinning [% of guest running time]"]
array factors[2] = [1 / scale, 100.0]

set multiplot
load scripts . "/lib/legend_draw.gp"
set xrange [-0.6:nr_values - 0.4]
set grid noxtics
set boxwidth bar * 0.94
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
	set xtics scale 0 ("" 0)
	if (m == 1 || !narrow) {
		if (upright) { set xtics rotate by 90 right }
		do for [v = 1:nr_values] { set xtics add (word(values, v) v - 1) }
		set label word(axis, 1) at graph 0.5, screen Y(panel_top + curve_height + 0.06 + below + 0.7 * line) center
	}
	plot for [p = 0:nr_policies - 1] dat using (at($3, p)):(only(p, m, 4, factors[m + 1])) with boxes \
		linecolor rgb color_of(p) title word(policies, p + 1), \
		for [p = 0:nr_policies - 1] dat using (at($3, p)):(low(p, m, factors[m + 1])):(0):(only(p, m, 6, factors[m + 1]) - low(p, m, factors[m + 1])) \
		with vectors nohead linewidth 1.2 linecolor rgb "#202020" notitle
}
unset multiplot
unset output
