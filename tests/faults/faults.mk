# SPDX-License-Identifier: BSD-2-Clause
# Numbers that were wrong once, and two changes of policies that nothing noticed.

.PHONY: test-faults
test-faults: $(B)/corun
	@tests/faults/faults.sh $(B)/corun $(B)/faults
