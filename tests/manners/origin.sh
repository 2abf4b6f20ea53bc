#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# origin.sh CORUN DIR: a trace says what its records are a function of, and nothing else; so do the
# formats that it becomes.
corun=$(realpath "$1") dir=$2 top=$PWD
export CORUN_SHARE="$top"
. tests/lib/expect.sh
rm -rf "$dir"
mkdir -p "$dir"
cd "$dir" || exit 1
seed=$top/workloads/seed.yaml
short='--duration 20ms --set run.warmup=0 --quiet --seed 7'
# shellcheck disable=SC2086
"$corun" compare "$seed" $short --rep 3 --policy gang-2,cfs --set policies.gang-2.policy=gang --trace -o r >table || fail "compare"
hash=$(sed -n 's/^# hash //p' r/scenario.yaml)
about=$(sed -n 's/^description: //p' "$seed")
trace=r/trace-gang-2.bin
for line in "scenario $hash" 'seed 7' 'replication 3' "corun $(cd "$top" && sed -n 's/^VERSION := //p' Makefile)" 'runs gang' "about $about"; do
	expect 0 "^# $line$" "$corun" trace $trace
	expect 0 "^# corun: $line$" "$corun" trace $trace --format ftrace
done
"$corun" trace $trace --format perfetto >p.json || fail "perfetto"
grep -q "^\"otherData\":{\"policy\":\"gang-2\",\"scenario\":\"$hash\",\"seed\":\"7\",\"replication\":\"3\",.*\"runs\":\"gang\"" p.json ||
	fail "otherData: $(grep otherData p.json)"
[ ! -x /usr/bin/python3 ] || /usr/bin/python3 -m json.tool p.json >/dev/null || fail "perfetto's JSON is none"
# the same run is the same trace, whoever started it, where and when
# shellcheck disable=SC2086
(mkdir elsewhere && cd elsewhere && "$corun" compare "$seed" $short --rep 3 --policy gang-2,cfs --set policies.gang-2.policy=gang -j 1 --trace -o r >table) || fail "again"
cmp -s $trace elsewhere/$trace || fail "the same run gives another trace"
# neither commit nor host nor path
strings=$(head -c 4000 $trace | tr -c '[:print:]' '\n')
commit=$("$corun" --version | sed 's/.*commit \([0-9a-f]*\).*/\1/')
for word in "$commit" "$(uname -n)" "$top" "$(id -un)"; do
	[ ${#word} -gt 5 ] && [ "$word" != unknown ] || continue
	echo "$strings" | grep -qF -- "$word" && fail "the trace says $word"
done
# and imported again, the comments are none of its business
expect 0 '' "$corun" run "$top/workloads/suite-sleepers.yaml" --duration 300ms --quiet --trace s.bin
expect 0 '' "$corun" trace s.bin --format ftrace --ns -o f.txt
expect 0 '' "$corun" import f.txt -o back
for key in seed scenario; do
	grep -q "\"$key\":" r/summary.json || fail "no $key in summary.json"
done
grep -q "\"hash\": \"$hash\"" r/summary.json || fail "no hash in summary.json"
[ $failed = 0 ] && echo "ok origin: traces say scenario, seed, replication, policy and version, and no more"
exit $failed
