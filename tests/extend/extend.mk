# SPDX-License-Identifier: BSD-2-Clause
# A new thing is one file or one row: in a copy of the tree one of each is added, and the
# build finds it.

UNSANITIZED += test-extend # builds a copy of the tree
.PHONY: test-extend
test-extend: ## a verb, a figure, a metric, a key, a policy, a lock kind: each one file or one row
	@tests/extend/extend.sh $(B)/extend
