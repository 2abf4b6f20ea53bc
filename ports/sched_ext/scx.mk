# SPDX-License-Identifier: BSD-2-Clause
# The sched_ext port: each policy as a Linux scheduler, the command corun-scx, and a
# guest in which all of it runs.
#
#	make scx                   build/scx/corun-scx
#	make ports-test-scx        compiles everywhere, refuses here
#	make ports-test-boot-scx   a kernel with sched_ext in QEMU
#
# The kernel, its types (vmlinux.h) and libbpf come from Debian's backports, by an apt
# configuration of their own, into PORTS_CACHE (ports/boot/boot.mk).

SCX_DIR := ports/sched_ext
SCX_B := $(B)/scx
SCX_CACHE ?= $(PORTS_CACHE)/scx
# What was tested.  If it is no longer served, fetch.sh says what is.
SCX_KERNEL ?= linux-image-6.18.15+deb13-cloud-amd64
SCX_KERNEL_VERSION ?= 6.18.15*
SCX_CLANGS ?= $(CLANGS)
# The one whose output is built into the command.
SCX_CLANG ?= $(lastword $(CLANGS))
# Whose output is loaded in the guest; the last is the one that is measured.
SCX_BOOT_CLANGS ?= $(SCX_CLANGS)
# A set of pCPUs is one word in the glue: at most 64.
SCX_SIZES ?= -DSP_NR_PCPUS=64 -DSP_NR_VCPUS=256 -DSP_NR_VMS=64

scx_vmlinux := $(SCX_CACHE)/vmlinux
scx_fetched := $(SCX_CACHE)/fetched
scx_include := -I$(SCX_CACHE) -Ipolicies -I$(SCX_CACHE)/libbpf-dev/usr/include
# A frame saved: the verifier allows eight, and the steps of the glue are one.
SCX_BPF_CFLAGS := -g -O2 -DSP_CALLBACK='inline __attribute__((always_inline))' -Wall -Wextra -Wno-unused-parameter -Wno-missing-declarations -Werror \
	-target bpf -mcpu=v3 -D__TARGET_ARCH_x86 $(scx_include) $(SCX_SIZES)
SCX_CFLAGS := -std=gnu11 -O2 -g -Wall -Wextra -Wshadow -Wconversion -Wno-unused-parameter \
	-Werror=implicit $(scx_include) $(SCX_SIZES)
