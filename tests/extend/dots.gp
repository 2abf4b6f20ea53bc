# SPDX-License-Identifier: BSD-2-Clause
# dots.gp - a figure that only the test of extensions has.
format = ARG1; stem = ARG2; picture = ARG3; scripts = ARG4
set terminal pngcairo
set output picture
plot stem . ".dat" using 1:2 with points title "dots"
