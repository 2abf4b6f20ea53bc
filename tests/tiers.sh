#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# tiers.sh B RESULTS ALLOWED MAKE TIER...: builds, runs the tiers, the quickest first as far
# as is known, and sums up.  They are added to the file RESULTS if that is not empty; else
# they get a folder of their own.  ALLOWED: the skips that are no failure; empty: all.
b=$1 results=$2 allowed=$3 make=$4
shift 4
[ -n "$results" ] || results=$(tests/new_run.sh "$b")/results || exit 1
touch "$results" || exit 1
$make all || exit 1
for tier in $(tests/order.sh "$b/times" "$@"); do
	tests/run.sh "$b/times" "$results" "$tier" $make "$tier"
done
echo "results and logs: ${results%/*}"
tests/summary.sh "$results" "$allowed"
