# SPDX-License-Identifier: BSD-2-Clause
# The template of a port: it builds with every policy, passes the contract tests with
# a host that does nothing, and answers as the policy alone does.
#
#	make ports-test-template
#	make ports-list-template		the policies that it has, found by themselves

TEMPLATE_DIR := ports/template
TEMPLATE_B := $(B)/template
TEMPLATE_CHECKS ?= 300000
TEMPLATE_DIGEST ?= 300000

template_headers := $(POLICY_TEXTS) $(wildcard $(TEMPLATE_DIR)/*.h)
template_cflags := -std=gnu11 -O2 -g -Wall -Wextra -Wshadow -Wconversion -Wno-unused-parameter -Ipolicies -I$(TEMPLATE_DIR)
template_policies := $(POLICIES:%=$(TEMPLATE_B)/policy/%.o)

# The port as a hypervisor meets it: no headers but ours, no C library.
template_port := $(TEMPLATE_B)/port.o $(TEMPLATE_B)/port_call.o
$(template_port): $(TEMPLATE_B)/%.o: $(TEMPLATE_DIR)/%.c $(template_headers)
	@mkdir -p $(@D)
	$(call say,CC)
	$(Q)$(CC) $(template_cflags) -ffreestanding -nostdinc -c $< -o $@

$(TEMPLATE_B)/%.o: $(TEMPLATE_DIR)/%.c $(template_headers)
	@mkdir -p $(@D)
	$(call say,CC)
	$(Q)$(CC) $(template_cflags) -c $< -o $@

# Each policy under a symbol of its own, and their list: generated, never edited.
$(TEMPLATE_B)/policy/%.o: $$(call policy_main,$$*) $(template_headers)
	@mkdir -p $(@D)
	$(call say,CC)
	$(Q)$(CC) $(template_cflags) -DSP_POLICY_SYMBOL=port_policy_$* -c $< -o $@

$(TEMPLATE_B)/policies.c: $(TEMPLATE_DIR)/policies.sh $(B)/files
	@mkdir -p $(@D)
	@$(TEMPLATE_DIR)/policies.sh $(POLICIES) >$@

$(TEMPLATE_B)/policies.o: $(TEMPLATE_B)/policies.c $(template_headers)
	$(call say,CC)
	$(Q)$(CC) $(template_cflags) -c $< -o $@

$(TEMPLATE_B)/example: $(addprefix $(TEMPLATE_B)/,example.o hv_nothing.o policies.o) $(template_port) $(template_policies)
	$(call say,LD)
	$(Q)$(CC) $^ -o $@

$(TEMPLATE_B)/test_port: $(TEMPLATE_B)/test_port.o $(TEMPLATE_B)/fake.o $(template_port)
	$(call say,LD)
	$(Q)$(CC) $^ -lcmocka -o $@

# The conformance program, the port between it and the policy.
$(TEMPLATE_B)/as_%.o: $(TEMPLATE_DIR)/as_policy.c $(template_headers)
	@mkdir -p $(@D)
	$(call say,CC)
	$(Q)$(CC) $(template_cflags) -DPORT_POLICY=port_policy_$* -c $< -o $@

$(TEMPLATE_B)/conform_%: $(TEMPLATE_B)/as_%.o $(template_port) $(TEMPLATE_B)/policy/%.o \
		$(patsubst %.c,$(CONFORM_B)/native/%.o,$(notdir $(conform_src)))
	$(call say,LD)
	$(Q)$(CC) $^ -o $@

.SECONDARY: $(template_policies) $(POLICIES:%=$(TEMPLATE_B)/as_%.o) $(TEMPLATE_B)/test_port.o $(TEMPLATE_B)/fake.o

.PHONY: ports-test-template ports-list-template
ports-test-template: $(TEMPLATE_B)/example $(TEMPLATE_B)/test_port $(POLICIES:%=$(TEMPLATE_B)/conform_%) \
		$(conform_native) $(CONFORM_RECORDS)/made
	@$(TEMPLATE_B)/example
	@$(TEMPLATE_B)/test_port
	@$(TEMPLATE_DIR)/run_template.sh $(TEMPLATE_B) $(CONFORM_B) $(TEMPLATE_CHECKS) \
		$(TEMPLATE_DIGEST) $(POLICIES)
	@$(TEMPLATE_DIR)/mutants.sh "$(CC) $(template_cflags)" $(TEMPLATE_B) $(CONFORM_B)

ports-list-template: $(TEMPLATE_B)/example
	@$< --list

# -- the kit -----------------------------------------------------------------------------
KIT_POLICIES ?= $(POLICIES)

.PHONY: port-kit ports-test-kit
port-kit: $(CONFORM_RECORDS)/made ## DIR=...: a folder that ports the policies elsewhere, all by itself
	@$(TEMPLATE_DIR)/kit.sh "$(DIR)" $(CONFORM_RECORDS) $(KIT_POLICIES)

# Built outside of this tree, with a policy left out, and nothing of here in sight.
ports-test-kit: $(CONFORM_RECORDS)/made
	@$(TEMPLATE_DIR)/test_kit.sh $(CONFORM_RECORDS) "$(CC)" $(lastword $(POLICIES)) \
		$(filter-out $(lastword $(POLICIES)),$(POLICIES))
