# SPDX-License-Identifier: BSD-2-Clause
# What reaches a terminal: of damaged files no raw byte, whatever the verb; and no input is
# written over.

SANITIZED += test-terminal

.PHONY: test-terminal
test-terminal: $(B)/corun
	@tests/terminal/bytes.sh $(B)/corun $(B)/terminal/bytes
	@tests/terminal/inputs.sh $(B)/corun $(B)/terminal/inputs
