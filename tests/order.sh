#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# order.sh TIMES NAME...: the tiers, the quickest first as far as the folder TIMES knows;
# those that it does not know stay in their order, before the others.
times=$1
shift
for name in "$@"; do
	echo "$(cat "$times/$name" 2>/dev/null || echo 0) $name"
done | sort -s -n -k 1,1 | cut -d ' ' -f 2
