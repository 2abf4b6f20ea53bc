#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# xen.sh CORUN SCRATCH: what xentrace writes becomes a workload.  The recordings are synthetic,
# written by xen.py from a list of changes, with what is to come of it worked out by hand.
set -u
# shellcheck source=tests/trace/begin.sh
. "$(dirname "$0")/begin.sh"
need_python

says() {
	nr=$((nr + 1))
	grep -q -- "$2" said || not_ok "$1: not \"$2\" but: $(cat said)"
}
# refused WHAT TEXT ARGUMENT...
refused() {
	what=$1 text=$2
	shift 2
	"$corun" import "$@" >said 2>&1
	[ $? = 2 ] || not_ok "$what: not status 2"
	says "$what" "$text"
}

python3 "$here/xen.py" whole.xen || not_ok 'xen.py'
python3 "$here/xen.py" lost.xen lost
# by hand: task, microseconds of CPU time, of sleep
cat >want <<'END'
# corun bursts 1
xen_vcpu_0_65537 300000 1000000
xen_vcpu_0_65537 100000 1000000
xen_vcpu_1_65538 500000 1000000
xen_vcpu_1_65538 100000 1000000
xen_vcpu_1_65538 20000 45000
xen_vcpu_0_1 50000 1950000
xen_vcpu_0_1 30000 965000
END
"$corun" import whole.xen --mhz 2000 >got 2>said || not_ok "whole: $(tail -n 1 said)"
sort want >want.sorted
sort got | cmp -s - want.sorted || not_ok "whole: $(cat got)"
says 'whole' ' 2 guests by the names of their vCPUs, 0 host threads'
says 'whole' ' 2 events of other kinds'
says 'whole' ' 0 markers of lost events'
says 'whole' ' 16 switches, 10 wake-ups, 2 CPUs, 0.003210 s'
# half as fast a counter: twice the time
"$corun" import - --format xentrace --mhz 1000 <whole.xen 2>said | sort >got
awk '/^#/ { print; next } { print $1, 2 * $2, 2 * $3 }' want | sort | cmp -s - got ||
	not_ok "1000 MHz, from a pipe: $(cat got)"
# domains are VMs
"$corun" import whole.xen --mhz 2000 -o out 2>said || not_ok "domains: $(tail -n 1 said)"
sed -n '/^vms:/,/^programs:/{/^vms:/d;/^programs:/d;s/^ *//;p;}' out/replay.yaml >vms
[ "$(cat vms)" = 'dom1:
vcpus: 2
programs: [xen_vcpu_0_65537, xen_vcpu_1_65538]
dom0: {vcpus: 1, program: xen_vcpu_0_1}' ] || not_ok "domains: $(cat vms)"
"$corun" run out/replay.yaml >/dev/null 2>said || not_ok "run: $(cat said)"
# of its time vCPU 0 ran 400 of 2465 us and waited 65, vCPU 1 620 and 15 of 2680
"$corun" import whole.xen --mhz 2000 -o out --force --check cfs >said 2>/dev/null
says 'waits' '^dom1 *39.36 .* 7.51 '
# lost on CPU 0 between 2465 and 2500 us: what slept or was to run there is not known, and
# dom0's sleep is left out; bursts that ended before are whole
"$corun" import lost.xen --mhz 2000 >got 2>said || not_ok "lost: $(tail -n 1 said)"
says 'lost' ' 1 markers of lost events'
says 'lost' ' 7 events lost'
grep -q 'xen_vcpu_0_1 30000' got && not_ok "lost: $(cat got)"
for kept in 'xen_vcpu_0_1 50000 1950000' 'xen_vcpu_0_65537 300000 1000000'; do
	grep -q "^$kept\$" got || not_ok "lost: no $kept but $(cat got)"
done
# cut short within a record
head -c $(($(wc -c <whole.xen) - 5)) whole.xen >cut.xen
"$corun" import cut.xen --mhz 2000 >got 2>said || not_ok "cut: $(tail -n 1 said)"
says 'cut' ' 1 incomplete last line'
refused 'no frequency' 'xentrace counts cycles: --mhz says' whole.xen
refused 'no such frequency' "mhz 'fast': expected a number" whole.xen --mhz fast
refused 'text' 'offset 0: not what xentrace writes' "$here/recordings/cases/perf.txt" --format xentrace --mhz 1
{ head -c 12 whole.xen; printf '\001\000\000\000'; } >nothing.xen
refused 'nothing in it' 'found no change of a runstate' nothing.xen --mhz 2000
{ head -c 4 whole.xen; printf '\377\377\377\377\000\000\000\000'; } >cpu.xen
refused 'no such CPU' 'offset 0: no such CPU' cpu.xen --mhz 2000
# any bytes behind the first record: an answer, and no crash
i=0
while [ $i -lt 40 ]; do
	{ head -c 12 whole.xen; awk -v seed=$i 'BEGIN { srand(seed); for (n = 0; n < 300; n++) printf "%c", int(rand() * 128) }'; } >noise.xen
	"$corun" import noise.xen --mhz 2000 >/dev/null 2>said
	status=$?
	[ $status -le 2 ] || not_ok "noise $i: status $status"
	i=$((i + 1))
done
echo "xen.sh: $nr sayings, $failed failed"
exit $failed
