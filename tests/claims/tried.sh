#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# tried.sh CORUN: the tool behind `make claims`: it judges made-up values rightly, and not when
# it is broken; with the program it says what holds where, leaves alone what it could not try,
# and goes on where it was killed.
corun=$1
work=$(mktemp -d) || exit 2
trap 'rm -rf "$work"' EXIT
bad=0

wrong() {
	echo "tried: $*" >&2
	bad=1
}

# -- judging --------------------------------------------------------------------------------

# Twenty replications each; under k=2 half as much again.  Of two sets the later counts.
mkdir "$work/runs"
awk -v dir="$work" 'BEGIN {
	n = split("hi lo most all-but-one alike near zero wild gaps", policy, " ")
	split("k=1|k=2|k=1 k=1|k=1 k=2", sets, "|")
	for (k = 0; k <= 4; k++)
		for (p = 1; p <= n; p++) {
			id = policy[p] "-" k
			print id "\tw.yaml\t" sets[k] "\t" policy[p] "\t1" > (dir "/index")
			sum = 0
			for (i = 0; i < 20; i++) {
				v = policy[p] ~ /hi|alike/ ? 100 + i : policy[p] == "lo" ? 50 + i : \
					policy[p] == "most" ? 200 * (i < 18) : \
					policy[p] == "all-but-one" ? 200 * (i != 18) : \
					policy[p] == "near" ? 100 + i + (i % 2 ? 1 : -1) : \
					policy[p] == "wild" ? (i ? 51 + i : 10 ^ 6) : \
					policy[p] == "gaps" ? 200 : 0
				v *= k && k % 2 == 0 ? 1.5 : 1
				sum += v
				print i "\tm\t" (policy[p] == "gaps" && i < 3 ? "" : v) > (dir "/runs/" id)
				print i "\tthroughput\t" (policy[p] == "most" ? 100 + i : v) > (dir "/runs/" id)
			}
			print "*\tm\t" sum / 20 > (dir "/runs/" id)
			print "*\tthroughput\t" sum / 20 > (dir "/runs/" id)
		}
}'
printf 'cell,settings,what\ndefault,,\n' >"$work/cells.csv"

# judge DIR: "claim verdict" lines by the judge that stands there
judge() {
	awk -v reps=20 -v screen="$screen" -f paper/csv.awk -f paper/settings.awk -f "$1/claims-judge.awk" \
		"$work/index" "$work/cells.csv" "$work/judged.csv" "$work/runs" 2>&1 |
		awk -F, '/^[0-9]/ { print $1, $7 }'
}

# 1.8 asks for the best of a metric of which nobody said what is better: an error, on its own.
grep -v '^1\.8,' tests/claims/judged.csv >"$work/judged.csv"
awk -F, '/^[0-9]/ { print $1, $NF }' "$work/judged.csv" >"$work/right"
judge paper >"$work/got"
diff "$work/right" "$work/got" >"$work/diff" || wrong "judged otherwise: $(cat "$work/diff")"
[ "$(wc -l <"$work/right")" -gt 40 ] || wrong 'few comparisons'

# What twenty of forty settle: no comparison that holds, and none that the others may turn.
screen=40
judge paper >"$work/got"
echo '1.2 1.6 1.13 1.16 2.4 2.8 2.10 2.12 2.14 3.7 3.9 4.3 4.5' | tr ' ' '\n' | sed 's/$/ no/' |
	diff - "$work/got" >"$work/diff" || wrong "settled otherwise: $(cat "$work/diff")"
screen=

