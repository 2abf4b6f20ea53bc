#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# run.sh CORUN DIR: corun diff against what compare says, and result folders that are damaged.
corun=$(realpath "$1") dir=$2 top=$PWD
. tests/lib/expect.sh
nr=0
rm -rf "$dir"
mkdir -p "$dir"
cd "$dir" || exit 1

run() { # DIR OPTION...
	"$corun" compare "$top/workloads/seed.yaml" --quiet --duration 300ms --set run.warmup=100ms \
		-o "$@" >/dev/null || fail "compare -o $*"
}

run both --policy cfs,gang --reps 8
run cfs --policy cfs --reps 8
run gang --policy gang --reps 8
run later --policy gang --reps 12
run other --policy gang --reps 6 --seed 7
run three --policy gang --reps 8 --set vms.build.count=3
"$corun" run "$top/workloads/seed.yaml" --quiet --duration 300ms --policy gang --rep 3 -o one >/dev/null

# -- nothing has changed -----------------------------------------------------------------------
expect 0 '^paired    by seed: 8 replications' "$corun" diff both both --all
grep -v 'samples\|A  *B' said | grep '±' | grep -v ' 0 exact same' && fail "the same folder differs"
[ "$(grep -c '0 exact same' said)" -gt 100 ] || fail "too few exact zeros"
"$corun" diff both both --format csv | awk -F, 'NR > 1 && $13 != "" && ($13 != 0 || $16 != "exact")' |
	grep . && fail "CSV: the same folder differs"

# -- the same as compare says of the same replications -------------------------------------------
# DIFF COLUMNS: policy_b,scope,name,metric,difference,low,high
from_json() {
	tr -d '\n' <both/summary.json | sed 's/{ *"metric"/\n&/g' |
		sed -n 's/.*"metric": "\([a-z0-9_]*\)", *"scope": "\([a-z]*\)", *"name": "\([^"]*\)".*"difference": { *"value": \([^,]*\), *"low": \([^,]*\), *"high": \([^,]*\),.*/\2,\3,\1,\4,\5,\6/p'
}
from_json | sort >compare.csv
"$corun" diff cfs gang --policy cfs=gang --format csv |
	awk -F, 'NR > 1 && $14 != "" { print $3 "," $4 "," $5 "," $13 "," $14 "," $15 }' | sort >diff.csv
[ "$(wc -l <compare.csv)" -gt 100 ] || fail "compare gave $(wc -l <compare.csv) differences"
cmp compare.csv diff.csv || { diff compare.csv diff.csv | head -n 4; fail "diff is not what compare says"; }
expect 0 'gang against cfs' "$corun" diff cfs gang # one policy each
expect 0 'gang against gang' "$corun" diff both gang

# -- other replications ----------------------------------------------------------------------------
expect 0 '^paired    by seed: 8 replications' "$corun" diff gang later
grep -q '^throughput .* 0 exact same' said || fail "the eight that both have do not agree"
expect 0 '^paired    by seed: 1 replications' "$corun" diff one gang
expect 0 '^unpaired  the seeds differ' "$corun" diff gang other
grep -q '^throughput .*±.*±.*±' said || fail "no intervals without pairs"
expect 0 'the scenarios differ' "$corun" diff gang three --all
grep -q '^differs   vms.build.count: A 2, B 3$' said || fail "the key that differs is not told: $(grep ^differs said)"
[ "$(grep -c '^          [a-z.]*:' said)" = 0 ] || fail "keys that do not differ: $(grep '^          ' said)"
grep -q '^vm build.1' said || fail "VMs that both have are not shown"
grep -q '^vm build.2' said && fail "a VM is shown that only one has"
run more --policy gang,cfs --reps 8 --set policies.gang.slot=20ms --set policies.cfs-2.policy=cfs
expect 0 '^differs   policies.gang.slot: A [0-9]*ms, B 20ms$' "$corun" diff both more
grep -q '^          policies.cfs-2: only in B: {policy: cfs, ' said || fail "no policy that only B has"
expect 0 'only in A: {policy: cfs' "$corun" diff more both
expect 0 '' "$corun" diff both both
grep -q '^differs' said && fail "keys of one folder differ"
rm three/scenario.yaml # of an earlier version: the rest holds
sed -i '/scenario.yaml/d' three/study.json
expect 0 'the scenarios differ' "$corun" diff gang three

# -- written, and drawn from --------------------------------------------------------------------------
expect 0 'gang against gang' "$corun" diff gang other -o out
for f in diff.txt diff.csv results.csv time.csv shares.csv cdf.csv; do
	[ -s "out/$f" ] || fail "out/$f is missing"
done
expect 2 'is not empty' "$corun" diff gang other -o out
expect 0 'gang' "$corun" diff gang other -o out --force
if command -v gnuplot >/dev/null; then
	CORUN_PLOTS=$top/plots expect 0 'out/plots/shares.png' "$corun" plot out
	[ -s out/plots/time.png ] || fail "no picture of the time"
	[ -s out/plots/latency.png ] || fail "no picture of the waits"
	[ -s out/plots/diff.png ] || fail "no picture of the differences"
