# SPDX-License-Identifier: BSD-2-Clause
# Speed, by hand on a quiet machine.

.PHONY: bench
bench: need-build ## speed, as ratios within one run, against the frozen budget
	@$(MAKE) -j$(JOBS) $(B)/bench/bench
	$(B)/bench/bench $(ROUNDS)

.PHONY: bench-serial
bench-serial: need-build ## how busy one instance's lock is against pCPUs, into paper/data/serial.csv
	@$(MAKE) -j$(JOBS) $(B)/bench/serial
	@mkdir -p paper/data
	@{ echo '# SPDX-License-Identifier: BSD-2-Clause'; \
	   echo '# Written by make bench-serial; docs/measured.md tells the format.'; \
	   $(B)/bench/serial; } >$(B)/serial.csv
	@mv $(B)/serial.csv paper/data/serial.csv
	@bench/plot_serial.sh paper/data/serial.csv docs/pictures/serial.png
$(B)/bench/serial: private LDFLAGS += -Wl,--wrap=policy_class_for

.PHONY: bench-peers
bench-peers: need-build ## the same demand in SimGrid and SimPy (installs them); docs/measured.md
	@.ci/need g++ libsimgrid-dev python3-simpy3
	@$(MAKE) -j$(JOBS) $(B)/bench/steps
	@bench/peers/peers.sh $(B)

$(B)/bench/%: bench/%.c $(B)/libcorun.a
	@mkdir -p $(@D)
	$(CC) $(CORUN_CFLAGS) $(SIM_FLAGS) $(LDFLAGS) -o $@ $^ $(LDLIBS)
