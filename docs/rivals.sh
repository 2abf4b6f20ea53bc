#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# rivals.sh RESULTS: docs/rivals.md gets the table of `make rivals`, docs/pictures the maps
# of `make map`, from where these have left them.
set -e
docs=$(dirname "$0") results=$1
{
	sed '/<!-- table -->/q' "$docs/rivals.md"
	echo '```'
	sed -n '/^throughput/,/^$/p' "$results/rivals.txt" | sed 's/ *$//; /^$/d'
	echo '```'
	sed -n '/<!-- end -->/,$p' "$docs/rivals.md"
} >"$docs/rivals.md.tmp"
mv "$docs/rivals.md.tmp" "$docs/rivals.md"
cp "$results/left/locks/plots/map.png" "$docs/pictures/left-locks.png"
cp "$results/left/barriers/plots/map.png" "$docs/pictures/left-barriers.png"
