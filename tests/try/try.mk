# SPDX-License-Identifier: BSD-2-Clause
# corun try: builds, runs, and shows what has moved since the last build.

SANITIZED += test-try
.PHONY: test-try
test-try: $(B)/corun $(B)/libexec/corun/corun-test
	@tests/try/run.sh $(B)/corun $(B)/try
