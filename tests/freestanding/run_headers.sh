#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# run_headers.sh COMPILERS: every header of policies/ compiles alone, so that whoever
# includes it need not know what comes before it.
# POLICY_DIR: where policies/ is, for those that are spoiled on purpose.
set -u
dir=${POLICY_DIR:-policies}
failed=0
nr=0
log=$(mktemp) || exit 1
trap 'rm -f "$log"' EXIT
for header in "$dir"/*.h "$dir"/*/*.h; do
	[ -e "$header" ] || continue
	nr=$((nr + 1))
	for cc in $1; do
		command -v "$cc" >/dev/null || continue
		"$cc" -std=gnu11 -ffreestanding -nostdinc -I"$dir" -Wall -Wextra -Werror \
			-Wno-unused-function -Wno-unused-parameter -include "$header" \
			-x c -fsyntax-only /dev/null >"$log" 2>&1 && continue
		head -n 4 "$log"
		echo "not ok headers: ${header#"$dir"/} does not compile alone ($cc)"
		failed=1
	done
done
[ $nr -ge 2 ] || { echo "not ok headers: $nr found in $dir"; failed=1; }
[ $failed = 0 ] && echo "ok headers: each of $nr compiles alone"
exit $failed
