#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# mutants.sh COMPILE BUILD CONFORM: each port of mutants.txt, with one step
# forgotten, must fail the test it names; the port as it is must fail none.  One of
# them between the contract tests and a policy: they must see it too.
compile=$1 dir=$2/mutants conform=$3/native
here=$(dirname "$0")
rm -rf "$dir"
mkdir -p "$dir"
status=0
caught=0
while IFS='|' read -r name edit expect; do
	case $name in \#* | '') continue ;; esac
	name=$(echo "$name" | tr -d ' ')
	edit=$(printf '%s' "$edit" | sed 's/^ //; s/ $//')
	expect=$(echo "$expect" | tr -d ' ')
	sed "$edit" "$here/port.c" >"$dir/$name.c"
	sed "$edit" "$here/port_call.c" >"$dir/${name}_call.c"
	if [ "$name" != none ] && cmp -s "$here/port.c" "$dir/$name.c" &&
		cmp -s "$here/port_call.c" "$dir/${name}_call.c"; then
		echo "not ok: mutant $name changes nothing"
		status=1
		continue
	fi
	# shellcheck disable=SC2086
	$compile -w "$dir/$name.c" "$dir/${name}_call.c" "$2/test_port.o" "$2/fake.o" -lcmocka -o "$dir/$name" || {
		status=1
		continue
	}
	"$dir/$name" >"$dir/$name.log" 2>&1
	failed=$?
	if [ "$expect" = - ]; then
		[ $failed = 0 ] || { echo "not ok: the port itself fails"; status=1; }
	elif [ $failed != 0 ] && grep -q "^not ok .* $expect\$" "$dir/$name.log"; then
		caught=$((caught + 1))
	else
		echo "not ok: mutant $name is not caught by $expect"
		grep '^not ok' "$dir/$name.log"
		status=1
	fi
done <"$here/mutants.txt"
# shellcheck disable=SC2086
$compile -w "$dir/no-kicks.c" "$dir/no-kicks_call.c" "$2/as_rr.o" "$2/policy/rr.o" "$conform"/*.o -o "$dir/through" || status=1
if "$dir/through" --checks 20000 >"$dir/through.log" || ! grep -q '^not ok rr: stall ' "$dir/through.log"; then
	echo "not ok: the contract tests do not see a port that sends no kicks"
	status=1
fi
alone=$("$conform/conform_rr" --digest 20000)
ported=$("$dir/through" --digest 20000)
if [ -z "$ported" ] || [ "$alone" = "$ported" ]; then
	echo "not ok: the digest does not see a port that sends no kicks"
	status=1
fi
echo "ok: $caught ports with one step forgotten, each caught"
exit $status
