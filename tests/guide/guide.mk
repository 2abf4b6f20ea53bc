# SPDX-License-Identifier: BSD-2-Clause
# The guide's example policy: built, run and put through the contract as the guide says.

UNSANITIZED += test-guide # two minutes of CPU time; what it runs, test-contract and others do, too
.PHONY: test-guide
test-guide:
	@tests/guide/guide.sh $(B) 2
