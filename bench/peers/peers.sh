#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# peers.sh BUILD: the demand of bench/demand.yaml in corun, SimGrid and SimPy: guest
# steps simulated a CPU second, at 4 and at 64 cores with 4 vCPUs a core.
set -e
build=$1
dir=$(dirname "$0")
mkdir -p "$build/peers"
g++ -O2 -o "$build/peers/simgrid_demand" "$dir/simgrid_demand.cpp" -lsimgrid
rate() {
	# shellcheck disable=SC2046
	set -- "$1" $(tail -n 1)
	awk -v name="$1" -v steps="$2" -v s="$3" \
		'BEGIN { printf "  %-10s %10d steps %8.3f CPU s %12.0f steps a CPU s\n", name, steps, s, steps / s }'
}
for cores in 4 64; do
	echo "$cores cores, $((4 * cores)) vCPUs:"
	"$build/bench/steps" "$cores" "$cores" 2>/dev/null | rate corun
	"$build/peers/simgrid_demand" "$cores" "$cores" 0.1 2>/dev/null | rate SimGrid
	/usr/bin/python3 "$dir/simpy_demand.py" "$cores" "$cores" 0.1 | rate SimPy
done
