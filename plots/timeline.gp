# SPDX-License-Identifier: BSD-2-Clause
# timeline.gp - who ran on each pCPU: a panel a policy, a row a pCPU, a colour a VM.
format = ARG1; stem = ARG2; picture = ARG3; scripts = ARG4
default_width = 9.0
load scripts . "/lib/layout.gp"
is_noise(i) = word(vms, i) eq "noise"
vm_color(i) = is_noise(int(i) + 1) ? 0x909090 : color_of(i)
shown_vms = nr_vms > 16 ? 16 : nr_vms
do for [i = 1:shown_vms] {
	legend_n = legend_n + 1
	legend_text[legend_n] = word(vms, i)
	legend_kind[legend_n] = "box"
	legend_rgb[legend_n] = vm_color(i - 1)
}
if (nr_vms > shown_vms) {
	legend_n = legend_n + 1
	legend_text[legend_n] = sprintf("... %d VMs: each colour is that of several", nr_vms)
	legend_kind[legend_n] = "text"
}
legend_n = legend_n + 1
legend_text[legend_n] = "spins for a sibling that is off CPU"
legend_kind[legend_n] = "line"
legend_rgb[legend_n] = 0x000000
legend_style[legend_n] = 1
legend_n = legend_n + 1
legend_text[legend_n] = "harmful lock-holder preemption"
legend_kind[legend_n] = "mark"
legend_rgb[legend_n] = 0xC00000
legend_style[legend_n] = 11
# rows of at least a readable height, up to a page
fig_row = nr_pcpus > 48 ? 0.05 : (nr_pcpus > 16 ? 0.09 : 0.17)
label_pcpus = nr_pcpus <= 16
if (label_pcpus) {
	legend_n = legend_n + 1
	legend_text[legend_n] = "numbers: vCPU of the VM"
	legend_kind[legend_n] = "text"
}
load scripts . "/lib/legend.gp"
left = 0.62
rows_height = fig_row * nr_pcpus
panel_height = 1.4 * line + rows_height
fig_height = legend_top + legend_height + nr_policies * panel_height + 0.2 + 1.3 * line
load scripts . "/style.gp"

span_ms = to_ms - from_ms
half = 0.46
# a number in a stint, where it has room
has_room(w) = label_pcpus && w / span_ms * (fig_width - left - 0.15) > 2 * 0.63 * small_pt / 72.0

set multiplot
load scripts . "/lib/legend_draw.gp"
set xrange [from_ms:to_ms]
set yrange [nr_pcpus - 0.5:-0.5]
unset grid
set lmargin at screen X(left)
set rmargin at screen X(fig_width - 0.15)
do for [p = 1:nr_policies] {
	# panels from the top; below the last one the axis
	panel_top = legend_top + legend_height + (p - 1) * panel_height + 1.4 * line
	set tmargin at screen Y(panel_top)
	set bmargin at screen Y(panel_top + rows_height)
	unset label
	set label word(policies, p) at graph 0, screen Y(panel_top - 0.6 * line) left
	set label "pCPU" at screen X(0.1 + 0.5 * line), graph 0.5 center rotate by 90
	if (label_pcpus) { set ytics 1 scale 0 font font_small } else { set ytics scale 0.4 font font_small }
	if (p == nr_policies) {
		set xtics format "%g"
		set label "time [ms]" at graph 0.5, screen Y(panel_top + rows_height + 0.2 + 0.7 * line) center
	} else {
		set xtics format ""
	}
	plot dat index 0 using 3:($1 == p - 1 ? $2 : NaN):3:4:($2 - half):($2 + half):(vm_color($5)) \
			with boxxyerror linecolor rgb variable fillstyle solid 1.0 border \
			linecolor rgb "#FFFFFF" notitle, \
		dat index 1 using 3:($1 == p - 1 ? $2 : NaN):3:4:($2 + half * 0.40):($2 + half) \
			with boxxyerror linecolor rgb "#000000" fillstyle solid 1.0 noborder notitle, \
		dat index 0 using (($3 + $4) / 2):($1 == p - 1 && has_room($4 - $3) ? $2 - 0.12 : NaN):(sprintf("%d", $6)) \
			with labels font font_small textcolor rgb "#FFFFFF" notitle, \
		dat index 2 using 3:($1 == p - 1 ? $2 - 0.05 : NaN) with points pointtype 11 \
			pointsize 1.25 linecolor rgb "#FFFFFF" notitle, \
		dat index 2 using 3:($1 == p - 1 ? $2 - 0.05 : NaN) with points pointtype 11 \
			pointsize 0.9 linecolor rgb "#C00000" notitle
}
unset multiplot
unset output
