# SPDX-License-Identifier: BSD-2-Clause
# Closed-form cases: what theory says of simple worlds, against the engine.

CLOSED_SRC := $(wildcard tests/closed/test_*.c)
CLOSED_BIN := $(CLOSED_SRC:tests/closed/%.c=$(B)/closed/%)

$(B)/closed/%: tests/closed/%.c tests/lib/make_world.c tests/lib/make_world.h $(B)/libcorun.a
	@mkdir -p $(@D)
	$(CC) $(CORUN_CFLAGS) $(SIM_FLAGS) $(LDFLAGS) -o $@ $(filter %.c %.o %.a,$^) $(LDLIBS) -lcmocka

# It reads the state of a policy.
$(B)/closed/test_eevdf_calls: SIM_FLAGS += -Ipolicies -Wno-unused-function

SANITIZED += test-closed
.PHONY: test-closed
test-closed: $(CLOSED_BIN)
	@set -e; for t in $(CLOSED_BIN); do $$t; done

# Mutants of what keeps caps, in the place of the archive's own policies.
UNSANITIZED += test-cap-mutants # compilations; of C code it runs what test-closed runs
.PHONY: test-cap-mutants
test-cap-mutants: $(B)/closed/test_caps $(B)/libcorun.a
	@tests/closed/mutants.sh "$(CC)" "$(CORUN_CFLAGS) $(SIM_FLAGS)" "$(LDFLAGS) $(LDLIBS) -lcmocka" \
		$(B) tests/closed/mutants.txt tests/closed/test_caps.c tests/lib/make_world.c \
		$(B)/libcorun.a

# Mutants of eevdf, in its place in the archive.
UNSANITIZED += test-eevdf-mutants # compilations; of C code it runs what test-closed and test-golden run
.PHONY: test-eevdf-mutants
test-eevdf-mutants: $(B)/libcorun.a
	@tests/closed/mutants_eevdf.sh "$(CC)" "$(CORUN_CFLAGS) $(SIM_FLAGS)" "$(LDFLAGS) $(LDLIBS) -lcmocka" \
		$(B) tests/closed/mutants_eevdf.txt $(B)/libcorun.a
