# SPDX-License-Identifier: BSD-2-Clause
# legend_draw.gp - in a multiplot, before its panels: the legend, then axes as style.gp has them.
do for [i = 1:legend_n] {
	x = legend_x[i]
	y = legend_top + (legend_row[i] + 0.5) * line
	kind = legend_kind[i]
	if (kind eq "box") {
		set object rectangle from screen X(x), Y(y + 0.38 * em) to screen X(x + 1.7 * em), Y(y - 0.38 * em) \
			fillcolor rgb legend_rgb[i] fillstyle solid 1.0 border linecolor rgb "#808080"
	}
	if (kind eq "line" || kind eq "linemark") {
		dash = kind eq "line" ? legend_style[i] : 1
		set arrow from screen X(x), Y(y) to screen X(x + 1.9 * em), Y(y) nohead linewidth 1.7 \
			dashtype dash linecolor rgb legend_rgb[i]
	}
	if (kind eq "mark" || kind eq "linemark") {
		set label "" at screen X(x + 0.95 * em), Y(y) point pointtype legend_style[i] pointsize 0.85 \
			linecolor rgb legend_rgb[i]
	}
	text_at = kind eq "text" ? x : x + legend_sample - 0.1 * em
	set label legend_text[i] at screen X(text_at), Y(y) left
}
set lmargin at screen 0
set rmargin at screen 1
set tmargin at screen 1
set bmargin at screen 0
set border 0
unset xtics
unset ytics
unset key
plot [0:1][0:1] 2 notitle
unset object
unset arrow
unset label
set border 3 linecolor rgb "#404040" linewidth 0.8
set xtics nomirror out scale 0.6
set ytics nomirror out scale 0.6
