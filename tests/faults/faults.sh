#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# faults.sh CORUN DIR: each number that was wrong once is right; and each planted change of a
# policy is noticed.
corun=$(realpath "$1") dir=$2 top=$PWD
failed=0
rm -rf "$dir"
mkdir -p "$dir"
cd "$dir" || exit 1
here=$top/tests/faults

fail() {
	echo "FAILED: $*"
	failed=1
}

# value FILE METRIC [SCOPE]: of the first replication of a CSV, all guests
value() {
	awk -F, -v m="$2" '$4 == "host" && $6 == m { print $7; exit }' "$1"
}

# between LOW VALUE HIGH
between() {
	awk -v l="$1" -v v="$2" -v h="$3" 'BEGIN { exit !(v != "" && v + 0 >= l && v + 0 <= h) }'
}

run() { # CSV SCENARIO OPTION...
	csv=$1
	shift
	"$corun" run "$@" --quiet --format csv >"$csv" 2>said || fail "$*: $(head -n 1 said)"
}

# -- a sum of durations beyond 64 bits -----------------------------------------------------------
run wraps.csv "$here/response-mean-wraps.yaml" -o wide
between 139900000 "$(value wraps.csv response_mean)" 140100000 || fail "mean response $(value wraps.csv response_mean) us, not 140 s"
grep -q '^rr,0,host,all,response,[0-9]*,[0-9]*,[0-9]\{20,\},' wide/histograms.csv || fail "the sum is not one beyond 64 bits"
"$corun" diff wide wide --all >said 2>&1 && grep -q '^ *response_mean .*140' said || fail "read back: $(head -n 3 said)"

# -- a distribution has the mean that was asked for --------------------------------------------------
# drawn MEAN_NS SHAPE: of 100,000 draws and more, without what else takes time
drawn() {
	run "w$1-$2.csv" "$here/weibull-mean.yaml" --duration "$3" \
		--set "programs.p.repeat[0].compute.weibull={shape: $2, mean: ${1}ns}" --set host.costs.context_switch=0
	awk -F, '$4 == "host" && $6 == "throughput" { print 1e9 / $7; exit }' "w$1-$2.csv"
}
for mean in 100 150 179; do
	got=$(drawn $mean 0.2 1s)
	between $((mean * 90 / 100)) "$got" $((mean * 110 / 100)) || fail "a Weibull mean of $mean ns came to $got"
done
got=$(drawn 1000000 1 20s)
between 970000 "$got" 1030000 || fail "a Weibull mean of 1 ms, shape 1, came to $got"
run tail.csv "$here/weibull-mean.yaml"
between 1 "$(value tail.csv throughput)" 1e6 || fail "shape 0.1: all draws are 0, or none is short"
# refused WORDS DIST
refused() {
	"$corun" validate "$here/weibull-mean.yaml" --set "programs.p.repeat[0].compute=$2" >said 2>&1
	[ $? = 2 ] && grep -q -- "$1" said || fail "$2: expected '$1': $(cat said)"
}
fine() {
	"$corun" validate "$here/weibull-mean.yaml" --set "programs.p.repeat[0].compute=$1" >said 2>&1 ||
		fail "$1 is refused: $(cat said)"
}
refused 'found the mean 1ns, but its draws .* have one of 0.9595 ns' '{exponential: 1ns}'
refused 'found the mean 1ms, but' '{normal: {mean: 1ms, sd: 1ms}}'
refused 'found the mean 2ns, but' '{gamma: {shape: 0.1, mean: 2ns}}'
refused 'found the mean 1s' '{weibull: {shape: 0.1, mean: 1s}}'
fine '{normal: {mean: 1ms, sd: 1ms, min: 0}}'
fine '{exponential: 10ns}'
fine '{normal: {mean: 1ms, sd: 300us}}'
fine '{weibull: {shape: 0.2, mean: 100ns}}'

# -- a run that ends early says so, and divides by what it ran -------------------------------------------
"$corun" run "$here/finite-window.yaml" --quiet >said 2>&1 || fail "finite-window"
grep -q '^ended     early, after 10.027 ms of the window in 1 of 1 runs: every program was complete' said ||
	fail "nothing says that the run has ended: $(head -n 5 said)"
run finite.csv "$here/finite-window.yaml"
between 498 "$(value finite.csv throughput)" 499 || fail "5 units in 10.027 ms are $(value finite.csv throughput) a second"
"$corun" run "$here/finite-window.yaml" --quiet --format json | grep -q '"ended_early"' || fail "JSON does not say so"
"$corun" run "$here/finite-window.yaml" --quiet --set programs.p.repeat.times=100000 | grep -q '^ended' &&
	fail "a run that did not end early says so"

# -- 32,768 threads start at once (before: 40 CPU seconds and more; now well under one) ----------------------
# shellcheck disable=SC3045
(ulimit -t 10 && exec "$corun" compare "$here/threads-32768-slow.yaml" --quiet -j 1) >said 2>&1 ||
	fail "32,768 threads: $(head -n 2 said)"

# -- changes of policies -------------------------------------------------------------------------------------
export CORUN_SHARE="$top"
mk=$("$corun" policies --makefile) || exit 1
# build POLICY FOLDER [FROM TO]: the shipped policy, changed, as FOLDER/POLICY.so
build() {
	rm -rf "$2"
	cp -R "$top/policies" "$2"
	if [ $# = 4 ]; then
		file=$(grep -rlF -- "$3" "$2" | head -n 1)
		[ -n "$file" ] || fail "the text to change is not in $1: $3"
		awk -v from="$3" -v to="$4" '{ i = index($0, from); if (i && !done) { $0 = substr($0, 1, i - 1) to substr($0, i + length(from)); done = 1 } print }' \
			"$file" >changed && cp changed "$file"
	fi
	(cd "$2" && make -s -f "$mk" "$1.so") >log 2>&1 || fail "$1 does not build: $(head -n 3 log)"
}

# every fold of a VM that no longer fits runs: its vCPUs stay within a few slots of each other
folds() { # OBJECT
	run folds.csv "$here/fold3.yaml" --policy "gang=$1"
	between 0 "$(value folds.csv skew)" 60000
}
build gang gang-shipped
folds ./gang-shipped/gang.so || fail "a fold of gang starves: skew $(value folds.csv skew) us"
build gang gang-changed 'above == SP_NONE && v->fold > m->fold' 'above == SP_NONE || v->fold > m->fold'
folds ./gang-changed/gang.so && fail "a starving fold of gang is not noticed"

# cfs on a sleeping mutex: 28.09 k sections/s, and a balancing that is too timid costs 3.7 %
mutex() { # OBJECT
	"$corun" compare "$top/workloads/mutex.yaml" --policy "cfs=$1" --reps 10 --quiet --format csv >mutex.csv 2>said ||
		fail "mutex: $(head -n 1 said)"
	mean=$(awk -F, '$4 == "host" && $6 == "throughput" { n++; s += $7 } END { print s / n }' mutex.csv)
	between 27540 "$mean" 28650
}
build cfs cfs-shipped
mutex ./cfs-shipped/cfs.so || fail "cfs on a sleeping mutex: $mean sections/s, was 28090"
build cfs cfs-changed '!pool->nr_idle || p->nr < 2' '!pool->nr_idle || p->nr <= 2'
mutex ./cfs-changed/cfs.so && fail "a cfs that balances too timidly is not noticed: $mean"
[ $failed = 0 ] && echo "ok: sums, means, early ends, many threads; and two changes of policies that are noticed"
exit $failed
