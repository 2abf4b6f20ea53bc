#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# planted.sh DIR CC: faults of which arrows.sh must find each, and say what it is.
set -eu
dir=$1 cc=$2
work=$dir/planted
edges=tests/arrows/edges
status=0
rm -rf "$work"
mkdir -p "$work"
# headers of sim/ include these
ln -s "$PWD/policies" "$PWD/ports" "$work"

# plant NAME EXPECTED FILE TEXT [FILE TEXT]: a tree with TEXT added to each FILE.
plant() {
	name=$1 expected=$2
	shift 2
	cp -R sim "$work/sim"
	cp -R "$dir/all" "$work/objects"
	while [ $# -gt 0 ]; do
		case $1 in
		*.h)
			# inside the guard, or nobody would see it twice
			sed -i '$d' "$work/sim/$1"
			printf '%s\n#endif\n' "$2" >>"$work/sim/$1"
			$cc -I"$work/sim" -fkeep-inline-functions -x c -c "$work/sim/$1" -o "$work/objects/$1.o"
			;;
		*)
			printf '%s\n' "$2" >>"$work/sim/$1"
			$cc -I"$work/sim" -c "$work/sim/$1" -o "$work/objects/${1%.c}.o"
			;;
		esac
		shift 2
	done
	if said=$(tests/arrows/arrows.sh "$work" "$work/objects" "$edges"); then
		echo "planted $name: NOT found"
		status=1
	elif echo "$said" | grep -q "$expected"; then
		echo "planted $name: $(echo "$said" | grep -m 1 "$expected")"
	else
		echo "planted $name: not found as '$expected': $said"
		status=1
	fi
	rm -rf "$work/sim" "$work/objects"
}

plant upcall 'base/units.c calls sim_run .*: base may not reach engine' base/units.c \
	'extern int sim_run(void); int planted(void); int planted(void) { return sim_run(); }'
plant circle 'in a circle: base/json base/units' base/units.c \
	'void planted_a(void); void planted_b(void); void planted_a(void) { planted_b(); }' base/json.c \
	'void planted_a(void); void planted_b(void); void planted_b(void) { planted_a(); }'
plant include 'base/json.c includes study/study.h .*: base may not reach study' base/json.c \
	'#include "study/study.h"'
plant inline 'base/units.h calls sim_run .*: base may not reach engine' base/units.h \
	'int sim_run(); static inline int planted(void) { return sim_run(); }'
# the same between two storeys of the engine, and inside one
plant storey-upcall 'engine/core/tie.c calls vcpu_wake .*: engine/core may not reach engine/host' engine/core/tie.c \
	'void vcpu_wake(void); void planted(void); void planted(void) { vcpu_wake(); }'
plant storey-circle 'in a circle: .*engine/book/arrivals engine/book/entitle' engine/book/arrivals.c \
	'void planted_a(void); void planted_b(void); void planted_a(void) { planted_b(); }' engine/book/entitle.c \
	'void planted_a(void); void planted_b(void); void planted_b(void) { planted_a(); }'
plant storey-include 'engine/wait/spin.c includes engine/host/ple.h .*: engine/wait may not reach engine/host' \
	engine/wait/spin.c '#include "engine/host/ple.h"'
plant storey-inline 'engine/core/pcpu.h calls vcpu_wake .*: engine/core may not reach engine/host' engine/core/pcpu.h \
	'void vcpu_wake(); static inline void planted(void) { vcpu_wake(); }'
edges=$work/edges
sed 's/^text .*/& report/' tests/arrows/edges >"$edges"
plant idle 'text does not reach report' base/units.c ''
[ "$status" = 0 ] || exit 1
