#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# run_verbs.sh CORUN: show, validate, keys and policies as a user meets them.
corun=$1
dir=$(mktemp -d) || exit 1
trap 'rm -rf "$dir"' EXIT
failed=0

# check STATUS PATTERN COMMAND...: the exit status, and a line of output that matches
check() {
	want=$1 pattern=$2
	shift 2
	"$@" >"$dir/said" 2>&1
	status=$?
	if [ $status != "$want" ] || { [ -n "$pattern" ] && ! grep -q -e "$pattern" "$dir/said"; }; then
		echo "FAILED: $*"
		echo "  status $status, expected $want and a line like: $pattern"
		sed 's/^/  | /' "$dir/said" | head -n 10
		failed=1
	fi
}

seed=workloads/seed.yaml
# suites of gates are no scenarios
workloads=$(find workloads -name '*.yaml' ! -name 'suite*' | sort)
check 0 '^    kick: 1us  # default: assumption' "$corun" show $seed
check 0 '^    count: 3$' "$corun" show $seed --set vms.build.count=3
check 0 '^    count: 3$' "$corun" show -s vms.build.count=3 - <$seed
check 2 'error\[usage\]: .*found 0 scenarios' "$corun" show
check 2 'error\[usage\]: .*found 2 scenarios' "$corun" show $seed $seed
check 2 'error\[usage\]: .*--sett' "$corun" show $seed --sett x=1
check 2 "^corun: error\[scenario\]: --set run.sed=1: found the key 'sed'.*did you mean seed?" \
	"$corun" show $seed --set run.sed=1
check 2 'error\[scenario\]: nowhere.yaml: found nothing to read' "$corun" show nowhere.yaml

# what show writes is the same scenario, wherever it lies
for f in $workloads; do
	if ! "$corun" show "$f" -o "$dir/a.yaml" || ! "$corun" show "$dir/a.yaml" -o "$dir/b.yaml" ||
		! cmp "$dir/a.yaml" "$dir/b.yaml"; then
		echo "FAILED: $f, shown and shown again, is another"
		failed=1
	fi
done
check 5 'error\[' sh -c "exec $corun show $seed >/dev/full"
check 0 '' sh -c "$corun show $seed | head -n 1 >/dev/null"

check 0 "^ok $seed: 3 VMs, 9 vCPUs on 4 pCPUs" "$corun" validate $seed
check 0 '^ok workloads/nice.yaml' "$corun" validate $workloads
check 2 '^ok workloads/nice.yaml' "$corun" validate workloads/nice.yaml tests/scenario/broken/no-host.yaml
check 2 'no-host.yaml:2:1: found no host' "$corun" validate workloads/nice.yaml tests/scenario/broken/no-host.yaml
check 2 'policy refused: .*' "$corun" validate $seed --set 'policies.refused={policy: rr}' \
	--set vms.build.nice=5 --set 'vms.more={vcpus: 1, program: kernbench}'
check 2 'error\[usage\]' "$corun" validate

check 0 '^host.costs.kick  duration' "$corun" keys kick
check 0 '^vms.\*.nice  integer' "$corun" keys vms.build.nice
check 0 '^DIST.lognormal.sigma  number' "$corun" keys DIST
check 0 '"path": "corun"' "$corun" keys --format json
check 2 'found no key .kik.*did you mean kick?' "$corun" keys kik
check 2 'did you mean markdown?' "$corun" keys --format markdwon
"$corun" keys --format markdown >"$dir/scenario.md"
check 0 '' cmp "$dir/scenario.md" docs/scenario.md
if command -v python3 >/dev/null; then
	"$corun" keys --format json >"$dir/keys.json"
	check 0 '' python3 -m json.tool "$dir/keys.json"
fi

check 0 '^rr  *round robin' "$corun" policies
check 0 '^  slice  duration, 100us to 1s; default 10ms' "$corun" policies rr
check 2 'found no policy .cfd.*did you mean cfs?' "$corun" policies cfd
check 2 'error\[usage\]' "$corun" policies --all

[ $failed = 0 ] && echo "ok verbs: show, validate, keys, policies"
exit $failed
