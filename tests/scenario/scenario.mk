# SPDX-License-Identifier: BSD-2-Clause
# The scenario loader: every key, every message, hostile input; and a fuzzer.
#
#	make test-scenario      unit tests under sanitizers, and the stalls through corun
#	make fuzz-scenario      libFuzzer, fixed seed and number of runs; then a build with
#	                        a bug planted in it, which the same fuzzer has to find

SCENARIO_DIR := tests/scenario
SCENARIO_B := $(B)/scenario
SCENARIO_CC ?= $(CC)
SCENARIO_CLANG ?= $(FUZZ_CLANG)
SCENARIO_CFLAGS := -std=gnu11 -g -O1 -ffp-contract=off -Wall -Wextra -Wshadow \
	-Wno-missing-field-initializers -DARENA_CHUNK=0u $(SIM_FLAGS)
SCENARIO_SAN := -fsanitize=address,undefined -fno-sanitize-recover=all
FUZZ_SCENARIO_RUNS ?= 60000
FUZZ_SCENARIO_SEED ?= 1
# The planted bug has to be found within so many runs.
FUZZ_PLANTED_RUNS ?= 300000

scenario_loader := $(sort $(wildcard sim/scenario/*.c sim/text/*.c sim/registry/*.c)) \
	$(patsubst %,sim/base/%.c,child dist dist_mean error fpmath fpmath_tables hash inputs json rng suggest units where)
scenario_tests := $(filter-out $(SCENARIO_DIR)/fuzz_scenario.c,$(sort $(wildcard $(SCENARIO_DIR)/*.c)))
scenario_headers := $(GEN)/model/lock_kinds.h $(wildcard sim/*/*.h policies/*.h $(SCENARIO_DIR)/*.h)

SANITIZED += test-scenario
.PHONY: test-scenario fuzz-scenario
test-scenario: $(SCENARIO_B)/test_scenario $(B)/corun ## the scenario loader: keys, messages, hostile input
	@$(SCENARIO_B)/test_scenario
	@$(SCENARIO_DIR)/run_stalls.sh $(B)/corun
	@$(SCENARIO_DIR)/run_verbs.sh $(B)/corun
	@$(SCENARIO_DIR)/run_upgrade.sh $(B)/corun

$(SCENARIO_B)/test_scenario: $(scenario_loader) $(scenario_tests) $(scenario_headers) $(POLICY_OBJ) $(B)/registry.o
	@mkdir -p $(@D)
	$(SCENARIO_CC) $(SCENARIO_CFLAGS) $(SCENARIO_SAN) $(LDFLAGS) -o $@ $(scenario_loader) $(scenario_tests) \
		$(POLICY_OBJ) $(B)/registry.o $(LDLIBS) -lcmocka

$(SCENARIO_B)/corpus_scenario: $(scenario_loader) $(SCENARIO_DIR)/fuzz_scenario.c $(CORPUS_MAIN) $(scenario_headers) $(POLICY_OBJ) $(B)/registry.o
	@mkdir -p $(@D)
	$(SCENARIO_CC) $(SCENARIO_CFLAGS) $(SCENARIO_SAN) -o $@ $(filter %.c %.o,$^) $(LDLIBS)

.PHONY: corpus-scenario
test-corpus: corpus-scenario
corpus-scenario: $(SCENARIO_B)/corpus_scenario
	@$(CORPUS_DIR)/run.sh scenario $<

scenario_fuzz_cc = $(SCENARIO_CLANG) $(SCENARIO_CFLAGS) -fsanitize=fuzzer,address,undefined \
	-fno-sanitize-recover=all

$(SCENARIO_B)/fuzz_scenario: $(scenario_loader) $(SCENARIO_DIR)/fuzz_scenario.c $(scenario_headers) $(POLICY_OBJ) $(B)/registry.o
	@mkdir -p $(@D)
	$(scenario_fuzz_cc) -o $@ $(scenario_loader) $(SCENARIO_DIR)/fuzz_scenario.c $(POLICY_OBJ) \
		$(B)/registry.o $(LDLIBS)

# A buffer is too short for the longest texts in messages: see sim/text/node.c.
$(SCENARIO_B)/fuzz_planted: $(scenario_loader) $(SCENARIO_DIR)/fuzz_scenario.c $(scenario_headers) $(POLICY_OBJ) $(B)/registry.o
	@mkdir -p $(@D)
	$(scenario_fuzz_cc) -DESCAPE_SLACK=1 -o $@ $(scenario_loader) \
		$(SCENARIO_DIR)/fuzz_scenario.c $(POLICY_OBJ) $(B)/registry.o $(LDLIBS)

fuzz-scenario: $(SCENARIO_B)/fuzz_scenario $(SCENARIO_B)/fuzz_planted $(B)/corun ## fuzz the scenario loader (fixed seed)
	@$(SCENARIO_DIR)/run_fuzz.sh $(SCENARIO_B) $(B)/corun $(FUZZ_SCENARIO_SEED) $(FUZZ_SCENARIO_RUNS) \
		$(FUZZ_PLANTED_RUNS)
