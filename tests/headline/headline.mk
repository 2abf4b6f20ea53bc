# SPDX-License-Identifier: BSD-2-Clause
# The headline: README and docs say what the tracked table says, and the program still says it.

UNSANITIZED += test-headline # scripts and tables, and runs of what other tiers run, 20 s of CPU time
.PHONY: test-headline
test-headline: $(B)/corun
	@tests/headline/cells.sh $(B)/corun $(B)/headline/cells
	@tests/headline/pages.sh $(B)/corun $(B)/headline/pages
	@tests/headline/sample.sh $(B)/corun $(B)/headline/sample
	@tests/headline/turns.sh $(B)/corun
