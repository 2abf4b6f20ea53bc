# SPDX-License-Identifier: BSD-2-Clause
# overcommit.gp - spin waste and throughput against overcommit, 95 % intervals.
format = ARG1; stem = ARG2; picture = ARG3; scripts = ARG4
fig_width = 9.0
fig_height = 3.3
load scripts . "/style.gp"

array marks[6] = [7, 5, 9, 11, 13, 15]
stats dat using 3 nooutput
margin = (STATS_max - STATS_min) * 0.06 + 0.02
set xrange [STATS_min - margin:STATS_max + margin]
set xlabel "overcommit [vCPUs / pCPU]"
set key at screen 0.5, screen 0.985 center top horizontal Left reverse
set tmargin at screen 0.86
set bmargin at screen 0.16

set multiplot
set lmargin at screen 0.085
set rmargin at screen 0.475
set ylabel "spinning [% of guest running time]" offset 0.8, 0
set yrange [0:*]
# column c of policy p's rows of metric m, nothing of the others
only(p, m, c, scale) = column(1) == p - 1 && column(2) == m ? column(c) * scale : NaN
plot for [p = 1:nr_policies] dat using 3:(only(p, 0, 4, 100)):(only(p, 0, 5, 100)):(only(p, 0, 6, 100)) \
	with yerrorlines linewidth 1.6 pointtype marks[(p - 1) % 6 + 1] pointsize 0.8 \
	linecolor rgb color_of(p - 1) title word(policies, p)
unset key
set lmargin at screen 0.585
set rmargin at screen 0.975
stats dat using ($2 == 1 ? $6 : NaN) nooutput
scale = STATS_max >= 1e6 ? 1e6 : STATS_max >= 1e3 ? 1e3 : 1.0
set ylabel "throughput [" . (scale == 1e6 ? "million " : scale == 1e3 ? "thousand " : "") . "ops/s]"
plot for [p = 1:nr_policies] dat using 3:(only(p, 1, 4, 1 / scale)):(only(p, 1, 5, 1 / scale)):(only(p, 1, 6, 1 / scale)) \
	with yerrorlines linewidth 1.6 pointtype marks[(p - 1) % 6 + 1] pointsize 0.8 \
	linecolor rgb color_of(p - 1) title word(policies, p)
unset multiplot
unset output
