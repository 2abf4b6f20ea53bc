# SPDX-License-Identifier: BSD-2-Clause
# How tests are found and run.  Each area brings a fragment tests/AREA/AREA.mk; its tiers
# are the targets test-NAME, its fuzzers fuzz-NAME; the ports' tiers are ports-test-NAME.

TEST_MK := $(sort $(wildcard tests/*/*.mk))
PORT_MK := $(sort $(wildcard ports/*/*.mk))
include $(TEST_MK) $(PORT_MK)

tiers_of = $(sort $(shell sed -n 's/^\($(1)-[a-z0-9-]*\):.*/\1/p' /dev/null $(2)))
TIERS := $(call tiers_of,test,$(TEST_MK))
FUZZERS := $(call tiers_of,fuzz,$(TEST_MK))
PORT_TIERS := $(call tiers_of,ports-test,$(PORT_MK))
PORT_BOOT := $(filter ports-test-boot-%,$(PORT_TIERS))
PORT_FAST := $(filter-out ports-test-boot%,$(PORT_TIERS))

# Not spelt $(MAKE) where it is used: such a line is run by `make -n`, too.
submake = $(MAKE) -j$(JOBS)
# Empty: a folder of its own, $(B)/runs/N.
RESULTS ?=

.PHONY: test
test: need-test ## every test that needs no special rights; two lines a tier
	@tests/lock.sh $(B) tests/tiers.sh $(B) '$(RESULTS)' '' '$(submake)' $(TIERS)

.PHONY: ports-test-fast ports-test-boot
ports-test-fast: $(PORT_FAST) ## the ports' tests that boot nothing

ports-test-boot: ## real schedulers in emulated machines: every tier ports-test-boot-*
	@tests/lock.sh $(B) tests/tiers.sh $(B) '$(RESULTS)' .ci/allowed-skips '$(submake)' $(PORT_BOOT)

.PHONY: ports-fast-tiers ports-boot-tiers
ports-fast-tiers: # their names, for .ci/run
	@echo $(PORT_FAST)
ports-boot-tiers:
	@echo $(PORT_BOOT)

.PHONY: fuzz
fuzz: need-fuzz ## fuzz targets: fixed runs and seed, and the planted bugs they must find
	@tests/lock.sh $(B) tests/tiers.sh $(B) '$(RESULTS)' '' '$(submake)' $(FUZZERS)

# -- sanitizers ------------------------------------------------------------------------
# Each area says of each of its tiers whether it runs under them, too: SANITIZED += test-x,
# or UNSANITIZED += test-x and why not.  It does if it runs C code of sim or policies that
# the sanitizers' flags reach, in less than 20 seconds of CPU time.
.PHONY: sanitizers sanitized-tiers
sanitizers: need-test ## the tests again under AddressSanitizer and UBSan
	@tests/lock.sh $(B) $(submake) B=$(B)/sanitized \
		CFLAGS="-g -fsanitize=address,undefined -fno-sanitize-recover=all" \
		LDFLAGS="-fsanitize=address,undefined" sanitized-tiers

sanitized-tiers:
	@tests/tiers.sh $(B) '' '' '$(submake)' $(SANITIZED)

# -- one run at a time -----------------------------------------------------------------
# What test, sanitizers, ports-test-boot and .ci/run work in is left to them: a build or a
# tier beside them waits.
.PHONY: alone
alone:
	@tests/lock.sh $(B)
$(B)/flags $(B)/files $(TIERS) $(FUZZERS) $(PORT_TIERS) clean: | alone
