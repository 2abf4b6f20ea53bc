#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# discovery.sh SCRATCH: in a copy of the tree, a policy file that is dropped into
# policies/ must appear by itself in the list of the simulator, of every port and of
# every test; and an edit of one policy must reach them with nothing else touched.
set -u
scratch=$1
tree=$scratch/tree
rm -rf "$scratch"
mkdir -p "$tree"
status=0
fail() {
	echo "not ok discovery: $1"
	status=1
}
cp -R Makefile LICENSE policies sim ports tests bench .ci "$tree/"
cp -R "$tree" "$scratch/before"
run_make() {
	make -s -C "$tree" B=build "$@"
}
# What a variable of the fragments holds, without a rule of theirs.
value_of() {
	run_make --eval "discovery-print: ; @echo \$($1)" discovery-print
}

# has NAME TEXT: a word of TEXT is, or is made from, the policy's name
has() {
	echo "$2" | tr -c 'a-z0-9_\n' ' ' | grep -qw "$1"
}

# The list of a port, by whatever it is built from.
list_of() {
	case $1 in
	sched_ext) value_of SCX_OBJECTS ;;
	xen)
		mkdir -p "$scratch/xen/xen/common/sched"
		{
			echo 'export XEN_SUBVERSION = 17'
			printf '.PHONY: cloc\ncloc:\n'
		} >"$scratch/xen/xen/Makefile"
		: >"$scratch/xen/xen/common/sched/Makefile"
		"$tree/ports/xen/apply.sh" "$scratch/xen" >/dev/null &&
			sed -n 's/.*&corun_policy_\([a-z0-9_]*\),.*/\1/p' \
				"$scratch/xen/xen/common/sched/corun/list.c"
		;;
	*) run_make "ports-list-$1" ;;
	esac
}

lists() {
	for port in "$tree"/ports/*/*.mk; do
		port=$(basename "$(dirname "$port")")
		case $port in
		conformance | boot) continue ;; # no ports: they test them
		esac
		said=$(list_of "$port" 2>"$scratch/said") || said=
		if [ -z "$said" ]; then
			fail "port $port does not say which policies it has (ports-list-$port)"
			head -n 5 "$scratch/said"
		elif has "$1" "$said"; then
			echo "ok discovery: port $port has $1"
		else
			fail "port $port has no $1: $said"
		fi
	done
	run_make build/registry.c
	has "corun_policy_$1_small" "$(cat "$tree/build/registry.c")" || fail "the simulator has no $1"
	for tests in contract bpf freestanding; do
		run_make -n "test-$tests" 2>&1 | grep -q "[_ /]$1\\b" || fail "test-$tests leaves out $1"
	done
	has "conform_$1" "$(value_of conform_native)" || fail "conformance leaves out $1"
	[ $status != 0 ] || echo "ok discovery: simulator and tests have $1"
}

# -- one file --------------------------------------------------------------------------
lists rr
sed 's/\.name = "rr"/.name = "fresh"/' "$tree/policies/rr.c" >"$tree/policies/fresh.c"
lists fresh
rm "$tree/policies/fresh.c"
for port in template sched_ext xen; do
	[ ! -d "$tree/ports/$port" ] || ! has fresh "$(list_of $port 2>/dev/null)" ||
		fail "port $port keeps fresh, which is gone"
done

# -- one edit --------------------------------------------------------------------------
ported() {
	run_make build/template/conform_rr build/conformance/native/conform_rr &&
		"$tree/build/template/conform_rr" --table --digest 20000 &&
		"$tree/build/conformance/native/conform_rr" --digest 20000
}
before=$(ported) || fail "rr cannot be built"
sed -i -e 's/now_ns + rr->slice_ns/now_ns + rr->slice_ns + 1/' \
	-e 's/\.preset = SP_MS(10)/.preset = SP_MS(20)/' "$tree/policies/rr.c"
after=$(ported) || fail "the edited rr cannot be built"
echo "$before" | grep -q '^tunable slice 10000000$' || fail "rr has another default slice"
echo "$after" | grep -q '^tunable slice 20000000$' || fail "a new default does not reach the port"
for kind in before after; do
	eval "digests=\$(echo \"\$$kind\" | sed -n 's/^digest.* //p')"
	# shellcheck disable=SC2154
	[ "$(echo "$digests" | sort -u | wc -l)" = 1 ] || fail "$kind the edit, port and policy differ"
done
[ "$(echo "$before" | grep digest)" != "$(echo "$after" | grep digest)" ] ||
	fail "an edit of the policy does not reach the port"
touched=$(cd "$scratch" && diff -rq -x build before tree | sed 's/ and .*//')
[ "$touched" = "Files before/policies/rr.c" ] || fail "more than policies/rr.c was touched: $touched"
[ $status != 0 ] || echo "ok discovery: an edit of policies/rr.c reached the port, and nothing else was touched"
exit $status
