# SPDX-License-Identifier: BSD-2-Clause
# latency.gp - distributions of waiting times: a panel a kind, a line a policy.
format = ARG1; stem = ARG2; picture = ARG3; scripts = ARG4
load stem . ".vars"
nr_whats = words(whats)
fig_columns = nr_whats > 1 ? 2 : 1
fig_rows = (nr_whats + 1) / 2
fig_width = fig_columns == 2 ? 9.0 : 5.0
fig_height = 2.7 * fig_rows + 0.35
load scripts . "/style.gp"

array what_names[4] = ["waiting for a pCPU (each spell)", "wake-up to running", \
	"arrival to completion", "waiting for a lock"]

# a time of so many us, as people write it
nice_us(x) = x < 1 ? sprintf("%g ns", x * 1000) : x < 1000 ? sprintf("%g µs", x) : \
	x < 1000000 ? sprintf("%g ms", x / 1000) : sprintf("%g s", x / 1000000)

set logscale x
set mxtics 10
set xtics rotate by 0
set key at screen 0.5, screen 1.0 - 0.05 / fig_height center top horizontal Left reverse

set multiplot
do for [k = 1:nr_whats] {
	what = int(word(whats, k))
	col = (k - 1) % fig_columns
	row = (k - 1) / fig_columns
	set lmargin at screen (fig_columns == 2 ? 0.085 + 0.5 * col : 0.15)
	set rmargin at screen (fig_columns == 2 ? 0.46 + 0.5 * col : 0.95)
	set tmargin at screen 1.0 - (0.60 + 2.7 * row) / fig_height
	set bmargin at screen 1.0 - (0.60 + 2.7 * row + 1.75) / fig_height
	set title what_names[what + 1] offset 0, -0.6
	set xlabel "at most" offset 0, 0.3
	# stats looks through the ranges in force
	set xrange [*:*]
	set yrange [*:*]
	stats dat using ($1 == what ? $4 : NaN) nooutput
	# where most waits are none at all, the rest is what there is to see
	bottom = STATS_min > 0.9 ? 0.9 : STATS_min > 0.5 ? 0.5 : 0.0
	stats dat using ($1 == what ? $3 : NaN) nooutput
	set yrange [bottom:1]
	step = (1 - bottom) / 4.0
	set ytics step format (bottom > 0 ? "%.3f" : "%.2f")
	set ylabel "fraction" offset (bottom > 0 ? 0 : 1.2), 0
	low = 10 ** floor(log10(STATS_min))
	high = 10 ** ceil(log10(STATS_max * 1.0001))
	set xrange [low:high]
	decades = int(log10(high / low) + 0.5)
	every_decades = decades > 5 ? 2 : 1
	unset xtics
	set xtics () nomirror out scale 0.6
	do for [d = 0:decades] {
		x = low * 10 ** d
		if (d % every_decades == 0) { set xtics add (nice_us(x) x) } else { set xtics add ("" x 1) }
	}
	if (k > 1) { unset key }
	plot for [p = 1:nr_policies] dat using ($1 == what && $2 == p - 1 ? $3 : NaN):4 with lines \
		linewidth 1.8 dashtype dash_of[(p - 1) % 4 + 1] linecolor rgb color_of(p - 1) title word(policies, p)
}
unset multiplot
unset output
