# SPDX-License-Identifier: BSD-2-Clause
# Siblings come to run together under relaxed, from wherever they start.
#
#	make test-together	40 runs for 3 s, 200 more for half a second
#	make long-together	all of them for 20 s

UNSANITIZED += test-together # some seconds of CPU time, in code that other tiers run, too
.PHONY: test-together long-together
test-together: $(B)/corun
	@tests/together/together.sh $(B)/corun $(B)/together 3s 500ms

long-together: $(B)/corun ## relaxed: siblings run together in 240 runs of 20 s
	@tests/together/together.sh $(B)/corun $(B)/together 20s 20s
