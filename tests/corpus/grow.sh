#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# grow.sh NAME FUZZER SECONDS SEEDS...: fuzzes from the corpus and the folders SEEDS for so
# long, and keeps the fewest small inputs that reach what neither does yet.  By hand; what
# it keeps is committed after a look.  What a bug was found with is copied here as it is.
set -eu
name=$1 fuzzer=$2 seconds=$3
shift 3
corpus=$(dirname "$0")/$name
new=$(mktemp -d)
trap 'rm -rf "$new"' EXIT
mkdir -p "$corpus" "$new/found" "$new/kept" "$new/seeds"
for folder in "$@"; do
	cp "$folder"/* "$new/seeds/"
done
cp "$corpus"/* "$new/seeds/" 2>/dev/null || true
"$fuzzer" -max_total_time="$seconds" -max_len=1024 -timeout=10 -artifact_prefix="$new/" \
	"$new/found" "$new/seeds" >"$new/log" 2>&1 || {
	tail -n 40 "$new/log"
	cp "$new"/crash-* "$new"/oom-* "$new"/timeout-* "$corpus/" 2>/dev/null
	echo "a bug: its input is now in $corpus"
	exit 1
}
# what the seeds reach is left out of what is kept
cp "$new"/seeds/* "$new/kept/"
"$fuzzer" -set_cover_merge=1 -use_counters=0 -max_len=1024 "$new/kept" "$new/found" >"$new/log" 2>&1
for f in "$new"/kept/*; do
	[ -e "$new/seeds/$(basename "$f")" ] || cp "$f" "$corpus/"
done
echo "$corpus: $(ls "$corpus" | wc -l) files, $(du -sb "$corpus" | cut -f 1) bytes"
