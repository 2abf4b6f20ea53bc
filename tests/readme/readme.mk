# SPDX-License-Identifier: BSD-2-Clause
# The README's table says what its command prints.

UNSANITIZED += test-readme # the demo itself, 20 s of CPU time without sanitizers
.PHONY: test-readme
test-readme: $(B)/corun
	@tests/readme/readme.sh $(B)/corun $(B)/readme
