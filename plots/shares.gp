# SPDX-License-Identifier: BSD-2-Clause
# shares.gp - what each VM received against what it was entitled to, 95 % intervals.
# Up to 8 VMs as bars with the entitlement as a black line across, more as points.
format = ARG1; stem = ARG2; picture = ARG3; scripts = ARG4
load stem . ".vars"
fig_bars = nr_vms <= 8
fig_width = fig_bars ? (nr_vms * nr_policies > 16 ? 9.0 : 6.0) : 5.6
fig_height = fig_bars ? 3.2 : 4.6
load scripts . "/style.gp"

set key outside top center horizontal Left reverse
if (fig_bars) {
	# VM v's bars stand around v, a bar a policy
	bar = 0.8 / nr_policies
	at(v, p) = v + (p - (nr_policies - 1) / 2.0) * bar
	set xrange [-0.6:nr_vms - 0.4]
	set yrange [0:largest * 1.08]
	set xtics scale 0 ("" 0)
	do for [i = 1:nr_vms] { set xtics add (word(vms, i) i - 1) }
	if (nr_vms > 5) { set xtics rotate by -30 }
	set xlabel "VM"
	set ylabel "share of the host's pCPU time [%]"
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
	set size ratio 1
	set xlabel "entitled [% of the host's pCPU time]"
	set ylabel "received [% of the host's pCPU time]"
	array marks[6] = [7, 5, 9, 11, 13, 15]
	plot x with lines linecolor rgb "#808080" dashtype 2 title "received = entitled", \
		for [p = 1:nr_policies] dat using 6:($1 == p - 1 ? $4 : NaN):(0):($5 - $4) with vectors \
			heads size graph 0.006, 90 linecolor rgb color_of(p - 1) linewidth 1.1 notitle, \
		for [p = 1:nr_policies] dat using 6:($1 == p - 1 ? $3 : NaN) with points \
			pointtype marks[(p - 1) % 6 + 1] pointsize 0.7 linecolor rgb color_of(p - 1) \
			title word(policies, p)
}
unset output
