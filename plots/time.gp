# SPDX-License-Identifier: BSD-2-Clause
# time.gp - where the time goes: a stacked bar a policy, vCPU time and pCPU time.
format = ARG1; stem = ARG2; picture = ARG3; scripts = ARG4
fig_width = 9.0
fig_height = 2.6
load scripts . "/style.gp"

fig_nr_used = words(used)
unset grid
set yrange [nr_policies - 0.5:-0.5]
set xrange [0:100]
set xtics 25 format "%g"
set ytics scale 0 ("" 0)
do for [i = 1:nr_policies] { set ytics add (word(policies, i) i - 1) }
set border 1

# a frame around every bar: what is idle is nearly white
do for [i = 1:nr_policies] {
	set object rectangle from first 0, first i - 1 - 0.36 to first 100, first i - 1 + 0.36 front \
		fillstyle empty border linecolor rgb "#808080"
}
set multiplot
set tmargin at screen 0.90
set bmargin at screen 0.20
half = 0.36

# -- vCPU time
set lmargin at screen 0.09
set rmargin at screen 0.40
set title "guests: what their vCPUs did" offset 0, -0.6
set xlabel "vCPU time [%]   (black: 95 % interval of work)" offset 0, 0.3
unset key
plot dat index 0 using 3:($1 == 0 ? $2 : NaN):3:4:($2 - half):($2 + half):(state_colors[int($5)]) \
		with boxxyerror linecolor rgb variable fillstyle solid 1.0 noborder, \
	dat index 0 using (($3 + $4) / 2):($1 == 0 && $4 - $3 >= 9 ? $2 : NaN):(sprintf("%.0f", $4 - $3)):\
		($5 == 2 || $5 == 8 || $5 == 10 || $5 == 4 || $5 == 1 ? 0xFFFFFF : 0x202020) \
		with labels font font_name.",8" textcolor rgb variable, \
	dat index 1 using 3:($1 >= 0 ? $1 : NaN):($4 - $3):(0) with vectors heads \
		size graph 0.012, 90 linecolor rgb "#000000" linewidth 1.2

# -- pCPU time
set lmargin at screen 0.45
set rmargin at screen 0.76
set title "host: what its pCPUs did"
set xlabel "pCPU time [%]"
set ytics ("" 0)
do for [i = 1:nr_policies] { set ytics add ("" i - 1) }
set key at screen 0.78, screen 0.90 left top Left reverse font font_name.",8" \
	samplen 1.0 spacing 1.05 maxrows 20
plot dat index 0 using 3:($1 == 1 ? $2 : NaN):3:4:($2 - half):($2 + half):(state_colors[int($5)]) \
		with boxxyerror linecolor rgb variable fillstyle solid 1.0 noborder notitle, \
	dat index 0 using (($3 + $4) / 2):($1 == 1 && $4 - $3 >= 9 ? $2 : NaN):(sprintf("%.0f", $4 - $3)):\
		($5 == 2 || $5 == 8 || $5 == 10 || $5 == 4 || $5 == 1 ? 0xFFFFFF : 0x202020) \
		with labels font font_name.",8" textcolor rgb variable notitle, \
	for [i = 1:fig_nr_used] keyentry with boxes linecolor rgb state_colors[int(word(used, i))] \
		fillstyle solid 1.0 border linecolor rgb "#808080" \
		title state_names[int(word(used, i))]
unset multiplot
unset output
