#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# window.sh CORUN SCRATCH: a part of a trace, by time and by VM, against the whole cut by awk.
set -u
# shellcheck source=tests/trace/begin.sh
. "$(dirname "$0")/begin.sh"

cat >small.yaml <<'END'
corun: 2
host: {cores: 2}
run: {duration: 200ms, warmup: 0ms}
policies: {cfs: {}}
vms:
  a: {count: 2, vcpus: 2, program: p}
  ab: {vcpus: 1, program: p}
programs:
  p: {locks: {l: tas}, repeat: [{compute: 200us}, {critical: {lock: l, hold: 300us}}, {sleep: 50us}]}
END
"$corun" run small.yaml --trace all.bin >/dev/null || not_ok 'run'
"$corun" trace all.bin >all.txt || not_ok 'text'
"$corun" trace all.bin -f ftrace --ns >all.ftrace || not_ok 'ftrace'

# same WHAT A B
same() {
	nr=$((nr + 1))
	[ -s "$2" ] || not_ok "$1: nothing at all"
	cmp -s "$2" "$3" || not_ok "$1: $(diff "$2" "$3" | head -n 4)"
}
"$corun" trace all.bin --from 650ms --for 20ms >got
awk '/^#/ || ($1 + 0 >= 0.65 && $1 + 0 < 0.67)' all.txt >want
same 'text, a time' want got
"$corun" trace all.bin --vm a >got
awk '/^#/ || $3 ~ /^a\.[01]\// || ($4 ~ /^vm-/ && $5 ~ /^a\.[01]$/)' all.txt >want
same 'text, both VMs of a name' want got
"$corun" trace all.bin --vm a.1 --from 700ms >got
awk '/^#/ || ($1 + 0 >= 0.7 && $3 ~ /^a\.1\//)' all.txt >want
same 'text, a VM to the end' want got
"$corun" trace all.bin -f ftrace --ns --from 650ms --for 20ms >got
awk '/^#/ { print; next }
	{ time = $0; sub(/.* d\.\.2\. */, "", time); sub(/:.*/, "", time) }
	time + 0 >= 0.65 && time + 0 < 0.67' all.ftrace >want
same 'ftrace, a time' want got
# of one VM: nobody else is in it, and no switch is missing
"$corun" trace all.bin -f ftrace --ns --vm ab >got
grep -q 'a\.[01]/' got && not_ok "ftrace, a VM: $(grep -m 1 'a\.[01]/' got)"
"$corun" import got >ab.bursts 2>said || not_ok "ftrace, a VM: $(tail -n 1 said)"
grep -q ' 0 switches missing' said || not_ok "ftrace, a VM: $(cat said)"
"$corun" import all.ftrace 2>/dev/null | grep '^ab_' >want
grep '^ab_' ab.bursts >got
same 'ftrace, the bursts of a VM' want got

# the picture: what ran in the window, by VM, is what the text says, cut by hand
"$corun" trace all.bin -f perfetto --from 650ms --for 20ms --vm a >got
awk '/"cat":"run"/ {
	ts = dur = $0
	sub(/.*"ts":/, "", ts)
	sub(/.*"dur":/, "", dur)
	if (ts + 0 < 650000 || ts + dur > 670000.0005)
		print "outside: " $0
	run += dur
} END { printf "%.3f\n", run }' got >ran
awk '$3 ~ /^a\./ && $4 == "switch-in" { since[$3] = $1 }
	$3 ~ /^a\./ && $4 == "switch-out" { put(since[$3], $1); delete since[$3] }
	END { for (v in since) put(since[v], 1); printf "%.3f\n", run * 1e6 }
	function put(from, to) {
		if (from < 0.65) from = 0.65
		if (to > 0.67) to = 0.67
		if (to > from) run += to - from
	}' all.txt >want
same 'perfetto, what ran' want ran
grep -q '"name":"ab' got && not_ok 'perfetto: another VM is in it'
for ph in X i s f; do
	awk -v ph="\"ph\":\"$ph\"" 'index($0, ph) { sub(/.*"ts":/, ""); n++; if ($0 + 0 < 650000 || $0 + 0 >= 670000) bad++ }
		END { exit !n || bad }' got || not_ok "perfetto: $ph: outside of the window, or none"
done

# says WHAT TEXT OPTION...
says() {
	what=$1 text=$2
	shift 2
	nr=$((nr + 1))
	"$corun" trace all.bin "$@" >said 2>&1
	{ [ $? = 2 ] && grep -q -- "$text" said; } || not_ok "$what: $(head -n 2 said)"
}
says 'no VM' "no VM 'aa' in all.bin; did you mean 'ab'" --vm aa
says 'no time' "from 'now': expected a time" --from now
says 'no length' 'for 0: nothing to see' --for 0ms
echo "window.sh: $nr windows, $failed failed"
exit $failed
