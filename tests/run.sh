#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# run.sh TIMES RESULTS NAME COMMAND...: runs one tier of the tests and writes one line,
# "passed NAME SECONDS", "failed NAME SECONDS" or "skipped NAME REASON", to the file RESULTS.
# A tier is skipped only if it says so: exit status 77 (make: "Error 77") and a
# line "SKIP ...: reason".  Its output goes to NAME.log beside RESULTS.
# The folder TIMES keeps how long a tier took when it last passed.
# Signals have their defaults in it, whoever started us: a job in the background ignores
# SIGINT, some CI systems ignore SIGPIPE, and tests are about both.
times=$1 results=$2 name=$3
shift 3
mkdir -p "$times"
log=${results%/*}/$name.log
before=$(cat "$times/$name" 2>/dev/null)
echo "begins  $name${before:+ (${before} s last time)}"
start=$(date +%s)
# a sign of life in logs that are watched; not one of them keeps our output open
(
	while sleep 30 >/dev/null 2>&1; do
		echo "still   $name ($(($(date +%s) - start)) s)"
	done
) &
alive=$!
env --default-signal "$@" >"$log" 2>&1
status=$?
kill $alive 2>/dev/null
wait $alive 2>/dev/null
took=$(($(date +%s) - start))
if [ $status = 0 ]; then
	echo "ok      $name (${took} s)"
	echo "passed $name $took" >>"$results"
	echo $took >"$times/$name"
elif { [ $status = 77 ] || grep -q 'Error 77$' "$log"; } && grep -q '^SKIP ' "$log"; then
	reason=$(grep '^SKIP ' "$log" | head -n 1)
	echo "SKIPPED $name: ${reason#SKIP }"
	echo "skipped $name $reason" >>"$results"
else
	echo "FAILED  $name (status $status, ${took} s), its last lines:"
	tail -n 40 "$log" | sed 's/^/    | /'
	echo "failed $name $took" >>"$results"
fi
exit 0
