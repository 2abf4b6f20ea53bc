# SPDX-License-Identifier: BSD-2-Clause
# shares.gp - what each VM received against what it was entitled to, 95 % intervals.
# Few VMs as bars with the entitlement as a black line across, more as points.
format = ARG1; stem = ARG2; picture = ARG3; scripts = ARG4
load stem . ".vars"
default_width = nr_vms > 8 ? 5.6 : nr_vms * nr_policies > 16 ? 9.0 : 6.0
load scripts . "/lib/layout.gp"
left = 0.62
width = fig_width - left - 0.15
fig_bars = nr_vms <= 8 && width / (nr_vms * nr_policies) > 0.09
do for [p = 1:nr_policies] {
	legend_n = legend_n + 1
	legend_text[legend_n] = word(policies, p)
	legend_kind[legend_n] = fig_bars ? "box" : "mark"
	legend_rgb[legend_n] = color_of(p - 1)
	legend_style[legend_n] = mark_of(p - 1)
}
legend_n = legend_n + 1
legend_text[legend_n] = fig_bars ? "entitled" : "received = entitled"
legend_kind[legend_n] = "line"
legend_rgb[legend_n] = fig_bars ? 0x000000 : 0x808080
legend_style[legend_n] = fig_bars ? 1 : 2
load scripts . "/lib/legend.gp"
upright = fig_bars && longest(vms) > width / nr_vms
below = upright ? longest(vms) + 0.1 : line + 0.1
curve_height = fig_bars ? (narrow ? 1.8 : 2.2) : width
fig_height = legend_top + legend_height + 1.6 * line + curve_height + below + 1.4 * line
load scripts . "/style.gp"

set multiplot
load scripts . "/lib/legend_draw.gp"
panel_top = legend_top + legend_height + 1.6 * line
set lmargin at screen X(left)
set rmargin at screen X(left + width)
set tmargin at screen Y(panel_top)
set bmargin at screen Y(panel_top + curve_height)
set label (fig_bars ? "share of the host's pCPU time [%]" : "received [% of the host's pCPU time]") \
	at graph 0, screen Y(panel_top - 0.7 * line) left
set label (fig_bars ? "VM" : "entitled [% of the host's pCPU time]") \
	at graph 0.5, screen Y(panel_top + curve_height + below + 0.6 * line) center
if (fig_bars) {
	# VM v's bars stand around v, a bar a policy
	bar = 0.8 / nr_policies
	at(v, p) = v + (p - (nr_policies - 1) / 2.0) * bar
	set xrange [-0.6:nr_vms - 0.4]
	set yrange [0:largest * 1.08]
	set xtics scale 0 ("" 0)
	if (upright) { set xtics rotate by 90 right }
	do for [i = 1:nr_vms] { set xtics add (word(vms, i) i - 1) }
	set grid noxtics ytics
	set boxwidth bar * 0.9
	plot for [p = 1:nr_policies] dat using (at($2, p - 1)):($1 == p - 1 ? $3 : NaN) with boxes \
			linecolor rgb color_of(p - 1) fillstyle solid 0.85 noborder title word(policies, p), \
		dat using (at($2, $1)):4:(0):($5 - $4) with vectors heads size graph 0.008, 90 \
			linecolor rgb "#000000" linewidth 1.1 notitle, \
		dat using (at($2, $1) - bar * 0.48):6:(bar * 0.96):(0) with vectors nohead \
			linecolor rgb "#000000" linewidth 2.2 title "entitled"
} else {
	set xrange [0:largest * 1.05]
	set yrange [0:largest * 1.05]
	set xtics autofreq
	plot x with lines linecolor rgb "#808080" dashtype 2 title "received = entitled", \
		for [p = 1:nr_policies] dat using 6:($1 == p - 1 ? $4 : NaN):(0):($5 - $4) with vectors \
			heads size graph 0.006, 90 linecolor rgb color_of(p - 1) linewidth 1.1 notitle, \
		for [p = 1:nr_policies] dat using 6:($1 == p - 1 ? $3 : NaN) with points \
			pointtype mark_of(p - 1) pointsize 0.7 linecolor rgb color_of(p - 1) \
			title word(policies, p)
}
unset multiplot
unset output
