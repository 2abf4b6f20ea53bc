#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# test_check.sh DIR: check.sh takes the recorded log of a boot (logs/), and finds fault
# with it as soon as one thing in it is not as it should be.
set -u
dir=$(cd "$(dirname "$0")" && pwd)
out=$1
failed=0
nr=0
mkdir -p "$out"

"$dir/check.sh" "$dir/logs/boot.log" "$out/figures.csv" "$dir/logs/cases" >"$out/said" || {
	echo "not ok: the recorded boot"
	grep '^not ok' "$out/said"
	failed=1
}

# caught WHAT SED: with that done to the log, a line "not ok: WHAT" comes, and status 1.
caught() {
	nr=$((nr + 1))
	sed -E "$2" "$dir/logs/boot.log" >"$out/log"
	if cmp -s "$out/log" "$dir/logs/boot.log"; then
		echo "not ok: $1: $2 changes nothing"
		failed=1
	elif "$dir/check.sh" "$out/log" "$out/figures.csv" "$dir/logs/cases" >"$out/said"; then
		echo "not ok: $1: $2 is not found out"
		failed=1
	elif ! grep -q "^not ok: $1" "$out/said"; then
		echo "not ok: $1: $2 is found out as $(grep '^not ok' "$out/said")"
		failed=1
	fi
}

# in CASE SED: only between its begin and its end
in_case() {
	printf "%s" "/@case $1/,/@end $1/ $2"
}

caught 'barrier-gang: status 1' 's/@end barrier-gang status=0/@end barrier-gang status=1/'
caught 'lock-gang: status 0 .*enabled' 's/(@end lock-gang .*)state=disabled/\1state=enabled/'
caught 'kvm-lock-relaxed: operations after' "$(in_case kvm-lock-relaxed 's/^after,vm1,[0-9]+/after,vm1,0/')"
caught 'kvm-barrier-gang: operations after.*: 1$' "$(in_case kvm-barrier-gang 's/^(after,vm0.*),0/\1,1/')"
caught 'every case began' '/@case load-rr/,/@end load-rr/d'
caught 'kvm-barrier-gang: all-N' "$(in_case kvm-barrier-gang 's/^(vm,vm1,([^,]*,){4})[^,]*/\10.84/')"
caught 'kvm-lock-pinned: all-N' "$(in_case kvm-lock-pinned 's/^(vm,vm0,([^,]*,){4})[^,]*/\10.51/')"
caught 'barrier-gang: .*1.5 times' "$(in_case barrier-pinned 's/^ops,vm0,/&9/')"
caught 'lock-gang: CPU time' "$(in_case lock-gang 's/^(vm,vm1,([^,]*,){2})[^,]*/\11.80/')"
caught 'lock-gang: the same by' "$(in_case lock-gang 's/^(ops,vm1,[^,]*,).*/\11.80/')"
caught 'load-cfs-clang-19: CPU time' "$(in_case load-cfs 's/^(vm,vm1,([^,]*,){2})[^,]*/\11.50/')"
caught 'load-nice-clang-19: .* operations' "$(in_case load-nice 's/^(ops,vm[01],)[^,]*/\10/')"
caught 'load-cfs-clang-19: .* corun_dispatch, in 250000' \
	"$(in_case load-cfs 's/(corun_dispatch +)[0-9]+/\1250000/')"
caught 'load-nice-clang-19: 0 programs' "$(in_case load-nice '{/verified instructions/d}')"
caught 'live-gang: the command' 's/^live,0/live,5/'
caught 'live-gang: the command' "$(in_case live-gang 's/^vm,vm1,4,2048/vm,vm1,4,1024/')"
caught 'live-gang: CPU time' "$(in_case live-gang 's/^(vm,vm1,([^,]*,){2})[^,]*/\12.00/')"
caught 'a policy that hangs' 's/runnable task stall/no reason/'
caught 'hang-bad: status 0' 's/@end hang-bad status=4/@end hang-bad status=0/'
caught 'switches that the meter' "$(in_case lock-gang 's/^meter,0,/meter,7,/')"
caught 'switches that the meter' '/^meter,/d'
caught 'WARN, BUG' 's/@trouble 0/@trouble 1/'
caught 'the guest came to its end' '/@done/d'
[ $failed = 1 ] || echo "ok: the judgement of a boot: $nr faults found out"
exit $failed
