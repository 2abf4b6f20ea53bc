# SPDX-License-Identifier: BSD-2-Clause
#
# layout.gp - sizes in inches, before the terminal is opened.  A figure sets default_width and
# loads this file, which loads STEM.vars; asked_width is that of `corun plot --width`.  A
# figure below 5 inches has a layout of its own (narrow) and smaller letters.

set encoding utf8
load stem . ".vars"
if (!exists("fig_width")) { fig_width = exists("asked_width") ? asked_width : default_width }
narrow = fig_width < 5
pt = narrow ? 8 : 9
small_pt = pt - 1
font_name = "DejaVu Sans"
font_small = sprintf("%s,%d", font_name, small_pt)
em = pt / 72.0
line = 1.45 * em

# where on the page: inches from the left, inches from the top
X(inch) = inch / fig_width
Y(inch) = 1 - inch / fig_height
# how wide a text is, rather a little more
tw(s) = 0.63 * em * strlen(s)
longest(list) = (longest_ = 0.0, sum [i_ = 1:words(list)] (tw(word(list, i_)) > longest_ ? (longest_ = tw(word(list, i_)), 0) : 0), longest_)
longer(a, b) = a > b ? a : b
# a text in lines of at most n letters
blank(s, n) = n < 1 ? 0 : s[n:n] eq " " ? n : blank(s, n - 1)
wrap(s, n) = strlen(s) <= n ? s : (cut_ = blank(s, n + 1), cut_ < 2 ? s : s[1:cut_ - 1] . "\n" . wrap(s[cut_ + 1:*], n))
nr_lines(s) = strstrt(s, "\n") ? 1 + nr_lines(s[strstrt(s, "\n") + 1:*]) : 1
letters(inch) = int(inch / (0.63 * em))

# Okabe-Ito: blue, orange, green, vermillion, sky blue, purple, yellow, grey: readers with any
# colour vision can tell them apart
array palette_rgb[8] = [0x0072B2, 0xE69F00, 0x009E73, 0xD55E00, 0x56B4E9, 0xCC79A7, 0xF0E442, 0x555555]
# the same, darker, for a second turn
array palette_dark[8] = [0x00456B, 0x8A6000, 0x005F45, 0x803800, 0x2B7BA8, 0x7D3F65, 0x8F8700, 0x222222]
turn(i) = (int(i) / 8) % 2
color_of(i) = turn(i) ? palette_dark[int(i) % 8 + 1] : palette_rgb[int(i) % 8 + 1]
array marks_of[8] = [7, 5, 9, 11, 13, 15, 6, 4]
mark_of(i) = marks_of[int(i) % 8 + 1]
# a dash each, for those who print without colours
dash_of(i) = int(i) % 4 + 1

# what a vCPU or a pCPU does: the order of the bars and of the legend
array state_names[15] = ["useful", "critical section", "spin: contention", \
	"spin: holder preempted", "spin: waiter preempted", "spin: partner off CPU", \
	"overhead", "halt poll", "steal (waiting)", "co-stopped, capped", "blocked", \
	"spin (any cause)", "stolen by the host", "idle", "offline"]
array state_colors[15] = [0x009E73, 0x005F45, 0xF0E442, 0xD55E00, 0xE69F00, 0xCC79A7, \
	0x56B4E9, 0x0072B2, 0xB0B0B0, 0x707070, 0xE8E8E8, 0xE08A4A, 0x303030, 0xF4F4F4, 0xFFFFFF]

# The legend: its entries, of a kind each: "line", "mark", "linemark", "box", "text".
legend_n = 0
array legend_text[64]
array legend_kind[64]
array legend_rgb[64]
array legend_style[64] # dash of a line, mark of a mark
array legend_x[64]
array legend_row[64]
legend_left = 0.1
legend_right = fig_width - 0.1
legend_top = 0.08
legend_height = 0
