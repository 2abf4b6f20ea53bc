# SPDX-License-Identifier: BSD-2-Clause
# bars.gp - throughput and spin waste, a group of bars a value of the axis, 95 % intervals.
format = ARG1; stem = ARG2; picture = ARG3; scripts = ARG4
fig_width = 9.0
fig_height = 3.4
load scripts . "/style.gp"

width = 0.8 / nr_policies
at(value, policy) = value + (policy - (nr_policies - 1) / 2.0) * width
# column c of policy p's rows of metric m, nothing of the others
only(p, m, c, scale) = column(1) == p && column(2) == m ? column(c) * scale : NaN
# the lower end of an interval; nothing is less than nothing
low(p, m, scale) = only(p, m, 5, scale) < 0 ? 0 : only(p, m, 5, scale)

set xrange [-0.6:nr_values - 0.4]
set xtics scale 0 (word(values, 1) 0)
set for [v = 1:nr_values] xtics add (word(values, v) v - 1)
set xlabel word(axis, 1)
set grid noxtics
set boxwidth width * 0.94
set key at screen 0.5, screen 0.985 center top horizontal Left reverse maxrows 1
set tmargin at screen 0.86
set bmargin at screen 0.17

set multiplot
set lmargin at screen 0.085
set rmargin at screen 0.475
stats dat using ($2 == 0 ? $6 : NaN) nooutput
scale = STATS_max >= 1e6 ? 1e6 : STATS_max >= 1e3 ? 1e3 : 1.0
set ylabel "throughput [" . (scale == 1e6 ? "million " : scale == 1e3 ? "thousand " : "") . "ops/s]" \
	offset 0.8, 0
set yrange [0:*]
plot for [p = 0:nr_policies - 1] dat using (at($3, p)):(only(p, 0, 4, 1 / scale)) with boxes \
	linecolor rgb color_of(p) title word(policies, p + 1), \
	for [p = 0:nr_policies - 1] dat using (at($3, p)):(low(p, 0, 1 / scale)):(0):(only(p, 0, 6, 1 / scale) - low(p, 0, 1 / scale)) \
	with vectors nohead linewidth 1.2 linecolor rgb "#202020" notitle
unset key
set lmargin at screen 0.585
set rmargin at screen 0.975
set ylabel "spinning [% of guest running time]" offset 0.8, 0
plot for [p = 0:nr_policies - 1] dat using (at($3, p)):(only(p, 1, 4, 100)) with boxes \
	linecolor rgb color_of(p) title word(policies, p + 1), \
	for [p = 0:nr_policies - 1] dat using (at($3, p)):(low(p, 1, 100)):(0):(only(p, 1, 6, 100) - low(p, 1, 100)) \
	with vectors nohead linewidth 1.2 linecolor rgb "#202020" notitle
unset multiplot
unset output
