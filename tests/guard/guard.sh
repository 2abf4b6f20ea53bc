#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# guard.sh GUARD COMPILER KEPT [WHY]: instructions per completed step of the worlds of
# bench/guard.c, against those that the file KEPT has.  More than LIMIT percent worse fails.
# WHY: writes them down instead, with this reason.  ONLY=NAME: that world only.
#
# No library chooses its code by the CPU (GLIBC_TUNABLES), so that the count is of the text
# and of the compiler.  Those of another compiler or C library say nothing about the text.
set -u
guard=$1 kept=$3 why=${4:-}
toolchain="$2; $(ldd --version 2>/dev/null | sed -n 1p); $(uname -m)"
LIMIT=2
export LC_ALL=C
export GLIBC_TUNABLES=glibc.cpu.hwcaps=-AVX,-AVX_Usable,-AVX2,-AVX2_Usable,-AVX512F,-AVX512F_Usable,-AVX512VL,-AVX512VL_Usable,-FMA,-FMA_Usable,-FMA4,-FMA4_Usable,-ERMS,-FSRM,-BMI1,-BMI2,-LZCNT,-MOVBE,-RTM
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
trap 'exit 130' INT TERM HUP

was=$(sed -n 's/^# toolchain: //p' "$kept" 2>/dev/null)
if [ -z "$why" ] && [ "$was" != "$toolchain" ]; then
	echo "SKIP test-guard: NOT GUARDED: the counts are of '$was', this is '$toolchain'; make guard-bless WHY=... takes new ones"
	exit 77
fi

# count WORLD: "steps instructions"
count() {
	steps=$(valgrind --tool=callgrind --toggle-collect=sim_run \
		--callgrind-out-file="$scratch/out" "$guard" "$1" 2>"$scratch/log") || {
		cat "$scratch/log" >&2
		return 1
	}
	echo "$steps $(sed -n 's/^totals: //p' "$scratch/out")"
}

status=0
for world in ${ONLY:-$("$guard")}; do
	counted=$(count "$world") || exit 1
	# shellcheck disable=SC2086 # two words
	set -- $counted
	per=$(awk "BEGIN { printf \"%.2f\", $2 / $1 }")
	echo "$world,$1,$per" >>"$scratch/new"
	before=$(sed -n "s/^$world,[0-9]*,//p" "$kept" 2>/dev/null)
	[ -n "$why" ] && continue
	awk -v world="$world" -v now="$per" -v before="$before" -v limit=$LIMIT 'BEGIN {
		if (before == "") {
			printf "FAILED %s: no count is kept\n", world
			exit 1
		}
		more = 100 * (now / before - 1)
		printf "%s %-8s %8.2f instructions a step, %+.2f %%\n", (more > limit ? "FAILED" : "ok"), world, now, more
		if (more < -limit)
			print "   better by far: make guard-bless WHY=... holds it"
		exit more > limit
	}' || status=1
done
if [ -n "$why" ]; then
	{
		echo "# SPDX-License-Identifier: BSD-2-Clause"
		echo "# Instructions of sim_run per completed guest step or context switch, by callgrind:"
		echo "# make test-guard holds them, make guard-bless WHY=... renews them."
		echo "# toolchain: $toolchain"
		sed -n '/^# blessed: /p' "$kept" 2>/dev/null
		echo "# blessed: $why"
		echo "world,steps,instructions"
		cat "$scratch/new"
	} >"$scratch/kept"
	cp "$scratch/kept" "$kept"
	cat "$scratch/new"
fi
exit $status
