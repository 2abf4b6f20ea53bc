# SPDX-License-Identifier: BSD-2-Clause
# corun diff: two result folders side by side; the reader of result folders under
# damage, by hand and by a fuzzer that has to find a planted bug.

DIFF_DIR := tests/diff
DIFF_B := $(B)/diff
DIFF_CLANG ?= $(FUZZ_CLANG)
FUZZ_DIFF_RUNS ?= 20000
FUZZ_DIFF_PLANTED_RUNS ?= 100000
diff_reader := $(DIFF_DIR)/fuzz_results.c sim/study/results_open.c sim/study/results_read.c sim/study/diff.c
diff_objects = $(filter-out $(call sim_objects,results_open results_read diff) \
	$(B)/sim/main.o,$(SIM_OBJ)) $(POLICY_OBJ) $(B)/registry.o $(B)/version.o $(TABLE_OBJ)
diff_fuzz_cc = $(DIFF_CLANG) -std=gnu11 -g -O1 -ffp-contract=off -Wall $(SIM_FLAGS) \
	-DCORUN_VERSION='"fuzz"' -fsanitize=fuzzer,address,undefined -fno-sanitize-recover=all

SANITIZED += test-diff
.PHONY: test-diff fuzz-diff
test-diff: $(B)/corun
	@$(DIFF_DIR)/run.sh $(B)/corun $(DIFF_B)/run

$(DIFF_B)/fuzz_results: $(diff_reader) $(wildcard sim/*/*.h) $(diff_objects)
	@mkdir -p $(@D)
	$(diff_fuzz_cc) -o $@ $(diff_reader) $(diff_objects) $(LDLIBS)

# A bucket's index is not held against the size of a histogram: see sim/study/results_read.c.
$(DIFF_B)/fuzz_planted: $(diff_reader) $(wildcard sim/*/*.h) $(diff_objects)
	@mkdir -p $(@D)
	$(diff_fuzz_cc) -DRESULTS_BUCKETS=UINT64_MAX -o $@ $(diff_reader) $(diff_objects) $(LDLIBS)

fuzz-diff: $(DIFF_B)/fuzz_results $(DIFF_B)/fuzz_planted $(B)/corun ## fuzz the reader of result folders (fixed seed)
	@$(DIFF_DIR)/run_fuzz.sh $(B)/corun $(DIFF_B) $(FUZZ_DIFF_RUNS) $(FUZZ_DIFF_PLANTED_RUNS)

$(DIFF_B)/corpus_diff: $(diff_reader) $(CORPUS_MAIN) $(wildcard sim/*/*.h) $(diff_objects)
	@mkdir -p $(@D)
	$(CC) $(CORUN_CFLAGS) $(SIM_FLAGS) -DCORUN_VERSION='"fuzz"' -fsanitize=address,undefined \
		-fno-sanitize-recover=all -o $@ $(filter %.c %.o,$^) $(LDLIBS)

.PHONY: corpus-diff
test-corpus: corpus-diff
corpus-diff: $(DIFF_B)/corpus_diff
	@mkdir -p $(DIFF_B)/corpus-folder
	@FUZZ_FOLDER=$(DIFF_B)/corpus-folder $(CORPUS_DIR)/run.sh diff $<
