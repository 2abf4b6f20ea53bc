#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# formats.sh CORUN CONFORM_RR OLD DIR: today's programs open what stands in OLD, which an
# earlier corun wrote, and find in it what that one said; of a version that they do not know
# they name both, the file's and their own.  Works on a copy in DIR.
set -u
corun=$(realpath "$1") conform=$(realpath "$2") old=$(realpath "$3") top=$PWD
dir=$4/$(basename "$3")
. tests/lib/expect.sh
rm -rf "$dir"
mkdir -p "$dir"
cp -R "$old/." "$dir"
cd "$dir" || exit 1

# define FILE NAME: the number that a header gives it
define() {
	sed -n "s/^#define $2 \([0-9]*\)u\{0,1\}\( .*\)\{0,1\}$/\1/p" "$top/$1" | grep . ||
		{ echo "FAILED: $1 does not say what $2 is" >&2; echo none; }
}

# -- the result folder -------------------------------------------------------------------------
# What summary.json told then is told now: none of its values is missing, and none is another.
# A metric that is new since then may be worked out from the old rows; that is not looked at.
expect 0 '' "$corun" diff result result --all --format csv
tr -d '\n' <result/summary.json | sed 's/{ *"\(metric\|name\)"/\n"\1"/g' |
	sed -n 's/^"name": "\([a-z]*\)", *"policy".*/policy \1/p
		s/^"metric": "\([a-z0-9_]*\)", *"scope": "\([a-z]*\)", *"name": "\([^"]*\)"[^{}]*"value": \([0-9][^,]*\),.*/\2,\3,\1,\4/p' |
	awk '$1 == "policy" { policy = $2; next } { print policy "," $0 }' | sort >then.csv
awk -F, 'NR > 1 && $7 != "" { print $1 "," $3 "," $4 "," $5 "," $7 }' said | sort >now.csv
nr_values=$(wc -l <then.csv)
[ "$nr_values" -gt 100 ] || fail "only $nr_values values are read from the old folder"
# `*_max` was the mean of each replication's largest then, and is the largest of all now.
join_key() { sed 's/,\([^,]*\)$/ \1/' "$1" | grep '_max ' | sort; }
join_key then.csv >then.max
join_key now.csv >now.max
join then.max now.max | awk '$3 < $2 { exit 1 } END { exit NR == 0 }' ||
	fail "a largest of all replications is below the mean of their largest"
[ "$(join then.max now.max | wc -l)" = "$(wc -l <then.max)" ] || fail "a largest is not told any more"
sed -i '/_max,/d' then.csv now.csv
comm -23 then.csv now.csv >differ
[ -s differ ] && { head -n 3 differ; fail "$(wc -l <differ) values that stood there are not told any more"; }
awk -F, 'FNR == NR { known[$4] = 1; next } $4 in known' then.csv now.csv | comm -13 then.csv - >differ
[ -s differ ] && { head -n 3 differ; fail "$(wc -l <differ) values are not those that stood there"; }

if command -v gnuplot >/dev/null; then
	CORUN_PLOTS=$top/plots expect 0 '' "$corun" plot result
	for figure in $(cat pictures); do
		[ -s "result/plots/$figure.png" ] || fail "no picture $figure of the old folder"
	done
else
	echo "# no gnuplot: no pictures were drawn"
fi

# -- the trace ---------------------------------------------------------------------------------
expect 0 '' "$corun" trace result/trace-rr.bin
nr_lines=$(wc -l <said)
cmp said trace-rr.txt || fail "the old trace reads otherwise"
for format in perfetto ftrace; do
	expect 0 '' "$corun" trace result/trace-rr.bin --format $format
done

