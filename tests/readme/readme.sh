#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# readme.sh CORUN DIR: what `make demo` prints is what README.md says that it prints.
corun=$1 dir=$2
rm -rf "$dir"
mkdir -p "$dir"
"$corun" compare workloads/seed.yaml --quiet >"$dir/table.txt" || exit 1
awk -f tests/readme/table.awk "$dir/table.txt" README.md || exit 1
# A share, a quantile and a mean that are not so are seen.
for change in '/^| runs with/s/(77 to/(76 to/' '/^| throughput/s/61[.]6)/61.7)/' '/^| pCPUs busy/s/98[.]4/98.5/'; do
	sed "$change" README.md >"$dir/other.md"
	cmp -s README.md "$dir/other.md" && { echo "FAILED: nothing was changed: $change"; exit 1; }
	awk -f tests/readme/table.awk "$dir/table.txt" "$dir/other.md" >"$dir/said" &&
		{ echo "FAILED: another table passes: $change"; exit 1; }
done
echo "ok README: 28 figures are those of the demo"
