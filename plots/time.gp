# SPDX-License-Identifier: BSD-2-Clause
# time.gp - where the time goes: a stacked bar a policy, vCPU time and pCPU time; a narrow
# one has them one below the other.
format = ARG1; stem = ARG2; picture = ARG3; scripts = ARG4
default_width = 9.0
load scripts . "/lib/layout.gp"

fig_nr_used = words(used)
do for [i = 1:fig_nr_used] {
	legend_n = legend_n + 1
	legend_text[legend_n] = state_names[int(word(used, i))]
	legend_kind[legend_n] = "box"
	legend_rgb[legend_n] = state_colors[int(word(used, i))]
}
load scripts . "/lib/legend.gp"
left = longest(policies) + 0.15
bars_height = nr_policies * 0.26 + 0.06
panel_left(k) = narrow || k == 0 ? left : left + (fig_width - left) / 2 + 0.12
panel_right(k) = narrow ? fig_width - 0.2 : k == 0 ? left + (fig_width - left) / 2 - 0.12 : fig_width - 0.2
array titles[2] = ["guests: what their vCPUs did", "host: what its pCPUs did"]
array axes[2] = ["vCPU time [%] (black: 95 % interval of work)", "pCPU time [%]"]
do for [k = 1:2] {
	titles[k] = wrap(titles[k], letters(panel_right(k - 1) - panel_left(k - 1)))
	axes[k] = wrap(axes[k], letters(panel_right(k - 1) - panel_left(k - 1)))
}
above = (nr_lines(titles[1]) + 0.5) * line
panel_height = above + bars_height + 0.3 + (nr_lines(axes[1]) + 0.3) * line
fig_height = legend_top + legend_height + panel_height * (narrow ? 2 : 1) + (narrow ? 0.1 : 0)
load scripts . "/style.gp"

half = 0.36
panel_top(k) = legend_top + legend_height + above + (narrow ? k * (panel_height + 0.1) : 0)
# a figure in a bar, where it has room
room(k, w) = w / 100.0 * (panel_right(k) - panel_left(k)) > 2 * 0.66 * small_pt / 72.0
ink(s) = s == 2 || s == 4 || s == 10 || s == 13 ? 0xFFFFFF : 0x202020

set multiplot
load scripts . "/lib/legend_draw.gp"
unset grid
set yrange [nr_policies - 0.5:-0.5]
set xrange [0:100]
set xtics 25 format "%g"
set border 1
do for [k = 0:1] {
	set lmargin at screen X(panel_left(k))
	set rmargin at screen X(panel_right(k))
	set tmargin at screen Y(panel_top(k))
	set bmargin at screen Y(panel_top(k) + bars_height)
	unset label
	unset object
	set ytics scale 0 ("" 0)
	do for [i = 1:nr_policies] {
		if (k == 0 || narrow) { set ytics add (word(policies, i) i - 1) } else { set ytics add ("" i - 1) }
		# a frame around every bar: what is idle is nearly white
		set object rectangle from first 0, first i - 1 - half to first 100, first i - 1 + half front \
			fillstyle empty border linecolor rgb "#808080"
	}
	set label titles[k + 1] at graph 0, screen Y(panel_top(k) - above + 0.5 * line) left
	set label axes[k + 1] at graph 0.5, screen Y(panel_top(k) + bars_height + 0.3 + 0.5 * line) center
	plot dat index 0 using 3:($1 == k ? $2 : NaN):3:4:($2 - half):($2 + half):(state_colors[int($5)]) \
			with boxxyerror linecolor rgb variable fillstyle solid 1.0 noborder notitle, \
		dat index 0 using (($3 + $4) / 2):($1 == k && room(k, $4 - $3) ? $2 : NaN):(sprintf("%.0f", $4 - $3)):(ink($5)) \
			with labels font font_small textcolor rgb variable notitle, \
		dat index 1 using 3:(k == 0 && $1 >= 0 ? $1 + 0.26 : NaN):($4 - $3):(0) with vectors heads \
			size graph 0.012, 90 linecolor rgb "#000000" linewidth 1.2 notitle
}
unset multiplot
unset output
