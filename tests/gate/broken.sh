#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# broken.sh CORUN DIR: mistakes in a suite, each answered with status 2 and one line that
# says where, what was found and what was expected.
corun=$(realpath "$1") top=$PWD dir=$2
failed=0
nr=0
mkdir -p "$dir"
cd "$dir" || exit 1

# broken WORDS [SED]: a suite that is fine, changed by SED, or standard input as it is
broken() {
	if [ $# = 2 ]; then
		sed "$2" fine.yaml >broken.yaml
		if cmp -s fine.yaml broken.yaml; then
			echo "FAILED: '$2' changes nothing"
			failed=1
		fi
	else
		cat >broken.yaml
	fi
	"$corun" check broken.yaml >said 2>&1
	got=$?
	if [ $got != 2 ] || [ "$(wc -l <said)" != 1 ] || ! grep -q '^corun: error\[[a-z]*\]: ' said ||
		! grep -qF -- "$1" said; then
		echo "FAILED: status $got, expected 2 and '$1'; it said:"
		head -n 3 said
		failed=1
	fi
	nr=$((nr + 1))
}

cat >fine.yaml <<EOS
suite: 1
level: 5%
reps: {min: 5, max: 10}
margins: {throughput: {relative: 3%}}
scenarios:
  seed: {file: $top/workloads/seed.yaml, set: {run.duration: 100ms}}
checks:
  one: {scenario: seed, policy: gang, metric: corun, at_least: 90%}
  two: {scenario: seed, policy: [gang, nice], metric: throughput, at_least: {times: 0.5, of: cfs}}
EOS
"$corun" check fine.yaml --only 'one/*' >/dev/null || { echo "FAILED: fine.yaml is not"; failed=1; }

broken "broken.yaml:1:8: found '2', expected an integer from 1 to 1" 's/^suite: 1/suite: 2/'
broken "found the key 'sute', expected in a suite" 's/^suite/sute/'
broken "did you mean 'suite'?" 's/^suite/sute/'
broken "found no key 'checks'" '/^checks/,/never/d'
broken "found no key 'scenarios'" '/^scenarios/,/^  seed/d'
broken "found '5', expected a percentage above 0 and up to 50%" 's/^level: 5%/level: 5/'
broken "found '60%', expected a percentage" 's/^level: 5%/level: 60%/'
broken "found '4', expected an integer from 5 to 10000" 's/min: 5/min: 4/'
broken "found '10', expected an integer from 20 to 10000" 's/min: 5/min: 20/'
broken "found the metric 'throughputs'" 's/{throughput: {rel/{throughputs: {rel/'
broken "found an empty margin" 's/{relative: 3%}/{}/'
broken "found the key 'relativ'" 's/relative/relativ/'
broken "found '3', expected a percentage" 's/relative: 3%/relative: 3/'
broken "found no key 'file', expected it in a scenario of a suite" 's/file: [^,]*, //'
broken "nix.yaml: found nothing to read" 's/workloads.seed/nix/'
broken "run.durations" 's/run.duration/run.durations/'
broken "found a list of 1, expected a value" 's/100ms/[100ms]/'
broken "found 'se.ed', expected a name" 's/^  seed/  se.ed/'
broken "broken.yaml:8:19: found the scenario 'sede', expected one of seed; did you mean 'seed'?" 's/one: {scenario: seed/one: {scenario: sede/'
broken "found the policy 'gagn', expected one of cfs, nice, gang, relaxed; did you mean 'gang'?" 's/policy: gang/policy: gagn/'
broken "found the metric 'corum'" 's/metric: corun/metric: corum/'
broken "found '90', expected for corun a share such as 1.5%" 's/90%/90/'
broken "found '-1%', expected for corun a share" 's/90%/-1%/'
broken "found no bound, expected exactly one of" 's/, at_least: 90%//'
broken "found several bounds" 's/at_least: 90%/at_least: 90%, at_most: 99%/'
broken "found the key 'atleast'" 's/at_least: 90%/atleast: 90%/'
broken "found 'gang' a second time" 's/\[gang, nice\]/[gang, gang]/'
broken "found an empty list, expected a policy" 's/\[gang, nice\]/[]/'
broken "found 'gang', expected another policy than gang" 's/of: cfs/of: gang/'
broken "found the policy 'csf'" 's/of: cfs/of: csf/'
broken "found no key 'of'" 's/, of: cfs//'
broken "found no margin for corun, expected one here or in margins" 's/at_least: 90%/baseline: yes/'
broken "found 'no', expected yes" 's/at_least: 90%/baseline: no/'
broken "found picks, which has no better direction" 's/corun, at_least: 90%/picks, margin: {relative: 1%}/'
broken "found '20', expected for wait_mean a duration such as 20us" 's/corun, at_least: 90%/wait_mean, at_most: 20/'
broken "found '20', expected for throughput a rate such as 1500/s" 's/corun, at_least: 90%/throughput, at_most: 20/'
broken "found the group or VM 'biuld'" 's/at_least: 90%/at_least: 90%, scope: biuld/'
broken "found jain, which is not measured over a group" 's/corun, at_least: 90%/jain, at_least: 0.9, scope: build/'
broken "there is no baseline yet" 's/corun, at_least: 90%/throughput, baseline: yes/'
broken "found the key 'one' again" 's/^  two/  one/'
broken "expected a suite: a mapping" <<EOS
[1, 2]
EOS
broken "expected" </dev/null
[ $failed = 0 ] && echo "ok: $nr broken suites, each with its line"
exit $failed
