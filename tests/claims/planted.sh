#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# planted.sh CORUN: the checks of claims and predictions must see planted faults, each in a
# copy of the tree; the claims there are a few, to be quick.
corun=$1
work=$(mktemp -d) || exit 2
trap 'rm -rf "$work"' EXIT
tree=$work/tree
csv=$tree/paper/data/claims.csv
bad=0

renew() {
	"$tree/paper/page.sh" "$tree/paper/claims.md" "$csv" "$tree/paper/claims.awk" >"$work/page" &&
		cp "$work/page" "$tree/paper/claims.md"
}

fresh() {
	rm -rf "$tree"
	mkdir -p "$tree/tests/closed"
	cp -R README.md docs paper workloads "$tree/"
	cp tests/closed/*.c "$tree/tests/closed/"
	awk -f paper/csv.awk -f tests/claims/few.awk paper/data/claims.csv >"$csv"
	renew
}

# edit PROGRAM FILE: sed, which must change something
edit() {
	sed "$1" "$2" >"$work/edited"
	cmp -s "$work/edited" "$2" && echo "planted: nothing to change: $1" >&2 && bad=1
	cp "$work/edited" "$2"
}

# judge STATUS TEXT WHAT COMMAND...: it must end so, and say so
judge() {
	status=$1 text=$2 what=$3
	shift 3
	said=$("$@" 2>&1)
	got=$?
	if [ $got = "$status" ] && echo "$said" | grep -q -e "$text"; then
		echo "as expected: $what"
	else
		printf 'planted: %s: status %s, expected %s and "%s":\n%s\n' "$what" $got "$status" \
			"$text" "$said" >&2
		bad=1
	fi
}

# fell CLAIM...: the runs say so, in every cell that sets no hints (which those claims set)
fell() {
	echo claim,cell,runs,a,b,share,verdict,decides >"$tree/paper/data/claims-cells.csv"
	for claim; do
		sed '/^#/d; /^cell,/d; /hints=/d' "$tree/paper/data/cells.csv" | cut -d, -f1 |
			sed "s/.*/$claim,&,40,1,1,0,no,5/" >>"$tree/paper/data/claims-cells.csv"
	done
}

claims() { # STATUS TEXT WHAT
	judge "$@" tests/claims/claims.sh "$corun" "$tree"
	fresh
}

fresh
claims 0 'comparisons' 'no fault'
edit 's/nothing is left for a gang to gain/much is left for a gang to gain/' "$tree/README.md"
claims 1 'does not stand in .*README.md: nothing is left' 'a sentence of a page is changed'
edit 's/nothing is left for a gang to gain/much is left for a gang to gain/' "$tree/README.md"
edit '/,nothing is left/s/untried$/fell/' "$csv"
renew
cp "$csv" "$work/fell.csv"
cp "$tree/README.md" "$work/README.md"
claims 1 'states are not those of claims-cells.csv' 'a state by hand'
cp "$work/fell.csv" "$csv"
cp "$work/README.md" "$tree/README.md"
renew
# shellcheck disable=SC2046
fell $(grep ',nothing is left' "$csv" | cut -d, -f1)
claims 0 'comparisons' 'the same, but the claim fell'
edit '/^# The gang/,$d' "$tree/docs/$(cd docs && find . -name rivals.md)"
claims 1 'does not stand in .*rivals.md' 'a page is empty'
edit 's/^2\.1,/3.1,/' "$csv"
renew
claims 1 'out of order' 'a number is passed over'
edit 's/,corun,a > 0.99,/,korun,a > 0.99,/' "$csv"
renew
claims 1 'no metric korun' 'a metric that is none'
edit 's#workloads/seed-all.yaml#workloads/seed-none.yaml#' "$csv"
renew
claims 1 'seed-none.yaml' 'a scenario that is none'
edit 's/hints=none,kvm/hints=none,kwm/' "$csv"
renew
claims 1 'kwm' 'the second value of a setting is bad'
edit 's/,gang,,,corun,/,core,,,corun,/' "$csv"
renew
claims 1 'no policy core in workloads/seed.yaml' 'a policy that is no row of the scenario'
edit 's/@[a-z]*,/@nobody,/' "$csv"
renew
claims 1 'no entry nobody' 'a guest that is none'
edit '/boot.csv/s/target=sched_ext/target=plan9/' "$csv"
renew
claims 1 'has no line for' 'data that are not there'
edit 's/,a > 0.99,/,a is large,/' "$csv"
renew
claims 1 'no relation: a is large' 'a relation that cannot be read'
edit 's/,untried$/,doubtful/' "$csv"
renew
claims 1 'no state: doubtful' 'a state that is none'
edit 's/run\.ties=/run.knots=/' "$tree/paper/data/cells.csv"
claims 1 'cell linux-spread-ties: ' 'a cell that sets what is no key'
edit 's/^linux-spread-ties,/linux-spread-seed,/' "$tree/paper/data/cells.csv"
claims 1 'one that is there: linux-spread-seed' 'two cells of one name'
edit '/^- 2\.1 /d' "$tree/paper/claims.md"
claims 1 'make claims-doc' 'the page lacks a line of the table'

