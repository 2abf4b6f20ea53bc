# SPDX-License-Identifier: BSD-2-Clause
# Every policy through every check of tests/contract (see its README).
#
#	make test-contract                          all policies, and the spoiled ones
#	make test-contract-rr                       one policy
#	make -f tests/contract/contract.mk test-contract-rr    without the top Makefile
#
# The policies are those that policies/find.mk finds.

ifndef CONTRACT_DIR # tests/bpf/bpf.mk includes this too

CC ?= cc
GCOV ?= gcov
B ?= build
ifndef POLICIES
include policies/find.mk
endif

CONTRACT_DIR := tests/contract
CONTRACT_B := $(B)/contract
CONTRACT_EVENTS ?= 3000000
# Slices of 0.7 ms leave fewer events for what comes and goes: more of them, until each
# callback was called as often as the suite wants.
CONTRACT_EVENTS_eevdf := 4000000
CONTRACT_SEED ?= 1
# Line coverage of each policy's text by these tests, in percent, at least.
CONTRACT_COVERAGE ?= 95
CONTRACT_CFLAGS := -std=gnu11 -g -O2 -Wall -Wextra -Wshadow -Wconversion \
	-Wno-unused-parameter -Ipolicies -I$(CONTRACT_DIR)
# The same suite at a size with several words in each bitmap, under sanitizers.
CONTRACT_LARGE := -O1 -g1 -DSP_NR_PCPUS=128 -DSP_NR_VCPUS=512 -fsanitize=address,undefined -fno-sanitize-recover=all
CONTRACT_LARGE_EVENTS ?= 100000

