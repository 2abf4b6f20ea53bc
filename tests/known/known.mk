# SPDX-License-Identifier: BSD-2-Clause
# Inputs that an early text got wrong, as scenarios of today.

SANITIZED += test-known
.PHONY: test-known
test-known: $(B)/corun
	@tests/known/known.sh $(B)/corun $(B)/known
