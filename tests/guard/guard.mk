# SPDX-License-Identifier: BSD-2-Clause
# Speed that noise cannot touch: instructions per completed step of six fixed worlds.

GUARD_B := $(B)/guard
GUARD_KEPT := bench/guard.csv
GUARD_TOOLCHAIN = $(COMPILER); $(OPT)
# The planted slowdown: every step of a guest turns a little loop.
GUARD_SED := s/m->count\[VC_STEPS\] += op->counts;/{ for (volatile int i = 0; i < 6;) i++; } &/

UNSANITIZED += test-guard # counts the instructions of the release
.PHONY: test-guard guard-bless
NEED_TEST += valgrind
test-guard: $(B)/bench/guard $(GUARD_B)/slow
	@.ci/need valgrind
	@tests/guard/guard.sh $(B)/bench/guard '$(GUARD_TOOLCHAIN)' $(GUARD_KEPT)
	@if ONLY=cfs tests/guard/guard.sh $(GUARD_B)/slow '$(GUARD_TOOLCHAIN)' $(GUARD_KEPT) \
		>$(GUARD_B)/slow.log; then \
		cat $(GUARD_B)/slow.log; echo "FAILED: a slower engine is not seen"; exit 1; fi
	@grep '^FAILED cfs' $(GUARD_B)/slow.log | sed 's/^FAILED/planted:/'

guard-bless: $(B)/bench/guard ## write down the instructions per step, with a reason: WHY=...
	@[ -n '$(WHY)' ] || { echo "guard-bless: expected WHY='the reason'" >&2; exit 2; }
	@.ci/need valgrind
	@tests/guard/guard.sh $(B)/bench/guard '$(GUARD_TOOLCHAIN)' $(GUARD_KEPT) '$(WHY)'

$(GUARD_B)/slow: bench/guard.c $(GEN)/engine.c $(B)/libcorun.a $(ENGINE_SRC) tests/guard/guard.mk
	@rm -rf $(GUARD_B)/sim && mkdir -p $(GUARD_B)/sim
	@cp -r sim/engine $(GUARD_B)/sim/
	@tests/lib/plant.sh sim/engine/guest/program.c '$(GUARD_SED)' \
		$(GUARD_B)/sim/engine/guest/program.c
	@$(CC) $(CORUN_CFLAGS) -I$(GUARD_B)/sim $(SIM_FLAGS) -c -o $(GUARD_B)/engine.o $(GEN)/engine.c
	@$(CC) $(CORUN_CFLAGS) $(SIM_FLAGS) $(LDFLAGS) -o $@ bench/guard.c $(GUARD_B)/engine.o \
		$(B)/libcorun.a $(LDLIBS)
