#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# cross.sh need TARGET
#	compiler, C library and emulator are there, or get installed, or one line says
#	SKIP and why, with status 77
# cross.sh run TARGET RUNNER BUILD DIGEST CHECKS POLICY...
#	each policy, built for TARGET: the contract tests (CHECKS calls); the digest of
#	DIGEST generated calls and answers equals the native one; the simulator's
#	records are answered alike
# cross.sh spoiled TARGET RUNNER BUILD CC CFLAGS
#	a policy that hangs on byte order or on the size of long is found out
set -u
verb=$1 target=$2
case $target in
powerpc) compiler=powerpc-linux-gnu-gcc flags='-mcpu=440fp -static -fno-pie' ;;
s390x) compiler=s390x-linux-gnu-gcc flags='-static -fno-pie' ;;
*)
	echo "cross.sh: no target $target" >&2
	exit 1
	;;
esac

need() {
	emulator=qemu-$target
	[ "$target" = powerpc ] && emulator=qemu-ppc
	said=$(.ci/need "gcc-$target-linux-gnu" "libc6-dev-$target-cross" \
		'qemu-user|qemu-user-static' 2>&1)
	for program in "$compiler" "$emulator"; do
		command -v "$program" >/dev/null && continue
		echo "SKIP ports-$target: there is no $program: $(echo "$said" | tail -n 1)"
		exit 77
	done
}

# The binary must be what it is meant to be: bytes 5 and 6 of an ELF header.
check_kind() {
	kind=$(od -An -tu1 -j4 -N2 "$build/$target/conform_$1" | tr -s ' ')
	case $target in
	powerpc) [ "$kind" = " 1 2" ] ;; # 32 bits, big-endian
	s390x) [ "$kind" = " 2 2" ] ;; # 64 bits, big-endian
	esac && return 0
	echo "not ok $1: conform_$1 is no $target program ($kind)"
	return 1
}

# What a policy's object asks for and holds: mem*, 64-bit division where the machine
# has none, and nothing that can be written to.
check_symbols() {
	"${compiler%gcc}nm" "$build/$target/policy/$1.o" >"$build/$target/$1.nm" || return 1
	others=$(sed -n 's/^ *U //p' "$build/$target/$1.nm" |
		grep -vxE 'mem(cpy|set|move|cmp)|__u(div|mod)di3')
	writable=$(grep -E ' [dDbBC] ' "$build/$target/$1.nm")
	[ -z "$others$writable" ] && return 0
	echo "not ok $1: needs or holds what it must not: $others $writable"
	return 1
}

run_policy() {
	policy=$1
	program=$build/$target/conform_$policy
	check_kind "$policy" && check_symbols "$policy" || return 1
	# shellcheck disable=SC2086
	$runner "$program" --checks "$checks" || return 1
	here=$("$build/native/conform_$policy" --digest "$digest")
	# shellcheck disable=SC2086
	there=$($runner "$program" --digest "$digest") || return 1
	if [ -z "$here" ] || [ "$here" != "$there" ]; then
		echo "not ok $policy: the digests differ"
		echo "  here:    $here"
		echo "  $target: $there"
		return 1
	fi
	echo "ok $policy: $target and native answer alike: $there"
	ports/conformance/replay.sh "$build/records" "$build/$target" "$runner" "$policy"
}

# NAME, sed expression, targets on which it must be found out: rr with one flaw.
spoil() {
	dir=$build/$target/spoiled
	mkdir -p "$dir"
	sed "$2" policies/rr.c >"$dir/$1.c"
	if cmp -s policies/rr.c "$dir/$1.c"; then
		echo "not ok $1: the edit changes nothing in policies/rr.c"
		return 1
	fi
	# shellcheck disable=SC2086
	$compiler $cflags $flags "$dir/$1.c" "$build/$target"/*.o -o "$dir/$1" &&
		$cc $cflags "$dir/$1.c" "$build/native"/*.o -o "$dir/$1.native" || return 1
	here=$("$dir/$1.native" --digest 20000)
	there=$($runner "$dir/$1" --digest 20000)
	differs=no
	[ -n "$here" ] && [ -n "$there" ] && [ "$here" != "$there" ] && differs=yes
	case " $3 " in *" $target "*) wanted=yes ;; *) wanted=no ;; esac
	if [ $differs != $wanted ]; then
		echo "not ok $1: found out: $differs, expected $wanted"
		return 1
	fi
	echo "ok $1: found out on $target: $differs, as it should be"
}

status=0
case $verb in
need)
	need
	;;
run)
	runner=$3 build=$4 digest=$5 checks=$6
	shift 6
	for policy in "$@"; do
		run_policy "$policy" || status=1
	done
	;;
spoiled)
	runner=$3 build=$4 cc=$5 cflags=$6
	until='out->run_until_ns = now_ns +'
	spoil byte_order "s/$until rr->slice_ns/$until rr->slice_ns + *(sp_u8 *)\&vcpu/" \
		'powerpc s390x' || status=1
	spoil long_size "s/$until rr->slice_ns/$until (unsigned long)(rr->slice_ns * 1000)/" \
		powerpc || status=1
	;;
esac
exit $status
