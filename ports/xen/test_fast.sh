#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# test_fast.sh CACHE BUILD: the policies and the glue under Xen's compiler flags,
# then Xen's real schedulers and ours in the harness.  A line for each thing asked.
set -u
here=$(cd "$(dirname "$0")" && pwd)
cache=$1 build=$2
tree=$build/tree
failed=0

say() { # STATUS TEXT
	if [ "$1" -eq 0 ]; then
		echo "ok $2"
	else
		echo "not ok $2"
		failed=1
	fi
}

"$here/prepare.sh" "$cache" "$tree" || exit $?
log=$build/objects.log
make -C "$tree/xen" common/sched/ >"$log" 2>&1 &&
	make -C "$tree/xen" common/bitmap.o arch/x86/bitops.o >>"$log" 2>&1
status=$?
[ $status = 0 ] || tail -n 30 "$log"
say $status "Xen's build takes the glue and every policy, warnings are errors"
[ $status = 0 ] || exit 1
grep -q -- '-fcf-protection=branch' "$tree/xen/common/sched/corun/.run.o.cmd"
say $? "Xen's flags ask for branch protection: the next counts mean something"

# -- the objects of the policies ----------------------------------------------------
# A callback without cf_check is built without a word, and traps where IBT is on.
policies=$(sed -n 's/.*&corun_policy_\([a-z0-9_]*\),.*/\1/p' "$tree/xen/common/sched/corun/list.c")
for name in $policies; do
	o=$tree/xen/common/sched/corun/policy-$name.o
	branches=$(objdump -d "$o" | grep -c endbr64)
	callbacks=$(objdump -r "$o" | awk -v table="corun_policy_$name]" '
		/^RELOCATION/ { in_table = index($0, table) }
		in_table && $3 ~ /^\.text/ && !seen[$3]++ { n++ } # two entries may be one function
		 END { print n + 0 }')
	[ "$callbacks" -ge 11 ] && [ "$branches" -eq "$callbacks" ]
	say $? "$name: $branches endbr64 for $callbacks callbacks"
	names=$(nm -u "$o" | awk '{ print $NF }' |
		grep -vE '^(mem(cpy|set|move|cmp)|__x86_(indirect_thunk_[a-z0-9]+|return_thunk))$')
	[ -z "$names" ]
	say $? "$name: nothing undefined but mem* and thunks${names:+, yet: $names}"
	bytes=$(size -A "$o" | awk '$1 ~ /^\.(data|bss)/ && $1 !~ /^\.data\.rel\.ro/ { n += $2 }
		END { print n + 0 }')
	[ "$bytes" -eq 0 ]
	say $? "$name: no writable data"
done
for name in admin calls life run; do
	o=$tree/xen/common/sched/corun/$name.o
	# nm knows the size of a function, endbr64 is its first instruction.
	declared=$(grep -hoE '\bcf_check[[:space:]]+corun_[a-z_]+\(' "$here/glue/$name.c" |
		sort -u | wc -l)
	branches=$(objdump -d "$o" | grep -c endbr64)
	[ "$branches" -eq "$declared" ]
	say $? "glue/$name.c: $branches endbr64 for $declared hooks"
done

# -- the harness -----------------------------------------------------------------------
"$here/harness/build.sh" "$tree" "$build/harness"
status=$?
say $status "credit, credit2, rtds and ours compile against the harness, assertions on"
[ $status = 0 ] || exit 1
harness=$build/harness/harness

# value NAME LINE: of "NAME=value" in it.
value() { echo "$2" | tr ' ' '\n' | sed -n "s/^$1=//p" | tail -n 1; }

# within VALUE LOW HIGH
within() { awk -v x="$1" -v lo="$2" -v hi="$3" 'BEGIN { exit !(x != "" && x >= lo && x <= hi) }'; }

run() { # SCHEDULER SCENARIO [STEPS]: the line of figures, in $line; all of it in $out
	out=$(timeout 120 "$harness" "$@" 2>&1)
	status=$?
	line=$(echo "$out" | grep "^$2 sched=")
	[ $status = 0 ] && [ -n "$line" ] && return 0
	echo "$out" | tail -n 5
	return 1
}

# What a pool of ours tells of itself: no broken promise, and its invariants hold.
sound() { [ "$(value violations "$out")$(value check "$out")" = 00 ]; }

weights() { # SCHEDULER
	run "$1" weights || { say 1 "$1: shares by weight"; return; }
	if [ "$(value weighted "$line")" = 1 ]; then
		within "$(value share_512 "$line")" 0.662 0.672
	else
		within "$(value share_512 "$line")" 0.495 0.505
	fi
	say $? "$1: shares 512:256 $(value share_512 "$line") $(value share_256 "$line") (weights: $(
		value weighted "$line"))"
}

for s in credit credit2 rtds; do
	weights $s
	run $s corun
	say $? "$s: co-run $(value corun_a "$line") $(value corun_b "$line")"
done
# The two to which weights matter have them, or the comparison is one of nothing.
for s in credit credit2; do
	run $s weights && [ "$(value weighted "$line")" = 1 ]
	say $? "$s: takes weights"
done

