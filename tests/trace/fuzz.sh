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
mkdir -p "$seeds/trace" "$seeds/import" "$seeds/line" "$seeds/who" \
	"$seeds/rtapp"
"$folder/suite" seed "$seeds/trace/sample"
for f in "$here"/golden/*.ftrace; do
	{ printf 0; cat "$f"; } >"$seeds/import/$(basename "$f")"
done
{ printf 1; head -n 20 "$here/golden/sample.ftrace"; echo 'CPU:1 [LOST 3 EVENTS]'
	tail -n 12 "$here/golden/sample.ftrace"; } >"$seeds/import/lost"

for f in "$here"/recordings/real/*.txt; do
	{ printf 1; sed -n '1,12p;30,36p' "$f"; } >"$seeds/import/$(basename "$f")"
	for n in 9 17 33; do
		sed -n ${n}p "$f" | tr -d '\n' >"$seeds/line/$n-$(basename "$f")"
	done
done

{
	for n in 51 52 53; do
		printf '/proc/50/task/%s/status:Cpus_allowed_list:\t0-3,8\n' $n
	done
	echo '/proc/50/task/51/cgroup:0::/m.slice/50.scope/libvirt/vcpu0'
	echo '/sys/fs/cgroup/m.slice/50.scope/cpu.weight:400'
} >"$seeds/who/proc"

for f in "$here"/rtapp/*.json "$here"/rtapp/broken/[a-m]*.json; do
	{ printf 0; cat "$f"; } >"$seeds/rtapp/$(basename "$f")"
done

found=$folder/found options="-seed=$seed -max_len=4096 -timeout=10"
. tests/lib/fuzz.sh
for what in trace import line who rtapp; do
	fuzz $what "$folder/fuzz_$what" "$runs" tests/corpus/$what tests/corpus/planted-$what \
		"$seeds/$what"
	# the same fuzzer, the same seeds, a bug to be found
	fuzz_planted $what "$folder/planted_$what" "$planted_runs" \
		'AddressSanitizer: \|runtime error: ' "$seeds/$what"
done
