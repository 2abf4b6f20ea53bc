#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# judge.sh LOGS CSV: what must hold of the boots and of their figures (figures.sh).
#
# The emulator runs one pCPU at a time, so figures are compared with each other only;
# equal runs are the same to the byte, so a bound is met always or never.
set -u
logs=$1 csv=$2
failed=0

say() { # STATUS TEXT
	if [ "$1" -eq 0 ]; then
		echo "ok $2"
	else
		echo "not ok $2"
		failed=1
	fi
}

# value SCHEDULER PCPUS LOAD METRIC: of all guests together, or nothing
value() {
	awk -F, -v s="$1" -v c="$2" -v l="$3" -v m="$4" '
		$3 == s && $4 == c && $5 == l && $7 == m { sum += $8; n++ }
		END { if (n) printf "%.6g", sum }' "$csv"
}

# of_vm SCHEDULER PCPUS LOAD METRIC VM
of_vm() {
	awk -F, -v s="$1" -v c="$2" -v l="$3" -v m="$4" -v vm="$5" '
		$3 == s && $4 == c && $5 == l && $7 == m && $6 == vm { print $8 }' "$csv"
}

# draws PCPUS LOAD: credit2's operations in the mean of its boots (credit2, credit2-b, ...)
draws() {
	awk -F, -v c="$1" -v l="$2" '
		$3 ~ /^credit2(-[a-z])?$/ && $4 == c && $5 == l && $7 == "ops" { sum += $8; seen[$3] }
		END { for (s in seen) n++; if (n) printf "%.6g", sum / n }' "$csv"
}

# holds EXPRESSION NAME=VALUE...: none of them may be missing
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

for name in gang-2 gang-2-again gang-4 relaxed-2 relaxed-4 credit2-2 credit2-b-2 \
	credit2-c-2 credit2-d-2 credit2-4 credit2-socket-2 credit2-socket-4 credit-2 life-2; do
	log=$logs/$name.log
	grep -a -q 'CORUN end ok' "$log" &&
		! grep -a -q -E 'Assertion|Xen BUG|Xen WARN|contract broken|Panic on|CORUN failed' "$log"
	status=$?
	[ $status = 0 ] || grep -a -E 'CORUN|Assertion|BUG|WARN|contract|Panic' "$log" | tail -n 8
	say $status "$name: ran to its end, no BUG, no warning, no broken contract"
	! grep -a -q 'lost=[1-9]' "$log"
	say $? "$name: xentrace lost nothing"
	scheduler=${name%%-[24]*}
	case $name in
	gang-* | relaxed-*)
		grep -a -q 'Using scheduler: corun' "$log" &&
			grep -a -q "corun: a pool runs policy $scheduler," "$log" ;;
	life-*) grep -a -q 'corun: a pool runs policy gang,' "$log" ;;
	*) grep -a -q "Using scheduler: .*(${scheduler%%-*})" "$log" ;;
	esac
	say $? "$name: Xen says what it runs"
done

# Equal guests, both there all the time, or the figures below mean nothing.
for name in gang-2 gang-4 relaxed-2 relaxed-4 credit2-2 credit2-b-2 credit2-c-2 credit2-d-2 \
	credit2-4 credit2-socket-2 credit2-socket-4 credit-2; do
	one=$(of_vm "${name%-*}" "${name##*-}" barrier cpu one)
	two=$(of_vm "${name%-*}" "${name##*-}" barrier cpu two)
	holds 'one >= 0.9 * two && one <= 1.1 * two && one + two >= 0.95 * pcpus' \
		one="$one" two="$two" pcpus="${name##*-}"
	say $? "$name: two equal guests had $one and $two pCPUs"
done

for pcpus in 2 4; do
	for load in barrier lock; do
		what="$pcpus pCPUs, $load: two guests under gang"
		alone=$(value gang $pcpus $load-alone ops) gang=$(value gang $pcpus $load ops)
		credit2=$(draws $pcpus $load)
		socket=$(value credit2-socket $pcpus $load ops)
		holds 'gang >= 0.93 * alone' gang="$gang" alone="$alone"
		say $? "$what, $gang/s, against one alone, $alone"
		holds 'gang >= 0.95 * socket' gang="$gang" socket="$socket"
		say $? "$what, $gang/s, against credit2 with sched-gran=socket, $socket"
		holds 'gang >= 2 * credit2' gang="$gang" credit2="$credit2"
		say $? "$what, $gang/s, against credit2, $credit2 (mean of its boots)"
		echo "# beside: relaxed $(value relaxed $pcpus $load ops), stock credit $(
			value credit $pcpus $load ops)"
	done
	for vm in one two; do
		corun=$(of_vm gang $pcpus barrier corun $vm)
		holds 'corun >= 0.97' corun="$corun"
		say $? "$pcpus pCPUs: vCPUs of guest $vm run together $corun of the time (relaxed $(
			of_vm relaxed $pcpus barrier corun $vm), credit2 $(
			of_vm credit2 $pcpus barrier corun $vm))"
	done
	one=$(of_vm gang $pcpus lock-2to1 cpu one) two=$(of_vm gang $pcpus lock-2to1 cpu two)
	holds 'one >= 1.9 * two && one <= 2.1 * two' one="$one" two="$two"
	say $? "$pcpus pCPUs: weights 512:256 through xl sched-credit: $one to $two pCPUs"
done
cmp -s "$logs/gang-2.log" "$logs/gang-2-again.log"
say $? "a repeat of gang on 2 pCPUs is the same to the byte"

# -- the debug build ---------------------------------------------------------------------
life() { tr -d '\r' <"$logs/life-2.log"; }
grep -a -q 'Debug.*=y\|debug=y' "$logs/life-2.log"
say $? "life: that hypervisor has its assertions on"
for step in pause unpause pin unpin weight destroy pool-remove pool-create migrate migrate-back \
	pool-destroy pool-add cpu-off cpu-on destroy-small destroy-one; do
	# The hypervisor's own lines may follow on the same one.
	life | grep -q "^CORUN step ok $step\($\|[^a-z-]\)"
	say $? "life: $step"
done
folded=$(life | sed -n 's/^CORUN trace folded domain=1 .*corun_pct=\([0-9.]*\).*/\1/p')
returned=$(life | sed -n 's/^CORUN trace returned domain=1 .*corun_pct=\([0-9.]*\).*/\1/p')
holds 'folded < 1 && returned >= 95' folded="$folded" returned="$returned"
say $? "life: the gang is placed anew: together $folded % on one pCPU, $returned % when both are back"
# vCPU NUMBER: seconds that it ran in the two after the pCPU's return
ran() {
	life | sed -n "s/^CORUN \(before\|after\) .*v$1=\([0-9.]*\).*/\2/p" |
		awk 'NR == 1 { s = -$1 } NR == 2 { printf "%.1f", s + $1 }'
}
holds 'v0 >= 1.7 && v1 >= 1.7' v0="$(ran 0)" v1="$(ran 1)"
say $? "life: ... and so it is after the pCPU was off: of 2 s its vCPUs ran $(ran 0) and $(ran 1)"
life | grep -q 'corun: calls=.* violations=0 .*check=0'
say $? "life: no violation, and the policy's invariants hold"
[ $failed = 0 ]
