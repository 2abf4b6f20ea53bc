#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# kvm.sh CORUN SCRATCH: KVM's events in a recording.  One life of one vCPU, written down by
# hand, in each way that the kernel and the tools print it: the same bursts, and the same table.
set -u
# shellcheck source=tests/trace/begin.sh
. "$(dirname "$0")/begin.sh"

# life.txt: microseconds, and what happens: to, out STATE, wake, or one of KVM's events
cat >life.txt <<'END'
000 wake
010 to
010 kvm_vcpu_wakeup: wait time 1900000 ns, polling valid
020 kvm_entry: vcpu 0, rip 0xffffffff81000000
120 kvm_exit: vcpu 0 reason EXTERNAL_INTERRUPT rip 0xffffffff81000000 info1 0x0000000000000000 info2 0x0000000000000000 intr_info 0x800000ec error_code 0x00000000
120 out R+
170 to
180 kvm_entry: vcpu 0, rip 0xffffffff81000000
230 kvm_exit: vcpu 0 reason PAUSE_INSTRUCTION rip 0xffffffff81000100 info1 0x0000000000000000 info2 0x0000000000000000 intr_info 0x00000000 error_code 0x00000000
230 out R
260 to
270 kvm_entry: vcpu 0, rip 0xffffffff81000100
320 kvm_exit: vcpu 0 reason HLT rip 0xffffffff81000200 info1 0x0000000000000000 info2 0x0000000000000000 intr_info 0x00000000 error_code 0x00000000
350 kvm_vcpu_wakeup: poll time 30000 ns, polling valid
355 kvm_entry: vcpu 0, rip 0xffffffff81000200
400 kvm_exit: vcpu 0 reason HLT rip 0xffffffff81000200 info1 0x0000000000000000 info2 0x0000000000000000 intr_info 0x00000000 error_code 0x00000000
420 out S
500 wake
510 to
511 kvm_vcpu_wakeup: wait time 110000 ns, polling valid
515 kvm_entry: vcpu 0, rip 0xffffffff81000200
560 kvm_exit: vcpu 0 reason IO_INSTRUCTION rip 0xffffffff81000300 info1 0x0000000000000000 info2 0x0000000000000000 intr_info 0x00000000 error_code 0x00000000
562 kvm_userspace_exit: reason KVM_EXIT_IO (2)
570 out S
600 wake
605 to
610 kvm_entry: vcpu 0, rip 0xffffffff81000300
620 kvm_exit: vcpu 0 reason EPT_VIOLATION rip 0xffffffff81000400 info1 0x0000000000000000 info2 0x0000000000000000 intr_info 0x00000000 error_code 0x00000000
630 out D
700 wake
700 to
710 kvm_entry: vcpu 0, rip 0xffffffff81000400
750 kvm_exit: vcpu 0 reason HLT rip 0xffffffff81000200 info1 0x0000000000000000 info2 0x0000000000000000 intr_info 0x00000000 error_code 0x00000000
755 kvm_userspace_exit: reason KVM_EXIT_HLT (5)
760 out S
800 wake
800 to
810 kvm_entry: vcpu 0, rip 0xffffffff81000200
END
bursts='# corun bursts 1
CPU_0_KVM_2001 230000 30000
CPU_0_KVM_2001 50000 100000
CPU_0_KVM_2001 60000 30000
CPU_0_KVM_2001 25000 70000
CPU_0_KVM_2001 50000 50000'
# ran 415 us, 105 of 520 wanted were stolen, 30 + 100 + 50 halted
table='guest_2001/0 0.000415 0.000105 20.2 0.000180 2 1 1 1 1 1 1 1'

# lines HEAD BEFORE: HEAD with THREAD and TIME, BEFORE (perf's subsystem) the event's name
lines() {
	awk -v head="$1" -v before="$2" '
	function put(thread, event,   line) {
		line = head
		sub(/THREAD/, thread, line)
		sub(/TIME/, "10.000" time, line)
		print line event
	}
	function side(which, task) { gsub(/PREFIX/, which, task); return task }
	BEGIN {
		idle = "PREFIXcomm=swapper/0 PREFIXpid=0 PREFIXprio=120"
		vcpu = "PREFIXcomm=CPU 0/KVM PREFIXpid=2001 PREFIXprio=120"
	}
	{
		time = $1
		if ($2 == "wake")
			put("<idle>-0", before "sched_waking: " side("", vcpu) " target_cpu=000")
		else if ($2 == "to")
			put("<idle>-0", before "sched_switch: " side("prev_", idle) \
				" prev_state=R ==> " side("next_", vcpu))
		else if ($2 == "out")
			put("CPU 0/KVM-2001", before "sched_switch: " side("prev_", vcpu) \
				" prev_state=" $3 " ==> " side("next_", idle))
		else
			put("CPU 0/KVM-2001", (before == "" ? "" : "kvm:") substr($0, 5))
	}' life.txt
}

# same WHAT FILE: the bursts, and the table
same() {
	nr=$((nr + 1))
	"$corun" import "$2" >got 2>said || not_ok "$1: $(tail -n 1 said)"
	[ "$(cat got)" = "$bursts" ] || not_ok "$1: $(cat got)"
	got=$(sed -n 's/^corun: import: \(guest_2001.0 .*\)/\1/p' said | tr -s ' ')
	[ "$got" = "$table" ] || not_ok "$1: $(cat said)"
}
says() {
	grep -q -- "$2" said || not_ok "$1: not \"$2\" but: $(cat said)"
}

