#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# run_fuzz.sh BUILD CORUN SEED RUNS PLANTED_RUNS: the fuzzer finds nothing in the loader,
# and does find the bug that was planted in the other build.
build=$1 corun=$2 seed=$3 runs=$4 planted_runs=$5
corpus=$build/corpus
rm -rf "$corpus" "$build/crash"
mkdir -p "$corpus" "$build/crash"
for f in workloads/*.yaml tests/scenario/broken/*.yaml tests/scenario/stalls/*.yaml; do
	# without the first comment: it is no part of the scenario
	grep -v '^#' "$f" >"$corpus/$(basename "$(dirname "$f")")-$(basename "$f")"
done
# the seed scenario again with a --set, which the harness takes from the first line
for set in 'vms.build.count=3' 'programs.kernbench.repeat[0].compute={gamma: {shape: 2, mean: 1us}}'; do
	name=$corpus/set-$(echo "$set" | cksum | cut -d' ' -f1)
	{ echo "--set $set" && grep -v '^#' workloads/seed.yaml; } >"$name"
done

# Words worth trying: the names of all keys.
"$corun" keys | sed -n 's/^[A-Za-z][^ ]*[.]\([a-z_]*\)  .*/"\1: "/p' | sort -u >"$build/dictionary"
[ -s "$build/dictionary" ] || exit 1

# No coverage is carried over, one process, a fixed seed: the same every time.
common="-seed=$seed -max_len=4096 -timeout=20 -dict=$build/dictionary -print_final_stats=1 -artifact_prefix=$build/crash/"
if ! "$build/fuzz_scenario" $common -runs="$runs" "$corpus" >"$build/fuzz.log" 2>&1; then
	tail -n 40 "$build/fuzz.log"
	echo "the fuzzer found something: $build/crash"
	exit 1
fi
ran=$(sed -n 's/^stat::number_of_executed_units: *//p' "$build/fuzz.log")
if [ "${ran:-0}" -lt "$runs" ]; then
	echo "the fuzzer ran $ran inputs, expected $runs"
	exit 1
fi
echo "ok fuzz-scenario: $ran inputs, nothing found"

rm -rf "$corpus.planted"
mkdir "$corpus.planted"
cp "$corpus/workloads-seed.yaml" "$corpus.planted"
if "$build/fuzz_planted" $common -runs="$planted_runs" "$corpus.planted" >"$build/planted.log" 2>&1; then
	echo "the fuzzer did not find the planted bug in $planted_runs runs"
	exit 1
fi
if ! grep -qa ' in node_escape ' "$build/planted.log"; then
	tail -n 40 "$build/planted.log"
	echo "the fuzzer found something else than the planted bug"
	exit 1
fi
echo "ok fuzz-scenario: the planted bug was found after" \
	"$(sed -n 's/^stat::number_of_executed_units: *//p' "$build/planted.log") inputs"
