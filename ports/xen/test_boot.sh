#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# test_boot.sh CACHE BUILD: Xen with the glue under QEMU in virtual time: two guests
# as wide as the host under gang, credit2 and credit2 with sched-gran=socket, weights
# through xl, and a repeat that must be the same to the byte.
#
# Figures are of an emulator that runs one pCPU at a time: compare them with each
# other only.  Ratios are asserted, with margins; the figures go to BUILD/boot.csv.
set -u
here=$(cd "$(dirname "$0")" && pwd)
cache=$1 build=$2
pcpus=${XEN_PCPUS:-2}
failed=0

say() { # STATUS TEXT
	if [ "$1" -eq 0 ]; then
		echo "ok $2"
	else
		echo "not ok $2"
		failed=1
	fi
}

"$here/prepare.sh" "$cache" "$build/tree" || exit $?
"$here/boot/image.sh" "$cache" "$build/image" || exit $?
# A fixed date, so that a rebuild is the same hypervisor.
make -C "$build/tree/xen" XEN_BUILD_DATE="Thu Jan  1 00:00:00 UTC 1970" XEN_BUILD_TIME=00:00:00 \
	XEN_BUILD_HOST=corun XEN_WHOAMI=corun XEN_DOMAIN=corun >"$build/xen.log" 2>&1
status=$?
[ $status = 0 ] || tail -n 20 "$build/xen.log"
say $status "Xen builds and links with the glue and every policy"
[ $status = 0 ] || exit 1

# boot NAME JOB XEN_ARGS...: one run; its console in $build/NAME.log.
boot() {
	log=$build/$1.log
	job=$2
	shift 2
	XEN_TIMEOUT=${XEN_TIMEOUT:-600} "$here/boot/run.sh" "$build/tree/xen/xen" "$build/image" \
		"$log" "$pcpus" "$job" "$@"
	status=$?
	[ $status = 0 ] || grep -a -E 'CORUN|Panic|BUG|Assert' "$log" | tail -n 10
	say $status "$log: $job ran to its end ($*)"
	! grep -a -q -E 'Assertion|Xen BUG|Xen WARN|contract broken|Panic on' "$log"
	say $? "$log: no BUG, no warning, no broken contract"
	return $status
}

# figure LOG GUEST WHAT: of the lines "CORUN guest ... GUEST WHAT=N".
figure() {
	tr -d '\r' <"$build/$1.log" | grep -a "^CORUN guest [a-z]* $2 " | tr ' ' '\n' |
		sed -n "s/^$3=//p" | tail -n 1
}

sum() { # LOG WHAT: of the two guests
	echo $(($(figure "$1" one "$2") + $(figure "$1" two "$2")))
}

# holds EXPRESSION-OF-AWK NAME=VALUE...
holds() {
	expression=$1
	shift
	for v in "$@"; do
		[ -n "${v#*=}" ] || return 1
		set -- "$@" -v "$v"
		shift
	done
	awk "$@" "BEGIN { exit !($expression) }"
}

# The least co-run figure of the guests in LOG, percent.
least_corun() {
	tr -d '\r' <"$build/$1.log" | sed -n 's/^CORUN trace .*corun_pct=\([0-9.]*\).*/\1/p' |
		sort -n | head -n 1
}

echo "emulated,pcpus,workload,alone,one,two,corun_pct" >"$build/boot.csv"
record() { # NAME
	for w in barrier lock; do
		corun=$(least_corun "$1")
		[ $w = barrier ] || corun= # traced in that window only
		echo "$1,$pcpus,$w,$(figure alone alone $w),$(figure "$1" one $w),$(
			figure "$1" two $w),$corun" >>"$build/boot.csv"
	done
}

boot alone alone sched=corun corun=gang
boot gang both sched=corun corun=gang && record gang
grep -a -q 'Using scheduler: corun' "$build/gang.log" &&
	grep -a -q 'corun: a pool runs policy gang' "$build/gang.log"
say $? "gang: Xen says that it runs it"
boot credit2 both sched=credit2 && record credit2
boot socket both sched=credit2 sched-gran=socket && record socket
[ $failed = 0 ] || exit 1

for w in barrier lock; do
	alone=$(figure alone alone $w)
	gang=$(sum gang $w)
	credit2=$(sum credit2 $w)
	socket=$(sum socket $w)
	holds 'gang >= 0.93 * alone' gang="$gang" alone="$alone"
	say $? "$w: two guests under gang, $gang, against one alone, $alone"
	holds 'gang >= 0.95 * socket' gang="$gang" socket="$socket"
	say $? "$w: gang, $gang, against credit2 with sched-gran=socket, $socket"
	if [ $w = barrier ]; then
		holds 'gang >= 2 * credit2' gang="$gang" credit2="$credit2"
	else
		holds 'gang > credit2' gang="$gang" credit2="$credit2"
	fi
	say $? "$w: gang, $gang, against credit2, $credit2"
done
holds 'corun >= 97' corun="$(least_corun gang)"
say $? "gang: vCPUs run together $(least_corun gang) % (credit2: $(least_corun credit2) %)"

boot weights weights sched=corun corun=gang
one=$(tr -d '\r' <"$build/weights.log" | sed -n 's/^CORUN weights one=\([0-9.]*\).*/\1/p')
two=$(tr -d '\r' <"$build/weights.log" | sed -n 's/^CORUN weights .*two=\([0-9.]*\).*/\1/p')
holds 'one >= 1.9 * two && one <= 2.1 * two' one="$one" two="$two"
say $? "gang: weights 512:256 through xl sched-credit: $one s and $two s"

# What dom0 said, not the emulator's console timing: the whole of it.
mv "$build/gang.log" "$build/gang-first.log"
boot gang both sched=corun corun=gang
cmp -s "$build/gang-first.log" "$build/gang.log"
say $? "gang: a repeat is the same to the byte"

cat "$build/boot.csv"
[ $failed = 0 ]
