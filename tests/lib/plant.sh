#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# plant.sh FROM SED-COMMAND TO: a copy with a bug; fails if the copy is the same.
set -eu
sed "$2" "$1" >"$3"
if cmp -s "$1" "$3"; then
	echo "plant.sh: nothing in $1 to plant the bug in" >&2
	rm "$3"
	exit 1
fi
