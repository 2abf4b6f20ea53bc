#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# run_template.sh BUILD CONFORM CHECKS DIGEST POLICY...: through the port, each policy
# passes the contract tests, answers generated calls as it does alone, and replays the
# simulator's records.
set -u
build=$1 conform=$2 checks=$3 digest=$4
shift 4
status=0
for policy in "$@"; do
	"$build/conform_$policy" --checks "$checks" || status=1
	alone=$("$conform/native/conform_$policy" --digest "$digest")
	ported=$("$build/conform_$policy" --digest "$digest")
	if [ -z "$alone" ] || [ "$alone" != "$ported" ]; then
		echo "not ok $policy: alone it answers otherwise: $alone, $ported"
		status=1
	else
		echo "ok $policy: through the port as alone: $ported"
	fi
	ports/conformance/replay.sh "$conform/records" "$build" "" "$policy" || status=1
done
exit $status
