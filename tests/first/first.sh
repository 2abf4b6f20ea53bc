#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# first.sh CORUN DIR [--renew]: does what docs/first-scenario.md says, and compares what was
# said with the page; --renew writes its outputs and its picture anew.
set -e
corun=$(realpath "$1") dir=$2 page=docs/first-scenario.md
rm -rf "$dir"
mkdir -p "$dir/bin" "$dir/here"
ln -s "$corun" "$dir/bin/corun"
PATH=$(realpath "$dir")/bin:$PATH
export PATH
# one that is around would find other pictures and policies; and a build in a folder of a
# folder would find none
unset CORUN_PLOTS
CORUN_SHARE=$PWD
export CORUN_SHARE
awk -v dir="$dir/here" -f tests/first/first.awk $page >"$dir/page.md"
for figure in time timeline latency shares; do
	[ -s "$dir/here/out/plots/$figure.png" ] || { echo "no picture $figure"; exit 1; }
done
if [ "${3:-}" = --renew ]; then
	cp "$dir/page.md" $page
	cp "$dir/here/out/plots/timeline.png" docs/pictures/first-scenario.png
fi
cmp -s "$dir/page.md" $page || {
	echo "$page: its commands say otherwise now (make first-renew, and read the diff):"
	diff $page "$dir/page.md" | head -n 20
	exit 1
}
echo "ok: $(grep -c '^\$ ' $page) commands say what the page shows"
