# SPDX-License-Identifier: BSD-2-Clause
# serial.gp - how much of the time the one lock of a policy instance is held, against
# pCPUs; a panel for each load (bench/plot_serial.sh).
format = ARG1; stem = ARG2; picture = ARG3; scripts = ARG4
fig_width = 9.0
fig_height = 3.6
load scripts . "/style.gp"

array marks[6] = [7, 5, 9, 11, 13, 15]
set logscale xy
set xrange [3.2:5200]
set yrange [0.00002:3]
set xtics (4, 16, 64, 256, 1024, 4096)
set ytics ("0.01 %%" 1e-4, "0.1 %%" 1e-3, "1 %%" 1e-2, "10 %%" 0.1, "50 %%" 0.5, "100 %%" 1)

set xlabel "pCPUs in the pool"
set key at screen 0.5, screen 0.985 center top horizontal Left reverse
set tmargin at screen 0.82
set bmargin at screen 0.16
only(l, p, c) = column(1) == l && column(2) == p ? column(c) : NaN

set multiplot
do for [l = 0:1] {
	set lmargin at screen 0.095 + 0.49 * l
	set rmargin at screen 0.485 + 0.49 * l
	set label 1 word(loads, l + 1) at graph 0.03, 0.93
	if (l == 0) { set ylabel "lock held" offset 0.6, 0 } else { unset ylabel; unset key }
	plot for [p = 1:nr_policies] dat using 3:(only(l, p - 1, 5)) with linespoints linewidth 1.6 \
		pointtype marks[(p - 1) % 6 + 1] pointsize 0.8 linecolor rgb color_of(p - 1) \
		title word(policies, p), \
		for [p = 1:nr_policies] dat using 3:(only(l, p - 1, 4)) with lines linewidth 0.9 \
		dashtype 4 linecolor rgb color_of(p - 1) notitle
}
unset multiplot
unset output
