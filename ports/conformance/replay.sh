#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# replay.sh RECORDS BUILD RUNNER POLICY...: replays all records of each policy into
# BUILD/conform_POLICY; each policy must have one.
records=$1 build=$2 runner=$3
shift 3
status=0
for policy in "$@"; do
	set -- "$records/$policy"-*.rec
	if [ ! -s "$1" ]; then
		echo "not ok: there is no record of $policy"
		status=1
		continue
	fi
	# shellcheck disable=SC2086
	$runner "$build/conform_$policy" "$@" || status=1
done
exit $status
