# shellcheck shell=sh disable=SC2154
# SPDX-License-Identifier: BSD-2-Clause
# toy.sh: sourced.  Makes a small tree that runs toy tiers with the scripts of this one:
#	test-hold	fails if it is run twice at once; waits for the file go if there is a
#			file hold, having made the file held
#	test-quick, test-skip (says SKIP if there is a file skip), test-red (fails if there
#			is a file red)

toy_tree() { # DIR
	rm -rf "$1"
	mkdir -p "$1/.ci" "$1/tests/toy" "$1/ports/toy"
	cp tests/tests.mk tests/*.sh "$1/tests/"
	cp .ci/run "$1/.ci/"
	: >"$1/.ci/allowed-skips"
	cat >"$1/.ci/held" <<'END'
ports-test-boot-toy it is a toy
END
	cat >"$1/Makefile" <<'END'
B ?= build
JOBS := 1
MAKEFLAGS += --no-print-directory
.PHONY: all force need-test need-fuzz check lint demo install-check clean
all: $(B)/flags
need-test need-fuzz check lint demo install-check clean force: ; @:
$(B)/flags: force
	@mkdir -p $(B) && touch $@
include tests/tests.mk
END
	cat >"$1/tests/toy/toy.mk" <<'END'
SANITIZED += test-quick
.PHONY: test-hold test-quick test-skip test-red fuzz-toy
test-hold: ; @tests/toy/hold.sh $(B)
test-quick: ; @echo "quick in $(B)"
test-skip: ; @[ ! -e skip ] || { echo "SKIP skip: because"; exit 77; }
test-red: ; @echo "something red"; [ ! -e red ]
fuzz-toy: ; @:
END
	cat >"$1/ports/toy/toy.mk" <<'END'
.PHONY: ports-test-toy ports-test-boot-toy
ports-test-toy: ; @:
ports-test-boot-toy: ; @:
END
	cat >"$1/tests/toy/hold.sh" <<'END'
#!/bin/sh
mkdir busy || { echo "two runs at once"; exit 1; }
trap 'rmdir busy' EXIT
[ -e hold ] || exit 0
touch held
for i in $(seq 1200); do
	[ -e go ] && exit 0
	sleep 0.05
done
echo "nobody says go"
exit 1
END
	chmod +x "$1/tests/toy/hold.sh"
}

# Waits until COMMAND succeeds; a minute is for ever.
until_true() {
	for _ in $(seq 1200); do
		"$@" && return
		sleep 0.05
	done
	fail "never: $*"
	return 1
}
