#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# run_verbs.sh CORUN: show, validate, keys and policies as a user meets them.
corun=$1
dir=$(mktemp -d) || exit 1
trap 'rm -rf "$dir"' EXIT
. tests/lib/expect.sh
said=$dir/said

seed=workloads/seed.yaml
# suites of gates are no scenarios
workloads=$(find workloads -name '*.yaml' ! -name 'suite*' | sort)
expect 0 '^    kick: 1us  # default: assumption' "$corun" show $seed
expect 0 '^    count: 3$' "$corun" show $seed --set vms.build.count=3
expect 0 '^    count: 3$' "$corun" show -s vms.build.count=3 - <$seed
expect 2 'error\[usage\]: .*found 0 scenarios' "$corun" show
expect 2 'error\[usage\]: .*found 2 scenarios' "$corun" show $seed $seed
expect 2 'error\[usage\]: .*--sett' "$corun" show $seed --sett x=1
expect 2 "^corun: error\[scenario\]: --set run.sed=1: found the key 'sed'.*did you mean seed?" \
	"$corun" show $seed --set run.sed=1
expect 2 'error\[scenario\]: nowhere.yaml: found nothing to read' "$corun" show nowhere.yaml

# what show writes is the same scenario, wherever it lies
for f in $workloads; do
	if ! "$corun" show "$f" -o "$dir/a.yaml" || ! "$corun" show "$dir/a.yaml" -o "$dir/b.yaml" ||
		! cmp "$dir/a.yaml" "$dir/b.yaml"; then
		echo "FAILED: $f, shown and shown again, is another"
		failed=1
	fi
done
expect 5 'error\[' sh -c "exec $corun show $seed >/dev/full"
expect 0 '' sh -c "$corun show $seed | head -n 1 >/dev/null"

expect 0 "^ok $seed: 3 VMs, 9 vCPUs on 4 pCPUs" "$corun" validate $seed
expect 0 '^ok workloads/nice.yaml' "$corun" validate $workloads
expect 2 '^ok workloads/nice.yaml' "$corun" validate workloads/nice.yaml tests/scenario/broken/no-host.yaml
expect 2 'no-host.yaml:2:1: found no host' "$corun" validate workloads/nice.yaml tests/scenario/broken/no-host.yaml
expect 2 'policy refused: .*' "$corun" validate $seed --set 'policies.refused={policy: rr}' \
	--set vms.build.nice=5 --set 'vms.more={vcpus: 1, program: kernbench}'
expect 2 'error\[usage\]' "$corun" validate

expect 0 '^host.costs.kick  duration' "$corun" keys kick
expect 0 '^vms.\*.nice  integer' "$corun" keys vms.build.nice
expect 0 '^DIST.lognormal.sigma  number' "$corun" keys DIST
expect 0 '"path": "corun"' "$corun" keys --format json
expect 2 'found no key .kik.*did you mean kick?' "$corun" keys kik
expect 2 'did you mean markdown?' "$corun" keys --format markdwon
"$corun" keys --format markdown >"$dir/scenario.md"
expect 0 '' cmp "$dir/scenario.md" docs/scenario.md
if command -v python3 >/dev/null; then
	"$corun" keys --format json >"$dir/keys.json"
	expect 0 '' python3 -m json.tool "$dir/keys.json"
fi

expect 0 '^rr  *round robin' "$corun" policies
expect 0 '^  slice  duration, 100us to 1s; default 10ms' "$corun" policies rr
expect 2 'found no policy .cfd.*did you mean cfs?' "$corun" policies cfd
expect 2 'error\[usage\]' "$corun" policies --all

[ $failed = 0 ] && echo "ok verbs: show, validate, keys, policies"
exit $failed
