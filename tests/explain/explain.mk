# SPDX-License-Identifier: BSD-2-Clause
# corun explain: it names five planted causes, and does not name them in twins without.

SANITIZED += test-explain
.PHONY: test-explain
test-explain: $(B)/corun
	@tests/explain/run.sh $(B)/corun $(B)/explain
