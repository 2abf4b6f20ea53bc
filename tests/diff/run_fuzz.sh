#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# run_fuzz.sh CORUN DIR RUNS PLANTED_RUNS: the fuzzer finds nothing in the reader, and does
# find the bug that was planted in the other build.
corun=$1 build=$2 runs=$3 planted_runs=$4
corpus=$build/corpus
rm -rf "$corpus" "$build/seed"
mkdir -p "$corpus" "$build/folder"
export FUZZ_FOLDER="$build/folder"
# small: one VM, one policy, a few waits
cat >"$build/small.yaml" <<EOS
corun: 1
host: {cores: 1, noise: {level: 0}}
run: {duration: 20ms, warmup: 0, seed: 1}
policies: {rr: {slice: 1ms}}
vms: {a: {count: 1, vcpus: 2, program: p}}
programs: {p: {repeat: [compute: 1ms]}}
EOS
"$corun" compare "$build/small.yaml" --reps 2 --quiet -o "$build/seed" >"$build/seed.txt" || exit 1
for keep in 40 400; do
	# tables cut to what a fuzzer can keep in mind; study.json counts what is left
	head -n $keep "$build/seed/results.csv" >"$build/results.csv"
	awk 'NR == 1 || (length < 200 && nr++ < 3)' "$build/seed/histograms.csv" >"$build/histograms.csv"
	rows=$(($(wc -l <"$build/results.csv") - 1)) hists=$(($(wc -l <"$build/histograms.csv") - 1))
	{
		sed "/\"files\"/,/}/d; s/\"corun_results\": [0-9]*/\"corun_results\": 1/; s/\"results\": [0-9]*/\"results\": $rows/; s/\"histograms\": [0-9]*/\"histograms\": $hists/; s/\"replications\": 2/\"replications\": 1/" \
			"$build/seed/study.json"
		printf '\n---\n'
		cat "$build/results.csv"
		printf -- '---\n'
		cat "$build/histograms.csv"
		printf -- '---\n'
	} >"$corpus/$keep"
done
# the inputs to begin with are fine
"$build/fuzz_results" "$corpus/40" >"$build/first.log" 2>&1 || exit 1
"$corun" diff "$FUZZ_FOLDER" "$FUZZ_FOLDER" >"$build/first.txt" || exit 1
printf '"%s"\n' ':1 ' '9999:' '1279:' '1280:' 'host,all,' 'group,a,' 'vm,a,' >"$build/dictionary"
found=$build/found options="-seed=1 -dict=$build/dictionary -max_len=6000 -timeout=20"
. tests/lib/fuzz.sh
fuzz diff "$build/fuzz_results" "$runs" tests/corpus/diff "$corpus"
# histograms.csv alone, beside other files that are fine
rm -rf "$corpus.planted"
mkdir "$corpus.planted"
"$build/fuzz_results" "$corpus/40" >"$build/first.log" 2>&1 || exit 1
cp "$FUZZ_FOLDER/histograms.csv" "$corpus.planted/"
export FUZZ_PART=histograms.csv UBSAN_OPTIONS=print_stacktrace=1
fuzz_planted diff "$build/fuzz_planted" "$planted_runs" ' in read_buckets ' "$corpus.planted"
