# SPDX-License-Identifier: BSD-2-Clause
# timeline.gp - who ran on each pCPU: a panel a policy, a row a pCPU, a colour a VM.
format = ARG1; stem = ARG2; picture = ARG3; scripts = ARG4
load stem . ".vars"
# rows of at least a readable height, up to a page
fig_row = nr_pcpus > 48 ? 0.05 : (nr_pcpus > 16 ? 0.09 : 0.17)
fig_head = 0.62
fig_panel = fig_row * nr_pcpus + 0.2
fig_width = 9.0
fig_height = nr_policies * fig_panel + fig_head + 0.45
load scripts . "/style.gp"

shown_vms = nr_vms > 12 ? 12 : nr_vms
is_noise(i) = word(vms, i) eq "noise"
vm_color(i) = is_noise(int(i) + 1) ? 0x909090 : color_of(i)
span_ms = to_ms - from_ms
half = 0.46

set xrange [from_ms:to_ms]
set yrange [nr_pcpus - 0.5:-0.5]
unset grid
set border 3
set lmargin at screen 0.09
set rmargin at screen 0.98
label_pcpus = nr_pcpus <= 16

# The legend is drawn by hand: a line of VMs, a line of marks.
legend_x = 0.09
legend_y = 1.0 - 0.16 / fig_height
legend_room = 0.92
do for [i = 1:shown_vms] {
	legend_end = legend_x + 0.05 + 0.0095 * strlen(word(vms, i))
	if (legend_end > legend_room) { shown_vms = i - 1; break }
	set object rectangle from screen legend_x, legend_y - 0.05 / fig_height \
		to screen legend_x + 0.02, legend_y + 0.05 / fig_height \
		fillcolor rgb vm_color(i - 1) fillstyle solid 1.0 noborder
	set label word(vms, i) at screen legend_x + 0.026, legend_y left font font_name.",9"
	legend_x = legend_end
}
if (nr_vms > shown_vms) { set label "..." at screen legend_x, legend_y left font font_name.",9" }
legend_y = 1.0 - 0.40 / fig_height
set object rectangle from screen 0.09, legend_y - 0.02 / fig_height \
	to screen 0.11, legend_y + 0.03 / fig_height fillcolor rgb "#000000" fillstyle solid 1.0 noborder
set label "spins for a sibling that is off CPU" at screen 0.116, legend_y left font font_name.",9"
set label "" at screen 0.43, legend_y point pointtype 11 pointsize 1.0 linecolor rgb "#C00000"
set label "harmful lock-holder preemption" at screen 0.44, legend_y left font font_name.",9"
set label "numbers: vCPU of the VM" at screen 0.98, legend_y right font font_name.",9"
unset key

set multiplot
do for [p = 1:nr_policies] {
	# panels from the top; below the last one the axis
	top = 1.0 - (fig_head + (p - 1) * fig_panel) / fig_height
	set tmargin at screen top
	set bmargin at screen top - (fig_row * nr_pcpus) / fig_height
	set ylabel word(policies, p) . "\npCPU" offset 0.5, 0
	if (label_pcpus) { set ytics 1 scale 0 font font_name.",8" } else { set ytics scale 0.4 font font_name.",8" }
	if (p == nr_policies) {
		set xtics format "%g"
		set xlabel "time [ms]" offset 0, 0.2
	} else {
		set xtics format ""
		unset xlabel
	}
	if (p == 2) { unset object; unset label }
	plot dat index 0 using 3:($1 == p - 1 ? $2 : NaN):3:4:($2 - half):($2 + half):(vm_color($5)) \
			with boxxyerror linecolor rgb variable fillstyle solid 1.0 border \
			linecolor rgb "#FFFFFF" notitle, \
		dat index 1 using 3:($1 == p - 1 ? $2 : NaN):3:4:($2 + half * 0.40):($2 + half) \
			with boxxyerror linecolor rgb "#000000" fillstyle solid 1.0 noborder notitle, \
		dat index 0 using (($3 + $4) / 2):($1 == p - 1 && label_pcpus && $4 - $3 > span_ms * 0.022 ? $2 - 0.12 : NaN):(sprintf("%d", $6)) \
			with labels font font_name.",7" textcolor rgb "#FFFFFF" notitle, \
		dat index 2 using 3:($1 == p - 1 ? $2 - 0.05 : NaN) with points pointtype 11 \
			pointsize 1.25 linecolor rgb "#FFFFFF" notitle, \
		dat index 2 using 3:($1 == p - 1 ? $2 - 0.05 : NaN) with points pointtype 11 \
			pointsize 0.9 linecolor rgb "#C00000" notitle
}
unset multiplot
unset output
