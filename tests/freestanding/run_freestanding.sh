#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# run_freestanding.sh NAME BUILD GCC CLANGS: compile the policy NAME as no hosted
# program would be, and look at what came out.  A line for each thing asked.
# POLICY_DIR: where policies/ is, for those that are spoiled on purpose.
# shellcheck disable=SC2086 # flags are words
set -u
name=$1 build=$2 gcc=$3 clangs=$4
dir=${POLICY_DIR:-policies}
source=$dir/$name/$name.c
[ -f "$source" ] || source=$dir/$name.c
strict="-std=gnu11 -O2 -ffreestanding -nostdinc -I$dir -Wall -Wextra -Wno-unused-parameter
	-Wconversion -Wshadow -Wpadded -Wvla -Wstrict-prototypes -Wmissing-prototypes -Werror
	-Wframe-larger-than=1024"
# As Xen 4.17 compiles its own (config/x86_64.mk and xen/arch/x86/arch.mk); the
# attribute is what its cf_check stands for.
xen="-std=gnu99 -O2 -nostdinc -I$dir -Wall -Werror -Wredundant-decls -Wstrict-prototypes
	-Wnested-externs -Wvla -fno-builtin -fno-common -fno-strict-aliasing -ffreestanding
	-fno-stack-protector -fno-exceptions -fno-asynchronous-unwind-tables -fpic
	-mno-red-zone -mno-sse -mno-mmx -mgeneral-regs-only"
xen_gcc="-fno-jump-tables -mindirect-branch=thunk-extern -mindirect-branch-register
	-fcf-protection=branch -mmanual-endbr"
failed=0

say() { # STATUS TEXT
	if [ "$1" -eq 0 ]; then
		echo "ok $name: $2"
	else
		echo "not ok $name: $2"
		failed=1
	fi
}

compile() { # COMPILER FLAGS... : output only if it fails
	"$@" >"$build/$name.log" 2>&1 && return 0
	echo "# $*"
	head -30 "$build/$name.log"
	return 1
}

has() { command -v "$1" >/dev/null; }

# What is left undefined, but for what every freestanding target must have.
undefined() {
	nm -u "$1" | awk '{ print $NF }' |
		grep -vE '^(mem(cpy|set|move|cmp)|__x86_indirect_thunk_[a-z0-9]+|_GLOBAL_OFFSET_TABLE_)$'
}

# Bytes in sections that a program may write to.
writable() {
	size -A "$1" | awk '
		$1 ~ /^\.data\.rel\.ro/ { next }
		$1 ~ /^\.(data|bss|tdata|tbss|sdata|sbss)/ || $1 == "COMMON" { bytes += $2 }
		END { print bytes + 0 }'
}

look() { # OBJECT WHAT
	names=$(undefined "$1")
	[ -z "$names" ]
	say $? "$2: nothing undefined but mem* and thunks${names:+, yet: $names}"
	bytes=$(writable "$1")
	[ "$bytes" -eq 0 ]
	say $? "$2: no writable data${bytes:+ ($bytes bytes)}"
}

# -- what it includes ---------------------------------------------------------------
read=$("$gcc" -MM -nostdinc -I"$dir" "$source" | sed 's/[\\ ]/\n/g' | grep -v '^[^/]*\.o:$')
others=$(echo "$read" | grep -vE "^(|$dir/(policy|sp_[a-z]+)\.h|$dir/([a-z0-9]+/)?[a-z0-9_]+\.[ch])\$" ||
	echo "$read" | grep "^$dir/module/")
[ -z "$others" ]
say $? "includes policy.h, helpers and parts of policies alone${others:+, yet: $others}"
direct=$(echo "$read" | grep -vE '/(policy|sp_[a-z]+)\.h$' | xargs sed -n 's/^ *# *include *//p' |
	grep -vE '^"((policy|sp_[a-z]+)\.h|([a-z0-9]+/)?[a-z0-9_]+\.c|([a-z0-9]+/)?state\.h)"')
[ -z "$direct" ]
say $? "names no other header${direct:+, yet: $direct}"

# -- strict, in three sizes ------------------------------------------------------------
sizes="16/64 128/1024 4096/16384"
for cc in $gcc $clangs; do
	if ! has "$cc"; then
		echo "SKIP freestanding $name: $cc is not installed"
		continue
	fi
	bad=0
	for size in $sizes; do
		compile "$cc" $strict -DSP_NR_PCPUS="${size%/*}" -DSP_NR_VCPUS="${size#*/}" \
			-c "$source" -o "$build/$name.$cc.${size%/*}.o" || bad=1
	done
	say $bad "$cc, freestanding, strict warnings, no padding, at $sizes"
	[ $bad -eq 0 ] && look "$build/$name.$cc.16.o" "$cc"
done

# -- state grows with the pool, not with its square ------------------------------------
small=$("$build/test_table_$name" --state-size)
large=
compile "$gcc" -std=gnu11 -I"$dir" -DPOLICY_FILE_NAME='""' -DSP_NR_PCPUS=4096 \
	-DSP_NR_VCPUS=16384 tests/freestanding/test_table.c "$source" -lcmocka \
	-o "$build/test_table_large_$name" && large=$("$build/test_table_large_$name" --state-size)
[ -n "$large" ] && [ "$large" -le $((small * 256 * 5 / 4)) ]
say $? "state: $small bytes at 16/64, ${large:-unknown} at 4096/16384, 256 times the pool"

# -- Xen --------------------------------------------------------------------------------
object=$build/$name.xen.o
if echo 'int x;' | "$gcc" $xen_gcc -x c -c - -o /dev/null 2>/dev/null; then
	compile "$gcc" $xen $xen_gcc -DSP_CALLBACK='__attribute__((__cf_check__))' \
		-c "$source" -o "$object"
	bad=$?
	say $bad "$gcc with Xen's flags"
	if [ $bad -eq 0 ]; then
		look "$object" "Xen"
		wanted=$("$build/test_table_$name" --callbacks)
		found=$(objdump -d "$object" | grep -c endbr64)
		[ "$found" -eq "$wanted" ]
		say $? "Xen: $found endbr64 for $wanted callbacks (SP_CALLBACK)"
	fi
else
	echo "SKIP freestanding $name: $gcc knows no -mmanual-endbr"
fi
for cc in $clangs; do
	has "$cc" || continue
	compile "$cc" $xen -c "$source" -o "$build/$name.xen.$cc.o"
	say $? "$cc with Xen's flags"
done

# -- 32 bit -----------------------------------------------------------------------------
if echo 'int x;' | "$gcc" -m32 -x c -fsyntax-only - 2>/dev/null; then
	compile "$gcc" $strict -m32 -fsyntax-only "$source"
	say $? "$gcc -m32 takes it"
else
	echo "SKIP freestanding $name: $gcc knows no -m32"
fi

exit $failed
