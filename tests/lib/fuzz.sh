# shellcheck shell=sh disable=SC2154,SC2086
# SPDX-License-Identifier: BSD-2-Clause
# fuzz.sh: sourced by what runs the fuzzers.  The caller sets `found`, a folder for logs and
# for what is found, and `options`, for all runs.  No coverage is carried over, one process,
# a fixed seed: the same every time.
common="-print_final_stats=1 -artifact_prefix=$found/ -rss_limit_mb=2048"
rm -rf "$found"
mkdir -p "$found"

# fuzz_start NAME PROGRAM RUNS FOLDER...: its output goes to $fuzz_log
fuzz_start() {
	fuzz_log=$found/$1.log fuzz_new=$found/$1 fuzz_program=$2 fuzz_runs=$3
	shift 3
	mkdir "$fuzz_new"
	"$fuzz_program" $options $common -runs="$fuzz_runs" "$fuzz_new" "$@" >"$fuzz_log" 2>&1
}

fuzz_ran() {
	sed -n 's/^stat::number_of_executed_units: *//p' "$fuzz_log"
}

# fuzz NAME PROGRAM RUNS FOLDER...: it finds nothing
fuzz() {
	if ! fuzz_start "$@"; then
		tail -n 60 "$fuzz_log"
		echo "fuzz-$1: a bug was found; its input is in $found"
		exit 1
	fi
	if [ "$(fuzz_ran)" -lt "$3" ]; then
		echo "fuzz-$1: $(fuzz_ran) inputs, expected $3"
		exit 1
	fi
	echo "ok fuzz-$1: $(fuzz_ran) inputs, nothing found"
}

# fuzz_planted NAME PROGRAM RUNS WORDS FOLDER...: it finds a bug, of which WORDS are said
fuzz_planted() {
	fuzz_name=$1 fuzz_program=$2 fuzz_runs=$3 fuzz_words=$4
	shift 4
	if fuzz_start "planted-$fuzz_name" "$fuzz_program" "$fuzz_runs" "$@"; then
		echo "fuzz-$fuzz_name: the planted bug was not found in $fuzz_runs inputs"
		exit 1
	fi
	if ! grep -qa -e "$fuzz_words" "$fuzz_log"; then
		tail -n 60 "$fuzz_log"
		echo "fuzz-$fuzz_name: something else than the planted bug was found"
		exit 1
	fi
	echo "ok fuzz-$fuzz_name: the planted bug was found after $(fuzz_ran) inputs"
}
