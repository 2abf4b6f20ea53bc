# SPDX-License-Identifier: BSD-2-Clause
# The engine: unit tests, properties over random worlds, and mutants of the laws.

$(B)/engine/%: tests/engine/%.c tests/lib/make_world.c tests/lib/make_world.h $(B)/libcorun.a
	@mkdir -p $(@D)
	$(CC) $(CORUN_CFLAGS) $(SIM_FLAGS) $(LDFLAGS) -o $@ $(filter %.c %.o %.a,$^) $(LDLIBS) -lcmocka

SANITIZED += test-engine test-properties test-mutants
.PHONY: test-engine test-properties test-mutants
test-engine: $(B)/engine/test_engine $(B)/engine/test_locks $(B)/engine/test_dist $(B)/engine/test_bad_policy \
		$(B)/engine/test_calls
	@set -e; for t in $^; do $$t; done

test-properties: $(B)/engine/test_properties
	@$< 400

# Each mutant breaks one law; the run must end with exactly that law's error.
test-mutants: $(B)/engine/mutant_run.o $(B)/libengine-parts.a $(B)/libcorun.a
	@tests/engine/mutants.sh "$(CC)" "$(CORUN_CFLAGS) $(SIM_FLAGS)" "$(LDFLAGS) $(LDLIBS)" \
		$(B) tests/engine/mutants.txt $^

# The engine's files one by one, so that a mutant takes the place of its own.
$(B)/libengine-parts.a: $(ENGINE_PARTS)
	@rm -f $@
	@$(AR) rcs $@ $^

$(B)/engine/mutant_run.o: tests/engine/mutant_run.c $(wildcard sim/*/*.h) $(GEN)/model/lock_kinds.h
	@mkdir -p $(@D)
	$(CC) $(CORUN_CFLAGS) $(SIM_FLAGS) -c -o $@ $<
