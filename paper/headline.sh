#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# headline.sh CORUN DIR [TABLE]: README.md and docs/headline.md with what the tracked table says,
# and what their figure is drawn from, as DIR/README.md, DIR/headline.md, DIR/figure/sweep.csv.
set -e
corun=$1 dir=$2
here=$(dirname "$0")
table=${3:-$here/data/headline.csv}
mkdir -p "$dir/figure"
"$corun" cells "$table" --by width,hints --format csv >"$dir/rows.csv"
"$here/page.sh" "$here/../README.md" "$dir/rows.csv" "$here/headline.awk" >"$dir/README.md"
"$here/page.sh" "$here/../docs/headline.md" "$table" "$here/headline-cells.awk" >"$dir/headline.md"
awk -f "$here/csv.awk" -f "$here/headline-figure.awk" "$table" >"$dir/figure/sweep.csv"
