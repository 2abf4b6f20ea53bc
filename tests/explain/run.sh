#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# run.sh CORUN DIR: five planted causes and their twins; the number that is explained is the
# folder's; a trace of the folder and a replication that is run again say the same.
corun=$(realpath "$1") dir=$2 here=$PWD/tests/explain
. tests/lib/expect.sh
rm -rf "$dir"
mkdir -p "$dir"
cd "$dir" || exit 1

# study FOLDER SCENARIO POLICY OPTION...
study() {
	to=$1 scenario=$2 policies=$3
	shift 3
	"$corun" compare "$here/$scenario.yaml" --quiet --policy "$policies" -o "$to" "$@" \
		>/dev/null || fail "compare $scenario $*"
}

# The causes in the order of their shares, a line each.
causes() {
	sed -n '/^why they waited/,/^$/ s/^ *[0-9.]* %  \([a-z -]*[a-z]\)   *[a-z].*/\1/p' said
}

# names CAUSE SCENARIO POLICY METRIC: it is the first one
names() {
	study "$2" "$2" "$3"
	expect 0 "^$4 of $3: .* the worst of 3" "$corun" explain "$2" --metric "$4"
	[ "$(causes | head -n 1)" = "$1" ] || fail "$2: found '$(causes)', expected '$1' first"
	grep -q '^  1\. .* from [0-9.]* s.*: '"$1" said || fail "$2: the longest is not by '$1'"
}

# twin CAUSE SCENARIO POLICY METRIC OPTION...: it is not among them
twin() {
	cause=$1 scenario=$2 policy=$3 metric=$4
	shift 4
	study "$scenario-twin" "$scenario" "$policy" "$@"
	expect 0 "^made of   [1-9]" "$corun" explain "$scenario-twin" --metric "$metric"
	[ -n "$(causes)" ] || fail "$scenario: the twin has no causes at all"
	causes | grep -qx "$cause" && fail "$scenario: the twin has '$cause', too"
}

names 'stacked sibling' stacked cfs wait_p99
twin 'stacked sibling' stacked balance wait_p99 --set vms.pair.pin=0-1
names 'preempted holder' holder cfs lockwait_p99
twin 'preempted holder' holder cfs lockwait_p99 --set host.cores=8
names cap cap cfs wait_p99
twin cap cap cfs wait_p99 --set vms.capped.cap=0 --set host.cores=2
names 'wide gang' gang gang wait_p99
twin 'wide gang' gang gang wait_p99 --set vms.wide.vcpus=2 --set vms.narrow.vcpus=2 \
	--set vms.narrow.count=2
names 'starved sleeper' sleeper rr wakeup_p99
twin 'starved sleeper' sleeper cfs wakeup_p99

# -- the waits add up to the metric: of all of them, the mean ------------------------------------
expect 0 '' "$corun" explain holder --metric wait_mean
sed -n 's/^wait_mean of cfs: \([0-9.]*\) ms .*/\1/p' said >number
sed -n 's/^made of   \([0-9]*\) of .*, \([0-9.e+]*\) \(m*s\) in all/\1 \2 \3/p' said |
	awk -v mean="$(cat number)" '{
		sum = $3 == "s" ? $2 * 1000 : $2
		exit !(mean > 0 && sum / $1 > mean * 0.995 && sum / $1 < mean * 1.005)
	}' || fail "the waits do not add up to wait_mean $(cat number) ms: $(grep '^made' said)"

# -- the folder's trace, or the replication again: the same -----------------------------------------
study traced sleeper rr --reps 1 --trace
study plain sleeper rr --reps 1
"$corun" explain traced --metric wakeup_p99 | sed '/^as a picture/,$d' >a
"$corun" explain plain --metric wakeup_p99 --trace kept.bin | sed '/^as a picture/,$d' >b
cmp a b || fail "the folder's trace and the run again differ"
"$corun" trace kept.bin >/dev/null || fail "the trace that was kept"
mkdir tmp
TMPDIR=tmp "$corun" explain plain --metric wakeup_p99 >/dev/null
[ -z "$(ls -A tmp)" ] || fail "a trace is left over"

# -- what is asked for wrongly --------------------------------------------------------------------
expect 2 "did you mean 'wakeup_p95'" "$corun" explain plain --metric wakeup_p9
expect 2 'not made of single waits' "$corun" explain plain --metric throughput
expect 2 "no policy 'rrr'; did you mean 'rr'" "$corun" explain plain --policy rrr
expect 2 'no value of lockwait_p99' "$corun" explain plain --metric lockwait_p99
expect 2 "no guest 'wep'; did you mean 'web'" "$corun" explain plain --group wep
expect 2 'error\[results\]' "$corun" explain .
exit $failed
