#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# test_boot.sh BUILD CONFORM CSV QEMU COMPILE POLICY...: boots every line of cases.txt in virtual
# time and has judge.sh look at its console; replays its record natively; and has each
# spoiled build found out.  Logs and records are left in BUILD/logs, figures in CSV.
set -u
here=$(cd "$(dirname "$0")" && pwd)
build=$1 conform=$2 csv=$3 qemu=$4 compile=$5
shift 5
logs=$build/logs
jobs=$(nproc)
status=0
rm -rf "$logs" "$build/spoiled"
mkdir -p "$logs" "$build/spoiled"

fail() {
	echo "not ok $1"
	status=1
}

# Every policy there is, beside the cases: two hogs are equal beside one that sleeps.
{
	grep -v -e '^#' -e '^$' "$here/cases.txt"
	for policy in "$@"; do
		echo "all-$policy | due 10 1024 1024 | policy $policy; start hog; start hog; start nap; at 1s ps; at 1s off"
	done
} >"$build/cases"

# boot KERNEL NAME: the case NAME, with its log and record.  sleep=off: the virtual clock
# does not wait for the real one where nobody runs, and two runs are the same.
cat >"$build/boot.sh" <<END
line=\$(sed -n "s/^\$2 |[^|]*| //p" "$build/cases")
timeout 300 $qemu -serial "file:\$3/\$2.log" -serial "file:\$3/\$2.rec" \\
	-icount shift=6,sleep=off -kernel "\$1" -append "\$line" </dev/null >"\$3/\$2.qemu" 2>&1
tr -d '\\r' <"\$3/\$2.log" >"\$3/\$2.txt"
END

# judged LOGS NAME: as the case says
judged() {
	# shellcheck disable=SC2046
	"$here/judge.sh" "$1/$2.txt" $(sed -n "s/^$2 | \([^|]*\) |.*/\1/p" "$build/cases")
}

replayed() {
	policy=$(sed -n "s/^$2 |[^|]*| policy \([a-z]*\).*/\1/p" "$build/cases")
	"$conform/conform_$policy" "$1/$2.rec"
}

# -- the cases ---------------------------------------------------------------------------
sed 's/ |.*//' "$build/cases" |
	xargs -P "$jobs" -I NAME sh "$build/boot.sh" "$build/host.elf" NAME "$logs"
for name in $(sed 's/ |.*//' "$build/cases"); do
	if ! said=$(judged "$logs" "$name"); then
		fail "$name: $said"
	elif ! said=$(replayed "$logs" "$name"); then
		fail "$name: its record: $said"
	else
		echo "ok $name: $(sed -n "s/^$name | \([^|]*\) |.*/\1/p" "$build/cases"); replayed:" \
			"$(echo "$said" | sed 's/.*answers \([0-9]* calls\).*/\1/')"
	fi
done
for kind in txt rec; do
	if ! cmp "$logs/mixed.$kind" "$logs/mixed-again.$kind"; then
		fail "the same boot line twice: $kind differs"
	elif cmp -s "$logs/mixed.$kind" "$logs/harm.$kind"; then
		fail "another boot line makes the same $kind"
	else
		echo "ok the same boot line twice: $kind is bit-identical"
	fi
done

# -- typed -----------------------------------------------------------------------------------
# The first character comes before the line is set up, and is lost.
typed() {
	# shellcheck disable=SC2086
	printf '\rnicf\be 1 5\rstop 0\rps\rend 1\rps\rpolicy\rpolicy cfs\rat 300ms off\r' |
		timeout 300 $qemu -serial stdio -icount shift=6,sleep=off -kernel "$build/host.elf" \
			>"$logs/typed.log" 2>"$logs/typed.qemu"
	sed 's/\r$//' "$logs/typed.log" >"$logs/typed.txt"
	for row in '0	hog	0	1024	stopped' '1	hog	5	335	ready'; do
		grep -q "^$row" "$logs/typed.txt" || return 1
	done
	[ "$(grep -c '^1	hog	5' "$logs/typed.txt")" = 1 ] &&
		grep -q '^\* nice	' "$logs/typed.txt" && grep -q '^  cfs	' "$logs/typed.txt" &&
		grep -q '^policy nice has begun; boot with another one' "$logs/typed.txt" && tail -n 1 "$logs/typed.txt" | grep -q 'off$'
}
if typed; then
	echo "ok typed: nice, stop, ps, end, policy, at, off"
else
	fail "typed: $(tail -n 5 "$logs/typed.txt")"
fi

