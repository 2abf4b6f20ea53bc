#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# test_boot.sh BUILD CONFORM QEMU COMPILE POLICY...: boots every line of cases.txt in virtual
# time and has judge.sh look at its console; replays its record natively; and has each
# spoiled build found out.  Logs and records are left in BUILD/logs.
set -u
here=$(cd "$(dirname "$0")" && pwd)
build=$1 conform=$2 qemu=$3 compile=$4
shift 4
logs=$build/logs
jobs=$(nproc)
status=0
rm -rf "$logs" "$build/spoiled"
mkdir -p "$logs" "$build/spoiled"

fail() {
	echo "not ok $1"
	status=1
}

# Every policy there is, beside the cases: two hogs and who sleeps.
{
	grep -v -e '^#' -e '^$' "$here/cases.txt"
	for policy in "$@"; do
		echo "all-$policy | shares 5 40 40 | policy $policy; start hog; start hog; start nap; at 2s ps; at 2s off"
	done
} >"$build/cases"

# boot KERNEL NAME: the case NAME, with its log and record.  sleep=off: the virtual clock
# does not wait for the real one where nobody runs, and two runs are the same.
cat >"$build/boot.sh" <<END
line=\$(sed -n "s/^\$2 |[^|]*| //p" "$build/cases")
timeout 60 $qemu -serial "file:\$3/\$2.log" -serial "file:\$3/\$2.rec" \\
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
	cmp "$logs/mixed.$kind" "$logs/mixed-again.$kind" || fail "the same line twice differs"
	cmp -s "$logs/mixed.$kind" "$logs/harm.$kind" && fail "two lines make the same $kind"
done
[ $status != 0 ] || echo "ok the same boot line twice: console and record are bit-identical"

# -- spoiled builds ------------------------------------------------------------------------
# spoil NAME CASE FILE SED: a host with this edit, which must be found out in CASE.
spoil() {
	dir=$build/spoiled/$1
	mkdir -p "$dir/src/guest"
	cp "$here"/*.[chS] "$here"/*.ld policies/nice.c "$dir/src/"
	cp "$here"/guest/*.h "$dir/src/guest/"
	cp "$dir/src/$3" "$dir/before"
	sed -i "$4" "$dir/src/$3"
	cmp -s "$dir/src/$3" "$dir/before" && fail "spoiled $1: the edit changes nothing in $3"
	echo "$1 $2" >>"$build/spoiled/list"
}

spoil weight nice-0-5 guest.c 's/423,   335,/423,   340,/'
spoil deaf nice-change guest.c 's/if (port_vm_set_weight(.*/if (0) {/'
spoil policy nice-0-5 nice.c 's/charge(&v->age, ran_ns, weight)/charge(\&v->age, ran_ns, weight + 5)/'
spoil charge nice-0-5 sched.c 's/\.ran_ns = g->stint_ns}/.ran_ns = g->stint_ns * (63 + h->current) \/ 64}/'
spoil slice nice-change sched.c 's/sp_min(h->until_ns, h->pool.timer_ns)/h->pool.timer_ns/'
spoil sleep nap-nice guest.c 's/gpr\[3\] \* 1000/gpr[3] * 2000/'
spoil pid walk tlb.c 's/return guest + 1;/return 1;/'
spoil pages harm tlb.c 's/page < text_end ? TLB_USER_EXEC : TLB_USER_WRITE/TLB_USER_EXEC | TLB_USER_WRITE/'
spoil bounds harm tlb.c 's/ || size > GUEST_SIZE - offset//'
spoil problem harm regs.h 's/(MSR_EE | MSR_PR | /(MSR_EE | /'

cat >"$build/spoil.sh" <<END
dir=$build/spoiled/\$1
$compile -DGUEST_IMAGE="\"$build/guest.bin\"" -DSP_POLICY_SYMBOL=port_policy_nice \\
	-T "\$dir/src/host.ld" "\$dir"/src/*.[cS] $build/port/*.o $build/policies.o \\
	\$(ls $build/policy/*.o | grep -v '/nice\\.o\$') -lgcc -o "\$dir/host.elf" &&
	sh "$build/boot.sh" "\$dir/host.elf" "\$2" "\$dir"
END
xargs -P "$jobs" -L 1 sh "$build/spoil.sh" <"$build/spoiled/list"
while read -r name case; do
	dir=$build/spoiled/$name
	if [ ! -s "$dir/$case.txt" ]; then
		fail "spoiled $name: it does not boot"
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
