#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# page.sh CORUN DIR: corun report: its sentence and table are those of results.csv, it asks for
# nothing from elsewhere, and says what is not to be trusted.
corun=$(realpath "$1") dir=$2 top=$PWD
. tests/lib/expect.sh
rm -rf "$dir"
mkdir -p "$dir"
cd "$dir" || exit 1
CORUN_SHARE=$top CORUN_PLOTS=$top/plots
export CORUN_SHARE CORUN_PLOTS
seed=$top/workloads/seed.yaml
"$corun" compare "$seed" --reps 12 --duration 300ms --policy cfs,gang --quiet -o r >printed 2>/dev/null || exit 1

# mean POLICY METRIC: over replications, of results.csv
mean() {
	awk -F, -v p="$1" -v m="$2" '$1 == p && $4 == "host" && $6 == m { n++; s += $9 / $10 } END { printf "%.9g", s / n }' r/results.csv
}

# -- the table again -------------------------------------------------------------------------
expect 0 '' "$corun" report r --format text
cmp -s said printed || fail "--format text is not what compare printed: $(diff said printed | head -n 3)"
expect 0 '' "$corun" report r --format text -o deep/er/t.txt
cmp -s deep/er/t.txt printed || fail "--format text -o"

# -- for a pull request -------------------------------------------------------------------------
expect 0 '^### corun: gang has .* higher throughput than cfs' "$corun" report r --format markdown
gain=$(awk -v a="$(mean gang throughput)" -v b="$(mean cfs throughput)" 'BEGIN { r = a / b; if (r >= 1.95) printf "%.1f times", r; else printf "%.3g %%", (r - 1) * 100 }')
grep -q "^### corun: gang has $gain higher" said || fail "the gain is not $gain: $(head -n 1 said)"
wins=$(awk -F, '$4 == "host" && $6 == "throughput" { v[$1, $2] = $7; r[$2] } END { for (i in r) { n++; w += v["gang", i] > v["cfs", i] } print w " of " n }' r/results.csv)
grep -q "^### corun: .*; so in $wins runs" said || fail "not so in $wins runs: $(head -n 1 said)"
grep -q '^| metric | | cfs (baseline) | gang |$' said || fail "no heading"
[ "$(grep -c '^| ' said)" -ge 15 ] || fail "too few rows"
awk -F'|' '/^\|/ { if (!n) n = NF; if (NF != n) bad = 1 } END { exit bad }' said || fail "rows of different lengths"

# -- the page ----------------------------------------------------------------------------------
expect 0 '' "$corun" report r -o page.html
sed -n 's/.*<h1 id="verdict">\(.*\)\.<\/h1>.*/\1/p' page.html >verdict
grep -q "gang has $gain higher throughput.*in $wins runs" verdict || fail "the page's sentence: $(cat verdict)"
for what in 'id="table"' 'id="figure-latency"' 'id="figure-time"' 'id="figure-shares"' 'id="scenario"' \
	'class="default"' '<dt>commit</dt>' '<dt>hash</dt>' 'data-metric="throughput"'; do
	grep -q -e "$what" page.html || fail "no $what in the page"
done
# nothing is fetched, and nothing could be
grep -oE '(src|href|action|poster|data)="[^"]*"' page.html | grep -vE '="(#|data:)' && fail "the page names something elsewhere"
grep -oE "https?://[^\"' <)]*" page.html | sort -u | grep -v '^http://www.w3.org/' && fail "an address in the page"
grep -q "default-src 'none'" page.html || fail "no policy against requests"
twice=$(grep -oE " id=[\"'][^\"']*" page.html | sort | uniq -d)
[ -z "$twice" ] || fail "ids that stand twice: $(echo "$twice" | head -n 3)"
grep -o '<title>[^<]*' page.html | grep -E 'gnuplot|using' && fail "hover texts that are no words"
[ "$(wc -c <page.html)" -lt 1000000 ] || fail "a page of $(wc -c <page.html) bytes"
# the same again
expect 0 '' "$corun" report r -o page2.html
cmp -s page.html page2.html || fail "the same page twice differs"
# names that mean something in HTML
sed 's/^description:.*/description: "a <b> \& \\"c\\" <script>alert(1)<\/script>"/' "$seed" >html.yaml
"$corun" compare html.yaml --reps 2 --duration 20ms --set run.warmup=0 --policy cfs,gang --quiet -o h >/dev/null 2>&1
expect 0 '' "$corun" report h -o h.html --no-figures
grep -q '<script>alert' h.html && fail "a description becomes a script"
grep -q 'a &lt;b&gt; &amp; &quot;c&quot;' h.html || fail "the description is not there"
grep -q 'left out, as asked' h.html || fail "--no-figures is not said"
# without gnuplot
expect 0 'note: no figures in the page' env PATH=/nix "$corun" report r -o n.html
grep -q 'class="warning">None' n.html || fail "the page does not say that figures are missing"

