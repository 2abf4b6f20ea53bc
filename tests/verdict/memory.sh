#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# memory.sh CORUN: at weights of 2:1 on a `linux` host `nice` forgets how it was started, and
# `cfs` does not; where its slices are not rounded to ticks, it remembers nearly all.
corun=$1
bad=0

# The correlation that the header tells of a policy's throughput, or nothing
correlation() { # POLICY SETS...
	policy=$1
	shift
	"$corun" compare tests/verdict/starts/memory-2to1.yaml \
		--policy "$policy" --quiet "$@" |
		sed -n 's/^memory .*throughput of .*halves \([0-9.]*\),.*/\1/p'
}

above() { # VALUE LIMIT WHAT
	if awk -v value="${1:-0}" -v limit="$2" 'BEGIN { exit !(value > limit) }'; then
		echo "ok: $3: correlation of the window's halves $1"
	else
		echo "FAILED: $3: correlation of the window's halves '$1', expected above $2"
		bad=1
	fi
}

above "$(correlation cfs)" 0.3 'cfs remembers its start'
above "$(correlation cfs --set policies.cfs.tick_rounding=false)" 0.5 'cfs without ticks'
said=$(correlation nice)
[ -z "$said" ] || { echo "FAILED: nice is said to remember its start: $said"; bad=1; }
exit $bad
