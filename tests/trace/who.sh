#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# who.sh CORUN SCRATCH: whose threads are those of a recording?  The VMs of the scenario, and
# what is said of them.
set -u
# shellcheck source=tests/trace/begin.sh
. "$(dirname "$0")/begin.sh"
here=$here/recordings
guests=$here/cases/kvm_two_guests.txt

# imports FILE OPTION...: the VMs in vms, what was said in said
imports() {
	file=$1
	shift
	nr=$((nr + 1))
	rm -rf out
	"$corun" import "$file" -o out "$@" 2>said
	status=$?
	if [ $status = 0 ]; then
		sed -n '/^vms:/,/^programs:/{/^vms:/d;/^programs:/d;s/^ *//;p;}' out/replay.yaml >vms
		"$corun" validate out/replay.yaml >valid 2>&1 || not_ok "$file $*: $(cat valid)"
	fi
}
# are WHAT VMS
are() {
	[ "$status" = 0 ] || not_ok "$1: status $status: $(tail -n 1 said)"
	[ "$(cat vms)" = "$2" ] || not_ok "$1: $(cat vms)"
}
says() {
	grep -q -- "$2" said || not_ok "$1: not \"$2\" but: $(cat said)"
}
is_silent() {
	! grep -q -- "$2" said || not_ok "$1: says $2"
}
refused() {
	[ "$status" = 2 ] || not_ok "$1: status $status"
	says "$1" "$2"
}

two='guest_2000:
vcpus: 2
programs: [CPU_0_KVM_2001, CPU_1_KVM_2002]
guest_3000:
vcpus: 2
programs: [CPU_0_KVM_3001, CPU_1_KVM_3002]'
for option in '--vms 2' '--force' '--by name'; do
	# shellcheck disable=SC2086 # two words
	imports "$guests" $option
	are "guests, $option" "$two"
	says "guests, $option" '2 guests by the names of their vCPUs, 0 host threads'
	is_silent "guests, $option" 'order of their thread ids'
done
imports "$guests" --vms 3
refused 'three are wanted' 'shows 2 guests, --vms says 3'
imports "$guests" --by process
are 'by process' "$(echo "$two" | sed s/guest/process/)"
imports "$guests" --by task
are 'by task' "$(printf '%s\n' 2001:0 3001:0 3002:1 2002:1 |
	sed 's/\(.*\):\(.*\)/CPU_\2_KVM_\1: {vcpus: 1, program: CPU_\2_KVM_\1}/')"

# nothing but names and thread ids: a guess, and said so
sed 's/(  *[0-9-]*)//' "$guests" >nobody.txt
imports nobody.txt --vms 2
are 'by order' "$(echo "$two" | sed 's/guest_\(.\)000/guest_\1001/')"
says 'by order' '4 vCPUs given to guests by the order of their thread ids'
grep -v 'CPU 1.KVM' nobody.txt >single.txt
imports single.txt
are 'two guests of a vCPU' 'guest_2001: {vcpus: 1, program: CPU_0_KVM_2001}
guest_3001: {vcpus: 1, program: CPU_0_KVM_3001}'
imports nobody.txt --by process
refused 'no process' "not every task's process is known"
imports nobody.txt --by cgroup
refused 'no cgroup' "not every task's cgroup is known"

# names of other monitors, and of a user's own
for name in 'CPU #/TCG' 'fc_vcpu #' 'vcpu#' 'crosvm_vcpu#' 'kvm-vcpu-#' 'EMT-#'; do
	pattern=$(echo "$name" | sed 's,/,\\/,; s,#,\\1,')
	sed "s/CPU \([01]\)\/KVM/$pattern/g" "$guests" >monitor.txt
	imports monitor.txt
	says "$name" '2 guests by the names'
done
sed 's/CPU \([01]\)\/KVM/my-\1-cpu/g' "$guests" >mine.txt
imports mine.txt --vcpu-name 'my-%-cpu'
says 'my own' '2 guests by the names'
imports mine.txt --vcpu-name 'your-%-cpu'
refused 'nobody is called so' 'no thread has the name of a vCPU'
imports mine.txt --vcpu-name 'my-cpu'
refused 'no number' 'expected a name with one %'
imports mine.txt --by nothing
refused 'by nothing' 'expected name, process, cgroup or task'

# neither names nor processes: dealt out, and said so
sed 's/CPU \([01]\)\/KVM/task\1/g' nobody.txt >tasks.txt
imports tasks.txt --vms 2
are 'dealt' 'replay0:
vcpus: 2
programs: [task0_2001, task1_3002]
replay1:
vcpus: 2
programs: [task0_3001, task1_2002]'
says 'dealt' '4 tasks dealt out to the VMs in turn'
# no names, but processes
sed 's/CPU \([01]\)\/KVM/task\1/g' "$guests" >tasks.txt
imports tasks.txt --vms 2
are 'processes' 'process_2000:
vcpus: 2
programs: [task0_2001, task1_2002]
process_3000:
vcpus: 2
programs: [task0_3001, task1_3002]'

