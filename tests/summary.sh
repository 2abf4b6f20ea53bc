#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# summary.sh RESULTS [ALLOWED]: the closing line of a run.  Fails if a tier
# failed, if none passed, or if one was skipped that the file ALLOWED (a name a
# line) does not list.
results=$1
allowed=$2
passed=$(grep -c '^passed ' "$results")
failed=$(grep -c '^failed ' "$results")
skipped=$(grep -c '^skipped ' "$results")
status=0
[ "$failed" = 0 ] && [ "$passed" != 0 ] || status=1
if [ -n "$allowed" ]; then
	for name in $(sed -n 's/^skipped \([^ ]*\).*/\1/p' "$results"); do
		if ! grep -qx "$name" "$allowed"; then
			echo "skipped, and not among the skips allowed in $allowed: $name"
			status=1
		fi
	done
fi
echo "$passed passed, $failed failed, $skipped skipped"
exit $status