# A judge that is broken must be seen.
broken() { # SED WHAT
	mkdir -p "$work/broken"
	sed "$1" paper/claims-judge.awk >"$work/broken/claims-judge.awk"
	cmp -s paper/claims-judge.awk "$work/broken/claims-judge.awk" && wrong "nothing to break: $2"
	judge "$work/broken" >"$work/got"
	if cmp -s "$work/right" "$work/got"; then
		wrong "not seen: $2"
	else
		echo "as expected: a judge that is broken is seen: $2"
	fi
}
broken 's/ENOUGH = 0.95/ENOUGH = 0.9/' 'nine of ten are enough'
broken 's/ENOUGH = 0.95/ENOUGH = 0.96/' 'nineteen of twenty are not'
broken 's/MEAN - HALF <= 0 ||/0 ||/; s/op\[2\] == ">" && MEAN - HALF <= 0/0/' 'a > b without its interval'
broken 's/a\[i\] > b\[i\] :/a["*"] > b["*"] :/' 'means instead of replications'
broken 's/if (worst == "" || rank/if (worst == "" || 0 \&\& rank/; s/rank\[verdict\] == rank\[worst\] \&\&/0 \&\&/' \
	'the first point is taken for all'
broken 's/if (n < reps || m < reps .*/if (0)/' 'what is missing is judged'
broken 's/if (value == "")/if (0)/' 'a replication without a value counts'
broken 's/if (is\[1, i\] && !is\[2, i\])/if (0)/' 'every set is a subset'
screen=40
for claim in 1.3 2.6 3.2; do
	case $claim in
	1.3) spoil='s/(1 - ENOUGH) \* screen/(1 - ENOUGH) * reps/' ;;
	2.6) spoil='s/FAR = 6/FAR = 0/' ;;
	3.2) spoil='s/hits + screen - n/hits/' ;;
	esac
	broken "$spoil" "$claim is settled too early"
	grep -q "^$claim no" "$work/got" || wrong "$claim is not settled"
done
screen=

# -- with the program ------------------------------------------------------------------------

cat >"$work/cells.csv" <<'END'
cell,settings,what
default,,
slow,programs.work.repeat[0].compute=5ms,corner: slow
seed,run.seed=8,corner: other numbers
END
cat >"$work/first.csv" <<'END'
claim,page,heading,quote,source,settings,policy_a,policy_b,settings_b,metric,relation,state
1.1,-,-,"a ""quoted"", one",tests/claims/tried.yaml,,rr+cfs,,,throughput,a > 1,untried
1.2,-,-,-,tests/claims/tried.yaml,,rr,,,throughput@thin,a > 1000,untried
1.3,-,-,-,tests/claims/tried.yaml,,rr,,,throughput,a > 1000000000,"untried, rewritten"
1.4,-,-,-,tests/claims/tried.yaml,programs.work.repeat[0].compute=1ms,rr,same,programs.work.repeat[0].compute=100us,throughput,a < b,untried
1.5,-,-,-,tests/claims/tried.yaml,,nobody,,,throughput,a > 1,untried
1.6,-,-,-,none: not run,,,,,,none,untried
1.7,-,-,-,tests/claims/tried.yaml,,rr,,,wait_mean,a > 1,untried
END
cat >"$work/expected" <<'END'
1.1 holds
1.2 "holds in default, seed"
1.3 "fell, rewritten"
1.4 holds
1.5 untried
1.6 untried
1.7 holds
END

try() { # DIR OPTIONS...
	dir=$1
	shift
	paper/claims.sh -d "$work/$dir" -r 4 -t "$work/$dir.csv" -c "$work/cells.csv" "$@" "$corun" \
		>"$work/said" 2>"$work/errors"
}
states() {
	awk -F, '/^[0-9]/ { s = $0; sub(/.*,(a [<>][^,]*|none),/, "", s); print $1, s }' "$work/$1.csv"
}

try first -w && wrong 'status 0, though a run failed'
states first | diff "$work/expected" - >"$work/diff" || wrong "states: $(cat "$work/diff")"
grep -q nobody "$work/errors" || wrong "nothing said of the run that failed: $(cat "$work/errors")"
grep -qF '1.1,-,-,"a ""quoted"", one",' "$work/first.csv" || wrong 'a quotation is not what it was'
[ "$(grep -c '^1' "$work/first-cells.csv")" = 17 ] || wrong 'not 17 rows of cells'
# wait_mean has the median run's value beside it.
for run in "$work"/first/runs/*-*; do
	case $run in *.cost) continue ;; esac
	awk '$1 == "*" && seen[$2]++ { exit 1 }' "$run" || wrong 'two values of a metric together'
done
total=$(sed -n 's/^claims: \([0-9]*\) runs.*/\1/p' "$work/said")

