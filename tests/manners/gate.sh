#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# gate.sh CORUN DIR: too few samples are a verdict of their own, with a duration that does; and
# what a gate measured is kept, run after run.
corun=$(realpath "$1") dir=$2 top=$PWD
export CORUN_SHARE="$top"
. tests/lib/expect.sh
rm -rf "$dir"
mkdir -p "$dir"
cd "$dir" || exit 1

suite() { # DURATION
	cat <<EOS
suite: 1
reps: {min: 5, max: 10}
scenarios:
  seed: {file: $top/workloads/seed.yaml, set: {run.duration: $1, run.warmup: 50ms}}
checks:
  tail: {scenario: seed, policy: [cfs, gang], metric: wait_p50, at_most: 100s}
  spin: {scenario: seed, policy: gang, metric: lwp_spin, at_most: 100%}
  near: {scenario: seed, policy: gang, metric: wait_p50, at_most: {times: 1000, of: cfs}}
EOS
}

# -- too few samples ----------------------------------------------------------------------
suite 100ms >short.yaml
expect 3 '^too few  tail/seed/gang/wait_p50  *[0-9]* samples  takes 200' "$corun" check short.yaml --quiet --history h.csv
grep -q '^4 tests: 0 regressions, 0 undecided, 1 held; 3 with too few samples; 5 replications' said || fail "the last line: $(tail -n 1 said)"
# it says what would do, and that does
needed=$(sed -n 's/.*takes 200; run.duration: \([0-9.a-z]*\) would do/\1/p' said | sort -n | tail -n 1)
[ -n "$needed" ] || fail "no duration is told"
suite "${needed:-1s}" >long.yaml
expect 0 '^4 tests: 0 regressions, 0 undecided, 4 held; 5 replications' "$corun" check long.yaml --quiet --history h.csv --label 'a "b", c'
expect 3 'severity: too few samples' "$corun" check short.yaml --quiet --format tap
expect 3 'errors="3"' "$corun" check short.yaml --quiet --format junit
expect 3 '### corun check: too few samples' "$corun" check short.yaml --quiet --format markdown
expect 3 '^::warning .*too few samples: [0-9]* in a replication of 100ms, it takes 200' "$corun" check short.yaml --quiet --format github
# none at all is no matter of the duration
suite 1s | sed 's/metric: wait_p50, at_most: 100s/metric: response_p50, at_most: 100s/' >none.yaml
expect 1 '^REGRESSION  tail/seed/gang/response_p50' "$corun" check none.yaml --quiet

# -- the history ------------------------------------------------------------------------------
[ "$(wc -l <h.csv)" = 9 ] || fail "not a row a test: $(wc -l <h.csv) lines"
[ "$(sed 1d h.csv | cut -d, -f1 | uniq -c | tr -s ' \n' ' ')" = ' 4 1 4 2 ' ] || fail "runs are not numbered: $(cut -d, -f1 h.csv)"
grep -q '^1,,too few,tail/seed/gang/wait_p50,seed,[0-9a-f]*,gang,,wait_p50,host,all,us,,,,,,5,' h.csv || fail "a row of too few: $(grep too h.csv | head -n 1)"
grep -q '^2,"a ""b"", c",held,tail/seed/gang/wait_p50,seed,[0-9a-f]*,gang,,wait_p50,host,all,us,[0-9.]*,[0-9.]*,[0-9.]*,100000000,,5,' h.csv ||
	fail "a row of a value: $(grep '^2.*wait_p50' h.csv | head -n 1)"
cp h.csv before.csv
expect 2 'other columns in its first line, expected a history' "$corun" check long.yaml --quiet --history short.yaml
suite 100ms | cmp -s - short.yaml || fail "a file that is no history was written to"
printf '3,cut' >>h.csv
expect 2 'a last line that was cut short' "$corun" check long.yaml --quiet --history h.csv
expect 5 'cannot open nix/h.csv' "$corun" check long.yaml --quiet --history nix/h.csv
expect 2 'no regular file' "$corun" check long.yaml --quiet --history /dev/null
expect 2 "label needs --history" "$corun" check long.yaml --quiet --label x
expect 2 "on one line" "$corun" check long.yaml --quiet --history before.csv --label "$(printf 'a\nb')"
expect 2 "history does not go with it" "$corun" check long.yaml --bless --history before.csv
# no room for all rows (1536 bytes for a file): as it was
head -n 5 before.csv >room.csv
cp room.csv was.csv
(ulimit -f 3; exec "$corun" check long.yaml --quiet --history room.csv --label "$(printf '%0190d' 0)" >said 2>&1)
got=$?
[ $got = 5 ] || fail "no room: status $got: $(cat said)"
cmp -s room.csv was.csv || fail "half of a run's rows are left"
# two at once: each run's rows stand together
rm -f both.csv
"$corun" check long.yaml --quiet --history both.csv >one 2>&1 &
"$corun" check long.yaml --quiet --history both.csv >two 2>&1
wait $!
[ "$(sed 1d both.csv | cut -d, -f1 | uniq -c | tr -s ' \n' ' ')" = ' 4 1 4 2 ' ] || fail "two at once: $(cut -d, -f1 both.csv)"
[ $failed = 0 ] && echo "ok gate: too few samples and what would do; a history, a row a test"
exit $failed