# -- folders of sweep, diff and check ----------------------------------------------------------
short='--reps 2 --duration 50ms --set run.warmup=0 --quiet'
# shellcheck disable=SC2086
"$corun" sweep "$seed" $short --policy cfs,gang --over vms.build.count=1,2 -o sw >sw.txt 2>/dev/null || fail "no sweep"
"$corun" diff r r --all -o df >df.txt || fail "no diff"
cat >g.yaml <<EOS
suite: 1
reps: {min: 5, max: 5}
scenarios: {seed: {file: $seed, set: {run.duration: 100ms}}}
checks: {holds: {scenario: seed, policy: gang, metric: throughput, at_least: 1/s}}
EOS
"$corun" check g.yaml --quiet -o ck >ck.txt 2>/dev/null || fail "no gate: $(cat ck.txt)"
for d in sw df ck; do
	expect 0 '' "$corun" report $d -o $d.html
	expect 0 '' "$corun" report $d --format text
	cmp -s said $d.txt || fail "$d: --format text is not what was printed"
	# what the page shows is the text, unescaped
	sed -n '/<pre id="text">/,/<\/pre>/p' $d.html | sed 's/.*<pre id="text">//; s/<\/pre>.*//; s/&lt;/</g; s/&gt;/>/g; s/&quot;/"/g; s/&amp;/\&/g' >shown
	sed -e :a -e '/^\n*$/{$d;N;ba' -e '}' shown >shown1
	sed -e :a -e '/^\n*$/{$d;N;ba' -e '}' $d.txt >printed1
	diff shown1 printed1 >/dev/null || fail "$d: the page has another text: $(diff shown1 printed1 | head -n 3)"
done
grep -q 'id="figure-line"' sw.html || fail "no figure of the sweep"
grep -q 'id="figure-diff"' df.html || fail "no figure of the diff"
grep -q '<h1 id="verdict">A gate: 1 tests: .*1 held' ck.html || fail "the gate's page: $(grep '<h1' ck.html)"
expect 2 'summary.md' "$corun" report ck --format markdown

# -- what is not to be trusted -------------------------------------------------------------------
sed -i 's/"violations": 0/"violations": 7/' r/summary.json
hash=$(sed -n 's/.*"summary.json": "\([0-9a-f]*\)".*/\1/p' r/study.json)
expect 2 'it is not of the result' "$corun" report r -o x.html
sed -i '/"summary.json"/d' r/study.json
expect 0 '^\*\*Not to be trusted:\*\* cfs broke the contract' "$corun" report r --format markdown
expect 0 '' "$corun" report r -o x.html
grep -q 'role="alert">Not to be trusted: cfs broke' x.html || fail "the page trusts it"
[ "$hash" ] || fail "study.json has no hash of summary.json"

# -- mistakes -------------------------------------------------------------------------------------
expect 2 'expected -o FILE.html' "$corun" report r
expect 2 "did you mean 'markdown'?" "$corun" report r --format markdwon
expect 2 'found 0 result folders' "$corun" report -o x.html
expect 2 'results' "$corun" report nix -o nix.html
[ ! -e nix.html ] || fail "a page of nothing"
rm r/table.txt
expect 2 'table.txt' "$corun" report r --format text
[ $failed = 0 ] && echo "ok page: sentence, table and figures agree with results.csv; nothing is fetched"
exit $failed
