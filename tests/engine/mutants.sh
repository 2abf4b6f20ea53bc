#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# mutants.sh CC CFLAGS LIBS BUILD LIST OBJECT...: builds each mutant of LIST with
# the given objects (its own text comes first), runs it, and compares what it says with what it must say.
cc=$1 cflags=$2 libs=$3 dir=$4/mutants/$(basename "$5" .txt) list=$5
shift 5
rm -rf "$dir"
mkdir -p "$dir"
status=0
caught=0
while IFS='|' read -r name file edit expect; do
	case $name in \#* | '') continue ;; esac
	name=$(echo "$name" | tr -d ' ')
	file=$(echo "$file" | tr -d ' ')
	edit=$(echo "$edit" | sed 's/^ *//; s/ *$//')
	expect=$(echo "$expect" | sed 's/^ *//; s/ *$//')
	sed "$edit" "sim/$file" >"$dir/$name.c"
	if [ "$name" != none ] && cmp -s "sim/$file" "$dir/$name.c"; then
		echo "mutant $name: the edit changes nothing in sim/$file"
		status=1
		continue
	fi
	# shellcheck disable=SC2086
	if ! $cc $cflags -I "sim/${file%/*}" -c -o "$dir/$name.o" "$dir/$name.c" ||
		! $cc $cflags -o "$dir/$name" "$dir/$name.o" "$@" $libs; then
		status=1
		continue
	fi
	said=$("$dir/$name" 2>&1)
	case $said in
	*"$expect"*)
		echo "mutant $name: $(echo "$said" | grep -F -m 1 "$expect")"
		caught=$((caught + 1))
		;;
	*)
		echo "mutant $name: NOT caught as '$expect': $said"
		status=1
		;;
	esac
done <"$list"
echo "$caught as expected"
exit $status
