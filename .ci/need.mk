# SPDX-License-Identifier: BSD-2-Clause
# What a target needs from Debian; .ci/need installs it, or says the line that does.

NEED_BUILD := gcc libc6-dev libgsl-dev libyaml-dev libcmocka-dev gnuplot-nox|gnuplot-qt|gnuplot-x11
NEED_TEST := $(NEED_BUILD) clang-14 clang-19 libbpf-dev
NEED_FUZZ := $(NEED_TEST) libclang-rt-14-dev
NEED_LINT := $(NEED_BUILD) clang-format-14|clang-format clang-tidy-14|clang-tidy cppcheck shellcheck

.PHONY: need-build need-test need-fuzz need-lint
need-build:
	@.ci/need $(foreach p,$(NEED_BUILD),'$(p)')
need-test:
	@.ci/need $(foreach p,$(NEED_TEST),'$(p)')
need-fuzz:
	@.ci/need $(foreach p,$(NEED_FUZZ),'$(p)')
need-lint:
	@.ci/need $(foreach p,$(NEED_LINT),'$(p)')
