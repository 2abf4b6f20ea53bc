#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# extend.sh SCRATCH: adds one thing of each kind to a copy of the tree, a file or a row and
# nothing else, builds the copy, and uses what was added.
set -u
scratch=$1
tree=$scratch/tree
rm -rf "$scratch"
mkdir -p "$tree"
status=0
fail() {
	echo "not ok extend: $1"
	status=1
}
here=tests/extend
cp -R Makefile policies sim plots "$tree/"
mkdir "$tree/workloads" "$tree/docs" "$tree/.ci"
cp workloads/seed.yaml "$tree/workloads/"
cp .ci/need "$tree/.ci/"
mkdir -p "$tree/ports/conformance"
cp ports/conformance/record.h ports/conformance/record_calls.c "$tree/ports/conformance/"

# row FILE BEFORE ROW: a row of a table, in front of the first line that holds BEFORE.
row() {
	awk -v before="$2" -v row="$3" '
		!done && index($0, before) { print row; done = 1 }
		{ print }
		END { exit !done }' "$tree/$1" >"$scratch/row" || fail "no place for a row in $1"
	mv "$scratch/row" "$tree/$1"
}

cp $here/cmd_hello.c "$tree/sim/cli/"
cp $here/plot_dots.c "$tree/sim/plot/"
cp $here/dots.gp "$tree/plots/"
# The ticket lock under another name, behind all others.
ticket=$(find sim/engine -name 'lock_ticket.c' | head -n 1)
sed 's/ticket/polite/g; s/^LOCK_KIND(polite, [0-9]*/LOCK_KIND(polite, 900/' "$ticket" \
	>"$tree/$(dirname "$ticket")/lock_polite.c"
sed 's/\.name = "rr"/.name = "mine"/' policies/rr.c >"$tree/policies/mine.c"
row sim/study/metrics_table.c 'RATE("lwp"' '	RATE("sections_done", BETTER_NONE, false, VC_SECTIONS, "Critical sections, a second."),'
row sim/scenario/keys_table.c '{"baseline"' '	{"note", KEY_TEXT, KEY_UNHASHED, .preset = "", .max = 80, .help = "what the author wants to say"},'

if ! (unset MAKEFLAGS MFLAGS && make -s -C "$tree" B=build OPT=-O0 all) >"$scratch/log" 2>&1; then
	fail "the copy does not build"
	tail -n 20 "$scratch/log"
	exit 1
fi
corun=$tree/build/corun

# says WHAT TEXT COMMAND...: the command succeeds and prints TEXT.
says() {
	what=$1 text=$2
	shift 2
	if said=$("$@" 2>&1) && echo "$said" | grep -q -e "$text"; then
		echo "ok $what: $(echo "$said" | grep -m 1 -e "$text" | cut -c 1-90)"
	else
		fail "$what: $* does not say '$text'"
		echo "$said" | head -n 5
	fi
}
seed=$tree/workloads/seed.yaml
says "a verb is a file" 'hello from a verb' "$corun" hello
says "a verb is in the help" 'greets' "$corun" help
says "a key is a row" 'what the author wants to say' "$corun" keys note
says "a key is read" '^note: .*warm' "$corun" show "$seed" --set note=warm
says "a metric is a row" 'Critical sections' "$corun" metrics sections_done
says "a metric is measured" 'rr,0.*sections_done,[1-9]' "$corun" compare "$seed" \
	--set 'policies.rr={}' --policy rr --reps 1 --duration 20ms --set run.warmup=0 --format csv
says "a policy is a file" 'mine' "$corun" policies mine
says "a lock kind is a file" 'mine,0,.*,sections,[1-9]' "$corun" compare "$seed" \
	--set 'policies.mine={}' --policy mine --reps 1 --duration 20ms --set run.warmup=0 \
	--set programs.kernbench.locks.zone=polite --format csv
says "its word is the last of them" 'mutex, polite' "$corun" keys 'programs.*.locks.*.kind'
"$corun" compare "$seed" --reps 2 --duration 20ms --set run.warmup=0 --quiet -o "$scratch/result" >/dev/null 2>&1 ||
	fail "no result to draw"
says "a figure is a script and a file" 'dots.png' "$corun" plot "$scratch/result" --only dots

# alone LEFT GONE: without its partner GONE, LEFT makes the build fail, and it says so.
alone() {
	mv "$tree/$2" "$scratch/gone"
	if (unset MAKEFLAGS MFLAGS && make -s -C "$tree" B=build OPT=-O0 all) >"$scratch/alone" 2>&1; then
		fail "the copy builds with $1 and without $2"
	elif grep -q "^$1.*$2.* is missing" "$scratch/alone"; then
		echo "ok alone: $(grep -m 1 "^$1" "$scratch/alone")"
	else
		fail "$1 alone is not reported"
		tail -n 5 "$scratch/alone"
	fi
	mv "$scratch/gone" "$tree/$2"
}
figure=dots
alone plots/$figure.gp sim/plot/plot_$figure.c
alone sim/plot/plot_$figure.c plots/$figure.gp
[ "$status" = 0 ]
