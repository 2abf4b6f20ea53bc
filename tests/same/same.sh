#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# same.sh FOLDER NEW [SCENARIO...]: do two texts of corun, each built and with its own
# scenarios, give the same results, to the byte?  FOLDER is the one, with its build/corun, NEW
# the corun of the other.  Of each scenario that both have: every metric of two replications
# of every policy, and the trace of 200 ms.  A move of code must pass, and a scenario that
# `corun upgrade` has written anew.
set -u
folder=$1 reference=$1/build/corun new=$2
shift 2
[ $# -gt 0 ] || set -- workloads/*.yaml
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
trap 'exit 130' INT TERM HUP

# results CORUN SCENARIO: all that must not change, on stdout.
results() {
	"$1" compare "$2" --reps 2 --format csv --quiet 2>&1 | grep -v '^corun: '
	for policy in $("$1" compare "$2" --reps 1 --duration 1ms --set run.warmup=0 \
		--format csv --quiet 2>/dev/null | awk -F, 'NR > 1 { print $1 }' | sort -u); do
		"$1" run "$2" --policy "$policy" --duration 200ms --set run.warmup=0 \
			--trace "$scratch/t" --quiet >/dev/null 2>&1
		echo "trace $policy $(sha256sum <"$scratch/t")"
		rm -f "$scratch/t"
	done
}

# What only the new build measures is no difference; what it no longer measures is one.
known() {
	awk -F, 'NR == FNR { known[$6] = 1; next } /^trace / || !/,/ || $6 in known' "$1" "$2"
}

differ=0 nr=0 fresh=0
for scenario; do
	grep -q '^corun:' "$scenario" || continue # a suite
	[ -f "$folder/$scenario" ] || { fresh=$((fresh + 1)) && continue; }
	results "$reference" "$folder/$scenario" >"$scratch/reference"
	results "$new" "$scenario" >"$scratch/measured"
	known "$scratch/reference" "$scratch/measured" >"$scratch/new"
	nr=$((nr + 1))
	if ! cmp -s "$scratch/reference" "$scratch/new"; then
		differ=$((differ + 1))
		echo "$scenario: differs:"
		diff "$scratch/reference" "$scratch/new" | head -n "${LINES_SHOWN:-6}"
	fi
done
echo "same.sh: $nr scenarios, $differ differ; $fresh are new"
[ "$differ" = 0 ]