predictions() { # STATUS TEXT WHAT
	judge "$@" tests/claims/predictions.sh "$tree"
	fresh
}
rows=$tree/paper/data/predictions.csv

predictions 0 'rows, held by' 'no fault in the predictions'
edit 's/\*\*miss\*\*/hit/' "$(find "$tree/docs" -name predictions.md)"
predictions 1 'make predictions-doc' 'the page calls misses hits'
edit '/^5,/s/,retrodicted,/,predicted,/' "$rows"
predictions 1 'not dated before the measurement' 'what was measured in 2012 is said to be predicted'
edit '/,unknown,f858561,/s/,retrodicted,/,predicted,/' "$rows"
predictions 1 'without the date' 'a prediction without a date'
edit '/^7,/s/,"all siblings.*$/,/' "$rows"
predictions 1 'what the model lacks' 'a miss without a word'
edit '/^20,/d' "$rows"
predictions 1 'expected 20' 'a row in the middle is gone'
edit '$d' "$rows"
predictions 1 'rows were there' 'the last row is gone'
edit '/^4,/s/,1.018,/,1.020,/' "$rows"
predictions 1 'not what it was' 'a figure is bettered afterwards'

# Rows that go or change: with the sums alone, and with a history.
kept() { # STATUS TEXT WHAT
	judge "$@" "$tree/paper/kept.sh" "$tree/paper/data/t.csv" 2
}
table() {
	fresh
	printf '%s\n' id,predicted,measured 1,10,11 2,20, 3,30,33 >"$tree/paper/data/t.csv"
	judge 0 '3 rows' 'three rows written' "$tree/paper/kept.sh" --append "$tree/paper/data/t.csv" 2
	[ "$1" = history ] || return
	git -C "$tree" init -q
	git -C "$tree" add paper/data
	git -C "$tree" -c user.name=t -c user.email=t@t commit -q -m t
}
for how in sums history; do
	table $how
	edit 's/^2,20,$/2,20,21/' "$tree/paper/data/t.csv"
	kept 0 '3 rows' "$how: a measurement is added"
	edit 's/^2,20/2,21/' "$tree/paper/data/t.csv"
	kept 1 'not what it was' "$how: a prediction is changed"
	table $how
	edit '/^3,/d' "$tree/paper/data/t.csv"
	kept 1 'rows were there' "$how: the last row is gone"
	table $how
	echo 4,40, >>"$tree/paper/data/t.csv"
	kept 1 'have no line' "$how: a row is added, its sum is not"
	judge 0 '4 rows, held by 2 sums' "$how: and with its sum" \
		"$tree/paper/kept.sh" --append "$tree/paper/data/t.csv" 2
done
table history
edit 's/^2,20/2,21/' "$tree/paper/data/t.csv"
rm "$tree/paper/data/t.sum"
judge 1 'are gone or changed' 'a prediction is changed, and its sums are made anew' \
	"$tree/paper/kept.sh" --append "$tree/paper/data/t.csv" 2
exit $bad
