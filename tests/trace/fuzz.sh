#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# fuzz.sh FOLDER SEED RUNS PLANTED-RUNS: fuzzes, then has the planted bugs found.
set -eu
folder=$1
seed=$2
runs=$3
planted_runs=$4
here=$(dirname "$0")

seeds=$folder/seeds
rm -rf "$seeds"
mkdir -p "$seeds/trace" "$seeds/import" "$seeds/rtapp"
"$folder/suite" seed "$seeds/trace/sample"
for f in "$here"/golden/*.ftrace; do
	{ printf 0; cat "$f"; } >"$seeds/import/$(basename "$f")"
done
{ printf 1; head -n 20 "$here/golden/sample.ftrace"; echo 'CPU:1 [LOST 3 EVENTS]'
	tail -n 12 "$here/golden/sample.ftrace"; } >"$seeds/import/lost"

for f in "$here"/rtapp/*.json "$here"/rtapp/broken/[a-m]*.json; do
	{ printf 0; cat "$f"; } >"$seeds/rtapp/$(basename "$f")"
done

for what in trace import rtapp; do
	corpus=$folder/corpus-$what
	rm -rf "$corpus"
	mkdir -p "$corpus"
	"$folder/fuzz_$what" -seed="$seed" -runs="$runs" -max_len=4096 -timeout=10 \
		-rss_limit_mb=1024 -print_final_stats=1 -artifact_prefix="$folder/" \
		"$corpus" "$seeds/$what" >"$folder/fuzz_$what.log" 2>&1 || {
		tail -n 60 "$folder/fuzz_$what.log"
		echo "fuzz-trace: $what: a bug was found" >&2
		exit 1
	}
	echo "fuzz-trace: $what: $(grep -o 'number_of_executed_units: .*' "$folder/fuzz_$what.log"), nothing found"
	# the same fuzzer, the same seeds, a bug to be found
	rm -rf "$corpus"
	mkdir -p "$corpus"
	if "$folder/planted_$what" -seed="$seed" -runs="$planted_runs" -max_len=4096 -timeout=10 \
		-rss_limit_mb=1024 -artifact_prefix="$folder/planted-" \
		"$corpus" "$seeds/$what" >"$folder/planted_$what.log" 2>&1; then
		echo "fuzz-trace: $what: the planted bug was not found" >&2
		exit 1
	fi
	grep -q 'AddressSanitizer: \|runtime error: ' "$folder/planted_$what.log" || {
		tail -n 60 "$folder/planted_$what.log"
		echo "fuzz-trace: $what: the planted build failed for another reason" >&2
		exit 1
	}
	echo "fuzz-trace: $what: the planted bug was found"
done
