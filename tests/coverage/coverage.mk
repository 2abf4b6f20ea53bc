# SPDX-License-Identifier: BSD-2-Clause
# Which lines of sim/ the tests run: by hand, in a build of its own, since counting takes time.
# Without optimisation, so that a line is a line.  test-mutants is not among the tiers: it runs
# other texts of the same files.

COVERAGE_B := build-coverage
COVERAGE_TIERS ?= test-engine test-golden test-scenario test-stats test-trace test-diff test-formats \
	test-first test-module test-init test-closed test-properties

.PHONY: coverage coverage-tiers
coverage: need-test ## lines of sim/ that the tests run, by folder (by hand, minutes)
	@rm -rf $(COVERAGE_B)
	@mkdir -p $(COVERAGE_B)
	$(Q)$(CC) -O2 -c -o $(COVERAGE_B)/leave.o tests/coverage/leave.c
	@$(submake) B=$(COVERAGE_B) OPT=-O0 CFLAGS="-g --coverage" \
		LDFLAGS="--coverage -Wl,--wrap=_exit $(CURDIR)/$(COVERAGE_B)/leave.o" \
		COVERAGE_TIERS='$(COVERAGE_TIERS)' coverage-tiers
	@tests/coverage/coverage.sh $(COVERAGE_B)

coverage-tiers:
	@tests/tiers.sh $(B) '' '' '$(submake)' $(COVERAGE_TIERS)
