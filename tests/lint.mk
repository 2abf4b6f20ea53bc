# SPDX-License-Identifier: BSD-2-Clause
# What can be seen without running anything.

C_FILES = $(wildcard policies/*.[ch] policies/*/*.[ch] init/*.c sim/*.[ch] sim/*/*.[ch] sim/*/*/*.[ch] tests/*/*.[ch] \
	bench/*.[ch] docs/example/*.c ports/*/*.[ch] ports/*/*/*.[ch])
SHELL_FILES = $(wildcard paper/*.sh sim/*.sh sim/engine/*.sh docs/*.sh tests/*.sh tests/*/*.sh workloads/*.sh bench/*.sh bench/*/*.sh init/*.sh ports/*/*.sh \
	ports/*/*/*.sh .ci/need .ci/mirror .ci/deb)

# A policy's parts are read with its main file, which includes them.
CPPCHECKED = sim $(foreach p,$(POLICIES),$(call policy_main,$(p))) $(wildcard policies/module/*.c) \
	ports/xen/boot ports/xen/harness/host.c

.PHONY: lint
lint: need-lint $(GEN)/model/lock_kinds.h ## formatting, static analysis, licence lines
	@tests/lint.sh $(C_FILES)
	shellcheck -s sh -S warning $(SHELL_FILES)
	shellcheck -s bash -S warning .ci/run
	cppcheck --quiet --error-exitcode=1 --enable=warning,portability --inline-suppr \
		--suppress=missingIncludeSystem -DSP_OUT_PCPUS=4096 -Isim -Ipolicies -I$(GEN) $(CPPCHECKED)
