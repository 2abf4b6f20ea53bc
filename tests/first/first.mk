# SPDX-License-Identifier: BSD-2-Clause
# The first scenario: every command of docs/first-scenario.md, and what it says.

SANITIZED += test-first
.PHONY: test-first first-renew
test-first: $(B)/corun
	@tests/first/first.sh $(B)/corun $(B)/first

first-renew: $(B)/corun ## outputs and picture of docs/first-scenario.md anew; read the diff
	@tests/first/first.sh $(B)/corun $(B)/first --renew
