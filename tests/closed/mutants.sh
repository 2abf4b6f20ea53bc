#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# mutants.sh CC CFLAGS LIBS BUILD LIST OBJECT...: test_caps with each mutant of sp_cap.h in
# LIST, compiled (unoptimised, to be quick) into the four policies that keep caps; the named
# test must fall.
cc=$1 cflags=$2 libs=$3 dir=$4/closed/mutants list=$5
shift 5
rm -rf "$dir"
mkdir -p "$dir"
status=0 caught=0
while IFS='|' read -r name edit expect; do
	case $name in \#* | '') continue ;; esac
	name=$(echo "$name" | tr -d ' ')
	expect=$(echo "$expect" | tr -d ' ')
	edit=$(echo "$edit" | sed 's/^ *//; s/ *$//')
	rm -rf "$dir/policies"
	cp -R policies "$dir/policies"
	sed "$edit" policies/sp_cap.h >"$dir/policies/sp_cap.h"
	if [ "$name" != none ] && cmp -s policies/sp_cap.h "$dir/policies/sp_cap.h"; then
		echo "mutant $name: the edit changes nothing"
		status=1
		continue
	fi
	objects=
	for policy in nice cfs balance eevdf; do
		main=$dir/policies/$policy/$policy.c
		[ -f "$main" ] || main=$dir/policies/$policy.c
		# shellcheck disable=SC2086
		$cc $cflags -O0 -I "$dir/policies" -DSP_POLICY_SYMBOL=corun_policy_${policy}_small \
			-DSP_OUT_PCPUS=4096 -DSP_NR_PCPUS=16 -DSP_NR_VCPUS=64 \
			-c -o "$dir/$policy.o" "$main" || status=1
		objects="$objects $dir/$policy.o"
	done
	# shellcheck disable=SC2086
	$cc $cflags -O0 -o "$dir/test" $objects "$@" $libs || status=1
	said=$("$dir/test" 2>&1 | sed -n 's/^\[  FAILED  \] //p' | sed '/^[0-9]/d' | sort -u)
	case ${said:-none} in
	*"$expect"*)
		echo "mutant $name: $expect" fell
		caught=$((caught + 1))
		;;
	*)
		echo "mutant $name: NOT caught by $expect: $said"
		status=1
		;;
	esac
done <"$list"
echo "$caught as expected"
exit $status
