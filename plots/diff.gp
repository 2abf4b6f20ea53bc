# SPDX-License-Identifier: BSD-2-Clause
# diff.gp - how each headline metric has changed from A to B, in percent of A, with its
# 95 % interval: a row a metric, a point a pair of policies.  Grey: chance may have done it.
format = ARG1; stem = ARG2; picture = ARG3; scripts = ARG4
load stem . ".vars"
fig_width = 7.0
fig_height = 0.9 + nr_metrics * 0.14 * (nr_pairs + 0.8)
load scripts . "/style.gp"

# what lies further out ends at the edge
edge = widest > 150 ? 150 : widest > 0 ? widest * 1.1 : 1
in(x) = x > edge ? edge : x < -edge ? -edge : x
at(row, pair) = row + 0.8 * ((pair + 1.0) / (nr_pairs + 1.0) - 0.5)
array verdict_rgb[3] = [0x808080, 0x009E73, 0xD55E00]

set xrange [-edge:edge]
set yrange [nr_metrics - 0.4:-0.6]
set ytics () nomirror scale 0
do for [i = 1:nr_metrics] { set ytics add (word(metrics, i) i - 1) }
set xlabel "change from A to B [% of A]"
set format x "%+g"
set arrow from 0, graph 0 to 0, graph 1 nohead linecolor rgb "#404040" linewidth 0.8 back
set key outside top center horizontal Left reverse samplen 0.6 width -3
array marks[8] = [7, 5, 9, 13, 11, 15, 6, 4]
plot for [p = 1:nr_pairs] dat using (in($2 == p - 1 ? $3 : NaN)):(at($1, $2)):(in($4)):(in($5)):(verdict_rgb[int($6) + 1]) \
		with xerrorbars pointtype marks[p] pointsize 0.9 linewidth 1.4 linecolor rgb variable notitle, \
	for [p = 1:nr_pairs] NaN with points pointtype marks[p] linecolor rgb "#404040" title word(pairs, p), \
	NaN with points pointtype 7 linecolor rgb 0x009E73 title "better", \
	NaN with points pointtype 7 linecolor rgb 0xD55E00 title "worse", \
	NaN with points pointtype 7 linecolor rgb 0x808080 title "undecided"
unset output
