#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# page.sh PAGE TABLE PROGRAM: PAGE with what PROGRAM (awk) makes of TABLE between its lines
# `<!-- generated -->` and `<!-- end -->`, on standard output.
set -e
page=$1 table=$2 program=$3
here=$(dirname "$0")
body=$(awk -f "$here/csv.awk" -f "$program" "$table")
sed '/^<!-- generated -->$/q' "$page"
printf '%s\n\n' "$body"
sed -n '/^<!-- end -->$/,$p' "$page"
