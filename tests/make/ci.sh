#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# ci.sh DIR: .ci/run in a toy tree: its last line, the seconds, the order, the skips.
dir=$(realpath -m "$1")
. tests/lib/expect.sh
. tests/make/toy.sh
rm -rf "$dir"
mkdir -p "$dir"
unset MAKEFLAGS MFLAGS MAKELEVEL CORUN_LOCK RESULTS B
toy_tree "$dir/tree"
cd "$dir/tree" || exit 1

last() { # LINE: the last one
	[ "$(tail -n 1 said)" = "$1" ] || fail "the last line is not '$1': $(tail -n 1 said)"
}

# the boot is held, and nothing allows it to be skipped
expect 1 '^skipped, and not among the skips allowed in .ci/allowed-skips: ports-test-boot-toy$' .ci/run
last "12 passed, 0 failed, 1 skipped"
echo ports-test-boot-toy >.ci/allowed-skips
expect 0 '^SKIPPED ports-test-boot-toy: it is a toy$' .ci/run
last "12 passed, 0 failed, 1 skipped"
[ "$(grep -cE '^ +[0-9]+ s  [a-z-]+$' said)" = 12 ] || fail "not the seconds of 12 tiers"
grep -qE '^ +[0-9]+ s  test-quick$' said || fail "no seconds of a tier of make test"

i=9
for t in check lint sanitizers fuzz demo install ports-test-toy; do
	echo $i >build/times/$t
	i=$((i - 1))
done
: >.ci/held
touch red
expect 1 '^ *[0-9]* s  test-red (failed)$' .ci/run
last "12 passed, 1 failed, 0 skipped"
order=$(sed -n 's/^begins  \([a-z-]*\).*/\1/p' said | tail -n 8 | tr '\n' ' ')
[ "$order" = "ports-test-toy install demo fuzz sanitizers lint check ports-test-boot-toy " ] ||
	fail "not the quickest first: $order"
rm red
# packages are missing: still a last line
sed -i 's/^need-test need-fuzz/need-fuzz/' Makefile
printf '%s\n' 'need-test: ; @false' >>Makefile
expect 1 '' .ci/run
last "0 passed, 1 failed, 0 skipped"
[ $failed = 0 ] && echo "ok: .ci/run"
exit $failed
