#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# known.sh CORUN SCRATCH: scenarios that an early text got wrong, with the right values, on
# today's default host with today's starts.
set -u
corun=$1 scratch=$2
here=$(dirname "$0")
mkdir -p "$scratch"
status=0 nr=0

# expect SCENARIO POLICY METRIC SCOPE NAME LOW HIGH: in each replication
expect() {
	nr=$((nr + 1))
	awk -F, -v policy="$2" -v metric="$3" -v scope="$4" -v name="$5" -v low="$6" -v high="$7" '
		$1 == policy && $6 == metric && $4 == scope && $5 == name {
			n++
			if ($7 == "" || $7 < low || $7 > high) {
				print metric " of " name " under " policy " is " $7 ", expected " low " to " high
				bad = 1
			}
		}
		END { exit bad || n != 3 }' "$scratch/$1.csv" || {
		echo "FAILED: $1: $3 under $2"
		status=1
	}
}

for scenario in capped-siblings capped-wide group-share; do
	"$corun" compare "$here/$scenario.yaml" --format csv --quiet >"$scratch/$scenario.csv" || exit 1
done
for policy in cfs nice balance; do
	# 1,500 ms of 30 s and of two pCPUs; the siblings alike
	expect capped-siblings $policy received group g 0.0249 0.0251
	expect capped-siblings $policy unfair_siblings host all 0 0.01
	expect capped-wide $policy received group g 0.0249 0.0251
	expect capped-wide $policy unfair_siblings host all 0 0.03
done
for policy in cfs balance; do
	expect group-share $policy received group thin 0.49 0.51
	expect group-share $policy unfair_max host all 0 0.02
done
expect group-share flat received group thin 0.1 0.35 # the check above can fail
[ $status = 0 ] && echo "ok: $nr values of known scenarios"
exit $status
