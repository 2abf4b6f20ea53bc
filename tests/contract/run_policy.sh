#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# run_policy.sh NAME BUILD GCOV PERCENT OPTIONS: the checks, then what they reached.
# Line coverage is counted over policies/NAME.c, or all of policies/NAME/.
set -u
name=$1 build=$2 gcov=$3 least=$4
shift 4

# Fields of sp_out that the policy's text sets: each must be set in some call.
text=$(cat policies/"$name".c policies/"$name"/*.[ch] 2>/dev/null)
uses=next,run_until_ns,kicks
case $text in *timer_ns*) uses=$uses,timer_ns ;; esac
case $text in *kick_all*) uses=$uses,kick_all ;; esac
case $text in *sp_note\(*) uses=$uses,notes ;; esac
case $text in *sp_mark\(*) uses=$uses,marks ;; esac

rm -f "$build/policy/$name.gcda"
"$build/contract_$name" --uses "$uses" "$@" >"$build/$name.log" 2>&1
status=$?
cat "$build/$name.log"
[ $status -eq 0 ] || exit 1

"$gcov" -t -o "$build/policy" "$build/policy/$name.o" 2>/dev/null |
	awk -v name="$name" -v least="$least" '
	/^ *-: *0:Source:/ {
		file = $0
		sub(/.*Source:/, "", file)
		ours = file ~ ("(^|/)policies/" name "(\\.c|/[^/]*\\.[ch])$")
	}
	!ours { next }
	/^ *#####:/ { missed[nr_missed++] = file ":" substr($0, index($0, ":") + 1); next }
	/^ *[0-9]+\*?:/ { hit++ }
	END {
		all = hit + nr_missed
		pct = all ? 100 * hit / all : 0
		ok = pct >= least
		printf "%s %s: %.1f %% of %d lines reached, at least %d wanted\n", \
			ok ? "ok" : "not ok", name, pct, all, least
		for (i = 0; i < nr_missed && (!ok || i < 5); i++)
			print "#   not reached " missed[i]
		exit !ok
	}'
