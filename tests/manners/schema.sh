#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# schema.sh CORUN DIR: `corun schema` accepts every scenario and suite of the tree, and what show
# prints, and refuses every broken one that a schema can (tests/manners/beyond lists the others).
corun=$(realpath "$1") dir=$2
export CORUN_SHARE="$PWD"
. tests/lib/expect.sh
rm -rf "$dir"
mkdir -p "$dir/shown" "$dir/broken"
python=/usr/bin/python3
if ! $python -c 'import jsonschema, yaml' 2>/dev/null; then
	echo "SKIP schema: python3-jsonschema or python3-yaml is missing"
	exit 0
fi
said=$dir/said
expect 0 '' "$corun" schema -o "$dir/scenario.json"
expect 0 '' "$corun" schema suite -o "$dir/suite.json"
"$corun" schema scenario | cmp -s - "$dir/scenario.json" || fail "scenario is not what is printed without a word"
expect 2 "did you mean 'suite'?" "$corun" schema siute
for s in seed pv-yield-unfair steal-time shootdown replay smt host-events; do
	[ ! -e workloads/$s.yaml ] || "$corun" show workloads/$s.yaml >"$dir/shown/$s.yaml" || fail "show $s"
done
# a suite that is fine, and what is wrong with it
cat >"$dir/shown/suite.yaml" <<EOS
suite: 1
level: 5%
reps: {min: 5, max: 10}
margins: {throughput: {relative: 3%}}
scenarios:
  seed: {file: seed.yaml, set: {run.duration: 100ms}}
checks:
  one: {scenario: seed, policy: gang, metric: corun, at_least: 90%}
  two: {scenario: seed, policy: [gang, nice], metric: throughput, at_least: {times: 0.5, of: cfs}}
EOS
nr=0
while read -r change; do
	nr=$((nr + 1))
	sed "$change" "$dir/shown/suite.yaml" >"$dir/broken/suite-$nr.yaml"
	cmp -s "$dir/shown/suite.yaml" "$dir/broken/suite-$nr.yaml" && fail "'$change' changes nothing"
	"$corun" check "$dir/broken/suite-$nr.yaml" >"$said" 2>&1 && fail "'$change' is no mistake"
done <<'EOS'
s/^suite: 1/suite: 2/
s/^checks/cheks/
/^scenarios/,/^  seed/d
s/^level: 5%/level: 5/
s/min: 5/min: 4/
s/{throughput: {rel/{throughputs: {rel/
s/{relative: 3%}/{}/
s/relative/relativ/
s/file: [^,]*, //
s/metric: corun/metric: coruns/
s/, at_least: 90%/, at_least: 90%, at_most: 95%/
s/, at_least: 90%//
s/times: 0.5/times: x/
s/, of: cfs//
s/policy: gang, //
EOS
# shellcheck disable=SC2046
$python tests/manners/schema.py "$dir/scenario.json" "$dir/suite.json" tests/manners/beyond \
	$(grep -lE '^(corun|suite):' workloads/*.yaml init/*.yaml ports/conformance/scenarios/*.yaml) \
	"$dir"/shown/*.yaml "$dir"/broken/*.yaml tests/scenario/broken/*.yaml || failed=1
exit $failed
