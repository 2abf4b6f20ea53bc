#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# guide.sh BUILD JOBS: does what docs/writing-a-policy.md says, in a copy of the tree,
# and checks that the guide's code is the text of the files it names.
set -e
build=$1 jobs=$2 top=$PWD
tree=$build/guide
rm -rf "$tree"
mkdir -p "$tree/tests"
cp -R Makefile policies sim plots ports workloads traces "$tree"/
cp -R tests/*.mk tests/*.sh tests/contract tests/freestanding tests/bpf "$tree/tests/"

# Each C block of the guide stands in the example or in rr, line for line.
awk '
	FNR == NR { text = text $0 "\n"; next }
	FILENAME ~ /rr\.c$/ { text = text $0 "\n"; next }
	/^```c$/ { inside = 1; block = ""; first = FNR; next }
	/^```$/ && inside {
		inside = 0
		blocks++
		if (index(text, block) == 0) {
			print FILENAME ":" first ": this block is not in the files"
			bad = 1
		}
		next
	}
	inside { block = block $0 "\n" }
	END {
		if (blocks < 4) { print "only " blocks " blocks found"; bad = 1 }
		print blocks " code blocks of the guide are in the files"
		exit bad
	}' docs/example/lottery.c policies/rr.c docs/writing-a-policy.md

cd "$tree"
# Its own build/, whatever B the make that called us was given.
make -s -j"$jobs" B=build all
# Outside of the tree: the commands of the guide, word for word.
mkdir -p outside/docs
ln -sf ../workloads outside/workloads
ln -sf "$top/docs/example" outside/docs/example
awk '/^## Outside/ { on = 1 } /^```$/ && on { inside = !inside; if (!inside) exit; next } inside' \
	"$top/docs/writing-a-policy.md" >outside/commands
[ "$(wc -l <outside/commands)" -ge 4 ] || { echo "no commands in the guide"; exit 1; }
(cd outside && PATH="$PWD/../build:$PATH" sh -e ./commands) >outside.txt
grep -q '^throughput .*lottery\|^metric .*lottery' outside.txt
cp "$top/docs/example/lottery.c" policies/
make -s -j"$jobs" B=build all
./build/corun policies | grep lottery
./build/corun compare workloads/seed.yaml --set policies.lottery.slice=5ms \
	--policy cfs,lottery --reps 3 --set run.duration=300ms --strict >compare.txt
grep -q lottery compare.txt
# hogs get equal shares on average
./build/corun run workloads/control-no-locks.yaml --set policies.lottery.slice=5ms \
	--policy lottery --strict >run.txt
grep jain run.txt
awk '$1 == "jain" { fair = $NF >= 0.99 } END { exit !fair }' run.txt || {
	echo "not equal shares"
	exit 1
}
for tier in contract freestanding bpf; do
	make -s -j"$jobs" B=build CONTRACT_EVENTS=1500000 BPF_EVENTS=20000 \
		"test-$tier-lottery" >"$tier.txt" 2>&1 && continue
	# test-bpf itself is what counts as skipped on such a machine
	[ $tier = bpf ] && sed -n 's/^SKIP bpf/# not loaded as BPF/p' bpf.txt | grep . && continue
	tail -n 30 "$tier.txt"
	exit 1
done
tail -n 2 contract.txt
# what `corun init --empty` begins with is one but for what it lets run
cp "$top/init/empty.c" policies/mine.c
make -s -j"$jobs" B=build test-freestanding-mine >empty.txt 2>&1 || {
	tail -n 30 empty.txt
	exit 1
}
# what `corun init` begins with is a policy by the same rules
cp "$top/init/mine.c" policies/
for tier in contract freestanding; do
	make -s -j"$jobs" B=build CONTRACT_EVENTS=1500000 "test-$tier-mine" >mine.txt 2>&1 && continue
	tail -n 30 mine.txt
	exit 1
done
tail -n 1 mine.txt
