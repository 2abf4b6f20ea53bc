# SPDX-License-Identifier: BSD-2-Clause
# grain.gp - a metric (a share) over the interval between meetings, a panel a folder, a line
# a policy and way of waiting; 95 % intervals.
format = ARG1; stem = ARG2; picture = ARG3; scripts = ARG4
fig_width = 2.4 + 2.7 * 3
fig_height = 3.4
load scripts . "/style.gp"

array marks[8] = [7, 6, 5, 4, 9, 8, 11, 10]
set logscale x 10
set xtics ("100 µs" 1e-4, "1 ms" 1e-3, "10 ms" 1e-2)
set format x "%g"
set yrange [0:102]
set key at screen 0.5, screen 0.985 center top horizontal Left reverse
set tmargin at screen 0.78
set bmargin at screen 0.17
stats dat using 3 nooutput
set xrange [STATS_min / 1.25:STATS_max * 1.25]

# column c of the rows of a panel and a way, nothing of the others
only(p, w, c, scale) = column(1) == p - 1 && column(2) == w - 1 ? column(c) * scale : NaN
# a line by its way, as gang/spin is: full marks and lines where it spins
width = 0.90 / nr_panels
set multiplot
do for [p = 1:nr_panels] {
	set lmargin at screen 0.075 + (p - 1) * (width + 0.012)
	set rmargin at screen 0.075 + (p - 1) * (width + 0.012) + width - 0.012
	set title word(panels, p) offset 0, -0.6
	set xlabel "work between two meetings"
	if (p == 1) { set ylabel word(metric, 1) . " [%]" offset 0.8, 0 } else { unset ylabel; set format y "" }
	if (p == 2) { unset key }
	plot for [w = 1:nr_ways] dat using 3:(only(p, w, 4, 100)):(only(p, w, 5, 100)):(only(p, w, 6, 100)) \
		with yerrorlines linewidth 1.6 pointtype marks[(w - 1) % 8 + 1] pointsize 0.8 \
		linecolor rgb color_of(w - 1) title word(ways, w)
}
unset multiplot
unset output
