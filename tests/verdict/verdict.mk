# SPDX-License-Identifier: BSD-2-Clause
# The shipped scenarios, and what they must say: each test_*.c here; and a sample of the claims.

VERDICT_SRC := $(wildcard tests/verdict/test_*.c)
VERDICT_BIN := $(VERDICT_SRC:tests/verdict/%.c=$(B)/verdict/%)

$(B)/verdict/%: tests/verdict/%.c tests/verdict/verdict.c tests/verdict/verdict.h $(B)/libcorun.a
	@mkdir -p $(@D)
	$(CC) $(CORUN_CFLAGS) $(SIM_FLAGS) $(LDFLAGS) -o $@ $(filter %.c %.a,$^) $(LDLIBS) -lcmocka

UNSANITIZED += test-verdict # a minute of CPU time, in code that the engine's tiers run, too
.PHONY: test-verdict
test-verdict: $(VERDICT_BIN)
	@set -e; for t in $^; do $$t; done
	@tests/verdict/sample.sh $(B)/corun $(B)/claims-sample
	@tests/verdict/memory.sh $(B)/corun
