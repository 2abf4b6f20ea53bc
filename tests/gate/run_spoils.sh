#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# run_spoils.sh CORUN DIR SPOIL.sed...: the gate has to catch every spoil at the severity
# on record in its text (`# caught:`), and must not call a milder one (`# milder:`) a
# regression.  The suite is DIR/suite.yaml, or what the text says (`# suite:`).  Only the
# tests of the spoiled policy run: the others see no change at all.  With WHOLE=1 all of
# them run, and each also at severity 0, where it is the policy itself.
set -f # */gang/* names tests, not files
corun=$1 dir=$2
shift 2
status=0
nr=0
out=$(mktemp) || exit 1
trap 'rm -f "$out"' EXIT

# check SPOIL SEVERITY POLICY: status of the gate, its words in $out
check() {
	only="--only */$3/*"
	[ -z "$WHOLE" ] || only=
	# shellcheck disable=SC2086
	GATE_SPOIL=$1 GATE_SEVERITY=$2 $corun check "$suite" --quiet $only --format tap >"$out" 2>&1
}

for sed in "$@"; do
	name=$(basename "$sed" .sed)
	policy=$(sed -n 's/^# policy: //p' "$sed")
	suite=$(sed -n 's/^# suite: //p' "$sed")
	suite=$dir/${suite:-suite.yaml}
	caught=$(sed -n 's/^# caught: //p' "$sed")
	milder=$(sed -n 's/^# milder: //p' "$sed")
	said=0
	if [ -n "$WHOLE" ]; then
		check "$name" 0 "$policy"
		said=$?
	fi
	if [ $said != 0 ]; then
		echo "$name: not spoiled (severity 0) it should pass: status $said"
		tail -n 3 "$out"
		status=1
		continue
	fi
	check "$name" "$caught" "$policy"
	said=$?
	first=$(sed -n '/^not ok/{s/^not ok [0-9]* - //;h};/severity: regression/{g;p;q}' "$out")
	if [ $said != 1 ]; then
		echo "$name: severity $caught is NOT caught: status $said"
		tail -n 3 "$out"
		status=1
		continue
	fi
	check "$name" "$milder" "$policy"
	said=$?
	if [ $said != 0 ] && [ $said != 3 ]; then
		echo "$name: the milder $milder should be held or undecided: status $said"
		grep -A 3 'not ok' "$out" | head -n 8
		status=1
		continue
	fi
	echo "$name: $caught caught ($first), $milder $([ $said = 0 ] && echo held || echo undecided)"
	nr=$((nr + 1))
done
echo "$nr of $# spoiled policies as on record"
exit $status
