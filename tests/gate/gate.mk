# SPDX-License-Identifier: BSD-2-Clause
# The gate: `make check` holds the shipped policies against workloads/suite.yaml and
# suite-rivals.yaml; test-gate shows that it catches spoiled ones and survives damage.

GATE_DIR := tests/gate
GATE_B := $(B)/gate
GATE_SPOILS := $(sort $(wildcard $(GATE_DIR)/spoils/*.sed))
GATE_CFLAGS := $(CORUN_CFLAGS) $(SIM_FLAGS)
# The archive's own policies.o is left out, as gate_policies.c defines the same.
GATE_OBJ := $(GATE_B)/gate_policies.o $(GATE_B)/table.o

.PHONY: check
check: $(B)/corun ## the gate: bounds and baseline of the shipped policies
	$(B)/corun check workloads/suite.yaml --quiet -o $(B)/check --force
	$(B)/corun check workloads/suite-rivals.yaml --quiet -o $(B)/check-rivals --force

$(GATE_B)/table.c: $(GATE_SPOILS) $(GATE_DIR)/build_spoils.sh $(GATE_DIR)/spoil.h $(POLICY_TEXTS)
	@mkdir -p $(@D)
	@$(GATE_DIR)/build_spoils.sh '$(CC)' '$(GATE_CFLAGS)' $(GATE_B) $(GATE_SPOILS)

$(GATE_B)/table.o: $(GATE_B)/table.c $(GATE_DIR)/gate_spoils.h
	@$(CC) $(GATE_CFLAGS) -I $(GATE_DIR) -c -o $@ $<

$(GATE_B)/%.o: $(GATE_DIR)/%.c $(wildcard $(GATE_DIR)/*.h) | $(GEN)/model/lock_kinds.h
	@mkdir -p $(@D)
	@$(CC) $(GATE_CFLAGS) -I $(GATE_DIR) -c -o $@ $<

# corun with spoiled policies: GATE_SPOIL and GATE_SEVERITY choose.
$(GATE_B)/corun-spoiled: $(B)/sim/main.o $(GATE_OBJ) $(B)/libcorun.a
	@$(CC) $(CORUN_CFLAGS) $(LDFLAGS) -o $@ $(B)/sim/main.o $(GATE_OBJ) \
		$(GATE_SPOILS:$(GATE_DIR)/spoils/%.sed=$(GATE_B)/%.o) $(B)/libcorun.a $(LDLIBS)

.PHONY: gate-spoils
gate-spoils: $(GATE_B)/corun-spoiled
	@$(GATE_DIR)/run_spoils.sh $(GATE_B)/corun-spoiled workloads $(GATE_SPOILS)

$(GATE_B)/test_gate: $(GATE_DIR)/test_gate.c $(B)/libcorun.a
	@mkdir -p $(@D)
	@$(CC) $(GATE_CFLAGS) $(LDFLAGS) -o $@ $^ $(LDLIBS) -lcmocka

$(GATE_B)/false_alarm: $(GATE_DIR)/false_alarm.c $(B)/libcorun.a
	@mkdir -p $(@D)
	@$(CC) $(GATE_CFLAGS) $(LDFLAGS) -o $@ $^ $(LDLIBS)

# In CI a few runs; in check-long as many as bound the rate.  Sanitizers look for other
# mistakes than a wrong verdict: one run is enough for them.
GATE_SANITIZED := $(findstring -fsanitize,$(CFLAGS))
GATE_RUNS ?= $(if $(GATE_SANITIZED),1,8)
GATE_LONG_RUNS ?= 400

SANITIZED += test-gate # three minutes, but not there: see GATE_SANITIZED
.PHONY: test-gate check-long gate-severities
test-gate: $(B)/corun $(GATE_B)/corun-spoiled $(GATE_B)/test_gate $(GATE_B)/false_alarm
	@cd $(GATE_B) && ./test_gate
	@$(GATE_DIR)/broken.sh $(B)/corun $(GATE_B)/broken
	@$(GATE_DIR)/survive.sh $(B)/corun $(GATE_B)/corun-spoiled $(GATE_B)/survive
	@$(GATE_B)/false_alarm $(GATE_DIR)/false.yaml $(GATE_RUNS)
	@$(if $(GATE_SANITIZED),,$(MAKE) --no-print-directory gate-spoils)

check-long: $(B)/corun $(GATE_B)/corun-spoiled $(GATE_B)/false_alarm ## the gate at length: false alarms in 400 runs, spoiled policies against the whole suite
	$(GATE_B)/false_alarm $(GATE_DIR)/false.yaml $(GATE_LONG_RUNS)
	WHOLE=1 $(GATE_DIR)/run_spoils.sh $(GATE_B)/corun-spoiled workloads $(GATE_SPOILS)

# How far down each spoil is caught: renews what the texts have on record (by hand).
gate-severities: $(GATE_B)/corun-spoiled
	@$(GATE_DIR)/severities.sh $(GATE_B)/corun-spoiled workloads $(GATE_SPOILS)
