#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# perfetto.sh CORUN SCRATCH: Perfetto's protobuf, read by a reader of its own (perfetto.py),
# against our JSON of the same trace, whole and in part.
set -u
# shellcheck source=tests/trace/begin.sh
. "$(dirname "$0")/begin.sh"
need_python

cat >small.yaml <<'END'
corun: 2
description: "two of a kind and \"one\" more"
host: {cores: 2}
run: {duration: 200ms, warmup: 0ms, reps: {min: 1, max: 1}}
policies:
  cfs: {}
  gang-20: {policy: gang, slot: 20ms}
vms:
  a: {count: 2, vcpus: 2, program: p}
  ab: {vcpus: 1, program: p}
programs:
  p: {locks: {l: ticket}, barriers: {b: spin}, repeat: [{compute: {exponential: 200us}}, {critical: {lock: l, hold: 300us}}, {barrier: b}, {sleep: 50us}]}
END
"$corun" compare small.yaml --reps 1 --trace -o res --quiet >/dev/null 2>&1 || not_ok compare

# same WHAT TRACE OPTION...
same() {
	what=$1 trace=$2
	shift 2
	nr=$((nr + 1))
	"$corun" trace "$trace" -f perfetto "$@" >want.json || not_ok "$what: JSON"
	"$corun" trace "$trace" -f perfetto-pb "$@" >got.pb || not_ok "$what: protobuf"
	python3 "$here/perfetto.py" got.pb want.json >facts 2>said || not_ok "$what: $(tail -n 1 said)"
}
says() {
	grep -q "^$2" facts || not_ok "$1: not \"$2\" but: $(cat facts)"
}
same 'cfs' res/trace-cfs.bin
says 'cfs' 'policy: cfs$'
says 'cfs' 'tunable latency: [0-9]*ms$'
same 'gang' res/trace-gang-20.bin
says 'gang' 'policy: gang-20$'
says 'gang' 'tunable slot: 20ms$'
says 'gang' 'about: two of a kind and '
says 'gang' 'runs: gang$'
says 'gang' 'seed: [0-9]*$'
says 'gang' "scenario: $("$corun" show small.yaml | sed -n 's/^# hash //p')\$"
grep -q 'latency' facts && not_ok "gang: has another policy's tunables"
same 'a time' res/trace-cfs.bin --from 650ms --for 40ms
same 'a time and a VM' res/trace-cfs.bin --from 600ms --for 100ms --vm a
# of nowhere, or beside another scenario, and as it comes from a pipe: the trace's own facts
cp res/trace-cfs.bin alone.bin
same 'alone' alone.bin
says 'alone' 'policy: cfs$'
says 'alone' 'scenario: '
grep -q 'tunable' facts && not_ok "alone: $(cat facts)"
sed 's/^# hash ./# hash x/' res/scenario.yaml >scenario.yaml
same 'beside another' alone.bin
grep -q 'tunable' facts && not_ok "beside another: $(cat facts)"
sed 's/^# hash .*/# hash/' res/scenario.yaml >scenario.yaml
same 'beside nothing known' alone.bin
grep -q 'tunable' facts && not_ok "beside nothing known: $(cat facts)"
"$corun" trace - -f perfetto-pb <alone.bin >pipe.pb
cmp -s pipe.pb got.pb || not_ok 'a pipe: other bytes'
# cut in the middle, the reader says so
head -c 5000 got.pb >cut.pb
python3 "$here/perfetto.py" cut.pb want.json >/dev/null 2>&1 && not_ok 'the reader takes a cut file'
echo "perfetto.sh: $nr traces in both formats, $failed failed"
exit $failed
