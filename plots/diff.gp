# SPDX-License-Identifier: BSD-2-Clause
# diff.gp - how each headline metric has changed from A to B, in percent of A, with its
# 95 % interval: a row a metric, a point a pair of policies.  Grey: chance may have done it.
# A change beyond the edge is an arrow there, with its number.
format = ARG1; stem = ARG2; picture = ARG3; scripts = ARG4
default_width = 7.0
load scripts . "/lib/layout.gp"

edge = widest > 150 ? 150 : widest > 0 ? widest * 1.1 : 1
array verdict_rgb[3] = [0x808080, 0x009E73, 0xD55E00]
array verdict_words[3] = ["undecided", "better", "worse"]
do for [p = 1:nr_pairs] {
	legend_n = legend_n + 1
	legend_text[legend_n] = word(pairs, p)
	legend_kind[legend_n] = "mark"
	legend_rgb[legend_n] = 0x404040
	legend_style[legend_n] = mark_of(p - 1)
}
do for [v = 1:3] {
	legend_n = legend_n + 1
	legend_text[legend_n] = verdict_words[v % 3 + 1]
	legend_kind[legend_n] = "line"
	legend_rgb[legend_n] = verdict_rgb[v % 3 + 1]
	legend_style[legend_n] = 1
}
load scripts . "/lib/legend.gp"
sides = wrap(sprintf("A: %s   B: %s", word(folders, 1), word(folders, 2)), letters(fig_width - 0.3))
beyond_words = widest > edge ? wrap(sprintf("arrows: beyond %.0f %%", edge), letters(fig_width - 0.3)) . "\n" : ""
below = "change from A to B [% of A]\n" . beyond_words . sides
row_height = longer(0.14 * (nr_pairs + 0.8), 1.3 * em)
fig_height = legend_top + legend_height + nr_metrics * row_height + 0.25 + line * (nr_lines(below) + 0.6)
load scripts . "/style.gp"

# an interval's end may lie beyond the edge, where the line then ends in an arrow
in(x) = x > edge ? edge : x < -edge ? -edge : x
inside(x) = abs(x) <= edge ? x : NaN
beyond(x) = abs(x) > edge ? (x > 0 ? edge : -edge) : NaN
at(row, pair) = row + 0.8 * ((pair + 1.0) / (nr_pairs + 1.0) - 0.5)

set multiplot
load scripts . "/lib/legend_draw.gp"
set lmargin at screen X(longest(metrics) + 0.12)
set rmargin at screen X(fig_width - 0.25)
set tmargin at screen Y(legend_top + legend_height)
set bmargin at screen Y(legend_top + legend_height + nr_metrics * row_height)
set xrange [-edge:edge]
set yrange [nr_metrics - 0.4:-0.6]
set ytics () nomirror scale 0
do for [i = 1:nr_metrics] { set ytics add (word(metrics, i) i - 1) }
set label below at graph 0.5, screen Y(legend_top + legend_height + nr_metrics * row_height + 0.25 + 0.6 * line) center
set xtics edge / (narrow ? 2.0 : 3.0) format "%+.3g"
set arrow from 0, graph 0 to 0, graph 1 nohead linecolor rgb "#404040" linewidth 0.8 back
number_at = 1 - 0.14 / (fig_width - longest(metrics) - 0.37) * 2.2
plot for [p = 1:nr_pairs] dat using (inside($2 == p - 1 ? $3 : NaN)):(at($1, $2)):(in($4)):(in($5)):(verdict_rgb[int($6) + 1]) \
		with xerrorbars pointtype mark_of(p - 1) pointsize 0.8 linewidth 1.4 linecolor rgb variable title word(pairs, p), \
	dat using (beyond($3) * number_at):(at($1, $2)):(beyond($3) * (1 - number_at)):(0):(verdict_rgb[int($6) + 1]) \
		with vectors head filled size screen 0.1 / fig_width, 22 linewidth 1.8 linecolor rgb variable notitle, \
	dat using (abs($3) <= edge && $5 > edge ? edge * 0.99 : NaN):(at($1, $2)):(edge * 0.01):(0):(verdict_rgb[int($6) + 1]) \
		with vectors head filled size screen 0.06 / fig_width, 30 linewidth 1.4 linecolor rgb variable notitle, \
	dat using (abs($3) <= edge && $4 < -edge ? -edge * 0.99 : NaN):(at($1, $2)):(-edge * 0.01):(0):(verdict_rgb[int($6) + 1]) \
		with vectors head filled size screen 0.06 / fig_width, 30 linewidth 1.4 linecolor rgb variable notitle, \
	dat using (beyond($3) > 0 ? edge * number_at * 0.98 : NaN):(at($1, $2)):(sprintf("%+.0f %%", $3)) with labels right font font_small notitle, \
	dat using (beyond($3) < 0 ? -edge * number_at * 0.98 : NaN):(at($1, $2)):(sprintf("%+.0f %%", $3)) with labels left font font_small notitle
unset multiplot
unset output
