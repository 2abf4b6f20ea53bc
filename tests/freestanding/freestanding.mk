# SPDX-License-Identifier: BSD-2-Clause
# Every policy's text as a foreign target meets it: no headers, no libc, no writable
# data, no padding, Xen's flags; and its table, entry by entry.
#
#	make test-freestanding        make test-freestanding-rr
#	make -f tests/freestanding/freestanding.mk test-freestanding-rr

CC ?= cc
B ?= build
ifndef POLICIES
include policies/find.mk
endif

FREESTANDING_DIR := tests/freestanding
FREESTANDING_B := $(B)/freestanding
# Those that are not installed are left out, and said to be.
FREESTANDING_GCC ?= gcc
FREESTANDING_CLANGS ?= $(CLANGS)

UNSANITIZED += test-freestanding # what compilers and nm say of the text
.PHONY: test-freestanding freestanding-headers freestanding-spoiled $(POLICIES:%=test-freestanding-%)
test-freestanding: $(POLICIES:%=test-freestanding-%) freestanding-headers freestanding-spoiled

$(FREESTANDING_B)/test_table_%: $(FREESTANDING_DIR)/test_table.c $$(call policy_main,$$*) $(POLICY_TEXTS)
	@mkdir -p $(@D)
	$(CC) -std=gnu11 -g -O1 -Wall -Wextra -Wshadow -Wconversion -Wno-unused-parameter -Ipolicies \
		-DPOLICY_FILE_NAME='"$*"' $< $(call policy_main,$*) -lcmocka -o $@

$(POLICIES:%=test-freestanding-%): test-freestanding-%: $(FREESTANDING_B)/test_table_%
	@$<
	@$(FREESTANDING_DIR)/run_freestanding.sh $* $(FREESTANDING_B) $(FREESTANDING_GCC) \
		"$(FREESTANDING_CLANGS)"

freestanding-headers:
	@$(FREESTANDING_DIR)/run_headers.sh "$(FREESTANDING_GCC) $(FREESTANDING_CLANGS)"

freestanding-spoiled:
	@$(FREESTANDING_DIR)/run_spoiled.sh $(FREESTANDING_B)/spoiled $(FREESTANDING_GCC)
