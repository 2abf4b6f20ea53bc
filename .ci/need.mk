# SPDX-License-Identifier: BSD-2-Clause
# What a target needs from Debian; .ci/need installs it, or says the line that does.

# Any clang from 14 on serves the tests.  The two that CI keeps (CI_CLANGS) differ in what the
# verifier accepts of their output; where one of them is there, those are taken, else the
# oldest other one.  Elsewhere: make CLANGS=clang.
CI_CLANGS := clang-14 clang-19
CLANGS_HERE := $(foreach v,14 15 16 17 18 19 20 21 22 23,$(if $(wildcard \
	$(patsubst %,%/clang-$(v),$(subst :, ,$(PATH)))),clang-$(v)))
CLANGS ?= $(or $(filter $(CI_CLANGS),$(CLANGS_HERE)),$(firstword $(CLANGS_HERE)),$(CI_CLANGS))
FUZZ_CLANG ?= $(firstword $(CLANGS))
NEED_CLANGS ?= $(if $(CLANGS_HERE),,$(CI_CLANGS))

NEED_BUILD := gcc libc6-dev libgsl-dev libyaml-dev libcmocka-dev gnuplot-nox|gnuplot-qt|gnuplot-x11
NEED_TEST := $(NEED_BUILD) $(NEED_CLANGS) libbpf-dev
NEED_FUZZ := $(NEED_TEST) $(patsubst clang-%,libclang-rt-%-dev,$(FUZZ_CLANG))
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
