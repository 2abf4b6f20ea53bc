#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# bytes.sh CORUN DIR: files with bytes in them that steer a terminal, or are no text: read by
# every verb, at many places.  What is printed is text, and nothing but text.
corun=$(realpath "$1") dir=$2 top=$PWD
export CORUN_SHARE="$top"
failed=0 nr=0
rm -rf "$dir"
mkdir -p "$dir"
cd "$dir" || exit 1

cat >s.yaml <<EOS
corun: 1
description: small
host: {cores: 2}
run: {duration: 20ms, warmup: 0, seed: 1}
policies: {rr: {}, cfs: {}}
vms: {a: {count: 2, vcpus: 2, program: p}}
programs: {p: {locks: {z: ticket}, repeat: [compute: 100us, critical: {lock: z, hold: 10us}]}}
EOS
cat >suite.yaml <<EOS
suite: 1
description: small
reps: {min: 5, max: 5}
scenarios: {s: s.yaml}
checks:
  one: {scenario: s, policy: cfs, metric: throughput, margin: {relative: 90%}}
EOS
"$corun" compare s.yaml --reps 2 --trace --quiet -o r >/dev/null || exit 1
"$corun" trace r/trace-rr.bin -f ftrace >log || exit 1
"$corun" sweep s.yaml --reps 2 --quiet --over slots:vms.a.count=1,2 --metric throughput -o w >/dev/null || exit 1
"$corun" check suite.yaml --bless --quiet >/dev/null || exit 1
printf '{"tasks": {"t": {"loop": 3, "run": 1000, "sleep": 1000}}}\n' >rt.json
"$corun" import rt.json >/dev/null 2>&1

# clean WHAT COMMAND...: does what it says hold nothing but text?
clean() {
	what=$1
	shift
	"$@" >said 2>&1 </dev/null
	got=$?
	nr=$((nr + 1))
	if LC_ALL=C grep -qP '[\x00-\x08\x0b-\x1f\x7f]|\xc2[\x80-\x9f]' said || ! iconv -f UTF-8 -t UTF-8 said >/dev/null 2>&1; then
		echo "FAILED: $what: $*: raw bytes:"
		LC_ALL=C grep -aP '[\x00-\x08\x0b-\x1f\x7f]|[\x80-\xff]' said | head -n 2 | cat -v
		failed=1
	fi
	[ $got -lt 128 ] || { echo "FAILED: $what: $*: status $got"; failed=1; }
}

# spoil FILE BYTES AT: puts them over what is AT; a copy stays in whole
spoil() {
	cp whole "$1"
	printf "$2" | dd of="$1" bs=1 seek="$3" conv=notrunc 2>/dev/null
}

each() { # FILE COMMAND...
	file=$1
	shift
	cp "$file" whole
	size=$(wc -c <whole)
	for bytes in '\033[2J' '\302\233' '\377\376' '\r\007'; do
		i=0
		while [ $i -lt "${PLACES:-6}" ]; do
			spoil "$file" "$bytes" $((i * (size - 4) / ${PLACES:-6}))
			clean "$file $bytes" "$@"
			i=$((i + 1))
		done
	done
	cp whole "$file"
}
short='--reps 1 --duration 5ms --quiet'
# shellcheck disable=SC2086
each s.yaml "$corun" compare s.yaml $short
each s.yaml "$corun" show s.yaml
each s.yaml "$corun" validate s.yaml
each suite.yaml "$corun" check suite.yaml --quiet
each suite.baseline "$corun" check suite.yaml --quiet
each suite.baseline "$corun" check suite.yaml --bless --dry-run --quiet
each r/study.json "$corun" diff r r
each r/results.csv "$corun" diff r r
each w/sweep.csv "$corun" cells w --by slots
each r/histograms.csv "$corun" diff r r
each r/study.json env CORUN_PLOTS="$top/plots" "$corun" plot r --only time
each r/time.csv env CORUN_PLOTS="$top/plots" "$corun" plot r --only time
each r/results.csv env CORUN_PLOTS="$top/plots" "$corun" plot r --only shares
each s.yaml "$corun" upgrade s.yaml
each r/table.txt "$corun" report r --format text
each r/table.txt sh -c "sed -i '/\"table.txt\"/d' r/study.json; '$corun' report r --format text"
each r/results.csv "$corun" report r --format markdown
each r/scenario.yaml "$corun" report r -o page.html --no-figures
each r/study.json "$corun" report r -o page.html --no-figures
PLACES=40
each r/trace-rr.bin "$corun" trace r/trace-rr.bin
cp r/trace-rr.bin whole
# the names of a trace stand at its head
for at in $(seq 56 140); do
	for bytes in '\033[2J' '\302\233' '\377'; do
		spoil r/trace-rr.bin "$bytes" "$at"
		for format in text ftrace perfetto; do
			clean "names at $at" sh -c "'$corun' trace r/trace-rr.bin -f $format | head -c 20000"
		done
	done
done
cp whole r/trace-rr.bin
each log "$corun" import log
each rt.json "$corun" import rt.json
# names of files, and values of options
esc=$(printf '\033[2J')
for verb in run compare show validate check trace import plot policies keys metrics diff sweep init report upgrade help; do
	clean "$verb of a name" "$corun" $verb "$esc" "$esc"
	clean "$verb of an option" "$corun" $verb "--$esc"
	clean "$verb of a value" "$corun" $verb s.yaml --policy "$esc" --set "$esc=1" --format "$esc"
done
clean "no verb" "$corun" "$esc"

# -- bytes that are no UTF-8: at line and column -------------------------------------------------
at() { # LINE:COLUMN TEXT
	printf "$2" >u.yaml
	"$corun" validate u.yaml >said 2>&1
	grep -q "^corun: error\[scenario\]: u.yaml:$1: found bytes that are no text" said ||
		{ echo "FAILED: expected $1 of '$2'; it said: $(cat said)"; failed=1; }
	nr=$((nr + 1))
}
at 1:1 '\377'
at 2:15 'corun: 1\ndescription: a\377 b\n'
at 3:4 'corun: 1\n\n# \303\244\377\n'
at 2:3 'corun: 1\n# \355\240\200\n'
at 1:8 'corun: \300\200\n'
at 4:1 'a\nb\nc\n\200'
[ $failed = 0 ] && echo "ok: $nr damaged files, names and options, and nothing but text on the terminal"
exit $failed