for name in $policies; do
	s=corun:$name
	weights "$s"
	sound
	say $? "$s: contract and invariants hold"
	if run "$s" corun; then
		sound && within "$(value share_a "$line")" 0.45 0.55
	fi
	say $? "$s: co-run $(value corun_a "$line") $(value corun_b "$line"), busy $(
		value busy "$line")"
	if run "$s" life 2000; then
		sound && within "$(value busy "$line")" 0.98 1 &&
			within "$(value share_a "$line")" 0.45 0.55
	fi
	say $? "$s: guests and pCPUs come and go, then all are used: $(value busy "$line"), calls $(
		value calls "$out"), unsaved picks $(value unsaved "$out")"
done

# Shares are of what the guests had, though half of the pCPUs are up to 3 ms late for the
# end of a slot.  Xen's own do not all keep that (credit2: 0.633).
late() { # SCHEDULER
	run "$1" late || { say 1 "$1: shares on late pCPUs"; return; }
	[ "$(value weighted "$line")" = 1 ] || return
	within "$(value share_512 "$line")" 0.65 0.683
	say $? "$1: shares 512:256 on pCPUs that are late $(value share_512 "$line") $(
		value share_256 "$line")"
}
for name in $policies; do late "corun:$name"; done

# The gang is one, beside noise, and again when pCPUs have gone and come.
run corun:gang corun && within "$(value corun_a "$line")" 0.99 1 &&
	within "$(value corun_b "$line")" 0.99 1
say $? "gang: co-run at least 0.99: $(value corun_a "$line")"
run corun:gang life 2000 && within "$(value corun_a "$line")" 0.99 1
say $? "gang: placed anew when pCPUs return: $(value corun_a "$line")"
one=$line
run corun:gang life 2000 && [ "$line" = "$one" ]
say $? "gang: a repeat is the same"

# -- mistakes that must be found --------------------------------------------------------------
# Is all well, by what the tests above ask?
healthy() {
	run corun:gang life 2000 && sound && within "$(value busy "$line")" 0.98 1 &&
		within "$(value corun_a "$line")" 0.99 1 &&
		run corun:nice weights && within "$(value share_512 "$line")" 0.662 0.672
}

# spoiled FILE WHAT SED-SCRIPT: that mistake in the glue must not pass for health.
spoiled() {
	mkdir -p "$build/spoiled"
	sed "$3" "$tree/xen/common/sched/corun/$1" >"$build/spoiled/$1"
	if cmp -s "$build/spoiled/$1" "$tree/xen/common/sched/corun/$1" ||
		! "$here/harness/build.sh" "$tree" "$build/harness" "$PWD/$build/spoiled/$1"; then
		say 1 "spoiled: $2 (cannot be made)"
		return
	fi
	harness=$build/harness/spoiled
	! healthy >/dev/null
	say $? "spoiled: $2 is found"
	harness=$build/harness/harness
}
healthy
say $? "unspoiled, the glue is healthy"
spoiled run.c "a context that is not saved yet is taken for saved" \
	's/if (!cu->unit->is_running || cu->unit == prev)/if (prev)/'
spoiled calls.c "kicks are lost" 's/cpu_raise_softirq(cpu, SCHEDULE_SOFTIRQ);/;/'
spoiled life.c "a pCPU leaves without a word" \
	's/pool->policy->pcpu_offline(pool->state, cpu, now_ns, pool->out);/(void)now_ns;/'
spoiled run.c "the end of a stint is not reported" \
	's/pool->policy->vcpu_stopped(pool->state, &stint, now_ns, pool->out);/(void)stint;/'
spoiled life.c "a lock stays taken" \
	'/^void cf_check corun_insert_unit/,/^}/s/spin_unlock_irqrestore(&pool->lock, flags);//'

# -- the boots' reader of Xen's traces --------------------------------------------------------
# TRC_LOST_RECORDS of the header, with four words behind it, twice; a buffer's wrap is none
gcc -std=gnu11 -O2 -Wall -Wextra -o "$build/corun_trace" "$here/boot/corun_trace.c" &&
	grep -q 'define TRC_LOST_RECORDS *(TRC_GEN + 1)' "$tree/xen/include/public/trace.h"
say $? "Xen's number for lost records is what corun_trace has"
lost='\001\360\001\100wordwordwordword'
# shellcheck disable=SC2059 # it is bytes
printf "$lost$lost"'\002\360\001\000' | "$build/corun_trace" | grep -q '^changes=0 mcycles=0 lost=2$'
say $? "lost records are counted"

# -- what must be refused ----------------------------------------------------------------
refused() { # SCHEDULER WHAT TEXT
	out=$(timeout 20 "$harness" "$1" weights 2>&1)
	status=$?
	[ $status = 1 ] && echo "$out" | grep -q "$3"
	say $? "refused: $2"
}
refused corun:nosuch "a policy that is not there" "no policy 'nosuch'"
refused corun:gang,slit=1ms "a tunable that is not there" "no tunable like 'slit=1ms'"
refused corun:gang,slot=1000s "a value out of range" "slot wants 100000 to 1000000000"
refused corun:gang,slot=1ms,min_slot=2ms "tunables that contradict" "refuses its tunables"

[ $failed = 0 ]
