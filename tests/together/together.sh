#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# together.sh CORUN DIR LONG SHORT: in relaxed-antiphase.yaml siblings run together from 2 s
# on, in each of 40 runs of LONG and of 200 others of SHORT; and a relaxed that forgives
# sleep in one of two books is noticed.
corun=$(realpath "$1") dir=$2 long=$3 short=$4 top=$PWD
scenario=$top/tests/together/relaxed-antiphase.yaml
failed=0
rm -rf "$dir"
mkdir -p "$dir"
cd "$dir" || exit 1

fail() {
	echo "FAILED: $*"
	failed=1
}

# least NR OPTION...: the smallest co-run of the runs; nothing unless they are NR
least() {
	nr=$1
	shift
	"$corun" compare "$scenario" "$@" --quiet --format csv 2>said |
		awk -F, -v nr="$nr" '$4 == "host" && $6 == "corun" { if (!n++ || $7 < least) least = $7 }
			END { if (n == nr) print least }'
}

above() { # BOUND VALUE
	awk -v b="$1" -v v="$2" 'BEGIN { exit !(v != "" && v + 0 > b) }'
}

together() { # NR SEED TIME
	got=$(least "$1" --reps "$1" --seed "$2" --duration "$3")
	above 0.8 "$got" || fail "seed $2, $1 runs of $3: the least co-run is '$got': $(head -n 1 said)"
}
together 40 7 "$long"
together 200 8 "$short"

export CORUN_SHARE="$top"
mk=$("$corun" policies --makefile) || exit 1
cp -R "$top/policies" two
for part in state.h skew.c; do
	"$top/tests/lib/plant.sh" "$top/policies/relaxed/$part" "$(cat "$top/tests/together/two-clocks.sed")" \
		two/relaxed/$part || failed=1
done
(cd two && make -s -f "$mk" relaxed.so) >log 2>&1 || fail "relaxed does not build: $(head -n 3 log)"
got=$(least 40 --policy relaxed=two/relaxed.so --duration 100ms)
if [ -z "$got" ] || above 0.8 "$got"; then
	fail "two clocks are not noticed: the least co-run is '$got'"
fi
[ $failed = 0 ] && echo "ok: relaxed leaves its antiphase; two clocks are noticed (co-run $got)"
exit $failed
