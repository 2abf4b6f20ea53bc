# SPDX-License-Identifier: BSD-2-Clause
# The Makefile itself and the scripts that run the tests: dry runs, runs at once, packages.

MAKE_DIR := tests/make
MAKE_B := $(B)/make

UNSANITIZED += test-make # runs no C code
.PHONY: test-make
test-make:
	@$(MAKE_DIR)/dry.sh $(MAKE_B)/dry
	@$(MAKE_DIR)/need.sh $(MAKE_B)/need
	@$(MAKE_DIR)/runs.sh $(MAKE_B)/runs
	@$(MAKE_DIR)/ci.sh $(MAKE_B)/ci
	@$(MAKE_DIR)/declared.sh \
		"$(TIERS)" "$(SANITIZED)" "$(UNSANITIZED)"
