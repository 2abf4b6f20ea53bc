#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# option.sh CORUN: `corun run --record`, as a user meets it.
corun=$1
dir=$(mktemp -d) || exit 1
trap 'rm -rf "$dir"' EXIT
scenario=ports/conformance/scenarios/comings.yaml
failed=0
fail() {
	echo "not ok --record: $1"
	failed=1
}
# status WANTED COMMAND...: its exit status, and one line of error if that is not 0
status() {
	wanted=$1
	shift
	"$@" >"$dir/out" 2>"$dir/said"
	got=$?
	[ $got = "$wanted" ] || fail "status $got, not $wanted: $*"
	[ "$wanted" = 0 ] || [ "$(grep -c '^corun: error\[' "$dir/said")" = 1 ] || fail "says: $(cat "$dir/said")"
}

status 0 "$corun" run $scenario --quiet --format csv
mv "$dir/out" "$dir/plain"
status 0 "$corun" run $scenario --quiet --format csv --record "$dir/a.rec"
cmp -s "$dir/out" "$dir/plain" || fail "the results are others"
# of several replications the first is recorded, whatever the number of workers
status 0 "$corun" run $scenario --quiet --reps 3 -j 2 --record "$dir/b.rec"
cmp -s "$dir/a.rec" "$dir/b.rec" || fail "recorded again, it is another record"
status 0 "$corun" run $scenario --quiet --seed 8 --record "$dir/c.rec"
cmp -s "$dir/a.rec" "$dir/c.rec" && fail "another seed gives the same record"
status 0 "$corun" run $scenario --quiet --record "$dir/d.rec" --trace "$dir/d.trace"
cmp -s "$dir/a.rec" "$dir/d.rec" || fail "with a trace it is another record"

# above a record folders are made; a file in their place stays one
status 0 "$corun" run $scenario --quiet --record "$dir/new/folder/g.rec"
cmp -s "$dir/a.rec" "$dir/new/folder/g.rec" || fail "in a new folder it is another record"
status 5 "$corun" run $scenario --quiet --record "$dir/a.rec/such.rec"
[ ! -c /dev/full ] || status 5 "$corun" run $scenario --quiet --record /dev/full
status 2 "$corun" compare $scenario --quiet --record "$dir/e.rec"
cp "$dir/a.rec" "$dir/f.rec"
# a run that fails leaves what was there, and nothing beside it
status 4 "$corun" run tests/scenario/stalls/lock-cycle.yaml --quiet --record "$dir/f.rec"
cmp -s "$dir/a.rec" "$dir/f.rec" || fail "a failed run touches the file"
[ "$(find "$dir" -name '*.tmp' | wc -l)" = 0 ] || fail "leaves files beside it"
[ $failed = 0 ] && echo "ok --record: the same bytes every time, and errors as they should be"
exit $failed
