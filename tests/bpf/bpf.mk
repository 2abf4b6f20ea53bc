# SPDX-License-Identifier: BSD-2-Clause
# Every policy through the running kernel's BPF verifier, called under the instance's
# lock, and then compared with the native build call by call.
#
#	make test-bpf            make test-bpf-rr
#	make -f tests/bpf/bpf.mk test-bpf-rr
#
# A machine that cannot (no clang, no libbpf, not allowed) says SKIP and why.

ifndef CONTRACT_DIR
include tests/contract/contract.mk
endif

BPF_DIR := tests/bpf
BPF_B := $(B)/bpf
# The two differ in what the verifier accepts of their output: both are wanted.
BPF_CLANGS ?= clang-14 clang-19
BPF_CFLAGS := -g -O2 -Wall -Wextra -Werror -target bpf -mcpu=v3 -Ipolicies -I$(CONTRACT_DIR) \
	-I/usr/include/$(shell uname -m)-linux-gnu
BPF_EVENTS ?= 100000

bpf_contract_objs := $(addprefix $(CONTRACT_B)/,agenda.o call.o gen.o gen_chaos.o host.o host_pool.o plan.o)
bpf_headers := $(contract_headers) $(wildcard $(BPF_DIR)/*.h)

.PHONY: test-bpf test-bpf-spoiled $(POLICIES:%=test-bpf-%)
test-bpf: $(POLICIES:%=test-bpf-%) test-bpf-spoiled

bpf_make = $(MAKE) --no-print-directory -f $(firstword $(MAKEFILE_LIST)) B=$(B)
bpf_check_objs := $(BPF_B)/bpf_check.o $(BPF_B)/bpf_probe.o $(bpf_contract_objs)

$(POLICIES:%=test-bpf-%): test-bpf-%:
	@$(BPF_DIR)/run_bpf.sh $* "$(BPF_CLANGS)" "$(CC)" $(BPF_B) $(BPF_EVENTS) \
		$(bpf_make) POLICIES=$*

# After the policies, so that what cannot be built here has been said.
test-bpf-spoiled: $(POLICIES:%=test-bpf-%)
	@if echo '#include <bpf/libbpf.h>' | $(CC) -E - >/dev/null 2>&1; then \
		$(bpf_make) -s $(bpf_check_objs) && \
		$(BPF_DIR)/run_spoiled.sh $(BPF_B) "$(CC)" "$(BPF_CLANGS)" $(bpf_check_objs); \
	else echo "SKIP bpf: no <bpf/libbpf.h>"; fi

$(BPF_B)/%.o: $(BPF_DIR)/%.c $(bpf_headers)
	@mkdir -p $(@D)
	$(CC) $(CONTRACT_CFLAGS) -I$(BPF_DIR) -c $< -o $@

$(BPF_B)/native/%.o: policies/%.c $(bpf_headers)
	@mkdir -p $(@D)
	$(CC) $(CONTRACT_CFLAGS) -c $< -o $@

$(BPF_B)/bpf_check_%: $(bpf_check_objs) $(BPF_B)/native/%.o
	$(CC) $^ -lbpf -lelf -lz -o $@

define bpf_object_rule
$(BPF_B)/%.$(1).o: policies/%.c $(BPF_DIR)/policy_bpf.c $(bpf_headers)
	@mkdir -p $$(@D)
	$(1) $(BPF_CFLAGS) -DSP_POLICY_FILE='"../../policies/$$*.c"' -c $(BPF_DIR)/policy_bpf.c -o $$@
endef
$(foreach clang,$(BPF_CLANGS),$(eval $(call bpf_object_rule,$(clang))))
