#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# declared.sh TIERS SANITIZED UNSANITIZED: each tier is in one of the lists, once.
declared() {
	bad=0
	for t in $1; do
		nr=$(echo "$2 $3" | tr -s ' ' '\n' | grep -cx "$t")
		[ "$nr" = 1 ] && continue
		echo "$t is declared $nr times: SANITIZED or UNSANITIZED += $t"
		bad=1
	done
	for t in $2 $3; do
		echo " $1 " | grep -q " $t " && continue
		echo "$t is declared, and no tier"
		bad=1
	done
	return $bad
}

# the check itself
declared "a b" "a" "b" || exit 1
for wrong in "a b|a|" "a b|a b|b" "a b|a|b c"; do
	echo "$wrong" | {
		IFS='|' read -r tiers yes no
		declared "$tiers" "$yes" "$no" >/dev/null
	} && { echo "nobody sees: $wrong"; exit 1; }
done
declared "$1" "$2" "$3" || exit 1
echo "ok: each of the $(echo "$1" | wc -w) tiers says whether it runs under sanitizers"
