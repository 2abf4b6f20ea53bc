# SPDX-License-Identifier: BSD-2-Clause
# Traces, exports, import, pictures.
#
#	make test-trace     unit tests under sanitizers, then the verbs themselves
#	make fuzz-trace     libFuzzer on the trace reader and on the importer, fixed seed
#			    and runs; then builds with a bug planted in each, which the
#			    same fuzzers have to find
#	make long-import    a recording of ten million lines in a GiB of address space
#	make golden-trace   renews the golden exports, for a person to read

NEED_TEST += python3 # perfetto.py, xen.py

TRACE_DIR := tests/trace
TRACE_B := $(B)/trace
TRACE_CLANG ?= $(FUZZ_CLANG)
TRACE_CFLAGS := -std=gnu11 -g -O1 -Wall -Wextra -Wshadow -Wno-missing-field-initializers $(SIM_FLAGS) \
	-DCORUN_VERSION='"$(VERSION)"'
TRACE_SAN := -fsanitize=address,undefined -fno-sanitize-recover=all
FUZZ_TRACE_RUNS ?= 100000
FUZZ_TRACE_SEED ?= 1
# The planted bugs have to be found within so many runs.
FUZZ_TRACE_PLANTED_RUNS ?= 1000000

trace_sources := $(sort $(wildcard sim/trace/trace_*.c)) \
	$(patsubst %,sim/base/%.c,error folder inputs outfile suggest tempfile)
trace_import_sources := $(patsubst %,sim/import/import%.c, _event _group _head _kvm _kvm_line _line _measure _monitors _open _out _plan _read _task _who _xen) \
	sim/import/import.c sim/base/error.c sim/base/inputs.c
trace_who_sources := sim/import/import_who.c sim/base/error.c
trace_line_sources := $(patsubst %,sim/import/import_%.c,event head kvm_line line)
trace_tests := $(addprefix $(TRACE_DIR)/,suite.c sample.c test_write.c test_read.c test_export.c \
	test_track.c test_import.c test_line.c test_roundtrip.c test_laws.c)