# /proc knows what the recording does not: here another order than that of the thread ids
for pair in 2001:50 2002:60 3001:60 3002:50; do
	tid=${pair%:*} tgid=${pair#*:}
	printf '/proc/%s/task/%s/status:Cpus_allowed_list:\t%s\n' "$tgid" "$tid" $((tgid / 10 - 5))
done >who.txt
for pair in 2001:50 2002:60 3001:60 3002:50; do
	tid=${pair%:*} tgid=${pair#*:}
	echo "/proc/$tgid/task/$tid/cgroup:0::/m.slice/$tgid.scope/libvirt/vcpu0"
done >>who.txt
echo /sys/fs/cgroup/m.slice/60.scope/cpu.weight:400 >>who.txt
imports nobody.txt --who who.txt
are 'who' 'guest_50:
vcpus: 2
programs: [CPU_0_KVM_2001, CPU_1_KVM_3002]
pin: [0, 0]
guest_60:
vcpus: 2
programs: [CPU_0_KVM_3001, CPU_1_KVM_2002]
weight: 2048
pin: [1, 1]'
says 'who' '1 cgroups. weights, shared evenly'
grep -q 'gang takes no pins' out/replay.yaml || not_ok 'pins and gang'
sed 's/list:.*/list:\t0,2/' who.txt >scattered.txt
imports nobody.txt --who scattered.txt
says 'scattered' '4 threads whose CPUs are not one range'
grep -q pin: vms && not_ok "scattered: $(cat vms)"
sed 's/CPU \([01]\)\/KVM/task\1/g' nobody.txt >tasks.txt
imports tasks.txt --by cgroup --who who.txt
are 'cgroups' 'cgroup0:
vcpus: 2
programs: [task0_2001, task1_3002]
pin: [0, 0]
cgroup1:
vcpus: 2
programs: [task0_3001, task1_2002]
pin: [1, 1]'
for line in hello /proc/1/task/x/status:Cpus_allowed_list:1 \
	/proc/1/task/1/status:Cpus_allowed_list:3-1 /proc/1/task/1/cgroup:1:cpu:/a \
	/sys/fs/cgroup/a/cpu.weight:0 /sys/fs/cgroup/cpu.weigh; do
	{ cat who.txt; echo "$line"; } >bad.txt
	imports nobody.txt --who bad.txt
	refused "$line" 'bad.txt:10:1: expected /proc'
done

# other threads are the host's, with their nice level; a vCPU that never sleeps is told of
sed 's/pid=3002 \(next_\|prev_\|\)prio=120/pid=3002 \1prio=115/
	s/comm=CPU 1.KVM \(prev_\|next_\|\)pid=3002/comm=vhost-3000 \1pid=3002/
	s/CPU 1.KVM-3002/vhost-3000-3002/' "$guests" >host.txt
imports host.txt
are 'host' 'guest_2000:
vcpus: 2
programs: [CPU_0_KVM_2001, CPU_1_KVM_2002]
guest_3000: {vcpus: 1, program: CPU_0_KVM_3001}
host_vhost_3000_3002: {vcpus: 1, program: vhost_3000_3002, nice: -5}'
says 'host' '2 guests by the names of their vCPUs, 1 host threads'
sed 's/prio=120/prio=49/' "$guests" >fifo.txt
imports fifo.txt
says 'a real-time class' 'of a real-time class, played with nice 0'
sed 's/pid=2002 \(next_\|prev_\|\)prio=120/pid=2002 \1prio=125/' "$guests" >mixed.txt
imports mixed.txt
says 'nice of two kinds' '1 VMs whose vCPUs have different nice levels'
grep -v '\(comm=CPU 0.KVM pid=2001\|comm=CPU 0.KVM prev_pid=2001\)' "$guests" >silent.txt
imports silent.txt
says 'never asleep' '1 vCPUs left out: no burst was seen whole'
says 'never asleep' '1 vCPUs of these guests, by their numbers, of which nothing is kept'

# real recordings of two processes with two vCPUs each, nice -5 and -20
for layout in tracefs_tgid perf_pid tracecmd tracecmd_R perf tracefs_latency; do
	imports "$here/real/$layout.txt" --task '^CPU'
	says "$layout" '2 guests by the names of their vCPUs, 0 host threads'
	[ "$(grep -c '^programs: .CPU_0_KVM_[0-9]*, CPU_1_KVM_[0-9]*.' vms)" = 2 ] ||
		not_ok "$layout: $(cat vms)"
	[ "$(grep -o 'nice: -[0-9]*' vms | sort | tr '\n' ' ')" = 'nice: -20 nice: -5 ' ] ||
		not_ok "$layout: nice: $(cat vms)"
done
imports "$here/real/tracefs_tgid.txt" --task '^CPU'
is_silent 'tracefs_tgid' 'order of their thread ids'
"$corun" compare out/replay.yaml --reps 2 --quiet >compared 2>&1 || not_ok "compare: $(cat compared)"
echo "who.sh: $nr imports, $failed failed"
exit $failed
