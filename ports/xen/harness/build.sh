#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# build.sh XEN OUT [SOURCE]: compile Xen's schedulers (credit, credit2, rtds), ours and the
# harness into the program OUT/harness, with the flags that Xen's own build recorded
# in the tree XEN (prepared by prepare.sh), and with its ASSERTs switched on.
#	SOURCE	a part of the glue that is spoiled on purpose: linked in place of its
#		namesake, with what an earlier call left in OUT, into OUT/spoiled
set -eu
here=$(cd "$(dirname "$0")" && pwd)
xen=$(cd "$1" && pwd)/xen
mkdir -p "$2"
out=$(cd "$2" && pwd)
log=$out/build.log
: >"$log"

# Between the compiler and the source's name, without what concerns dependency files.
recorded=$(sed -n '1s/^cmd_[^ ]* := //p' "$xen/common/sched/.credit2.o.cmd" |
	sed "s/ -MMD -MP -MF [^ ]*//; s/'-D__OBJECT_LABEL__=[^ ]*'//; s/ -c .*//; s/ -Wa,[^ ]*//g")
cc=${recorded%% *}
flags="${recorded#* } -DCONFIG_DEBUG -include $here/irq.h"

run() {
	"$@" >>"$log" 2>&1 || {
		tail -n 30 "$log"
		echo "# $*"
		exit 1
	}
}

# compile SOURCE OBJECT FLAGS...: two sections get names that the linker marks.
compile() {
	src=$1 obj=$out/$2
	shift 2
	# shellcheck disable=SC2086 # flags are words
	(cd "$xen" && run "$cc" $flags "$@" -D__OBJECT_LABEL__=harness -c "$src" -o "$obj")
	run objcopy --rename-section .data.schedulers=schedulers \
		--rename-section .init.setup=params "$obj"
	objects="$objects $obj"
}

objects=
include=-I$xen/common/sched/corun
sizes=$(sed -n 's/^CFLAGS-y += //p' "$xen/common/sched/corun/Makefile" |
	sed 's|\$(srctree)/\$(src)|common/sched/corun|')
if [ $# = 3 ]; then
	# shellcheck disable=SC2086
	compile "$3" spoiled.o $sizes $include
	for o in "$out"/*.o; do
		case $o in */spoiled.o | */corun-"$(basename "$3" .c)".o) ;;
		*) objects="$objects $o" ;; esac
	done
	# shellcheck disable=SC2086
	run cc -no-pie -o "$out/spoiled" $objects
	exit 0
fi
for f in credit credit2 rt; do compile "common/sched/$f.c" "$f.o"; done
compile common/bitmap.c bitmap.o
compile arch/x86/bitops.c bitops.o
for f in "$xen"/common/sched/corun/*.c; do
	# shellcheck disable=SC2086
	compile "$f" "corun-$(basename "$f" .c).o" $sizes
done
for f in machine core_boot core_pool core_guest core_wake core_run main; do
	compile "$here/$f.c" "$f.o" -Icommon/sched -I"$here" -Wno-redundant-decls
done
run cc -std=gnu11 -O2 -g -Wall -Wextra -mincoming-stack-boundary=3 -mstackrealign -fcf-protection=none -I"$here" \
	-c "$here/host.c" -o "$out/host.o"
# shellcheck disable=SC2086
run cc -no-pie -o "$out/harness" "$out/host.o" $objects
