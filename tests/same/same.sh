#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# same.sh REFERENCE NEW [SCENARIO...]: do two builds of corun give the same results, to the
# byte?  Of each shipped scenario: the resolved text's hash, every metric of two
# replications of every policy, and the trace of 200 ms.  A move of code must pass.
set -u
reference=$1 new=$2
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

differ=0 nr=0
for scenario; do
	grep -q '^corun:' "$scenario" || continue # a suite
	results "$reference" "$scenario" >"$scratch/reference"
	results "$new" "$scenario" >"$scratch/measured"
	known "$scratch/reference" "$scratch/measured" >"$scratch/new"
	nr=$((nr + 1))
	if ! cmp -s "$scratch/reference" "$scratch/new"; then
		differ=$((differ + 1))
		echo "$scenario: differs:"
		diff "$scratch/reference" "$scratch/new" | head -n "${LINES_SHOWN:-6}"
	fi
done
echo "same.sh: $nr scenarios, $differ differ"
[ "$differ" = 0 ]
