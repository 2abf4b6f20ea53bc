# SPDX-License-Identifier: BSD-2-Clause
# Every policy through the running kernel's BPF verifier, called under the instance's
# lock, and then compared with the native build call by call.
#
#	make test-bpf            make test-bpf-rr
#	make -f tests/bpf/bpf.mk test-bpf-rr
#
# A machine that cannot (no clang, no libbpf, not allowed, kernel too old) is asked
# first: then one line says SKIP and why, and the status is 77.

ifndef CONTRACT_DIR
include tests/contract/contract.mk
endif

BPF_DIR := tests/bpf
BPF_B := $(B)/bpf
BPF_CLANGS ?= $(CLANGS)
BPF_CFLAGS := -g -O2 -Wall -Wextra -Wno-unused-parameter -Werror -target bpf -mcpu=v3 -Ipolicies -I$(CONTRACT_DIR) \
	-I/usr/include/$(shell uname -m)-linux-gnu
BPF_EVENTS ?= 100000
BPF_SEED ?= 1

bpf_clangs := $(foreach c,$(BPF_CLANGS),$(if $(shell command -v $(c)),$(c)))
bpf_objs := $(BPF_B)/bpf_check.o $(BPF_B)/bpf_probe.o \
	$(addprefix $(CONTRACT_B)/,agenda.o call.o gen.o gen_chaos.o host.o host_pool.o plan.o)
bpf_headers := $(contract_headers) $(wildcard $(BPF_DIR)/*.h)

UNSANITIZED += test-bpf # the verifier and BPF code: no C code of ours to look at
.PHONY: test-bpf bpf-probe bpf-spoiled $(POLICIES:%=test-bpf-%)
test-bpf: $(POLICIES:%=test-bpf-%) bpf-spoiled

bpf-probe:
	@$(BPF_DIR)/probe.sh $(BPF_B) "$(CC)" "$(BPF_CLANGS)"

# Not before the probe: what follows needs what it asks for.
$(BPF_B)/%.o: $(BPF_DIR)/%.c $(bpf_headers) | bpf-probe
	@mkdir -p $(@D)
	$(CC) $(CONTRACT_CFLAGS) -I$(BPF_DIR) -c $< -o $@

$(BPF_B)/native/%.o: $$(call policy_main,$$*) $(bpf_headers)
	@mkdir -p $(@D)
	$(CC) $(CONTRACT_CFLAGS) -c $< -o $@

$(BPF_B)/bpf_check_%: $(bpf_objs) $(BPF_B)/native/%.o
	$(CC) $^ -lbpf -lelf -lz -o $@

define bpf_object_rule
$(BPF_B)/%.$(1).o: $$$$(call policy_main,$$$$*) $(BPF_DIR)/policy_bpf.c $(bpf_headers) | bpf-probe
	@mkdir -p $$(@D)
	$(1) $(BPF_CFLAGS) -DSP_POLICY_FILE='"../../$$<"' -c $(BPF_DIR)/policy_bpf.c -o $$@
endef
$(foreach clang,$(bpf_clangs),$(eval $(call bpf_object_rule,$(clang))))

define bpf_test_rule
test-bpf-$(1): $(BPF_B)/bpf_check_$(1) $(bpf_clangs:%=$(BPF_B)/$(1).%.o) | bpf-probe
	@$(BPF_B)/bpf_check_$(1) --seed $(BPF_SEED) --events $(BPF_EVENTS) \
		$(bpf_clangs:%=$(BPF_B)/$(1).%.o)
endef
$(foreach policy,$(POLICIES),$(eval $(call bpf_test_rule,$(policy))))

bpf-spoiled: $(bpf_objs) | bpf-probe
	@$(BPF_DIR)/run_spoiled.sh $(BPF_B) "$(CC)" "$(lastword $(bpf_clangs))" $(bpf_objs)

.SECONDARY: $(POLICIES:%=$(BPF_B)/native/%.o) $(POLICIES:%=$(BPF_B)/bpf_check_%)