lines 'THREAD [000] d..2. TIME: ' '' >kernel.txt
same 'the kernel' kernel.txt
says 'the kernel' '20 events of KVM'
says 'the kernel' '0.000060 s of polling in halts'
sed 's/vcpu 0 reason/reason/; s/info1 0x\(.*\) info2 0x\(.*\) intr.*/info \1 \2/' kernel.txt >old.txt
same 'older kernels' old.txt
sed 's/reason HLT/reason hlt/; s/reason PAUSE_INSTRUCTION/reason pause/
	s/reason EXTERNAL_INTERRUPT/reason interrupt/' kernel.txt >amd.txt
same 'AMD' amd.txt
sed 's/vcpu 0 reason/reason/; s/reason HLT/reason EXIT_HLT/; s/reason PAUSE_INSTRUCTION/reason EXIT_PAUSE/
	s/reason EXTERNAL_INTERRUPT/reason EXIT_INTR/' kernel.txt >tracecmd.txt
same 'trace-cmd, AMD' tracecmd.txt
# raw ISA HLT PAUSE INTERRUPT
raw() {
	sed "s/kvm_entry: .*/kvm_entry:  vcpu_id=0 rip=0xffffffff81000000 immediate_exit=0/
		s/kvm_vcpu_wakeup: wait.*/kvm_vcpu_wakeup: ns=1900000 waited=1 valid=1/
		s/kvm_vcpu_wakeup: poll.*/kvm_vcpu_wakeup: ns=30000 waited=0 valid=1/
		s/kvm_userspace_exit: reason .*(\\(.\\))/kvm_userspace_exit: reason=0x\\1 errno=0/
		s/vcpu 0 reason HLT rip.*/exit_reason=$2 guest_rip=0xffffffff81000200 isa=$1 info1=0/
		s/vcpu 0 reason PAUSE.*/exit_reason=$3 guest_rip=0xffffffff81000200 isa=$1 info1=0/
		s/vcpu 0 reason EXT.*/exit_reason=$4 guest_rip=0xffffffff81000200 isa=$1 info1=0/
		s/vcpu 0 reason [EI].*/exit_reason=30 guest_rip=0xffffffff81000200 isa=$1 info1=0/" kernel.txt
}
raw 1 12 0x28 1 >raw.txt
same 'raw' raw.txt
raw 2 0x78 119 96 >raw_amd.txt
same 'raw, AMD' raw_amd.txt
lines 'THREAD [000] TIME: ' 'sched:' | sed 's/^\([^[]*\)-\([0-9]*\) \[/\1 \2 [/' >perf.txt
same 'perf' perf.txt

# without KVM's events a halt that is polled is demand, and a sleep a sleep; no table
grep -v kvm_ kernel.txt >without.txt
"$corun" import without.txt >got 2>said || not_ok 'without'
! grep -q 'events of KVM\|stolen' said || not_ok "without: $(cat said)"
[ "$(sed -n 2p got)" = 'CPU_0_KVM_2001 330000 80000' ] || not_ok "without: $(cat got)"

# others are counted as before: other events of KVM's, another architecture's, a marker
{
	cat kernel.txt
	echo 'CPU 0/KVM-2001 [000] d..2. 10.000811: kvm_pio: pio_write at 0x70 size 1 count 1 val 0x8f'
	echo 'CPU 0/KVM-2001 [000] d..2. 10.000812: kvm_exit: TRAP: HSR_EC: 0x0001 (WFx), PC: 0xffff800080f0'
	echo 'CPU 0/KVM-2001 [000] d..2. 10.000813: tracing_mark_write: kvm_exit: reason HLT rip 0x0'
	echo 'CPU 0/KVM-2001 [000] d..2. 10.000814: kvm_entry: no vCPU here'
} >others.txt
same 'others' others.txt
says 'others' '4 events of other kinds'
# of a thread that is not known to be there: nothing is made of it
{ sed -n '3s/\[000/[001/p' kernel.txt; cat kernel.txt; } >strays.txt
same 'strays' strays.txt
says 'strays' '1 of those of threads that were not seen to be switched in'
# a guest's thread with a name that nobody knows: it is said
sed 's/CPU 0.KVM/challenge/g' kernel.txt >unnamed.txt
"$corun" import unnamed.txt >got 2>said || not_ok 'unnamed'
says 'unnamed' '1 threads enter a guest and are not called as vCPUs'
# lost in a halt: what it does then is not known, and is left out
{
	sed '/10.000400/q' kernel.txt
	echo 'CPU:0 [LOST 3 EVENTS]'
	sed '1,/10.000511/d' kernel.txt
} >lost.txt
"$corun" import lost.txt >got 2>said || not_ok 'lost'
[ "$(sed 1d got)" = "$(echo "$bursts" | sed '1d;3,4d')" ] || not_ok "lost: $(cat got)"
echo "kvm.sh: $nr recordings of one life, $failed failed"
exit $failed
