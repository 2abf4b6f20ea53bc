# SPDX-License-Identifier: BSD-2-Clause
# The policies on a bare PowerPC 440: a small host of our own on QEMU's bamboo board.
#
#	make ppc440				build/ppc440/host.elf
#	make ppc440-run				boots it here: type `help`
#	make ppc440-run LINE='policy rr; ...'	with a boot line
#	make ports-test-boot-ppc440		shares, isolation, records, in virtual time
#	make ports-list-ppc440			the policies that it has

PPC440_DIR := ports/ppc440
PPC440_B := $(B)/ppc440
PPC440_CC ?= powerpc-linux-gnu-gcc
PPC440_QEMU := qemu-system-ppc -M bamboo -cpu 440epb -display none -monitor none -no-reboot -nic none

NEED_PPC440 := qemu-system-ppc gcc-powerpc-linux-gnu

# One pCPU, four guests: the smallest that a policy can be.  The compiler must not make
# calls of memset out of memset's own loop.
ppc440_cflags := -std=gnu11 -O2 -g -mcpu=440 -msoft-float -ffreestanding -fno-pic -msdata=none \
	-fno-stack-protector -fno-asynchronous-unwind-tables -fno-tree-loop-distribute-patterns \
	-Wall -Wextra -Wshadow -Wconversion -Wmissing-prototypes -Wno-unused-parameter \
	-DSP_NR_PCPUS=1 -DSP_NR_VCPUS=4 -DSP_NR_VMS=4 \
	-Ipolicies -Iports/template -Iports/conformance -I$(PPC440_DIR)
ppc440_link := -nostdlib -no-pie -Wl,--build-id=none -Wl,--no-warn-rwx-segments
ppc440_headers := $(POLICY_TEXTS) $(wildcard ports/template/*.h ports/conformance/record*.[ch] \
	$(PPC440_DIR)/*.h $(PPC440_DIR)/guest/*.h) $(PPC440_DIR)/ppc440.mk

# The template's port, the policies, the list of them.
ppc440_carried := $(PPC440_B)/port/port.o $(PPC440_B)/port/port_call.o $(PPC440_B)/policies.o \
	$(POLICIES:%=$(PPC440_B)/policy/%.o)
ppc440_host := $(patsubst $(PPC440_DIR)/%.c,$(PPC440_B)/%.o,$(sort $(wildcard $(PPC440_DIR)/*.c)))

.PHONY: need-ppc440 ppc440 ppc440-run ports-list-ppc440 ports-test-boot-ppc440
need-ppc440:
	@.ci/need $(NEED_PPC440) || { echo "SKIP ports-boot-ppc440: packages are missing"; exit 77; }

ppc440: need-ppc440 ## a PowerPC 440 with the policies, bare metal
	@$(MAKE) -s -j$(JOBS) --no-print-directory $(PPC440_B)/host.elf

ppc440-run: ppc440 ## ... booted under QEMU, its console here (ctrl-c ends it)
	@$(PPC440_QEMU) -icount shift=6,align=on -serial stdio -kernel $(PPC440_B)/host.elf $(if $(LINE),-append '$(LINE)')

ports-list-ppc440: $(PPC440_B)/policies.c
	@sed -n 's/^	&port_policy_\(.*\),/\1/p' $<

# -- the host ----------------------------------------------------------------------------
$(PPC440_B)/%.o: $(PPC440_DIR)/%.c $(ppc440_headers)
	@mkdir -p $(@D)
	$(call say,CC)
	$(Q)$(PPC440_CC) $(ppc440_cflags) -c $< -o $@

$(PPC440_B)/port/%.o: ports/template/%.c $(ppc440_headers)
	@mkdir -p $(@D)
	$(call say,CC)
	$(Q)$(PPC440_CC) $(ppc440_cflags) -c $< -o $@

define ppc440_policy
$(PPC440_B)/policy/$(1).o: $(call policy_main,$(1)) $(ppc440_headers)
	@mkdir -p $$(@D)
	$$(call say,CC)
	$(Q)$(PPC440_CC) $(ppc440_cflags) -DSP_POLICY_SYMBOL=port_policy_$(1) -c $$< -o $$@
endef
$(foreach p,$(POLICIES),$(eval $(call ppc440_policy,$(p))))

$(PPC440_B)/policies.c: ports/template/policies.sh $(B)/files
	@mkdir -p $(@D)
	@ports/template/policies.sh $(POLICIES) >$@

$(PPC440_B)/policies.o: $(PPC440_B)/policies.c $(ppc440_headers)
	$(call say,CC)
	$(Q)$(PPC440_CC) $(ppc440_cflags) -c $< -o $@

$(PPC440_B)/guest.bin: $(PPC440_DIR)/guest/programs.c $(PPC440_DIR)/guest/guest.ld $(ppc440_headers)
	@mkdir -p $(@D)
	$(call say,LD)
	$(Q)$(PPC440_CC) $(ppc440_cflags) $(ppc440_link) -T $(PPC440_DIR)/guest/guest.ld $< -o $(@:.bin=.elf)
	$(Q)$(PPC440_CC:gcc=objcopy) -O binary $(@:.bin=.elf) $@

$(PPC440_B)/start.o: $(PPC440_DIR)/start.S $(PPC440_B)/guest.bin $(ppc440_headers)
	$(call say,AS)
	$(Q)$(PPC440_CC) $(ppc440_cflags) -DGUEST_IMAGE='"$(PPC440_B)/guest.bin"' -c $< -o $@

$(PPC440_B)/host.elf: $(PPC440_B)/start.o $(ppc440_host) $(ppc440_carried) $(PPC440_DIR)/host.ld
	$(call say,LD)
	$(Q)$(PPC440_CC) $(ppc440_cflags) $(ppc440_link) -T $(PPC440_DIR)/host.ld $(filter %.o,$^) -lgcc -o $@

# -- the test ----------------------------------------------------------------------------
# Each record is replayed by the same policies, built for this machine.
ports-test-boot-ppc440: need-ppc440 ## the policies on a bare PowerPC 440: shares, isolation, records
	@$(MAKE) -s -j$(JOBS) --no-print-directory $(PPC440_B)/host.elf $(conform_native)
	@mkdir -p $(B)/boot
	@$(PPC440_DIR)/test_boot.sh $(PPC440_B) $(CONFORM_B)/native $(B)/boot/ppc440.csv "$(PPC440_QEMU)" \
		"$(PPC440_CC) $(ppc440_cflags) $(ppc440_link)" $(POLICIES)
