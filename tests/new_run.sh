#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# new_run.sh B: a new folder B/runs/N for the results and logs of one run, and its name.
# The last nine stay.
runs=$1/runs
mkdir -p "$runs" || exit 1
n=$(($(ls "$runs" | sort -n | tail -n 1) + 1))
until mkdir "$runs/$n" 2>/dev/null; do
	[ -d "$runs/$n" ] || exit 1
	n=$((n + 1))
done
for old in $(ls "$runs" | sort -n | head -n -9); do
	rm -rf "${runs:?}/$old"
done
echo "$runs/$n"
