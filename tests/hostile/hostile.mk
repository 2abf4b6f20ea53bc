# SPDX-License-Identifier: BSD-2-Clause
# Policies that crash, hang, exit, scribble or lie: what is told of each, and that nothing of
# it reaches another policy's results.

.PHONY: test-hostile
test-hostile: $(B)/corun
	@tests/hostile/hostile.sh $(B)/corun $(B)/hostile
	@tests/hostile/own.sh $(B)/corun $(B)/own

.PHONY: long-valgrind
long-valgrind: $(B)/corun ## memory, through all forks, under valgrind
	@.ci/need valgrind
	@tests/hostile/valgrind.sh $(B)/corun $(B)/valgrind
