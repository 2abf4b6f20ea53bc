#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# run_upgrade.sh CORUN: a scenario of version 1 says so and keeps its defaults; `corun upgrade`
# writes it as the newest version, by the letter but for what changed; a baseline of the one
# is none of the other.
corun=$(realpath "$1") top=$PWD
dir=$(mktemp -d) || exit 1
trap 'rm -rf "$dir"' EXIT
. tests/lib/expect.sh
said=$dir/said nr=0
cd "$dir" || exit 1

# -- the note ------------------------------------------------------------------------------------
cat >one.yaml <<'E'
corun: 1
host: {cores: 1}
run: {duration: 20ms, reps: {min: 2, max: 2}}
policies: {rr: {}}
vms: {a: {count: 2, vcpus: 1, program: p}}
programs: {p: {repeat: [compute: 100us]}}
E
sed 's/^corun: 1/corun: 2/' one.yaml >two.yaml
note="^corun: note: one.yaml says corun: 1, whose defaults hold; .corun upgrade. writes it as corun: 2$"
for verb in run compare show validate 'sweep --over run.seed=1,2'; do
	# shellcheck disable=SC2086 # a verb with its options
	expect 0 "$note" "$corun" $verb one.yaml
	[ "$(grep -c 'corun: note:' "$said")" = 1 ] || fail "$verb does not say it once"
	# shellcheck disable=SC2086
	expect 0 '' "$corun" $verb two.yaml
	grep 'corun: note:' "$said" && fail "$verb says it of version 2"
done
sed 's/^corun: 1/corun: 3/' one.yaml >three.yaml
expect 2 "three.yaml:1:8: found '3', expected an integer from 1 to 2 for corun" "$corun" validate three.yaml

# -- the text --------------------------------------------------------------------------------------
# bare FILE: its resolved scenario, but for the version and for what comments say
bare() {
	"$corun" show "$1" 2>/dev/null | sed 's/ *#.*//; s/^corun: .*//'
}
# same FILE: upgraded, it is what stands in FILE.want, and the same scenario
same() {
	expect 0 '' "$corun" upgrade "$1" -o "$1.new"
	cmp "$1.new" "$1.want" || { fail "$1: upgraded it is"; cat "$1.new"; }
	bare "$1" >old.bare
	bare "$1.new" | cmp - old.bare || fail "$1: upgraded it is another scenario"
	expect 0 'note: it says corun: 2 already' "$corun" upgrade "$1.new" -o again
	cmp "$1.new" again || fail "$1: upgraded twice it is another text"
	nr=$((nr + 1))
}
# What is written into a mapping in brackets, and into one with a line for each key: a new
# default of a key in host or run belongs here, and one at the top in root.
host='irregularity: regular, ' run='starts: interleaved, '
host_line='  irregularity: regular' run_line='    starts: interleaved'
root='fairness: backlog'

cat >one.yaml.want <<E
corun: 2
$root
host: {${host}cores: 1}
run: {${run}duration: 20ms, reps: {min: 2, max: 2}}
policies: {rr: {}}
vms: {a: {count: 2, vcpus: 1, program: p}}
programs: {p: {repeat: [compute: 100us]}}
E
same one.yaml

# lines, with comments, blank lines, an anchor, and a quoted version
cat >lines.yaml <<'E'
# what it is
corun: "1"   # the version

host: &h  # the host
  # how many
  cores: 1
run:

    duration: 20ms
    reps: {min: 2, max: 2}  # few
policies: {rr: }
vms: {a: {count: 2, vcpus: 1, program: p}}
programs: {p: {repeat: [compute: 100us]}}
E
sed "s/\"1\"/\"2\"/; s/^corun.*/&\\n$root/; s/^host: .*/&\\n$host_line/; s/^run: *\$/&\\n$run_line/" lines.yaml >lines.yaml.want
same lines.yaml

# all of it in brackets, over several lines, with letters of two bytes before the places
cat >flow.yaml <<'E'
{description: "é ü", corun: 1, host: { cores: 1 },
  run: {  # short
    duration: 20ms}, policies: {rr: {}}, vms: {a: {vcpus: 1, program: p}},
  programs: {p: {repeat: [compute: 100us]}}}
E
cat >flow.yaml.want <<E
{$root, description: "é ü", corun: 2, host: { ${host}cores: 1 },
  run: { ${run% }  # short
    duration: 20ms}, policies: {rr: {}}, vms: {a: {vcpus: 1, program: p}},
  programs: {p: {repeat: [compute: 100us]}}}
E
same flow.yaml

# what is said already stays, wherever it is said
sed 's/duration: 20ms/duration: 20ms, starts: together/' one.yaml >said.yaml
sed "s/^corun: 1/corun: 2\\n$root/; s/^host: {/&$host/" said.yaml >said.yaml.want
same said.yaml
# over.yaml: VERSION, an entry a line for what is written
over() {
	echo "corun: $1"
	[ "$1" = 1 ] || echo "$root"
	[ -z "$host" ] || [ "$1" = 1 ] || echo "host: {${host%, }}"
	[ -z "$2" ] || echo "run: {${2%, }}"
	echo "include: $3"
}
over 1 '' said.yaml >over.yaml
over 2 '' said.yaml >over.yaml.want
same over.yaml

# a version and mappings that only an include has
echo 'include: one.yaml' >bare.yaml
over 2 "$run" one.yaml >bare.yaml.want
same bare.yaml

# a byte order mark, the line ends of another system, no end of the last line
for file in crlf.yaml crlf.yaml.want; do
	printf '\357\273\277' >$file
	sed 's/$/\r/' "lines${file#crlf}" | head -c -2 >>$file
done
same crlf.yaml

# in place, and only if that is meant
cp one.yaml place.yaml
expect 2 'place.yaml: found a file that is read' "$corun" upgrade place.yaml -o place.yaml
cmp one.yaml place.yaml || fail "place.yaml was written over without --force"
expect 0 'note: wrote corun: 2' "$corun" upgrade place.yaml -o place.yaml --force
cmp one.yaml.want place.yaml || fail "place.yaml was not written over"
expect 0 '' sh -c "'$corun' upgrade - <one.yaml 2>/dev/null | cmp - one.yaml.want"
expect 2 'found 2 scenarios, expected one' "$corun" upgrade one.yaml two.yaml
expect 2 "found no host" "$corun" upgrade "$top/tests/scenario/broken/no-host.yaml"
sed 's/^corun: 1/corun: \&v 1/' one.yaml >anchor.yaml
expect 2 'anchor.yaml:1:8: found a way to write it that upgrade cannot edit' "$corun" upgrade anchor.yaml

# -- baselines ---------------------------------------------------------------------------------------
cat >suite.yaml <<'E'
suite: 1
reps: {min: 5, max: 5}
margins: {throughput: {relative: 3%}}
baseline: base
scenarios: {one: place.yaml}
checks: {a: {scenario: one, policy: rr, metric: throughput, baseline: true}}
E
cp one.yaml place.yaml
expect 0 '' "$corun" check suite.yaml --bless
expect 0 '1 held' "$corun" check suite.yaml
cp two.yaml place.yaml
expect 2 "base: scenario 'one' was recorded as corun: 1 and says corun: 2 now" "$corun" check suite.yaml
expect 0 '' "$corun" check suite.yaml --bless
expect 0 '1 held' "$corun" check suite.yaml

[ $failed = 0 ] && echo "ok upgrade: $nr texts, by the letter; notes, and baselines of another version"
exit $failed
