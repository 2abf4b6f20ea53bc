#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# groups-stress.sh CORUN: writes groups-stress.txt anew, what 160 runs of the stress seed
# make under cfs, in operations/s.  Takes some 10 s.
set -eu
cd "$(dirname "$0")/../.."
{
	echo "# SPDX-License-Identifier: BSD-2-Clause"
	echo "# The stress seed under cfs: operations/s of 160 replications, in their order."
	echo "# Written by tests/stats/groups-stress.sh:"
	echo "# corun run workloads/seed.yaml --policy cfs --reps 160 --format csv"
	"$1" run workloads/seed.yaml --policy cfs --reps 160 --quiet --format csv |
		awk -F, '$4 == "host" && $6 == "throughput" { print $7 }'
} >tests/stats/groups-stress.txt