scx_headers = $(POLICY_TEXTS) $(wildcard $(SCX_DIR)/*.h) $(SCX_DIR)/scx.mk

NEED_SCX := $(SCX_CLANGS) libelf-dev zlib1g-dev libc6-dev gcc xz-utils
NEED_SCX_BOOT := $(NEED_SCX) qemu-system-x86 busybox-static cpio

.PHONY: scx need-scx need-scx-boot
scx: need-scx ## the command that runs a policy as this machine's scheduler (sched_ext)
	@$(MAKE) --no-print-directory $(SCX_B)/corun-scx

need-scx:
	@.ci/need $(NEED_SCX) || { echo "SKIP scx: packages are missing"; exit 77; }
need-scx-boot:
	@.ci/need $(NEED_SCX_BOOT) || { echo "SKIP scx-boot: packages are missing"; exit 77; }

# -- from Debian -----------------------------------------------------------------------
$(scx_fetched): $(SCX_DIR)/fetch.sh
	@$(SCX_DIR)/fetch.sh $(SCX_CACHE) bookworm-backports 'libbpf-dev=1:1.4.6*' 'bpftool=7.5.0*'
	@$(SCX_DIR)/fetch.sh $(SCX_CACHE) trixie-backports '$(SCX_KERNEL)=$(SCX_KERNEL_VERSION)'
	@touch $@

$(scx_vmlinux): $(scx_fetched) $(SCX_DIR)/vmlinux.sh
	@$(SCX_DIR)/vmlinux.sh $(SCX_CACHE)/$(SCX_KERNEL)/boot/vmlinuz-* $@

$(SCX_CACHE)/vmlinux.h: $(scx_vmlinux)
	@$(SCX_CACHE)/bpftool/usr/sbin/bpftool btf dump file $< format c >$@.tmp
	@mv $@.tmp $@

# -- BPF -------------------------------------------------------------------------------
# $(1) the compiler.  Policies are discovered; the guest test brings bad ones of its own.
define scx_object_rule
$(SCX_B)/%.$(1).o: $$$$(call policy_main,$$$$*) $(SCX_DIR)/scx.bpf.c $(scx_headers) $(SCX_CACHE)/vmlinux.h
	@mkdir -p $$(@D)
	$$(call say,BPF)
	$(Q)$(1) $(SCX_BPF_CFLAGS) -DSCX_NAME='"corun_$$*"' \
		-DSP_POLICY_FILE='"../../$$<"' -c $(SCX_DIR)/scx.bpf.c -o $$@
$(SCX_B)/guest/%.$(1).o: $(SCX_DIR)/guest/%.c $(SCX_DIR)/scx.bpf.c $(scx_headers) $(SCX_CACHE)/vmlinux.h
	@mkdir -p $$(@D)
	$$(call say,BPF)
	$(Q)$(1) $(SCX_BPF_CFLAGS) -DSCX_NAME='"corun_$$*"' \
		-DSP_POLICY_FILE='"guest/$$*.c"' -c $(SCX_DIR)/scx.bpf.c -o $$@
$(SCX_B)/meter.bpf.$(1).o: $(SCX_DIR)/meter.bpf.c $(scx_headers) $(SCX_CACHE)/vmlinux.h
	@mkdir -p $$(@D)
	$$(call say,BPF)
	$(Q)$(1) $(SCX_BPF_CFLAGS) -c $$< -o $$@
endef
$(foreach c,$(SCX_CLANGS),$(eval $(call scx_object_rule,$(c))))

# What this kernel's verifier does not come to an end with (docs/limits.md).
SCX_REFUSED := eevdf

SCX_OBJECTS = $(foreach c,$(SCX_CLANGS),$(POLICIES:%=$(SCX_B)/%.$(c).o) $(SCX_B)/meter.bpf.$(c).o)

# -- the command -----------------------------------------------------------------------
scx_src := corun_scx scx_run scx_live scx_load scx_vms scx_meter scx_watch
scx_objs := $(scx_src:%=$(SCX_B)/%.o)

$(SCX_B)/%.o: $(SCX_DIR)/%.c $(scx_headers) $(scx_fetched)
	@mkdir -p $(@D)
	$(call say,CC)
	$(Q)$(CC) $(SCX_CFLAGS) -c $< -o $@

# Natively for its table only: names, tunables, sizes.
$(SCX_B)/native/%.o: $$(call policy_main,$$*) $(scx_headers)
	@mkdir -p $(@D)
	$(Q)$(CC) $(SCX_CFLAGS) -DSP_POLICY_SYMBOL=scx_policy_$* -c $< -o $@
$(SCX_B)/native/guest/%.o: $(SCX_DIR)/guest/%.c $(scx_headers)
	@mkdir -p $(@D)
	$(Q)$(CC) $(SCX_CFLAGS) -DSP_POLICY_SYMBOL=scx_policy_$* -c $< -o $@

# $(1) the suffix of the registry, $(2) pairs NAME:PATH, $(3) compiler
define scx_registry_rule
$(SCX_B)/registry$(1).c: $(SCX_DIR)/registry.sh $(SCX_DIR)/scx.mk $(foreach p,$(2),$(SCX_B)/$(p).$(3).o) \
		$(SCX_B)/meter.bpf.$(3).o
	@$(SCX_DIR)/registry.sh $(SCX_B) $(3) $(2) >$$@.tmp && mv $$@.tmp $$@
$(SCX_B)/corun-scx$(1): $(scx_objs) $(SCX_B)/registry$(1).c $(2:%=$(SCX_B)/native/%.o)
	$$(call say,LD)
	$(Q)$(CC) $(SCX_CFLAGS) -I$(SCX_DIR) -static -o $$@ $$^ \
		$(SCX_CACHE)/libbpf-dev/usr/lib/x86_64-linux-gnu/libbpf.a -lelf -lz -lm
endef
# Policies of the guest test: those that must be thrown out.
SCX_BAD := $(sort $(patsubst $(SCX_DIR)/%.c,%,$(wildcard $(SCX_DIR)/guest/bad_*.c)))
$(eval $(call scx_registry_rule,,$(POLICIES),$(SCX_CLANG)))
$(foreach c,$(SCX_CLANGS),$(eval $(call scx_registry_rule,-test.$(c),$(POLICIES) $(SCX_BAD),$(c))))

# -- tests -----------------------------------------------------------------------------
.PHONY: ports-test-scx ports-test-boot-scx
ports-test-scx: need-scx ## sched_ext: every policy compiles with each clang; the meter; refusal here
	@$(MAKE) --no-print-directory $(SCX_OBJECTS) $(SCX_B)/corun-scx $(SCX_B)/test_meter \
		$(SCX_B)/test_live
	@$(SCX_B)/test_meter
	@$(SCX_B)/test_live $(SCX_B)/live.sock
	@$(SCX_DIR)/guest/test_check.sh $(SCX_B)/guest/check
	@$(SCX_DIR)/test.sh $(SCX_B) "$(SCX_CLANGS)" $(POLICIES)

$(SCX_B)/test_meter: $(SCX_DIR)/test_meter.c $(SCX_B)/scx_meter.o $(scx_headers)
	$(Q)$(CC) $(SCX_CFLAGS) -o $@ $(filter-out $(POLICY_TEXTS),$(filter %.c %.o,$^))

$(SCX_B)/test_live: $(SCX_DIR)/test_live.c $(SCX_B)/scx_live.o $(scx_headers)
	$(Q)$(CC) $(SCX_CFLAGS) -o $@ $(filter-out $(POLICY_TEXTS),$(filter %.c %.o,$^))

scx_bench := $(addprefix $(SCX_DIR)/guest/,bench.c bench_threads.c bench_kvm.c kvm_guest.S bench.h)
$(SCX_B)/guest/bench: $(scx_bench)
	@mkdir -p $(@D)
	$(Q)$(CC) -std=gnu11 -O2 -g -Wall -Wextra -Wshadow -static -pthread -o $@ \
		$(filter-out %.h,$^)

ports-test-boot-scx: need-scx-boot ## sched_ext in a guest: gang and relaxed against pinned EEVDF
	@$(MAKE) --no-print-directory $(scx_vmlinux) $(SCX_B)/guest/bench \
		$(SCX_BOOT_CLANGS:%=$(SCX_B)/corun-scx-test.%)
	@echo "not booted yet: $(SCX_REFUSED): to verify it takes more memory than the guest has"
	@$(SCX_DIR)/guest/run.sh $(SCX_B) $(SCX_CACHE)/$(SCX_KERNEL) "$(SCX_BOOT_CLANGS)" \
		"$(filter-out $(SCX_REFUSED),$(POLICIES))"

.SECONDARY: $(SCX_OBJECTS)
