# SPDX-License-Identifier: BSD-2-Clause
# Statistics, metrics, reports, workers (against an engine made by hand), command line.

STATS_DIR := tests/stats
STATS_B := $(B)/stats
STATS_TESTS := $(patsubst $(STATS_DIR)/%.c,$(STATS_B)/%,$(wildcard $(STATS_DIR)/test_*.c))
# All of the simulator but its engine, which fake_sim.c stands for.
STATS_OBJ := $(call sim_objects,cells child crew error folder groups hash hist hist_boot hist_invert inputs jobs json kinds leftovers memory metrics metrics_print \
	metrics_table metrics_value outfile output progress record rep_wire report_compare \
	report_csv report_heading report_json report_kinds report_run report_text shares stats study study_estimate \
	tempfile trace_names trace_write where worker)
STATS_FAKES := $(STATS_DIR)/fixture.c $(STATS_DIR)/fake_sim.c

$(STATS_B)/test_%: $(STATS_DIR)/test_%.c $(STATS_FAKES) $(wildcard $(STATS_DIR)/*.h) $(STATS_OBJ)
	@mkdir -p $(@D)
	$(CC) $(CORUN_CFLAGS) $(SIM_FLAGS) $(LDFLAGS) -o $@ $(filter %.c %.o,$^) $(LDLIBS) -lcmocka

SANITIZED += test-stats
.PHONY: test-stats
test-stats: $(STATS_TESTS) $(B)/corun
	@set -e; for t in $(STATS_TESTS); do (cd $(STATS_DIR) && $(abspath $(STATS_B))/$${t##*/}); done
	@$(STATS_DIR)/cli.sh $(B)/corun $(STATS_B)/cli
