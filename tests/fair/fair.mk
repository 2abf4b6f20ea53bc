# SPDX-License-Identifier: BSD-2-Clause
# Fairness by demand: the fluid schedule in closed form, the demand that it is made of, what
# it says of runs, and mutants of all of it.

FAIR_SRC := $(wildcard sim/fair/*.c)
FAIR_UNITS := $(B)/fair/test_level $(B)/fair/test_fluid $(B)/fair/test_demand

$(FAIR_UNITS): $(B)/fair/%: tests/fair/%.c $(FAIR_SRC:%.c=$(B)/%.o) $(wildcard tests/fair/*.h)
	@mkdir -p $(@D)
	$(CC) $(CORUN_CFLAGS) $(SIM_FLAGS) $(LDFLAGS) -o $@ $(filter %.c %.o,$^) $(LDLIBS) -lcmocka

$(B)/fair/test_runs: tests/fair/test_runs.c tests/lib/make_world.c tests/lib/make_world.h $(B)/libcorun.a
	@mkdir -p $(@D)
	$(CC) $(CORUN_CFLAGS) $(SIM_FLAGS) $(LDFLAGS) -o $@ $(filter %.c %.o %.a,$^) $(LDLIBS) -lcmocka

SANITIZED += test-fair
.PHONY: test-fair test-fair-mutants
test-fair: $(FAIR_UNITS) $(B)/fair/test_runs $(B)/corun
	@set -e; for t in $(FAIR_UNITS) $(B)/fair/test_runs; do $$t; done
	@tests/fair/cases.sh $(B)/corun $(B)/fair/cases

UNSANITIZED += test-fair-mutants # builds some twenty tests anew; test-fair runs the same code
test-fair-mutants: $(B)/libengine-parts.a $(B)/libcorun.a
	@tests/fair/mutants.sh "$(CC)" "$(CORUN_CFLAGS) $(SIM_FLAGS)" "$(LDFLAGS) $(LDLIBS)" \
		$(B) tests/fair/mutants.txt
