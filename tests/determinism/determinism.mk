# SPDX-License-Identifier: BSD-2-Clause
# The same scenario and seed give the same bytes: for any number of workers, in any locale,
# environment and place on the stack; and, in the long target, from other compilers.
#
#	make test-determinism	workers, locales, environments, stack offsets
#	make long-determinism	gcc -O0 and -O3, clang -O0, -O2 and -O3, too: minutes

DETERMINISM_B := $(B)/determinism
DETERMINISM_CLANG ?= $(firstword $(CLANGS))
DETERMINISM_BUILDS := gcc-O0 gcc-O3 $(DETERMINISM_CLANG)-O0 $(DETERMINISM_CLANG)-O2 $(DETERMINISM_CLANG)-O3

# Bytes, which sanitizers have no part in; and they want their own addresses.
UNSANITIZED += test-determinism

.PHONY: test-determinism long-determinism
test-determinism: $(B)/corun
	@tests/determinism/determinism.sh $(B)/corun $(DETERMINISM_B)/runs

long-determinism: $(B)/corun ## the same bytes from gcc and clang, -O0 to -O3
	@set -e; for b in $(DETERMINISM_BUILDS); do \
		$(submake) B=$(DETERMINISM_B)/$$b CC=$${b%-O*} OPT=-O$${b##*-O} \
			$(DETERMINISM_B)/$$b/corun >$(DETERMINISM_B)-$$b.log 2>&1; done
	@tests/determinism/determinism.sh $(B)/corun $(DETERMINISM_B)/runs \
		$(DETERMINISM_BUILDS:%=$(DETERMINISM_B)/%/corun)
