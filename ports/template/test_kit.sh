#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# test_kit.sh RECORDS CC LEFT_OUT POLICY...: the kit builds and passes by itself, far from this
# tree; a policy dropped into it is found; a port that forgets a step fails there.
set -u
records=$1 cc=$2
shift 2
dir=$(mktemp -d) || exit 1
trap 'rm -rf "$dir"' EXIT
kit=$dir/kit
left_out=$1 # the others must not need it
shift
fail() {
	echo "not ok kit: $1"
	[ ! -s "$dir/said" ] || tail -n 20 "$dir/said"
	exit 1
}
# As on another machine: nothing of this make, this folder or this environment.
kit_make() {
	(cd / && env -i PATH="$PATH" HOME="$dir" make -C "$kit" CC="$cc" \
		CHECKS=30000 DIGEST=30000 "$@") >"$dir/said" 2>&1
}

ports/template/kit.sh "$kit" "$records" "$@" || fail "cannot be written"
grep -rl -e "$PWD" "$kit" >"$dir/said" && fail "names this folder"
: >"$dir/said"
[ ! -e "$kit/policies/$left_out.c" ] || fail "$left_out is in it, unasked"
ports/template/kit.sh "$kit" "$records" "$@" 2>/dev/null && fail "overwrites a folder"
ports/template/kit.sh "" "$records" "$@" 2>/dev/null && fail "takes no folder for one"
ports/template/kit.sh "$dir/x" "$records" nobody 2>/dev/null && fail "takes an unknown policy"

kit_make test || fail "make test"
for policy in "$@"; do
	grep -q "^ok $policy: through the port as alone" "$dir/said" || fail "$policy is not tested"
	grep -q "^ok $policy: this build answers" "$dir/said" || fail "$policy: no record is replayed"
done
echo "ok kit: builds and passes by itself: $*"

sed 's/\.name = "rr"/.name = "fresh"/' policies/rr.c >"$kit/policies/fresh.c"
kit_make list || fail "make list"
grep -q '^fresh slice=' "$dir/said" || fail "a new policy file is not found"
kit_make test-port || fail "make test-port with a new policy"
grep -q '^ok fresh: through the port' "$dir/said" || fail "a new policy is not tested"
echo "ok kit: a new policy file is found by itself"
rm "$kit/policies/fresh.c"

# warnings or not, it must build: what fails is the test
sed -i 's/^\tsend_kicks(c);/\tif (0)\n\t\tsend_kicks(c);/' "$kit/port/port_call.c"
kit_make test-port && fail "a port without kicks passes"
grep -q '^not ok' "$dir/said" || fail "a port without kicks does not build"
echo "ok kit: a port that sends no kicks fails"