# -- scenarios: as written, and resolved -----------------------------------------------------------
# The hash is the identity of an experiment: baselines and result folders are found by it.
hash=$(sed -n 's/^# hash \([0-9a-f]*\)$/\1/p' shown.yaml)
[ ${#hash} = 16 ] || fail "shown.yaml has no hash"
for file in world shown result/scenario; do
	expect 0 "hash $hash" "$corun" validate $file.yaml
done
keys() {
	sed 's/ *#.*//' "$1" | grep . | sort -u
}
expect 0 '' "$corun" show shown.yaml
keys shown.yaml >then.keys
keys said >now.keys
comm -23 then.keys now.keys >lost
[ -s lost ] && { head -n 3 lost; fail "$(wc -l <lost) resolved keys are not shown any more"; }

# -- the baseline ------------------------------------------------------------------------------
# (Status 1 would say that rr has become worse: not a matter of formats, but of test-golden, too.)
expect 0 'recorded by corun '"$(sed -n 's/^corun: //p' suite.baseline)" "$corun" check suite.yaml --all
sed 's/  */ /g' said >said.once
while read -r line; do
	grep -qF -- "$line" said.once || fail "the old baseline does not say '$line'"
done <bounds

# -- the conformance record ---------------------------------------------------------------------
# A record is taken in its own version only: an older one is refused by number, and made again.
format=$(define ports/conformance/record.h RECORD_VERSION)
was=$(od -An -tu1 -j13 -N1 rr.rec | tr -d ' ')
if [ "$was" = "$format" ]; then
	expect 0 '^ok' "$conform" rr.rec
else
	expect 1 "is of version $was of the format, this build knows $format$" "$conform" rr.rec
fi

# -- planted: versions that nobody knows yet ----------------------------------------------------
nr_planted=0
# unknown FILE WORDS COMMAND...: refused (status $refused) with WORDS
refused=2
unknown() {
	cmp -s "$1" "$old/$1" && fail "nothing was planted in $1"
	words=$2 file=$1
	shift 2
	expect $refused "$words" "$@"
	cp "$old/$file" "$file"
	nr_planted=$((nr_planted + 1))
}
# byte FILE OFFSET [OCTAL]: is 99 from now on, or that
byte() {
	printf "\\${3:-143}" | dd of="$1" bs=1 seek="$2" conv=notrunc 2>/dev/null
}
# Where keys follow the version, one that only that version has is planted, too.
sed -i 's/"corun_results": [0-9]*/"novel": 1, "corun_results": 99/' result/study.json
unknown result/study.json "found '99', expected a number from 1 to $(define sim/study/results.h RESULTS_VERSION)$" "$corun" diff result result
byte result/trace-rr.bin 8
unknown result/trace-rr.bin "(known: $(define sim/model/trace.h TRACE_VERSION)): 99" "$corun" trace result/trace-rr.bin
sed -i 's/^corun: .*/novel: 1\ncorun: 99/' world.yaml
unknown world.yaml "found '99', expected an integer from 1 to $(define sim/scenario/keys.h SCENARIO_VERSION) for corun" "$corun" validate world.yaml
sed -i 's/^suite: .*/novel: 1\nsuite: 99/' suite.yaml
unknown suite.yaml "found '99', expected an integer from 1 to 1" "$corun" check suite.yaml
sed -i 's/^corun_baseline: .*/corun_baseline: 99/' suite.baseline
unknown suite.baseline "version 99 of the format, expected 1 to $(define sim/gate/baseline.h BASELINE_VERSION):" "$corun" check suite.yaml
refused=1
byte rr.rec 13
unknown rr.rec "version 99 of the format, this build knows $format$" "$conform" rr.rec
byte rr.rec 13 "$(printf %o "$format")"
byte rr.rec 14
unknown rr.rec "version 99 of the contract, this build knows $(define policies/policy.h SP_CONTRACT_VERSION)$" "$conform" rr.rec

[ $failed = 0 ] && echo "ok: what corun $(basename "$old") wrote opens: $nr_values values, $nr_lines lines of a trace," \
	"$(wc -l <then.keys) keys, a baseline, a record (version $was of $format); $nr_planted unknown versions are refused by number"
exit $failed
