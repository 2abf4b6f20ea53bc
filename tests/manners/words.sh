#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# words.sh CORUN DIR: every mistyped word is answered with the nearest one, and options that
# take a list may be given several times.
corun=$(realpath "$1") dir=$2 top=$PWD
. tests/lib/expect.sh
rm -rf "$dir"
mkdir -p "$dir"
cd "$dir" || exit 1
seed=$top/workloads/seed.yaml
short='--reps 2 --duration 50ms --set run.warmup=0 --quiet'

# -- the nearest word --------------------------------------------------------------------
expect 2 "no verb 'comapre', did you mean 'compare'?" "$corun" comapre
expect 2 "unknown option '--pollicy=cfs', did you mean '--policy'?" "$corun" compare "$seed" --pollicy=cfs
expect 2 "did you mean 'json'?" "$corun" compare "$seed" --format jsno
expect 2 "did you mean 'csv'?" "$corun" diff a b --format cvs
expect 2 "did you mean 'junit'?" "$corun" check s.yaml --format juint
expect 2 "did you mean 'github'?" "$corun" check s.yaml --format gihtub
expect 2 "did you mean 'markdown'?" "$corun" metrics --format markdwon
expect 2 "did you mean 'rt-app'?" "$corun" import x --format rt_app
expect 2 "did you mean 'perfetto'?" "$corun" trace x --format perfeto
expect 2 "did you mean 'svg'?" "$corun" plot x --format sgv
expect 2 "did you mean 'timeline'?" "$corun" plot x --only timelien
expect 2 "did you mean 'throughput'?" "$corun" metrics troughput
expect 2 "no policy 'gnag'; did you mean 'gang'?" "$corun" compare "$seed" --policy gnag
expect 2 "no metric 'lhp_spn'; did you mean 'lhp_spin'?" "$corun" compare "$seed" --metric throughput,lhp_spn
expect 2 "no metric 'spni'; did you mean 'spin'?" "$corun" sweep "$seed" --over run.seed=1,2 --metric spni
# nothing is near: the words there are
expect 2 "found 'xml', expected table, csv or json$" "$corun" compare "$seed" --format xml

# -- lists that grow ---------------------------------------------------------------------
# shellcheck disable=SC2086
{
	"$corun" compare "$seed" $short --policy cfs,gang >once 2>&1
	expect 0 '^policies  cfs (baseline), gang$' "$corun" compare "$seed" $short --policy cfs --policy gang
}
cmp -s once said || fail "--policy a --policy b is not --policy a,b"
expect 2 "one policy at a time" "$corun" run "$seed" --policy cfs --policy gang
expect 2 "'cfs' stands there twice" "$corun" compare "$seed" --policy cfs --policy cfs
# -- a shipped policy that the scenario lacks; objects that nobody selected ------------------
# shellcheck disable=SC2086
{
	expect 0 "^corun: note: the scenario has no policy 'rr'; taking the shipped one" \
		"$corun" compare "$seed" $short --policy cfs,rr -o taken
	grep -q '^rr,' taken/results.csv || fail "no results of rr"
	sed 's/^policies:/&\n  rr: {}/' "$seed" >with-rr.yaml
	"$corun" compare with-rr.yaml $short --policy cfs,rr -o there >table 2>note || fail "with rr"
	[ ! -s note ] || fail "a policy that is there: $(cat note)"
	cmp -s taken/results.csv there/results.csv || fail "rr taken is not rr written down"
	expect 0 "no policy 'rr'; taking" "$corun" run "$seed" --duration 20ms --set run.warmup=0 --quiet --policy rr
	expect 0 "no policy 'rr'; taking" "$corun" sweep "$seed" $short --over run.seed=1,2 --policy rr
	[ "$(grep -c taking said)" = 1 ] || fail "a sweep says it for each point"
	sed 's|^policies:|&\n  nix: {policy: ./nix.so}|; s/^baseline:.*/baseline: nix/' "$seed" >object.yaml
	expect 2 'nothing to read' "$corun" compare object.yaml $short
	expect 2 'nothing to read' "$corun" compare object.yaml $short --policy nix,cfs
	expect 0 '^policies  gang (baseline), cfs$' "$corun" compare object.yaml $short --policy gang,cfs -o unopened
	"$corun" compare "$seed" $short --policy gang,cfs --format csv >direct.csv; cmp -s direct.csv unopened/results.csv ||
		fail "without the object it is another result"
	expect 0 '^ok' "$corun" validate unopened/scenario.yaml
}
expect 2 "no policy 'balanec'; did you mean 'balance'?" "$corun" compare "$seed" --policy balanec

long=$(printf '%02000d' 0)
expect 2 "^corun: error.usage.: --policy: found more than" \
	"$corun" compare "$seed" --policy "a$long" --policy "b$long" --policy "c$long"
# of all metrics the two, in the host's table and in that of the differences
# shellcheck disable=SC2086
expect 0 '^pcpu_idle ' "$corun" compare "$seed" $short --metric throughput --metric pcpu_idle
[ "$(grep -cE '^(throughput|pcpu_idle) ' said)" -ge 4 ] || fail "--metric: not twice two rows"
grep -qE '^(useful|steal|corun) ' said && fail "--metric: other rows, too"
[ $failed = 0 ] && echo "ok words: mistyped ones are answered with the nearest, lists grow"
exit $failed
