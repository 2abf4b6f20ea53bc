#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# runs.sh DIR: two runs in one tree, and what a run says of its tiers.
dir=$(realpath -m "$1")
. tests/lib/expect.sh
. tests/make/toy.sh
rm -rf "$dir"
mkdir -p "$dir"
unset MAKEFLAGS MFLAGS MAKELEVEL CORUN_LOCK RESULTS B
toy_tree "$dir/tree"
cd "$dir/tree" || exit 1

# -- one run ----------------------------------------------------------------------------
expect 0 '^4 passed, 0 failed, 0 skipped$' make test
expect 0 '^begins  test-quick ([0-9]* s last time)$' make test
expect 0 '^begins  test-quick$' make test B=build-other
echo 30 >build/times/test-hold
echo 10 >build/times/test-skip
echo 20 >build/times/test-quick
rm build/times/test-red
expect 0 '^begins  test-quick (20 s last time)$' make test
order=$(sed -n 's/^begins  test-\([a-z]*\).*/\1/p' said | tr '\n' ' ')
[ "$order" = "red skip quick hold " ] || fail "not the quickest first: $order"
touch red skip
expect 2 '^2 passed, 1 failed, 1 skipped$' make test
grep -q '^FAILED  test-red (status 2, ' said && grep -q '^    | something red' said ||
	fail "what failed is not said"
grep -q '^SKIPPED test-skip: skip: because$' said || fail "why it was skipped is not said"
rm red skip
logs=$(sed -n 's/^results and logs: //p' said)
grep -q 'something red' "$logs/test-red.log" || fail "no log in $logs"
expect 0 'quick in build/sanitized' sh -c 'make sanitizers && cat build/sanitized/runs/1/test-quick.log'
grep -q '^1 passed' said || fail "sanitizers: not the one that is declared"

# -- two at once ------------------------------------------------------------------------
# both_at_once: the second begins while the first is in test-hold; status1, status2
both_at_once() {
	rm -rf build held go
	touch hold
	make test >one 2>&1 &
	one=$!
	until_true [ -e held ]
	make test >two 2>&1 &
	two=$!
	until_true grep -qs "$1" two
	if [ $# = 2 ]; then
		# a tier by itself waits as well, and so does a build
		make test-quick >three 2>&1 &
		three=$!
		make all >four 2>&1 &
		four=$!
		until_true grep -qs "$1" three
		until_true grep -qs "$1" four
		grep -q 'quick in' three && fail "a tier was run beside a run"
	fi
	touch go
	wait $one
	status1=$?
	wait $two
	status2=$?
	rm -f hold
}
both_at_once '^corun: process [0-9]*, tests/tiers.sh, is at work in build: waiting' all
for pid in $three $four; do
	wait $pid || fail "what waited has failed"
done
[ $status1 = 0 ] && [ $status2 = 0 ] || fail "two at once: status $status1 and $status2"
for n in 1 2; do
	[ "$(cut -d ' ' -f 1,2 build/runs/$n/results | sort | tr '\n' ' ')" = \
		"passed test-hold passed test-quick passed test-red passed test-skip " ] ||
		fail "results of run $n: $(cat build/runs/$n/results)"
done
[ "$(ls build/runs)" = "1
2" ] || fail "not two folders of results"
# with no lock they do meet, so this could fail
printf '#!/bin/sh\nshift\n[ $# = 0 ] || exec "$@"\n' >tests/lock.sh
both_at_once '^FAILED  test-hold'
[ $status2 != 0 ] || fail "two that met passed"
cd - >/dev/null || exit 1

# -- what stays -------------------------------------------------------------------------
for n in 1 2 3 4 5 6 7 8 9 10 11; do
	expect 0 "runs/$n\$" tests/new_run.sh "$dir"
done
[ "$(ls "$dir/runs" | sort -n | head -n 1)" = 3 ] || fail "old runs stay"
rm -f said
[ $failed = 0 ] && echo "ok: runs in one tree take turns, each with results of its own"
exit $failed
