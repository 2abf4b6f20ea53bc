# SPDX-License-Identifier: BSD-2-Clause
# The guide's example policy: built, run and put through the contract as the guide says.

UNSANITIZED += test-guide # builds a copy of the tree with its own flags
.PHONY: test-guide
test-guide:
	@tests/guide/guide.sh $(B) 2
