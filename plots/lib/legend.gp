# SPDX-License-Identifier: BSD-2-Clause
# legend.gp - how the legend's entries fall into rows between legend_left and legend_right;
# legend_height is what they take.
legend_sample = 2.4 * em
legend_rows = 0
legend_at = legend_left
do for [i = 1:legend_n] {
	legend_w = legend_sample + tw(legend_text[i])
	if (legend_at > legend_left && legend_at + legend_w > legend_right) {
		legend_rows = legend_rows + 1
		legend_at = legend_left
	}
	legend_x[i] = legend_at
	legend_row[i] = legend_rows
	legend_at = legend_at + legend_w + 1.2 * em
}
legend_height = legend_n ? (legend_rows + 1) * line + 0.5 * em : 0
