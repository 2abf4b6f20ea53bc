# shellcheck shell=sh disable=SC2154,SC2086
# SPDX-License-Identifier: BSD-2-Clause
# fuzz.sh: sourced by what runs the fuzzers.  The caller sets `found`, a folder for logs and
# for what is found, and `options`, for all runs.  No coverage is carried over, one process,
# a fixed seed: the same every time.
common="-print_final_stats=1 -artifact_prefix=$found/ -rss_limit_mb=2048"
rm -rf "$found"
mkdir -p "$found"

# started NAME PROGRAM RUNS FOLDER...: its output goes to $found/NAME.log
started() {
	log=$found/$1.log program=$2 runs=$3
	mkdir "$found/$1"
	shift 3
	set -- "$found/$(basename "$log" .log)" "$@"
	"$program" $options $common -runs="$runs" "$@" >"$log" 2>&1
}

ran() {
	sed -n 's/^stat::number_of_executed_units: *//p' "$log"
}

# fuzz NAME PROGRAM RUNS FOLDER...: it finds nothing
fuzz() {
	if ! started "$@"; then
		tail -n 60 "$log"
		echo "fuzz-$1: a bug was found; its input is in $found"
		exit 1
	fi
	if [ "$(ran)" -lt "$3" ]; then
		echo "fuzz-$1: $(ran) inputs, expected $3"
		exit 1
	fi
	echo "ok fuzz-$1: $(ran) inputs, nothing found"
}

# fuzz_planted NAME PROGRAM RUNS WORDS FOLDER...: it finds a bug, of which WORDS are said
fuzz_planted() {
	name=planted-$1 program=$2 runs=$3 words=$4
	shift 4
	if started "$name" "$program" "$runs" "$@"; then
		echo "fuzz-$name: not found in $runs inputs"
		exit 1
	fi
	if ! grep -qa -e "$words" "$log"; then
		tail -n 60 "$log"
		echo "fuzz-$name: something else than the planted bug was found"
		exit 1
	fi
	echo "ok fuzz-$name: found after $(ran) inputs"
}
