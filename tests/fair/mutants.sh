#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# mutants.sh CC CFLAGS LIBS BUILD LIST: builds each mutant of LIST into the test that it
# names, which must fail; with no mutant all of them pass.
cc=$1 cflags=$2 libs=$3 build=$4 list=$5
dir=$build/fair/mutants
rm -rf "$dir"
mkdir -p "$dir"
status=0
caught=0

# link TEST OBJECT OUT
link() {
	parts=
	[ "$1" != runs ] || parts="tests/lib/make_world.c $build/libengine-parts.a"
	# shellcheck disable=SC2086
	$cc $cflags -o "$3" "tests/fair/test_$1.c" $2 $parts "$build/libcorun.a" $libs -lcmocka
}

while IFS='|' read -r name file edit test; do
	case $name in \#* | '') continue ;; esac
	name=$(echo "$name" | tr -d ' ')
	file=$(echo "$file" | tr -d ' ')
	test=$(echo "$test" | tr -d ' ')
	edit=$(echo "$edit" | sed 's/^ *//; s/ *$//')
	case $file in fair/*) ;; *) file=engine/$file ;; esac
	sed "$edit" "sim/$file" >"$dir/$name.c"
	if [ "$name" != none ] && cmp -s "sim/$file" "$dir/$name.c"; then
		echo "mutant $name: the edit changes nothing in sim/$file"
		status=1
		continue
	fi
	# shellcheck disable=SC2086
	if ! $cc $cflags -I "sim/${file%/*}" -c -o "$dir/$name.o" "$dir/$name.c"; then
		status=1
		continue
	fi
	for t in ${test%none} $([ "$test" != none ] || echo level fluid demand runs); do
		link "$t" "$dir/$name.o" "$dir/$name-$t" || status=1
		passes=false
		timeout 60 "$dir/$name-$t" >"$dir/$name-$t.log" 2>&1 && passes=true
		if [ "$passes" = "$([ "$name" = none ] && echo true || echo false)" ]; then
			caught=$((caught + 1))
		else
			echo "mutant $name: $t $([ "$name" = none ] && echo fails || echo passes)"
			status=1
		fi
	done
done <"$list"
echo "fairness by demand: $caught mutants and originals as expected"
exit $status