fi

# -- mistakes ----------------------------------------------------------------------------------------
expect 2 'found 1 result folders, expected two' "$corun" diff both
expect 2 "has no policy 'gnag'; did you mean 'gang'" "$corun" diff both gang --policy gnag
expect 2 "both has no policy .nice." "$corun" diff both other --policy nice
"$corun" compare "$top/workloads/seed.yaml" --quiet --duration 100ms --policy nice,relaxed --reps 2 \
	-o nice >/dev/null
expect 2 'have no policy of the same name; expected --policy A=B' "$corun" diff both nice
expect 2 'needs -o DIR' "$corun" diff both both --plot
expect 2 "found 'json', expected table or csv" "$corun" diff both both --format json
expect 2 'error\[results\]: nix/study.json: found nothing to read' "$corun" diff nix both

# broken FILE WORDS SED: a folder in which one thing is wrong
broken() {
	rm -rf bad
	cp -R gang bad
	sed -i "$3" "bad/$1"
	cmp -s "gang/$1" "bad/$1" && fail "'$3' changes nothing in $1"
	expect 2 "^corun: error\[results\]: bad/$1.*$2" "$corun" diff bad gang
	[ "$(wc -l <said)" = 1 ] || fail "$1 $3: not one line"
	nr=$((nr + 1))
}
broken study.json ":2:20: found '4', expected a number from 1 to 3" 's/"corun_results": 3/"corun_results": 4/'
broken study.json "found no key 'compiler'" '/"compiler"/d'
broken study.json "found the key 'seeds'" 's/"seed"/"seeds"/'
broken study.json "found no key 'hash'" '/"hash"/d'
broken study.json "expected a number" 's/"seed": 42/"seed": -1/'
broken study.json "expected a number" 's/"replications": 8/"replications": 100001/'
broken study.json "expected a name" 's/"gang": {/"..\/gang": {/'
broken study.json "expected true or false" 's/"noise": true/"noise": perhaps/'
broken study.json "found .* rows for 100000 replications" 's/"replications": 8/"replications": 100000/'
broken study.json "" '$d'
broken results.csv ":1:1: no column 'numerator'" '1s/numerator/number/'
broken results.csv ":2:1: found the policy 'gong', expected one of study.json" '2s/gang/gong/'
broken results.csv ":3:1: found the replication '8'" '3s/gang,0/gang,8/'
broken results.csv ":3:1: found the replication '-1'" '3s/gang,0/gang,-1/'
broken results.csv ":3:1: found the scope 'hast'" '3s/host/hast/'
broken results.csv ":3:1: found the name 'one'" '3s/,all,/,one,/'
broken results.csv "found the VM 'build.9'" 's/,build.1,/,build.9,/'
broken results.csv "found the group 'guild'" 's/,group,build,/,group,guild,/'
broken results.csv ":2:1: found the numerator 'nan'" '2s/,[^,]*,[^,]*$/,nan,1/'
broken results.csv ":2:1: found the denominator '0'" '2s/,[^,]*,[^,]*$/,1,0/'
broken results.csv ":2:1: found the denominator '-1'" '2s/,[^,]*,[^,]*$/,1,-1/'
broken results.csv ":2:1: another number of fields" '2s/,[^,]*$//'
broken results.csv ":3:1: found the metric 'throughput', expected it once" '3s/sections/throughput/'
broken results.csv "found .* rows, expected .*cut short" '$d'
broken results.csv "cut short" '1000,$d'
broken results.csv ":1:1: found 0 bytes for .* rows" '1,$d'
broken histograms.csv ":2:1: found the policy 'gong'" '2s/gang/gong/'
broken histograms.csv ":2:1: found the buckets .*that add up to count" '2s/:1 /:2 /'
broken histograms.csv ":2:1: found the buckets" '2s/,\([0-9]*\):/,99999:/'
broken histograms.csv ":2:1: found the buckets" '2s/$/ 0:1/'
broken histograms.csv ":2:1: found the buckets" '2s/$/ x/'
broken histograms.csv ":2:1: found count '-3'" '2s/,wait,[0-9]*/,wait,-3/'
broken histograms.csv "found the histogram 'wait', expected it once" '3s/wakeup\|lockwait\|stint\|response/wait/'
broken histograms.csv "rows, expected" '$d'
rm gang/results.csv
expect 2 'gang/results.csv: found nothing to read' "$corun" diff gang both

# What this corun does not know is left out, and said: a newer one may have more metrics.
run newer --policy cfs --reps 2
sed -i 's/,corun,/,corundum,/' newer/results.csv
# (an earlier version of the folder: without the hashes that would tell)
sed -i '/"files"/,/}/d; s/"corun_results": 3/"corun_results": 1/' newer/study.json
expect 0 'rows are of metrics that this corun does not have' "$corun" diff newer cfs
[ $failed = 0 ] && echo "ok: diff is what compare says; $nr damaged result folders, each with its line"
exit $failed
