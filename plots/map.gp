# SPDX-License-Identifier: BSD-2-Clause
# map.gp - a policy against the baseline over two axes of a sweep: the ratio of their
# means in every cell; pale with grey figures where the paired difference is undecided.
format = ARG1; stem = ARG2; picture = ARG3; scripts = ARG4
load stem . ".vars"
panels_wide = nr_panels > 0 ? nr_panels : 1
default_width = 1.35 + panels_wide * (nr_xs * 0.62 + 0.35)
if (default_width < 4.2) { default_width = 4.2 }
load scripts . "/lib/layout.gp"
left = longest(ys) + 2.2 * line
# panels of the third axis side by side, or one below the other
fig_columns = narrow ? 1 : panels_wide
stack = narrow ? panels_wide : 1
gap = 0.3
side = (fig_width - left - 0.15 - (fig_columns - 1) * gap) / (fig_columns * nr_xs)
if (side > 0.62) { side = 0.62 }
cell_height = longer(0.38, 1.6 * em)
title = wrap(sprintf("%s%s: ratio to %s (blue: better; pale and grey: undecided%s)", word(metric, 1), \
	word(metric, 2) eq "all" ? "" : " of " . word(metric, 2), word(baseline, 1), \
	is_cut ? "; not all that was swept is drawn" : ""), letters(fig_width - 0.2))
# what stands over the columns fits, or stands upright
upright = longest(xs) > side
below = upright ? longest(xs) + 0.1 : line
has_room = side > 4 * 0.63 * small_pt / 72.0
heading = 0.1 + nr_lines(title) * line
panel_height = 1.5 * line + nr_ys * cell_height + 0.12
fig_height = heading + nr_policies * stack * panel_height + below + 1.5 * line
load scripts . "/style.gp"

# two ends of Okabe and Ito's palette, white between: blue is better, vermillion is worse
better = lower_is_better ? -1 : 1
set palette defined (-2 "#D55E00", -1 "#EBA36B", 0 "#FFFFFF", 1 "#7FB8D9", 2 "#0072B2")
set cbrange [-2:2]
unset colorbox
unset key
unset grid
set border 15
set xrange [-0.5:nr_xs - 0.5]
set yrange [-0.5:nr_ys - 0.5]
clamp(v) = v > 2 ? 2 : v < -2 ? -2 : v
show(q) = q >= 9.95 ? sprintf("%.0f", q) : q >= 1.995 ? sprintf("%.1f", q) : sprintf("%.2f", q)
ratio(v) = has_room ? show(2.0 ** v) : ""
cell(r, c, v) = column(1) == r - 1 && column(2) == c - 1 ? v : NaN

set multiplot
do for [r = 1:nr_policies] {
	do for [c = 1:panels_wide] {
		row = (r - 1) * stack + (narrow ? c - 1 : 0)
		panel_left = left + (narrow ? 0 : (c - 1) * (nr_xs * side + gap))
		panel_top = heading + row * panel_height + 1.5 * line
		set lmargin at screen X(panel_left)
		set rmargin at screen X(panel_left + nr_xs * side)
		set tmargin at screen Y(panel_top)
		set bmargin at screen Y(panel_top + nr_ys * cell_height)
		unset label
		if (row == 0 && c == 1) { set label title at screen X(0.1), screen Y(0.1 + 0.5 * line) left }
		if (nr_labels > 2) {
			set label sprintf("%s, %s %s", word(policies, r), word(labels, 3), word(panels, c)) \
				at screen X(panel_left), screen Y(panel_top - 0.65 * line) left
		} else {
			set label word(policies, r) at screen X(panel_left), screen Y(panel_top - 0.65 * line) left
		}
		set ytics scale 0 ("" 0)
		if (c == 1 || narrow) {
			do for [i = 1:nr_ys] { set ytics add (word(ys, i) i - 1) }
			set label word(labels, 2) at screen X(0.1 + 0.5 * line), graph 0.5 center rotate by 90
		}
		set xtics scale 0 ("" 0)
		if (row == nr_policies * stack - 1) {
			if (upright) { set xtics rotate by 90 right }
			do for [i = 1:nr_xs] { set xtics add (word(xs, i) i - 1) }
			set label word(labels, 1) at graph 0.5, screen Y(panel_top + nr_ys * cell_height + 0.06 + below + 0.6 * line) center
		}
		plot dat using (cell(r, c, $3)):4:(0.5):(0.5):(better * clamp($5) * ($6 == 1 ? 1 : 0.3)) with boxxyerror \
				fillstyle solid 1.0 border rgb "#FFFFFF" linecolor palette notitle, \
			dat using (cell(r, c, $6 == 1 ? $3 : NaN)):4:(ratio($5)):(better * $5 > 1.3 ? 0xFFFFFF : 0x000000) \
				with labels font (side < 0.45 ? font_small : "") textcolor rgb variable notitle, \
			dat using (cell(r, c, $6 == 0 ? $3 : NaN)):4:(ratio($5)) \
				with labels font (side < 0.45 ? font_small : "") textcolor rgb "#606060" notitle
	}
}
unset multiplot
unset output
