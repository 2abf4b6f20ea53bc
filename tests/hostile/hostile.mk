# SPDX-License-Identifier: BSD-2-Clause
# Policies that crash, hang, exit, scribble or lie: what is told of each, and that nothing of
# it reaches another policy's results.
#
#	make test-hostile	all of them
#	make long-valgrind	memory, through all forks, under valgrind

# Under sanitizers one of each kind will do: the objects themselves are not built with them.
HOSTILE_ONLY := $(if $(findstring -fsanitize,$(CFLAGS)),null-pick|null-init|late-replication|exits-pick|hangs-wake|sleeps|past-8|writes-table|rounds-up|kicks-60000|livelocks|own-constructor-exits)
SANITIZED += test-hostile

.PHONY: test-hostile long-valgrind
test-hostile: $(B)/corun
	@ONLY='$(HOSTILE_ONLY)' tests/hostile/hostile.sh $(B)/corun $(B)/hostile
	@tests/hostile/own.sh $(B)/corun $(B)/own
	@tests/hostile/ends.sh $(B)/corun $(B)/ends

long-valgrind: $(B)/corun ## memory, through all forks, under valgrind
	@.ci/need valgrind
	@tests/hostile/valgrind.sh $(B)/corun $(B)/valgrind
