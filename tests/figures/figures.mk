# SPDX-License-Identifier: BSD-2-Clause
# The figures as a reader of a paper gets them: at a column's width and at a page's, from the
# text boxes of the PDF and of the SVG.

UNSANITIZED += test-figures # gnuplot's time; the C code runs in test-trace and test-diff, too
NEED_TEST += poppler-utils librsvg2-bin fonts-dejavu-core

.PHONY: test-figures
test-figures: $(B)/corun
	@tests/figures/figures.sh $(B)/corun $(B)/figures
	@tests/figures/planted.sh $(B)/corun $(B)/figures
