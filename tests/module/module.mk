# SPDX-License-Identifier: BSD-2-Clause
# Policies from shared objects: built by policies/module/policy.mk, run as if they were
# ours, and each thing that the loader refuses, with an object in which it is wrong.

SANITIZED += test-module
.PHONY: test-module
test-module: $(B)/corun
	@tests/module/run.sh $(B)/corun $(B)/module
	@tests/module/refusals.sh $(B)/corun $(B)/module
