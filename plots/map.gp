# SPDX-License-Identifier: BSD-2-Clause
# map.gp - a policy against the baseline over two axes of a sweep: the ratio of their
# means in every cell; pale with grey figures where the paired difference is undecided.
format = ARG1; stem = ARG2; picture = ARG3; scripts = ARG4
load stem . ".vars"
cols = nr_panels > 0 ? nr_panels : 1
rows = nr_policies
side = 0.62
fig_width = 1.15 + cols * (nr_xs * side + 0.35)
fig_height = 0.85 + rows * (nr_ys * side * 0.62 + 0.55)
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
set xtics scale 0 ("" 0)
do for [i = 1:nr_xs] { set xtics add (word(xs, i) i - 1) }
clamp(v) = v > 2 ? 2 : v < -2 ? -2 : v
show(q) = q >= 9.95 ? sprintf("%.0f", q) : q >= 1.995 ? sprintf("%.1f", q) : sprintf("%.2f", q)
ratio(v) = show(2.0 ** v)
left(c) = (1.0 + (c - 1) * (nr_xs * side + 0.35)) / fig_width
right(c) = left(c) + nr_xs * side / fig_width
top(r) = 1 - (0.62 + (r - 1) * (nr_ys * side * 0.62 + 0.55)) / fig_height
bottom(r) = top(r) - nr_ys * side * 0.62 / fig_height
cell(r, c, v) = column(1) == r - 1 && column(2) == c - 1 ? v : NaN

set multiplot
set label 1 sprintf("%s: ratio to the baseline (blue: better; pale and grey: undecided)", word(metric, 1)) \
	at screen 0.02, screen 1 - 0.16 / fig_height left
do for [r = 1:rows] {
	do for [c = 1:cols] {
		set lmargin at screen left(c)
		set rmargin at screen right(c)
		set tmargin at screen top(r)
		set bmargin at screen bottom(r)
		set label 2 (nr_labels > 2 ? sprintf("%s, %s %s", word(policies, r), word(labels, 3), word(panels, c)) : \
			word(policies, r)) at graph 0, graph 1 offset 0, 0.6 left
		set ytics scale 0 ("" 0)
		if (c == 1) { do for [i = 1:nr_ys] { set ytics add (word(ys, i) i - 1) }; set ylabel word(labels, 2) } \
		else { set ytics scale 0 format "" ("" 0); unset ylabel }
		if (r == rows) { set xlabel word(labels, 1) } else { unset xlabel }
		plot dat using (cell(r, c, $3)):4:(0.5):(0.5):(better * clamp($5) * ($6 == 1 ? 1 : 0.3)) with boxxyerror \
				fillstyle solid 1.0 border rgb "#FFFFFF" linecolor palette, \
			dat using (cell(r, c, $6 == 1 ? $3 : NaN)):4:(ratio($5)) with labels textcolor rgb "#000000", \
			dat using (cell(r, c, $6 == 0 ? $3 : NaN)):4:(ratio($5)) with labels textcolor rgb "#707070"
		unset label 1
	}
}
unset multiplot
unset output
