#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# headline-table.sh DIR: paper/data/headline.csv from what workloads/headline.sh has left in DIR.
set -e
here=$(dirname "$0")
echo '# SPDX-License-Identifier: BSD-2-Clause'
echo '# Written by make headline: two guests, each as wide as the host (docs/headline.md).'
echo 'cell,width,hints,policy,group,metric,mean,lo,hi,difference,difference_lo,difference_hi,verdict,replications,ahead,half'
"$here/../workloads/headline.sh" -l | while read -r cell; do
	for hints in none kvm; do
		for width in 4 8 16 32; do
			point=$1/$cell/$hints-$width
			[ -f "$point/sweep.csv" ] || continue
			awk -v cell="$cell" -f "$here/headline-merge.awk" "$point/sweep.csv" "$point/point-0000/results.csv"
		done
	done
done