trace_headers := $(GEN)/model/lock_kinds.h $(wildcard sim/*/*.h policies/*.h $(TRACE_DIR)/*.h)

# Mine under sanitizers; the engine and the loader, which the round trip needs, as they are.
$(TRACE_B)/suite: $(trace_sources) $(trace_import_sources) $(trace_tests) $(trace_headers) $(B)/libcorun.a
	@mkdir -p $(@D)
	$(CC) $(TRACE_CFLAGS) $(TRACE_SAN) $(LDFLAGS) -o $@ $(sort $(trace_sources) $(trace_import_sources)) \
		$(trace_tests) $(B)/libcorun.a $(LDLIBS) -lcmocka

SANITIZED += test-trace
.PHONY: test-trace golden-trace fuzz-trace
test-trace: $(TRACE_B)/suite $(B)/corun ## traces, exports, import, pictures
	@rm -rf $(TRACE_B)/scratch && mkdir -p $(TRACE_B)/scratch
	@cd $(TRACE_DIR) && TEST_SCRATCH=$(abspath $(TRACE_B))/scratch $(abspath $(TRACE_B))/suite
	@set -e; for test in verbs rtapp recordings who honest kvm xen window perfetto; do \
		$(TRACE_DIR)/$$test.sh $(abspath $(B))/corun $(abspath $(TRACE_B))/scratch; done

.PHONY: long-import
long-import: $(B)/corun ## a recording of ten million lines in a GiB
	@$(TRACE_DIR)/long_import.sh $(B)/corun 10000000

golden-trace: $(TRACE_B)/suite
	@mkdir -p $(TRACE_B)/scratch
	@cd $(TRACE_DIR) && RENEW_GOLDEN=1 TEST_SCRATCH=$(abspath $(TRACE_B))/scratch \
		$(abspath $(TRACE_B))/suite

# A planted copy lies elsewhere than the headers beside its original.
trace_near := -Isim/trace -Isim/import
trace_fuzz_cc = $(TRACE_CLANG) $(TRACE_CFLAGS) $(trace_near) -fsanitize=fuzzer,address,undefined \
	-fno-sanitize-recover=all
trace_corpus_cc = $(CC) $(TRACE_CFLAGS) $(trace_near) $(TRACE_SAN)

# The importer of rt-app's workloads, instrumented; the loader behind it as it is.
trace_rtapp_sources := $(sort $(wildcard sim/import/import_rtapp*.c)) sim/import/rtapp_json.c

# The planted bugs: copies of the source with one check taken out (plant.sh fails if
# the check is no longer there to be taken out).
$(TRACE_B)/planted/trace_names.c: sim/trace/trace_names.c tests/lib/plant.sh
	@mkdir -p $(@D)
	tests/lib/plant.sh $< \
		's/v->first_vcpu > nr_vcpus || v->width > nr_vcpus - v->first_vcpu/nr_vcpus > 100000/' $@

$(TRACE_B)/planted/import.c: sim/import/import.c tests/lib/plant.sh
	@mkdir -p $(@D)
	tests/lib/plant.sh $< \
		's/seen->length < IMPORT_COMM - 1 ? seen->length : IMPORT_COMM - 1/seen->length/' $@

# What stands before the bracket is read though nothing does.
$(TRACE_B)/planted/import_head.c: sim/import/import_head.c tests/lib/plant.sh
	@mkdir -p $(@D)
	tests/lib/plant.sh $< 's/at - start > 2 \&\& //' $@

# More room is noted down than there is.
$(TRACE_B)/planted/import_who.c: sim/import/import_who.c tests/lib/plant.sh
	@mkdir -p $(@D)
	tests/lib/plant.sh $< 's/room = \*room ? 2 \* \*room : 4/room = 64/' $@

# A comment's end is looked for one byte too far.
$(TRACE_B)/planted/rtapp_json.c: sim/import/rtapp_json.c tests/lib/plant.sh
	@mkdir -p $(@D)
	tests/lib/plant.sh $< 's/reader->end - reader->at >= 2 \&\& //' $@

# The sources with the bug in place of the file that it was planted in.
trace_planted = $(filter-out %/$(notdir $(1)),$(2)) $(1)
trace_bad_trace := $(call trace_planted,$(TRACE_B)/planted/trace_names.c,$(trace_sources))
trace_bad_import := $(call trace_planted,$(TRACE_B)/planted/import.c,$(trace_import_sources))
trace_bad_who := $(call trace_planted,$(TRACE_B)/planted/import_who.c,$(trace_who_sources))
trace_bad_line := $(call trace_planted,$(TRACE_B)/planted/import_head.c,$(trace_line_sources))
trace_bad_rtapp := $(call trace_planted,$(TRACE_B)/planted/rtapp_json.c,$(trace_rtapp_sources))

# $(1) program, $(2) compiler, $(3) sources, $(4) objects
define trace_program
$(TRACE_B)/$(1): $(3) $(trace_headers) $(4)
	@mkdir -p $$(@D)
	$$($(2)) -o $$@ $(3) $(4) $(if $(4),$(LDLIBS))
endef
# $(1) NAME, $(2) sources, $(3) objects: with the fuzzer, and with the files of the corpus
define trace_target
$(call trace_program,fuzz_$(1),trace_fuzz_cc,$(TRACE_DIR)/fuzz_$(1).c $(2),$(3))
$(call trace_program,planted_$(1),trace_fuzz_cc,$(TRACE_DIR)/fuzz_$(1).c $(trace_bad_$(1)),$(3))
$(call trace_program,corpus_$(1),trace_corpus_cc,$(TRACE_DIR)/fuzz_$(1).c $(CORPUS_MAIN) $(2),$(3))
$(call trace_program,corpus_planted_$(1),trace_corpus_cc,$(TRACE_DIR)/fuzz_$(1).c $(CORPUS_MAIN) $(trace_bad_$(1)),$(3))
.PHONY: corpus-$(1)
test-corpus: corpus-$(1)
corpus-$(1): $(TRACE_B)/corpus_$(1) $(TRACE_B)/corpus_planted_$(1)
	@$(CORPUS_DIR)/run.sh $(1) $$^
endef
$(eval $(call trace_target,trace,$(trace_sources)))
$(eval $(call trace_target,import,$(trace_import_sources)))
$(eval $(call trace_target,line,$(trace_line_sources)))
$(eval $(call trace_target,who,$(trace_who_sources)))
$(eval $(call trace_target,rtapp,$(trace_rtapp_sources),$(B)/libcorun.a))

fuzz-trace: $(TRACE_B)/suite $(foreach n,trace import line who rtapp,$(TRACE_B)/fuzz_$(n) $(TRACE_B)/planted_$(n)) ## fuzz the trace reader and the importer (fixed seed)
	@$(TRACE_DIR)/fuzz.sh $(TRACE_B) $(FUZZ_TRACE_SEED) $(FUZZ_TRACE_RUNS) \
		$(FUZZ_TRACE_PLANTED_RUNS)
