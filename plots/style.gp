# SPDX-License-Identifier: BSD-2-Clause
#
# style.gp - what all figures share.  A figure script is called as
#	gnuplot -d -c FIGURE.gp FORMAT STEM PICTURE SCRIPTS
# keeps these in format, stem, picture and scripts (a load hides its caller's ARGs),
# sets fig_width and fig_height (inches) and loads this file, which loads STEM.vars
# and opens the terminal.  Colours: Okabe and Ito's palette, which readers with any
# colour vision can tell apart, and greys.

dat = stem . ".dat"
load stem . ".vars"

set encoding utf8
set termoption noenhanced
font_name = "DejaVu Sans"
if (format eq "png") {
	set terminal pngcairo noenhanced font font_name.",10" fontscale 1.9 linewidth 1.9 \
		pointscale 1.5 size fig_width*190, fig_height*190
}
if (format eq "svg") {
	set terminal svg noenhanced font font_name.",13" linewidth 1.3 \
		size fig_width*100, fig_height*100 dynamic
}
if (format eq "pdf") {
	set terminal pdfcairo noenhanced font font_name.",9" linewidth 1.2 \
		size fig_width, fig_height
}
set output picture

# Okabe-Ito: black, orange, sky blue, green, yellow, blue, vermillion, purple
array palette_rgb[8] = [0x0072B2, 0xE69F00, 0x009E73, 0xD55E00, 0x56B4E9, 0xCC79A7, 0xF0E442, 0x555555]
# the same, darker, for a second turn
array palette_dark[8] = [0x00456B, 0x8A6000, 0x005F45, 0x803800, 0x2B7BA8, 0x7D3F65, 0x8F8700, 0x222222]
turn(i) = (int(i) / 8) % 2
color_of(i) = turn(i) ? palette_dark[int(i) % 8 + 1] : palette_rgb[int(i) % 8 + 1]

# what a vCPU or a pCPU does: the order of the bars and of the legend
array state_names[15] = ["useful", "critical section", "spin: contention", \
	"spin: holder preempted", "spin: waiter preempted", "spin: partner off CPU", \
	"overhead", "halt poll", "steal (waiting)", "co-stopped, capped", "blocked", \
	"spin (any cause)", "stolen by the host", "idle", "offline"]
array state_colors[15] = [0x009E73, 0x005F45, 0xF0E442, 0xD55E00, 0xE69F00, 0xCC79A7, \
	0x56B4E9, 0x0072B2, 0xB0B0B0, 0x707070, 0xE8E8E8, 0xE08A4A, 0x303030, 0xF4F4F4, 0xFFFFFF]

set border 3 linecolor rgb "#404040" linewidth 0.8
set tics nomirror out scale 0.6
set grid linecolor rgb "#D8D8D8" linewidth 0.5 linetype 1
set key noenhanced samplen 1.6 spacing 1.15
set errorbars small
set style fill solid 1.0
# a dash each, for those who print without colours
set dashtype 1 solid
set dashtype 2 (7, 2)
set dashtype 3 (7, 2, 1.5, 2)
set dashtype 4 (2.5, 1.5)
array dash_of[4] = [1, 2, 3, 4]
