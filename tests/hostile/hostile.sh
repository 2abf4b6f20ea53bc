#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# hostile.sh CORUN DIR: every object of the list below stands beside two policies that behave.
# Each is answered with its line (policy, callback, instant, replication, status), and the
# other two have the same results, to the byte, as without it.
# shellcheck disable=SC2016
corun=$(realpath "$1") dir=$2 top=$PWD
failed=0 nr=0 # of rows
rm -rf "$dir"
mkdir -p "$dir"
cd "$dir" || exit 1
world=$top/tests/hostile/world.yaml

fail() {
	echo "FAILED: $*"
	failed=1
}

: >rows
# row NAME CALLBACK STATUS PATTERN BODY [FLAGS [OUTSIDE]]: in CALLBACK it does BODY; how corun
# ends, and what of its line must match.  FLAGS: own (--own-process), strict (--strict),
# variable (its table may be written), limited (5 s of CPU are all it may have: that a
# process is ended by the limit is another line than that its patience was over).
row() {
	nr=$((nr + 1))
	printf '%s\t%s\t%s\t%s\n' "$1" "$3" "${6:--}" "$4" >>rows
	{
		echo "#define AT_$2"
		echo "#define BODY $5"
		case " $6 " in *variable*) echo '#define TABLE' ;; esac
		[ -z "$7" ] || echo "#define OUTSIDE $7"
	} >"$1.h"
}

# shellcheck source=tests/hostile/rows.sh
. "$top/tests/hostile/rows.sh"

# -- building ------------------------------------------------------------------------------
[ -z "$ONLY" ] || grep -E "^($ONLY)	" rows >some; [ -z "$ONLY" ] || mv some rows
cut -f1 rows | xargs -P "$(nproc)" -I NAME gcc -std=gnu11 -O1 -w -fPIC -shared -nostartfiles \
	-Wl,-z,relro,-z,now -I "$top/policies" -I "$top/policies/module" -DSP_OUT_PCPUS=4096 \
	-DSP_NR_PCPUS=16 -DSP_NR_VCPUS=64 "-DLOTTERY=\"$top/docs/example/lottery.c\"" \
	-include NAME.h -o NAME.so "$top/tests/hostile/hostile.c" || exit 1

# -- running -------------------------------------------------------------------------------
"$corun" compare "$world" --quiet -o alone >alone.txt || exit 1
grep -v '^hostile,' alone/results.csv >expected
short='--patience 300ms --quiet --reps 3'
tab=$(printf '\t')
while IFS=$tab read -r name status flags pattern; do
	options=
	case $flags in *own*) options="$options --own-process" ;; esac
	case $flags in *strict*) options="$options --strict" ;; esac
	for j in 1 2; do
		rm -rf "out$j"
		# shellcheck disable=SC2086
		(
			# shellcheck disable=SC3045 # a limit of CPU time, which dash and bash know
			case $flags in *limited*) ulimit -t 5 ;; esac
			exec timeout 100 "$corun" compare "$world" --policy "rr,cfs,hostile=./$name.so" $short \
				$options -j $j -o "out$j" >"said$j" 2>"told$j"
		)
		got=$?
		[ $got = "$status" ] || fail "$name -j $j: status $got, expected $status: $(head -n 3 "told$j")"
		grep -q -- "$pattern" "told$j" "said$j" || {
			fail "$name -j $j: expected '$pattern'; it said:"
			cat "told$j"
		}
		if [ "$status" = 4 ]; then
			[ "$(grep -c '^corun: error\[[a-z]*\]: .*hostile' "told$j")" = 1 ] ||
				fail "$name -j $j: not one line: $(cat "told$j")"
		fi
		if [ -e "out$j/results.csv" ]; then
			grep -v '^hostile,' "out$j/results.csv" | cmp - expected ||
				fail "$name -j $j: the others' results differ"
			[ "$status" != 4 ] || ! grep -q '^hostile,' "out$j/results.csv" ||
				fail "$name -j $j: void, and results of it"
		else
			case $status$flags$pattern in 2* | 4*strict* | *constructor*) ;; *) fail "$name -j $j: no results" ;; esac
		fi
		find "out$j" -name '*.tmp' 2>/dev/null | grep . && fail "$name: left"
	done
	cmp told1 told2 || fail "$name: -j shows in what is told"
	[ "$status" = 2 ] || [ ! -d out1 ] || diff -r out1 out2 >differ ||
		fail "$name: -j shows in files: $(cat differ)"
done <rows
[ $failed = 0 ] && echo "ok: $nr hostile policies, each answered, the others' results whole"
exit $failed
