# SPDX-License-Identifier: BSD-2-Clause
# Traces, exports, import, pictures.
#
#	make test-trace     unit tests under sanitizers, then the verbs themselves
#	make fuzz-trace     libFuzzer on the trace reader and on the importer, fixed seed
#			    and runs; then builds with a bug planted in each, which the
#			    same fuzzers have to find
#	make golden-trace   renews the golden exports, for a person to read

TRACE_DIR := tests/trace
TRACE_B := $(B)/trace
TRACE_CLANG ?= clang
TRACE_CFLAGS := -std=gnu11 -g -O1 -Wall -Wextra -Wshadow -Wno-missing-field-initializers $(SIM_FLAGS)
TRACE_SAN := -fsanitize=address,undefined -fno-sanitize-recover=all
FUZZ_TRACE_RUNS ?= 100000
FUZZ_TRACE_SEED ?= 1
# The planted bugs have to be found within so many runs.
FUZZ_TRACE_PLANTED_RUNS ?= 1000000

trace_sources := $(sort $(wildcard sim/trace/trace_*.c)) sim/base/error.c
trace_import_sources := sim/import/import.c sim/import/import_line.c sim/import/import_out.c sim/import/import_plan.c \
	sim/import/import_read.c sim/import/import_task.c sim/base/error.c
trace_tests := $(addprefix $(TRACE_DIR)/,suite.c sample.c test_write.c test_read.c test_export.c \
	test_track.c test_import.c test_roundtrip.c test_laws.c)
trace_headers := $(GEN)/model/lock_kinds.h $(wildcard sim/*/*.h policies/*.h $(TRACE_DIR)/*.h)

# Mine under sanitizers; the engine and the loader, which the round trip needs, as they are.
$(TRACE_B)/suite: $(trace_sources) $(trace_import_sources) $(trace_tests) $(trace_headers) $(B)/libcorun.a
	@mkdir -p $(@D)
	$(CC) $(TRACE_CFLAGS) $(TRACE_SAN) -o $@ $(sort $(trace_sources) $(trace_import_sources)) \
		$(trace_tests) $(B)/libcorun.a $(LDLIBS) -pthread -lcmocka

SANITIZED += test-trace
.PHONY: test-trace golden-trace fuzz-trace
test-trace: $(TRACE_B)/suite $(B)/corun ## traces, exports, import, pictures
	@rm -rf $(TRACE_B)/scratch && mkdir -p $(TRACE_B)/scratch
	@cd $(TRACE_DIR) && TEST_SCRATCH=$(abspath $(TRACE_B))/scratch $(abspath $(TRACE_B))/suite
	@$(TRACE_DIR)/verbs.sh $(abspath $(B))/corun $(abspath $(TRACE_B))/scratch
	@$(TRACE_DIR)/rtapp.sh $(abspath $(B))/corun $(abspath $(TRACE_B))/scratch

golden-trace: $(TRACE_B)/suite
	@mkdir -p $(TRACE_B)/scratch
	@cd $(TRACE_DIR) && RENEW_GOLDEN=1 TEST_SCRATCH=$(abspath $(TRACE_B))/scratch \
		$(abspath $(TRACE_B))/suite

trace_fuzz_cc = $(TRACE_CLANG) $(TRACE_CFLAGS) -fsanitize=fuzzer,address,undefined \
	-fno-sanitize-recover=all

$(TRACE_B)/fuzz_trace: $(TRACE_DIR)/fuzz_trace.c $(trace_sources) $(trace_headers)
	@mkdir -p $(@D)
	$(trace_fuzz_cc) -o $@ $< $(trace_sources)

$(TRACE_B)/fuzz_import: $(TRACE_DIR)/fuzz_import.c $(trace_import_sources) $(trace_headers)
	@mkdir -p $(@D)
	$(trace_fuzz_cc) -o $@ $< $(trace_import_sources)

# The importer of rt-app's workloads, instrumented; the loader behind it as it is.
trace_rtapp_sources := $(sort $(wildcard sim/import/import_rtapp*.c)) sim/import/rtapp_json.c
$(TRACE_B)/fuzz_rtapp: $(TRACE_DIR)/fuzz_rtapp.c $(trace_rtapp_sources) $(trace_headers) $(B)/libcorun.a
	@mkdir -p $(@D)
	$(trace_fuzz_cc) -o $@ $< $(trace_rtapp_sources) $(B)/libcorun.a $(LDLIBS)

# A comment's end is looked for one byte too far.
$(TRACE_B)/planted_rtapp: $(TRACE_B)/fuzz_rtapp tests/lib/plant.sh
	tests/lib/plant.sh sim/import/rtapp_json.c 's/reader->end - reader->at >= 2 \&\& //' \
		$(TRACE_B)/planted_rtapp_json.c
	$(trace_fuzz_cc) -Isim/import -o $@ $(TRACE_DIR)/fuzz_rtapp.c \
		$(filter-out sim/import/rtapp_json.c,$(trace_rtapp_sources)) \
		$(TRACE_B)/planted_rtapp_json.c $(B)/libcorun.a $(LDLIBS)

# The planted bugs: copies of the source with one check taken out (plant.sh fails if
# the check is no longer there to be taken out).
$(TRACE_B)/planted_trace: $(TRACE_B)/fuzz_trace tests/lib/plant.sh
	tests/lib/plant.sh sim/trace/trace_names.c \
		's/v->first_vcpu > nr_vcpus || v->width > nr_vcpus - v->first_vcpu/nr_vcpus > 100000/' \
		$(TRACE_B)/planted_trace_names.c
	$(trace_fuzz_cc) -Isim/trace -o $@ $(TRACE_DIR)/fuzz_trace.c \
		$(filter-out sim/trace/trace_names.c,$(trace_sources)) $(TRACE_B)/planted_trace_names.c

$(TRACE_B)/planted_import: $(TRACE_B)/fuzz_import tests/lib/plant.sh
	tests/lib/plant.sh sim/import/import.c \
		's/seen->length < IMPORT_COMM - 1 ? seen->length : IMPORT_COMM - 1/seen->length/' \
		$(TRACE_B)/planted_import_log.c
	$(trace_fuzz_cc) -Isim/import -o $@ $(TRACE_DIR)/fuzz_import.c \
		$(filter-out sim/import/import.c,$(trace_import_sources)) $(TRACE_B)/planted_import_log.c

fuzz-trace: $(TRACE_B)/suite $(TRACE_B)/fuzz_rtapp $(TRACE_B)/planted_rtapp $(TRACE_B)/fuzz_trace $(TRACE_B)/fuzz_import $(TRACE_B)/planted_trace $(TRACE_B)/planted_import ## fuzz the trace reader and the importer (fixed seed)
	@$(TRACE_DIR)/fuzz.sh $(TRACE_B) $(FUZZ_TRACE_SEED) $(FUZZ_TRACE_RUNS) \
		$(FUZZ_TRACE_PLANTED_RUNS)
