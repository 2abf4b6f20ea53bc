#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# arm.sh CORUN ARM-CORUN DIR SCENARIO...: results and a trace of each scenario from both, to
# the byte.  DIR/sums.txt keeps their checksums, to be held against those of another machine.
set -u
corun=$1 arm=$2 dir=$3
shift 3
failed=0
: >"$dir/sums.new"

# results COMMAND... SCENARIO: of every policy, and a trace of the baseline
results() {
	"$@" --format csv --reps 2 --duration 100ms --set run.warmup=20ms --quiet 2>/dev/null
}

for scenario; do
	rm -f "$dir/here.trace" "$dir/arm.trace"
	results "$corun" compare "$scenario" >"$dir/here.csv"
	results qemu-aarch64 "$arm" compare "$scenario" >"$dir/arm.csv"
	"$corun" run "$scenario" --duration 50ms --set run.warmup=0 --quiet \
		--trace "$dir/here.trace" >/dev/null 2>&1
	qemu-aarch64 "$arm" run "$scenario" --duration 50ms --set run.warmup=0 --quiet \
		--trace "$dir/arm.trace" >/dev/null 2>&1
	if [ ! -s "$dir/here.csv" ] || [ ! -s "$dir/here.trace" ]; then
		echo "FAILED $scenario: it gives no results here"
		failed=1
	elif cmp "$dir/here.csv" "$dir/arm.csv" && cmp "$dir/here.trace" "$dir/arm.trace"; then
		echo "ok $scenario: $(wc -l <"$dir/here.csv") rows, a trace of $(wc -c <"$dir/here.trace") bytes"
		echo "$(sha256sum <"$dir/arm.csv" | cut -c1-16) $(sha256sum <"$dir/arm.trace" | cut -c1-16) $scenario" >>"$dir/sums.new"
	else
		echo "FAILED $scenario: other bytes"
		failed=1
	fi
done
mv "$dir/sums.new" "$dir/sums.txt"
exit $failed
