# SPDX-License-Identifier: BSD-2-Clause
# latency.gp - how many waits are longer than so long: a panel a kind, a line a policy.  Both
# axes are logarithmic, so that the tail is what one sees: the p99 is where a line crosses 1 %.
format = ARG1; stem = ARG2; picture = ARG3; scripts = ARG4
default_width = 9.0
load scripts . "/lib/layout.gp"
nr_whats = words(whats)
fig_columns = narrow || nr_whats == 1 ? 1 : 2
fig_rows = (nr_whats + fig_columns - 1) / fig_columns
if (nr_whats == 1 && fig_width == default_width) { fig_width = 5.0; legend_right = fig_width - 0.1 }
do for [p = 1:nr_policies] {
	legend_n = legend_n + 1
	legend_text[legend_n] = word(policies, p)
	legend_kind[legend_n] = "line"
	legend_rgb[legend_n] = color_of(p - 1)
	legend_style[legend_n] = dash_of(p - 1)
}
load scripts . "/lib/legend.gp"
curve_height = 1.75
panel_height = 1.5 * line + curve_height + 0.16 + 2.4 * line
fig_height = legend_top + legend_height + fig_rows * panel_height
load scripts . "/style.gp"

array what_names[4] = ["waiting for a pCPU (each spell)", "wake-up to running", \
	"arrival to completion", "waiting for a lock"]

# a time of so many us, as people write it
nice_us(x) = x < 1 ? sprintf("%g ns", x * 1000) : x < 1000 ? sprintf("%g µs", x) : \
	x < 1000000 ? sprintf("%g ms", x / 1000) : sprintf("%g s", x / 1000000)
nice_share(x) = sprintf("%g %%%%", x * 100)

left = 0.65 + (narrow ? 0 : 0.1)
width = (fig_width - fig_columns * (left + 0.3)) / fig_columns
set multiplot
load scripts . "/lib/legend_draw.gp"
set logscale xy
do for [k = 1:nr_whats] {
	what = int(word(whats, k))
	col = (k - 1) % fig_columns
	row = (k - 1) / fig_columns
	panel_left = left + col * (width + left + 0.3)
	panel_top = legend_top + legend_height + row * panel_height + 1.5 * line
	set lmargin at screen X(panel_left)
	set rmargin at screen X(panel_left + width)
	set tmargin at screen Y(panel_top)
	set bmargin at screen Y(panel_top + curve_height)
	unset label
	set label what_names[what + 1] at graph 0.5, screen Y(panel_top - 0.7 * line) center
	set label "longer than" at graph 0.5, screen Y(panel_top + curve_height + 0.16 + 1.6 * line) center
	# stats looks through the ranges in force
	set xrange [*:*]
	set yrange [*:*]
	undefine STATS_*
	stats dat using ($1 == what && 1 - $4 > 1e-8 ? 1 - $4 : NaN) nooutput
	# and leaves nothing behind where no point is valid
	undefine STATS_*
	stats dat using ($1 == what && 1 - $4 > 1e-8 ? 1 - $4 : NaN) nooutput
	has_curve = exists("STATS_records") && STATS_records > 0
	least = has_curve && STATS_min < 0.1 ? 10 ** floor(log10(STATS_min)) : 0.01
	undefine STATS_*
	stats dat using ($1 == what && $3 > 0 ? $3 : NaN) nooutput
	has_range = exists("STATS_records") && STATS_records > 0
	# of equal waits there is no curve
	if (!has_curve) { set label (has_range ? "all: " . nice_us(STATS_max) : "all: 0") at graph 0.5, graph 0.5 center }
	set yrange [least:1]
	unset ytics
	set ytics () nomirror out scale 0.6
	decades = int(log10(1 / least) + 0.5)
	every_decades = decades > 5 ? 2 : 1
	do for [d = 0:decades] {
		y = 10.0 ** -d
		if (d % every_decades == 0) { set ytics add (nice_share(y) y) } else { set ytics add ("" y 1) }
	}
	low = has_range ? 10 ** floor(log10(STATS_min)) : 1
	high = has_range ? 10 ** ceil(log10(STATS_max * 1.0001)) : 10
	set xrange [low:high]
	decades = int(log10(high / low) + 0.5)
	every_decades = 1
	while (width / decades * every_decades < tw("100 µs ")) { every_decades = every_decades + 1 }
	unset xtics
	set xtics () nomirror out scale 0.6
	do for [d = 0:decades] {
		x = low * 10 ** d
		if (d % every_decades == 0) { set xtics add (nice_us(x) x) } else { set xtics add ("" x 1) }
	}
	plot for [p = 1:nr_policies] dat using ($1 == what && $2 == p - 1 ? $3 : NaN):(1 - $4 > 1e-8 ? 1 - $4 : least / 10) with lines \
		linewidth 1.8 dashtype dash_of(p - 1) linecolor rgb color_of(p - 1) title word(policies, p)
}
unset multiplot
unset output
