#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# run_fuzz.sh BUILD CORUN SEED RUNS PLANTED_RUNS: the fuzzer finds nothing in the loader,
# and does find the bug that was planted in the other build.
build=$1 corun=$2 seed=$3 runs=$4 planted_runs=$5
corpus=$build/corpus
rm -rf "$corpus"
mkdir -p "$corpus"
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

found=$build/found options="-seed=$seed -max_len=4096 -timeout=20 -dict=$build/dictionary"
. tests/lib/fuzz.sh
fuzz scenario "$build/fuzz_scenario" "$runs" tests/corpus/scenario tests/corpus/planted-scenario "$corpus"
rm -rf "$corpus.planted"
mkdir "$corpus.planted"
cp "$corpus/workloads-seed.yaml" "$corpus.planted"
fuzz_planted scenario "$build/fuzz_planted" "$planted_runs" ' in node_escape ' "$corpus.planted"
