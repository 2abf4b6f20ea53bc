# SPDX-License-Identifier: BSD-2-Clause
# The policies as a scheduler of Xen 4.17.
#
#	make ports-test-xen		flags, symbols, objects; Xen's schedulers in user space
#	make ports-test-boot-xen	Xen under QEMU with virtual time, dom0 and two domUs

B ?= build
XEN_DIR := ports/xen
XEN_CACHE ?= $(or $(PORTS_CACHE),build/cache)/xen

NEED_XEN := gcc make flex bison m4 python3 dpkg-dev xz-utils binutils debian-archive-keyring

.PHONY: need-xen
need-xen:
	@.ci/need $(foreach p,$(NEED_XEN),'$(p)')

.PHONY: ports-test-xen
ports-test-xen: need-xen ## Xen's flags and symbols, and its real schedulers beside ours in user space
	@mkdir -p $(XEN_CACHE) $(B)/xen
	@$(XEN_DIR)/test_fast.sh $(XEN_CACHE) $(B)/xen

NEED_XEN_BOOT := $(NEED_XEN) qemu-system-x86 cpio libc6-dev

.PHONY: need-xen-boot
need-xen-boot:
	@.ci/need $(foreach p,$(NEED_XEN_BOOT),'$(p)')

.PHONY: ports-test-boot-xen
ports-test-boot-xen: need-xen-boot ## Xen with the policies, two guests, under QEMU in virtual time
	@mkdir -p $(XEN_CACHE) $(B)/xen $(B)/boot
	@$(XEN_DIR)/test_boot.sh $(XEN_CACHE) $(B)/xen $(B)/boot/xen.csv
