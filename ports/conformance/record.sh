#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# record.sh CORUN DIR POLICY...: has the simulator record each policy in each of the
# scenarios, DIR/POLICY-SCENARIO.rec.  A policy need not take them all (weights), but
# must take comings.yaml; any other failure is one.
set -u
corun=$1 dir=$2
shift 2
here=$(dirname "$0")/scenarios
mkdir -p "$dir"
for policy in "$@"; do
	rm -f "$dir/$policy"-*.rec
	for scenario in "$here"/*.yaml; do
		name=$(basename "$scenario" .yaml)
		"$corun" run "$scenario" --set "policies.$policy={}" --policy "$policy" --strict \
			--quiet --record "$dir/$policy-$name.rec" >/dev/null 2>"$dir/said"
		status=$?
		[ $status = 0 ] && continue
		if [ $status = 2 ] && [ "$name" != comings ] && grep -q 'policy .* refuses' "$dir/said"; then
			continue
		fi
		echo "not ok: $policy cannot be recorded in $name: $(cat "$dir/said")"
		exit 1
	done
done
