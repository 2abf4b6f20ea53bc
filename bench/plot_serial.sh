#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# plot_serial.sh SERIAL.csv PICTURE.png: utilisation of an instance's lock against pCPUs.
# To what the calls take is added what each costs more when the one before was made by
# another pCPU (the line `handover`).
set -eu
csv=$1 picture=$2
plots=$(cd "$(dirname "$0")/../plots" && pwd)
stem=$(mktemp -d)/serial
trap 'rm -rf "$(dirname "$stem")"' EXIT

awk -F, -v vars="$stem.vars" '
	$1 == "handover" { handover = $6 }
	$1 ~ /^#/ || $4 != "all" || $1 == "handover" || $1 == "load" { next }
	!($1 in load) { load[$1] = nr_loads++; loads = loads " " $1 }
	!($2 in policy) { policy[$2] = nr_policies++; policies = policies " " $2 }
	{ n++; l[n] = load[$1]; p[n] = policy[$2]; pcpus[n] = $3; alone[n] = $8; rate[n] = $5 }
	END {
		for (i = 1; i <= n; i++)
			print l[i], p[i], pcpus[i], alone[i], alone[i] + rate[i] * pcpus[i] * handover * 1e-9
		printf "nr_policies = %d\npolicies = \"%s\"\nloads = \"%s\"\n", nr_policies, policies, loads >vars
	}' "$csv" | sort -k1,1n -k2,2n -k3,3n >"$stem.dat"
gnuplot -d -c "$plots/serial.gp" "${picture##*.}" "$stem" "$picture" "$plots"