# -- figures ---------------------------------------------------------------------------------
# Of the guests' time (share) and of the pCPU's (cpu), as docs/measured.md wants them.
for case in nice-0-5 nice-equal nice-three cfs-0-5 cfs-equal cfs-three rr-equal; do
	awk -F '\t' -v policy="${case%%-*}" -v load="hogs-${case#*-}" '
		/^[0-9.]*: / { split($0, head, " ") }
		NF == 7 && $1 ~ /^[0-9]$/ {
			line = "ppc440,bare," policy ",1," load "," $1 "-nice" $3
			printf "%s,share,%.4f,1\n", line, $7 / 100
			printf "%s,cpu,%.4f,1\n", line, $7 / 100 * head[9] / head[5]
		}' "$logs/$case.txt"
done >"$csv"

# -- spoiled builds ------------------------------------------------------------------------
# spoil NAME CASE FILE SED: a host with this edit, which must be found out in CASE.
spoil() {
	dir=$build/spoiled/$1
	mkdir -p "$dir"
	sed "$4" "$3" >"$dir/$(basename "$3")"
	cmp -s "$dir/$(basename "$3")" "$3" && fail "spoiled $1: the edit changes nothing in $3"
	echo "$1 $2 $(basename "$3" .c)" >>"$build/spoiled/list"
}

spoil weight cfs-0-5 "$here"/guest.c 's/335,/340,/'
spoil deaf nice-change "$here"/guest.c 's/if (port_vm_set_weight(.*/if (0) {/'
spoil late nice-prompt "$here"/guest.c "
	s/^#include \"guest.guest.h\"/&\n\nstatic sp_u64 late_ns;\nstatic sp_u32 late, late_weight;/
	s/if (port_vm_set_weight(.*/late_ns = clock_ns() + 15000000, late = guest, late_weight = nice_weight(nice);\n	if (0) {/
	/^void guest_wake_due/,/^}/ s/	sp_u32 i;/&\n\n	if (late_ns \&\& now_ns >= late_ns \&\& !port_vm_set_weight(\&h->pool, late, late_weight))\n		late_ns = 0;/"
spoil policy nice-0-5 policies/nice.c 's/charge(&v->age, ran_ns, weight)/charge(\&v->age, ran_ns, weight + 5)/'
spoil charge cfs-0-5 "$here"/sched.c 's/\.ran_ns = g->stint_ns}/.ran_ns = g->stint_ns * (63 + h->current) \/ 64}/'
spoil slice nice-change "$here"/sched.c 's/sp_min(h->until_ns, h->pool.timer_ns)/h->pool.timer_ns/'
spoil sleep nap-nice "$here"/guest.c 's/gpr\[3\] \* 1000/gpr[3] * 2000/'
spoil pid walk "$here"/tlb.c 's/return guest + 1;/return 1;/'
spoil pages harm "$here"/tlb.c 's/? TLB_USER_EXEC : TLB_USER_WRITE/? TLB_USER_EXEC : TLB_USER_EXEC | TLB_USER_WRITE/'
spoil space harm "$here"/tlb.c 's/if (!memory)/if (!memory \&\& page >= GUEST_MEMORY)/'
spoil bounds harm "$here"/tlb.c 's/ || size > GUEST_SIZE - offset//'
spoil problem harm "$here"/guest.c 's/MSR_GUEST;/MSR_GUEST \& ~MSR_PR;/'

# In a policy's place, or in that of a file of the host.
cat >"$build/spoil.sh" <<END
dir=$build/spoiled/\$1
$compile -DSP_POLICY_SYMBOL=port_policy_\$3 -c "\$dir/\$3.c" -o "\$dir/\$3.o" &&
	$compile -T "$here/host.ld" "\$dir/\$3.o" \$(ls $build/*.o $build/port/*.o \\
		$build/policy/*.o | grep -v "/\$3\\.o\$") -lgcc -o "\$dir/host.elf" &&
	sh "$build/boot.sh" "\$dir/host.elf" "\$2" "\$dir"
END
xargs -P "$jobs" -L 1 sh "$build/spoil.sh" <"$build/spoiled/list"
while read -r name case file; do
	dir=$build/spoiled/$name
	if [ ! -s "$dir/$case.txt" ]; then
		fail "spoiled $name: $file does not build, or boot"
	elif said=$(judged "$dir" "$case"); then
		fail "spoiled $name: $case does not find it out"
	else
		echo "ok spoiled $name is found out: ${said#*.txt: }"
	fi
done <"$build/spoiled/list"
if said=$(replayed "$build/spoiled/policy" nice-0-5); then
	fail "the record of a spoiled policy replays: $said"
else
	echo "ok the record of a spoiled policy is refused"
fi
exit $status
