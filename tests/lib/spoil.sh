# shellcheck shell=sh disable=SC2034
# SPDX-License-Identifier: BSD-2-Clause
# spoil.sh: sourced by tests that break a policy's text and have the checks say so.  A test
# ends with `exit $failed`.
failed=0

# spoiled_rr NAME SED TO: rr.c with one thing wrong, or a failed test
spoiled_rr() {
	tests/lib/plant.sh policies/rr.c "$2" "$3" && return
	echo "not ok spoiled $1: the change finds nothing to change in rr.c"
	failed=1
	return 1
}

# caught NAME WORDS LOG LINES: among the lines of LOG that match LINES is one with WORDS
caught() {
	if grep -E "$4" "$3" | grep -qE "$2"; then
		echo "ok spoiled $1: caught ($2)"
	else
		echo "not ok spoiled $1: nobody says: $2"
		cat "$3"
		failed=1
	fi
}

# where a mistake can be put
in_pick='/^static SP_CALLBACK void rr_pick_next/,/^}/ s/rr_put_back(rr, pcpu);/&'
at_top='s/^#include "policy.h"/&'