contract_mains := test_contract test_spoiled corun_test module_suite
contract_srcs := $(filter-out $(contract_mains),$(basename $(notdir $(wildcard $(CONTRACT_DIR)/*.c))))
contract_objs := $(contract_srcs:%=$(CONTRACT_B)/%.o)
contract_large_objs := $(contract_srcs:%=$(CONTRACT_B)/large/%.o)
contract_spoiled := $(basename $(notdir $(wildcard $(CONTRACT_DIR)/spoiled/*.c)))
contract_headers := $(wildcard $(CONTRACT_DIR)/*.h) $(POLICY_TEXTS)

UNSANITIZED += test-contract # long, and its large builds are under sanitizers already
.PHONY: test-contract contract-spoiled
test-contract: $(POLICIES:%=test-contract-%) contract-spoiled
	@$(CONTRACT_DIR)/fields.sh $(POLICIES:%=$(CONTRACT_B)/%.log)

# -- objects ---------------------------------------------------------------------------
$(CONTRACT_B)/%.o: $(CONTRACT_DIR)/%.c $(contract_headers)
	@mkdir -p $(@D)
	$(CC) $(CONTRACT_CFLAGS) -c $< -o $@

$(CONTRACT_B)/large/%.o: $(CONTRACT_DIR)/%.c $(contract_headers)
	@mkdir -p $(@D)
	$(CC) $(CONTRACT_CFLAGS) $(CONTRACT_LARGE) -c $< -o $@

$(CONTRACT_B)/policy/%.o: $$(call policy_main,$$*) $(contract_headers)
	@mkdir -p $(@D)
	@rm -f $(@:.o=.gcda)
	$(CC) $(CONTRACT_CFLAGS) -O1 --coverage -c $< -o $@

$(CONTRACT_B)/large/policy/%.o: $$(call policy_main,$$*) $(contract_headers)
	@mkdir -p $(@D)
	$(CC) $(CONTRACT_CFLAGS) $(CONTRACT_LARGE) -c $< -o $@

$(CONTRACT_B)/spoiled/%.o: $(CONTRACT_DIR)/spoiled/%.c $(contract_headers) $(wildcard $(CONTRACT_DIR)/spoiled/*.h)
	@mkdir -p $(@D)
	$(CC) $(CONTRACT_CFLAGS) -Wno-override-init -O1 -g0 -c $< -o $@

$(CONTRACT_B)/contract_%: $(CONTRACT_B)/test_contract.o $(contract_objs) $(CONTRACT_B)/policy/%.o
	$(CC) --coverage $^ -lcmocka -o $@

$(CONTRACT_B)/large/contract_%: $(CONTRACT_B)/large/test_contract.o $(contract_large_objs) $(CONTRACT_B)/large/policy/%.o
	$(CC) -fsanitize=address,undefined $^ -lcmocka -o $@

$(CONTRACT_B)/spoiled_%: $(CONTRACT_B)/test_spoiled.o $(contract_objs) $(CONTRACT_B)/spoiled/%.o
	$(CC) $^ -lcmocka -o $@

.SECONDARY: $(contract_objs) $(contract_large_objs) \
	$(contract_mains:%=$(CONTRACT_B)/%.o) $(CONTRACT_B)/large/test_contract.o \
	$(POLICIES:%=$(CONTRACT_B)/policy/%.o) $(POLICIES:%=$(CONTRACT_B)/large/policy/%.o) \
	$(contract_spoiled:%=$(CONTRACT_B)/spoiled/%.o) $(contract_spoiled:%=$(CONTRACT_B)/spoiled_%)

# -- corun test ------------------------------------------------------------------------
# The same for shared objects, in two of their sizes: each is one object whose only name is
# that of its struct module_suite, so that they stand in one program.
CONTRACT_SIZE_small := -DSP_NR_PCPUS=16 -DSP_NR_VCPUS=64
CONTRACT_SIZE_medium := -DSP_NR_PCPUS=128 -DSP_NR_VCPUS=1024
CONTRACT_MODULE_FLAGS := $(CORUN_CFLAGS) -Ipolicies -I$(CONTRACT_DIR) -Isim -DSP_OUT_PCPUS=4096
contract_sizes := small medium
# `corun test` is a part of corun: built with it, installed into libexec.
all: $(B)/libexec/corun/corun-test

contract_module_headers := $(wildcard $(CONTRACT_DIR)/*.h policies/*.h) sim/base/where.h

define contract_size_rule
$(CONTRACT_B)/$(1)/%.o: $(CONTRACT_DIR)/%.c $$(contract_module_headers) $(B)/flags
	@mkdir -p $$(@D)
	$$(call say,CC)
	$$(Q)$$(CC) $$(CONTRACT_MODULE_FLAGS) $$(CONTRACT_SIZE_$(1)) -DCONTRACT_SUITE=contract_$(1) \
		$$(if $$(filter call,$$*),-Dcall_make=call_make_bare) -c -o $$@ $$<

$(CONTRACT_B)/$(1).o: $(contract_srcs:%=$(CONTRACT_B)/$(1)/%.o) $(CONTRACT_B)/$(1)/module_suite.o
	$$(call say,LD)
	$$(Q)$$(LD) -r -o $$@.tmp $$^
	$$(Q)$$(OBJCOPY) -G contract_$(1) $$@.tmp $$@
	@rm $$@.tmp
endef
OBJCOPY ?= objcopy
$(foreach s,$(contract_sizes),$(eval $(call contract_size_rule,$(s))))

# Where corun looks for it beside itself.
$(B)/libexec/corun/corun-test: $(CONTRACT_DIR)/corun_test.c $(CONTRACT_DIR)/module_suite.h $(contract_sizes:%=$(CONTRACT_B)/%.o) $(B)/libcorun.a
	@mkdir -p $(@D)
	$(call say,LD)
	$(Q)$(CC) $(CONTRACT_MODULE_FLAGS) $(LDFLAGS) -o $@ $^ $(LDLIBS)

# -- runs ------------------------------------------------------------------------------
.PHONY: $(POLICIES:%=test-contract-%)
$(POLICIES:%=test-contract-%): test-contract-%: $(CONTRACT_B)/contract_% $(CONTRACT_B)/large/contract_%
	@$(CONTRACT_DIR)/run_policy.sh $* $(CONTRACT_B) $(GCOV) $(CONTRACT_COVERAGE) \
		--seed $(CONTRACT_SEED) --events $(or $(CONTRACT_EVENTS_$*),$(CONTRACT_EVENTS))
	@$(CONTRACT_B)/large/contract_$* --seed $(CONTRACT_SEED) \
		--events $(CONTRACT_LARGE_EVENTS) --short 500 --least 0 \
		> $(CONTRACT_B)/large/$*.log 2>&1 || { cat $(CONTRACT_B)/large/$*.log; exit 1; }
	@echo "ok $*: the same at 128 pCPUs and 512 vCPUs, with sanitizers"

SANITIZED += test-corun-test
.PHONY: test-corun-test
test-corun-test: $(B)/corun $(B)/libexec/corun/corun-test
	@$(CONTRACT_DIR)/module.sh $(B)/corun $(CONTRACT_B)/module

contract-spoiled: $(contract_spoiled:%=$(CONTRACT_B)/spoiled_%)
	@$(CONTRACT_DIR)/run_spoiled.sh $(CONTRACT_B) $(contract_spoiled)

endif
