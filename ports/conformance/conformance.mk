# SPDX-License-Identifier: BSD-2-Clause
# One policy, many builds: the same decisions.
#
#	make ports-test-conformance		records of the simulator, replayed natively
#	make ports-test-conformance-bpf		... and in BPF, in the running kernel
#	make ports-test-bpf			a million generated calls, natively and in BPF
#	make ports-test-powerpc			32-bit big-endian, as a PowerPC 440 under qemu
#	make ports-test-systemz			64-bit big-endian, under qemu
#	make ports-test-discovery		one edit is enough, one new file is enough
#
# Included by the top Makefile, after the tests' fragments: the generator, the suite
# and the BPF objects are theirs.

CONFORM_DIR := ports/conformance
CONFORM_B := $(B)/conformance
CONFORM_RECORDS := $(CONFORM_B)/records
# Generated calls whose digest must be the same everywhere; calls under all checks.
CONFORM_DIGEST ?= 1000000
CONFORM_CHECKS ?= 100000
CONFORM_SEED ?= 2

conform_own := $(CONFORM_DIR)/record_file.c $(CONFORM_DIR)/replay.c $(CONFORM_DIR)/conform.c
conform_src := $(conform_own) $(contract_srcs:%=$(CONTRACT_DIR)/%.c)
conform_headers := $(contract_headers) $(wildcard $(CONFORM_DIR)/*.h)
conform_cflags := -std=gnu11 -O2 -Wall -Wextra -Wshadow -Wconversion -Wno-unused-parameter \
	-Ipolicies -I$(CONTRACT_DIR) -I$(CONFORM_DIR)

# $(1): where, $(2): compiler, $(3): more flags.  Makes $(1)/conform_NAME.
define conform_rules
$(1)/%.o: $(CONTRACT_DIR)/%.c $(conform_headers)
	@mkdir -p $$(@D)
	$$(call say,CC)
	$$(Q)$(2) $(conform_cflags) $(3) -c $$< -o $$@

$(1)/%.o: $(CONFORM_DIR)/%.c $(conform_headers)
	@mkdir -p $$(@D)
	$$(call say,CC)
	$$(Q)$(2) $(conform_cflags) $(3) -c $$< -o $$@

# No implicit padding there either: the state of an instance may be hashed.
$(1)/policy/%.o: $$$$(call policy_main,$$$$*) $(conform_headers)
	@mkdir -p $$(@D)
	$$(call say,CC)
	$$(Q)$(2) $(conform_cflags) -Werror -Wpadded $(3) -c $$< -o $$@

$(1)/conform_%: $(patsubst %.c,$(1)/%.o,$(notdir $(conform_src))) $(1)/policy/%.o
	$$(call say,LD)
	$$(Q)$(2) $(3) $$^ -o $$@
.SECONDARY: $(patsubst %.c,$(1)/%.o,$(notdir $(conform_src))) $(POLICIES:%=$(1)/policy/%.o)
endef
$(eval $(call conform_rules,$(CONFORM_B)/native,$(CC),))
# Other dimensions, as another port may have: decisions must not hang on them.
$(eval $(call conform_rules,$(CONFORM_B)/wide,$(CC),-DSP_NR_PCPUS=128 -DSP_NR_VCPUS=1024))
$(eval $(call conform_rules,$(CONFORM_B)/powerpc,powerpc-linux-gnu-gcc,-mcpu=440fp -static -fno-pie))
$(eval $(call conform_rules,$(CONFORM_B)/s390x,s390x-linux-gnu-gcc,-static -fno-pie))

conform_native := $(POLICIES:%=$(CONFORM_B)/native/conform_%)

# -- records ---------------------------------------------------------------------------
$(CONFORM_RECORDS)/made: $(B)/corun $(wildcard $(CONFORM_DIR)/scenarios/*.yaml) $(CONFORM_DIR)/record.sh
	@$(CONFORM_DIR)/record.sh $(B)/corun $(@D) $(POLICIES)
	@touch $@

# -- natively --------------------------------------------------------------------------
$(CONFORM_B)/test_record: $(CONFORM_DIR)/test_record.c $(CONFORM_DIR)/record_file.c $(CONTRACT_DIR)/call.c $(conform_headers)
	@mkdir -p $(@D)
	$(call say,CC)
	$(Q)$(CC) $(conform_cflags) -g -O1 -fsanitize=address,undefined -fno-sanitize-recover=all \
		$(filter-out $(POLICY_TEXTS),$(filter %.c,$^)) -lcmocka -o $@

.PHONY: ports-test-conformance
ports-test-conformance: $(CONFORM_RECORDS)/made $(CONFORM_B)/test_record $(conform_native) $(POLICIES:%=$(CONFORM_B)/wide/conform_%)
	@$(CONFORM_B)/test_record >$(CONFORM_B)/test_record.log || { cat $(CONFORM_B)/test_record.log; exit 1; }
	@echo "ok record: format, round trips, hostile files"
	@$(CONFORM_DIR)/option.sh $(B)/corun
	@$(CONFORM_DIR)/replay.sh $(CONFORM_RECORDS) $(CONFORM_B)/native "" $(POLICIES)
	@$(CONFORM_DIR)/replay.sh $(CONFORM_RECORDS) $(CONFORM_B)/wide "" $(POLICIES)
	@$(CONFORM_DIR)/spoiled.sh "$(CC) $(conform_cflags)" $(CONFORM_B) $(CONFORM_RECORDS)

# -- in BPF ----------------------------------------------------------------------------
conform_bpf_objs := $(BPF_B)/bpf_probe.o $(CONTRACT_B)/call.o \
	$(CONFORM_B)/native/record_file.o $(CONFORM_B)/native/replay.o

$(CONFORM_B)/replay_bpf.o: $(CONFORM_DIR)/replay_bpf.c $(bpf_headers) $(conform_headers) | bpf-probe
	@mkdir -p $(@D)
	$(call say,CC)
	$(Q)$(CC) $(conform_cflags) -I$(BPF_DIR) -c $< -o $@

$(CONFORM_B)/replay_bpf_%: $(CONFORM_B)/replay_bpf.o $(conform_bpf_objs) $(CONFORM_B)/native/policy/%.o
	$(call say,LD)
	$(Q)$(CC) $^ -lbpf -lelf -lz -o $@

.SECONDARY: $(CONFORM_B)/replay_bpf.o

.PHONY: ports-test-conformance-bpf $(POLICIES:%=conform-bpf-%)
ports-test-conformance-bpf: $(POLICIES:%=conform-bpf-%)

define conform_bpf_rule
conform-bpf-$(1): $(CONFORM_B)/replay_bpf_$(1) $(CONFORM_RECORDS)/made $(bpf_clangs:%=$(BPF_B)/$(1).%.o) | bpf-probe
	@$(CONFORM_B)/replay_bpf_$(1) $(bpf_clangs:%=$(BPF_B)/$(1).%.o) -- $(CONFORM_RECORDS)/$(1)-*.rec
endef
$(foreach policy,$(POLICIES),$(eval $(call conform_bpf_rule,$(policy))))

# test-bpf compares fewer calls, with every clang.
.PHONY: ports-test-bpf
ports-test-bpf: $(POLICIES:%=$(BPF_B)/bpf_check_%) $(POLICIES:%=$(BPF_B)/%.$(lastword $(bpf_clangs)).o) | bpf-probe
	@for p in $(POLICIES); do \
		$(BPF_B)/bpf_check_$$p --seed $(CONFORM_SEED) --events $(CONFORM_DIGEST) \
			$(BPF_B)/$$p.$(lastword $(bpf_clangs)).o >$(BPF_B)/$$p.million.log || \
			{ cat $(BPF_B)/$$p.million.log; exit 1; }; \
		grep 'answered alike' $(BPF_B)/$$p.million.log || exit 1; \
	done

# -- on other machines -----------------------------------------------------------------
# A PowerPC 440 with a floating point unit, which Debian's C library uses; no policy does.
conform_run_powerpc := qemu-ppc -cpu 440epb
conform_run_s390x := qemu-s390x

# Contract tests, digest against the native one, records; and that flaws are found.
define conform_cross
	@$(CONFORM_DIR)/cross.sh need $(1)
	@$(MAKE) -s --no-print-directory $(POLICIES:%=$(CONFORM_B)/$(1)/conform_%)
	@$(CONFORM_DIR)/cross.sh run $(1) "$(conform_run_$(1))" $(CONFORM_B) $(CONFORM_DIGEST) \
		$(CONFORM_CHECKS) $(POLICIES)
	@$(CONFORM_DIR)/cross.sh spoiled $(1) "$(conform_run_$(1))" $(CONFORM_B) "$(CC)" \
		"$(conform_cflags)"
endef

.PHONY: ports-test-powerpc ports-test-systemz
ports-test-powerpc: $(CONFORM_RECORDS)/made $(conform_native)
	$(call conform_cross,powerpc)

ports-test-systemz: $(CONFORM_RECORDS)/made $(conform_native)
	$(call conform_cross,s390x)

# -- one edit, one file ----------------------------------------------------------------
.PHONY: ports-test-discovery
ports-test-discovery:
	@$(CONFORM_DIR)/discovery.sh $(CONFORM_B)/discovery
