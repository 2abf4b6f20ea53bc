# SPDX-License-Identifier: BSD-2-Clause
# Sweeps over what should not matter: one row of several cells.

UNSANITIZED += test-headline # a script and tables
.PHONY: test-headline
test-headline: $(B)/corun
	@tests/headline/cells.sh $(B)/corun $(B)/headline/cells
