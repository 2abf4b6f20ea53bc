#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# mutants_eevdf.sh CC CFLAGS LIBS BUILD LIST ARCHIVE: each mutant of policies/eevdf/ in LIST,
# compiled (unoptimised, to be quick) in the place of the archive's eevdf; the named one of
# tests/closed and the golden schedules must fall.
cc=$1 cflags=$2 libs=$3 dir=$4/closed/mutants_eevdf list=$5 archive=$6
lib="tests/lib/make_world.c"
rm -rf "$dir"
mkdir -p "$dir"
status=0 caught=0

# build TEST SOURCE...: the test with the mutant in it
build() {
	out=$1
	shift
	# shellcheck disable=SC2086
	$cc $cflags -O0 -Ipolicies -Wno-unused-function -o "$dir/$out" "$@" "$dir/eevdf.o" $lib "$archive" $libs || status=1
}

run() {
	case $1 in
	golden)
		build golden tests/golden/golden.c tests/golden/worlds*.c
		"$dir/golden" tests/golden >"$dir/log" 2>&1
		;;
	*)
		build "$1" "tests/closed/$1.c"
		"$dir/$1" >"$dir/log" 2>&1
		;;
	esac
}

while IFS='|' read -r name file edit expect; do
	case $name in \#* | '') continue ;; esac
	name=$(echo "$name" | tr -d ' ')
	file=$(echo "$file" | tr -d ' ')
	expect=$(echo "$expect" | tr -d ' ')
	edit=$(echo "$edit" | sed 's/^ *//; s/ *$//')
	rm -rf "$dir/policies"
	cp -R policies "$dir/policies"
	sed "$edit" "policies/eevdf/$file" >"$dir/policies/eevdf/$file"
	if [ "$name" != none ] && cmp -s "policies/eevdf/$file" "$dir/policies/eevdf/$file"; then
		echo "mutant $name: the edit changes nothing"
		status=1
		continue
	fi
	# shellcheck disable=SC2086
	$cc $cflags -O0 -I "$dir/policies" -DSP_POLICY_SYMBOL=corun_policy_eevdf_small \
		-DSP_OUT_PCPUS=4096 -DSP_NR_PCPUS=16 -DSP_NR_VCPUS=64 \
		-c -o "$dir/eevdf.o" "$dir/policies/eevdf/eevdf.c" || status=1
	if run "$expect"; then fell=no; else fell=yes; fi
	if [ "$fell" = "$([ "$name" = none ] && echo no || echo yes)" ]; then
		echo "mutant $name: $expect, as expected"
		caught=$((caught + 1))
	else
		echo "mutant $name: NOT caught by $expect"
		status=1
	fi
done <"$list"
echo "$caught as expected"
exit $status
