#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# run.sh NAME PROGRAM [PLANTED]: the corpus of NAME through its target, which finds nothing;
# and what finds the planted bug through the target that has it.
name=$1 program=$2 planted=${3:-}
here=$(dirname "$0")
set -- "$here/$name"
[ ! -d "$here/planted-$name" ] || set -- "$@" "$here/planted-$name"
"$program" "$@" || exit 1
[ -n "$planted" ] || exit 0
if "$planted" "$here/planted-$name" >"$planted.log" 2>&1 ||
	! grep -q 'AddressSanitizer: \|runtime error: ' "$planted.log"; then
	cat "$planted.log"
	echo "a bug is planted in $name, and planted-$name/ does not find it"
	exit 1
fi
