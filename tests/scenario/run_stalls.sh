#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# run_stalls.sh CORUN: scenarios that are well-formed and cannot go on.  Each ends with
# status 4 and the kind and the words of its first line, "# expect: KIND: WORDS";
# the words are a shell pattern: which vCPU gets there first is chance.
corun=$1
failed=0 nr=0
for f in tests/scenario/stalls/*.yaml; do
	line=$(sed -n '1s/^# expect: //p' "$f")
	kind=${line%%: *} words=${line#*: }
	said=$(timeout 60 "$corun" run "$f" 2>&1 >/dev/null)
	status=$?
	nr=$((nr + 1))
	case $said in
	"corun: error[$kind]: "*$words) [ $status = 4 ] && [ -n "$words" ] && continue ;;
	esac
	echo "$f: status $status, expected 4; said"
	echo "  $said"
	echo "  expected error[$kind], ending in"
	echo "  $words"
	failed=1
done
[ $nr -ge 15 ] || failed=1
[ $failed = 0 ] && echo "ok stalls: $nr, each ends with status 4 and names its place"
exit $failed
