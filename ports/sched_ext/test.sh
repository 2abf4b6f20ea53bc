#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# test.sh BUILD CLANGS POLICY...: what can be said of the sched_ext port without a kernel
# that has it: each object is there, is a scheduler of that name and says its licence; the
# command knows each policy, and refuses in one line what it must.
set -u
build=$1 clangs=$2
shift 2
scx=$build/corun-scx
failed=0

fail() {
	echo "not ok: $1"
	failed=1
}

for policy in "$@"; do
	for clang in $clangs; do
		object=$build/$policy.$clang.o
		grep -q "corun_$policy" "$object" || fail "$object is not corun_$policy"
		for part in .struct_ops.link struct_ops/corun_dispatch license; do
			grep -q -F "$part" "$object" || fail "$object has no section $part"
		done
	done
	"$scx" --help | grep -q "^  $policy " || fail "corun-scx does not know $policy"
done
[ $failed = 1 ] || echo "ok: $# policies, each with $clangs"

# refuses STATUS TEXT ARGUMENT...: that status, one line, and it says TEXT.
refuses() {
	want=$1 text=$2
	shift 2
	said=$("$scx" "$@" 2>&1 >/dev/null)
	status=$?
	[ $status = "$want" ] || fail "corun-scx $*: status $status, not $want"
	[ "$(echo "$said" | wc -l)" = 1 ] || fail "corun-scx $*: more than a line: $said"
	case $said in
	"corun-scx: error["*"$text"*) ;;
	*) fail "corun-scx $*: says \"$said\", not \"$text\"" ;;
	esac
}
refuses 2 'no policy "gnag"' --vm "a=pid:$$" gnag
refuses 2 'one policy is wanted' --vm "a=pid:$$"
refuses 2 '--format is table or csv' --format xml --vm "a=pid:$$" gang
refuses 2 'name at least one VM' stock
refuses 2 'two VMs "a"' --vm "a=pid:$$" --vm "a=pid:$$" stock
refuses 2 '--weight is NAME=N' --weight a
refuses 2 '--weight is NAME=N' --weight a=0
refuses 2 '--weight is NAME=N' --weight a=262145
refuses 2 'no policy here' --weight a=2 gang
refuses 5 "no corun-scx with a policy listens at $build/none" --weight a=2 --socket "$build/none"
refuses 5 'a VM is NAME=pid:PID' --vm nonsense stock
refuses 5 'there is no process 0' --vm a=pid:0 stock
refuses 5 'weight is 1 to' --vm "a=pid:$$,weight=0" stock
refuses 5 'no thread of kvm' --vm "a=kvm:$$" stock
if [ -e /sys/kernel/sched_ext/state ]; then
	echo "ok: usage (this kernel has sched_ext: that it refuses one without is not tried)"
else
	refuses 5 'has no sched_ext (CONFIG_SCHED_CLASS_EXT' --vm "a=pid:$$" gang
	[ $failed = 1 ] || echo "ok: refuses in a line: $said"
fi
exit $failed
