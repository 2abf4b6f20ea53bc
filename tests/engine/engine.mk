# SPDX-License-Identifier: BSD-2-Clause
# The engine: unit tests, properties over random worlds, and mutants of the laws.

$(B)/engine/%: tests/engine/%.c tests/lib/make_world.c tests/lib/make_world.h $(B)/libcorun.a
	@mkdir -p $(@D)
	$(CC) $(CORUN_CFLAGS) $(SIM_FLAGS) $(LDFLAGS) -o $@ $(filter %.c %.o %.a,$^) $(LDLIBS) -lcmocka

SANITIZED += test-engine test-properties test-mutants
UNSANITIZED += test-mutants-irregular # as long as the tier that it mutates, for each mutant
.PHONY: test-engine test-properties test-mutants test-mutants-irregular
test-engine: $(B)/engine/test_engine $(B)/engine/test_locks $(B)/engine/test_dist $(B)/engine/test_bad_policy \
		$(B)/engine/test_calls $(B)/engine/test_irregular
	@set -e; for t in $^; do $$t; done

test-properties: $(B)/engine/test_properties
	@$< 400

# Each mutant breaks one law; the run must end with exactly that law's error.
test-mutants: $(B)/engine/mutant_run.o $(B)/libengine-parts.a $(B)/libcorun.a
	@tests/engine/mutants.sh "$(CC)" "$(CORUN_CFLAGS) $(SIM_FLAGS)" "$(LDFLAGS) $(LDLIBS)" \
		$(B) tests/engine/mutants.txt $^

# An irregular host has no laws: each mutant must fail its test of test_irregular.c.
test-mutants-irregular: $(B)/engine/test_irregular.o $(B)/engine/make_world.o \
		$(B)/libengine-parts.a $(B)/libcorun.a
	@tests/engine/mutants.sh "$(CC)" "$(CORUN_CFLAGS) $(SIM_FLAGS)" \
		"$(LDFLAGS) $(LDLIBS) -lcmocka" $(B) tests/engine/mutants_irregular.txt $^

$(B)/engine/test_irregular.o: tests/engine/test_irregular.c $(wildcard sim/*/*.h policies/*.h) policies/rr.c $(GEN)/model/lock_kinds.h
$(B)/engine/make_world.o: tests/lib/make_world.c $(wildcard sim/*/*.h tests/lib/*.h) $(GEN)/model/lock_kinds.h
$(B)/engine/test_irregular.o $(B)/engine/make_world.o:
	@mkdir -p $(@D)
	$(CC) $(CORUN_CFLAGS) $(SIM_FLAGS) -c -o $@ $<

# The engine's files one by one, so that a mutant takes the place of its own.
$(B)/libengine-parts.a: $(ENGINE_PARTS)
	@rm -f $@
	@$(AR) rcs $@ $^

$(B)/engine/mutant_run.o: tests/engine/mutant_run.c $(wildcard sim/*/*.h) $(GEN)/model/lock_kinds.h
	@mkdir -p $(@D)
	$(CC) $(CORUN_CFLAGS) $(SIM_FLAGS) -c -o $@ $<
