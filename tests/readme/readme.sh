#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# readme.sh CORUN DIR: what `make demo` prints is what README.md says that it prints.
corun=$1 dir=$2
rm -rf "$dir"
mkdir -p "$dir"
"$corun" compare workloads/seed.yaml --quiet -o "$dir/demo" >"$dir/table.txt" || exit 1
"$corun" report "$dir/demo" --format markdown >"$dir/table.md" || exit 1
awk -f tests/readme/table.awk "$dir/table.md" README.md || exit 1
# one that is not so is seen
sed 's/^\(| throughput, .*±\)\([0-9.]*\)\( |\)$/\19.99\3/' README.md >"$dir/other.md"
cmp -s README.md "$dir/other.md" && { echo "FAILED: nothing was changed"; exit 1; }
awk -f tests/readme/table.awk "$dir/table.md" "$dir/other.md" >"$dir/said" && { echo "FAILED: another table passes"; exit 1; }
echo "ok README: 24 figures are those of the demo"
