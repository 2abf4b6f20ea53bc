#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# run_spoiled.sh BUILD NAMES: each spoiled policy is caught by its check alone, and
# no check is without a spoiled policy.
set -u
build=$1
shift
failed=0
log=$build/spoiled.log
: >"$log"
for name in "$@"; do
	"$build/spoiled_$name" "$name" >"$build/spoiled_$name.log" 2>&1 || failed=1
	cat "$build/spoiled_$name.log" >>"$log"
	grep -E '^(not )?ok |^ERROR' "$build/spoiled_$name.log" || { cat "$build/spoiled_$name.log"; failed=1; }
done
checks=$(sed -n 's/^\tX(\([a-z_]*\), ".*/\1/p' tests/contract/watch.h)
for check in $checks; do
	grep -q "^ok .* is caught by $check alone" "$log" && continue
	echo "not ok check $check: no spoiled policy shows that it catches anything"
	failed=1
done
exit $failed