# A first look at half of them comes to the same end.
awk -F, '/^[0-9]/ { sub(/,("[^"]*"|[^,"]*)$/, /rewritten/ ? ",\"untried, rewritten\"" : ",untried") } { print }' \
	"$work/first.csv" >"$work/screened.csv"
try screened -w -s 2
states screened | diff "$work/expected" - >"$work/diff" || wrong "screened: $(cat "$work/diff")"
grep -q '^claims: [1-9].* verdicts are settled by 2' "$work/said" || wrong "nothing settled: $(cat "$work/said")"

# Killed (not asked to end) with some runs done; then it does the others, to the same end.
sed 's/^1\.5.*//; /^$/d' "$work/first.csv" | awk -F, '/^[0-9]/ { sub(/,("[^"]*"|[^,"]*)$/, ",untried") } { print }' \
	>"$work/second.csv"
paper/claims.sh -d "$work/second" -r 4 -t "$work/second.csv" -c "$work/cells.csv" -w "$corun" \
	>"$work/said" 2>&1 &
pid=$!
runs() {
	find "$work/second/runs" -name '*-*' ! -name '*.cost' 2>/dev/null | wc -l
}
while [ "$(runs)" -lt 3 ] && kill -0 $pid 2>/dev/null; do :; done
kill -KILL $pid 2>/dev/null
wait $pid 2>/dev/null
there=$(runs)
try second -w || wrong "the second call: $(cat "$work/errors")"
grep -q "^claims: $((total - 3)) runs of 4 replications, $((total - 3 - there)) of them to do" "$work/said" ||
	wrong "killed with $there of $((total - 3)) runs done: $(cat "$work/said")"
grep -v '^1.5' "$work/first-cells.csv" | cmp -s - "$work/second-cells.csv" || wrong 'another end than without a kill'

# The sample of test-verdict: as it was, and not when a verdict of the table is another.
sample() {
	tests/verdict/sample.sh "$corun" "$work/sample" "$work/first.csv" "$work/cells.csv" \
		>"$work/said" 2>"$work/errors"
}
sample || wrong "the sample: $(cat "$work/errors")"
grep -q '^sample: 3 verdicts of 1 claims' "$work/said" || wrong "the sample: $(cat "$work/said")"
cp "$work/first-cells.csv" "$work/kept"
sed -i '/^1\.1,slow,/s/,yes,/,no,/' "$work/first-cells.csv"
sample && wrong 'the sample passes, though the table has another verdict'
grep -q '1.1 in slow: yes, the table has no' "$work/errors" || wrong "the sample: $(cat "$work/errors")"
cp "$work/kept" "$work/first-cells.csv"

# Some cells are no verdict; some claims are, and leave the others.
cp "$work/second.csv" "$work/third.csv"
cp -R "$work/second" "$work/third"
sed -i 's/,holds$/,untried/' "$work/third.csv"
try third -w -l default
grep -q '1.2: of the cells that were tried: holds' "$work/said" || wrong "$(cat "$work/said")"
[ -f "$work/third-cells.csv" ] && wrong 'written, though not all cells were tried'
try third -w -k 1.1
[ "$(states third | grep -c ' holds$')" = 1 ] || wrong "of 1.1 alone: $(states third)"
cp "$work/second.csv" "$work/fourth.csv"
try fourth -n -x tried
grep -q '^claims: 0 runs' "$work/said" || wrong "a scenario is left out: $(cat "$work/said")"
[ $bad = 0 ] && echo "tried: $(wc -l <"$work/right") comparisons judged, $total runs, $there of them before a kill"
exit $bad
