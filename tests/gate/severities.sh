#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# severities.sh CORUN DIR SPOIL.sed...: climbs down a ladder of severities and says how
# the gate takes each, for the record in the texts: 1 regression, 3 undecided, 0 held, 4
# the policy broke the contract.  LADDER="..." for another one.
corun=$1 dir=$2
shift 2
for sed in "$@"; do
	name=$(basename "$sed" .sed)
	policy=$(sed -n 's/^# policy: //p' "$sed")
	suite=$(sed -n 's/^# suite: //p' "$sed")
	suite=$dir/${suite:-suite.yaml}
	printf '%-20s' "$name"
	for severity in ${LADDER:-1000 500 300 200 100 50 20 10 5 2 1}; do
		GATE_SPOIL=$name GATE_SEVERITY=$severity $corun check "$suite" --quiet \
			--only "*/$policy/*" >/dev/null 2>&1
		printf ' %s:%s' "$severity" $?
	done
	echo
done
