# SPDX-License-Identifier: BSD-2-Clause
# Numbers that were wrong once, and two changes of policies that nothing noticed.

# More than 20 seconds of CPU time with them, for sums and means of the plain build.
UNSANITIZED += test-faults

.PHONY: test-faults
test-faults: $(B)/corun
	@tests/faults/faults.sh $(B)/corun $(B)/faults
