# SPDX-License-Identifier: BSD-2-Clause
# Statistics, metrics, reports, workers (against an engine made by hand), command line.

STATS_DIR := tests/stats
STATS_B := $(B)/stats
STATS_TESTS := $(patsubst $(STATS_DIR)/%.c,$(STATS_B)/%,$(wildcard $(STATS_DIR)/test_*.c))
# All of the simulator but its engine, which fake_sim.c stands for.
STATS_OBJ := $(addprefix $(B)/sim/,error.o hist.o hist_boot.o jobs.o json.o metrics.o \
	metrics_print.o metrics_table.o metrics_value.o outfile.o output.o progress.o record.o \
	report_compare.o report_csv.o report_heading.o report_json.o report_run.o report_text.o \
	stats.o study.o study_estimate.o trace_names.o trace_write.o)
STATS_FAKES := $(STATS_DIR)/fixture.c $(STATS_DIR)/fake_sim.c

$(STATS_B)/test_%: $(STATS_DIR)/test_%.c $(STATS_FAKES) $(wildcard $(STATS_DIR)/*.h) $(STATS_OBJ)
	@mkdir -p $(@D)
	$(CC) $(CORUN_CFLAGS) $(SIM_SIZES) $(LDFLAGS) -o $@ $(filter %.c %.o,$^) $(LDLIBS) -lcmocka

.PHONY: test-stats
test-stats: $(STATS_TESTS) $(B)/corun
	@set -e; for t in $(STATS_TESTS); do (cd $(STATS_DIR) && $(abspath $(STATS_B))/$${t##*/}); done
	@$(STATS_DIR)/cli.sh $(B)/corun $(STATS_B)/cli
