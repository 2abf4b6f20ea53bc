#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# verbs.sh CORUN SCRATCH: trace, import and plot as they are typed.
set -u
corun=$1
scratch=$2/verbs
root=$(cd "$(dirname "$0")/../.." && pwd)
CORUN_PLOTS=$root/plots
export CORUN_PLOTS
nr=0
failed=0

rm -rf "$scratch"
mkdir -p "$scratch"
cd "$scratch" || exit 1

# check WHAT STATUS PATTERN COMMAND...: its status, and a line of its output (if given)
check() {
	what=$1
	status=$2
	pattern=$3
	shift 3
	nr=$((nr + 1))
	"$@" >out 2>&1 </dev/null
	got=$?
	if [ $got != "$status" ] || { [ "$pattern" ] && ! grep -q -e "$pattern" out; }; then
		failed=$((failed + 1))
		echo "verbs.sh: $what: status $got instead of $status, or no '$pattern' in:"
		sed 's/^/    /' out
	fi
}

cat >small.yaml <<'EOF'
corun: 1
host: {cores: 2}
run: {duration: 60ms, warmup: 20ms, reps: {min: 3, max: 3}}
policies: {cfs: {}, gang: {}}
vms: {a: {count: 2, vcpus: 2, program: p}}
programs:
  p: {locks: {l: tas}, repeat: [{compute: 20us}, {critical: {lock: l, hold: 3us}}, {sleep: 5us}]}
EOF
check "compare" 0 . "$corun" compare small.yaml --trace -o res --quiet

check "trace text" 0 'switch-in *switched' "$corun" trace res/trace-gang.bin
check "trace ftrace" 0 'sched_switch: prev_comm=' "$corun" trace -f ftrace res/trace-gang.bin
check "trace to a file" 0 '' "$corun" trace --format perfetto -o x.json res/trace-gang.bin
check "its JSON" 0 '"ph":"X"' cat x.json
head -c 5000 res/trace-gang.bin >cut.bin
check "a cut trace" 0 'note: cut.bin is cut short after [0-9]* events' "$corun" trace cut.bin
check "no trace" 2 'error\[trace\]: small.yaml: offset 0: not a corun trace' \
	"$corun" trace small.yaml
check "no file" 2 'error\[trace\]: none.bin: No such file' "$corun" trace none.bin
check "no such format" 2 "no format 'perfeto'.*did you mean 'perfetto'" \
	"$corun" trace -f perfeto cut.bin
check "too many files" 2 'expected one trace file, got 2' "$corun" trace cut.bin cut.bin
check "a full disk" 5 'error\[output\]: /dev/full: cannot write: No space' \
	"$corun" trace res/trace-gang.bin -o /dev/full
check "no folder to write to" 5 'error\[output\]: cut.bin/x: cannot write' \
	"$corun" trace cut.bin -o cut.bin/x

"$corun" trace -f ftrace res/trace-gang.bin >gang.ftrace
check "import" 0 'bursts of .* tasks, of which' "$corun" import gang.ftrace -o imported --top 3
check "the bursts" 0 '^# corun bursts 1$' cat imported/replay.bursts
check "the scenario" 0 . "$corun" validate imported/replay.yaml
check "the replay" 0 throughput \
	"$corun" compare imported/replay.yaml --reps 2 --duration 20ms --quiet
check "import again" 2 'has a replay already; --force' "$corun" import gang.ftrace -o imported
check "import by force" 0 . "$corun" import gang.ftrace -o imported --force --vms 2 --join
check "its scenario" 0 . "$corun" validate imported/replay.yaml
check "import to a full disk" 5 'cannot write' "$corun" import gang.ftrace --bursts /dev/full
check "import of nothing" 2 'small.yaml:[0-9]*:1: found no sched_switch' \
	"$corun" import small.yaml
check "a bad count" 2 "top '0': expected a number" "$corun" import gang.ftrace --top 0
check "--vms alone" 2 'needs -o' "$corun" import gang.ftrace --vms 2

check "plot" 0 'res/plots/timeline.svg' "$corun" plot res --format png,svg,pdf
for name in time timeline latency shares; do
	check "$name.png" 0 PNG head -c 8 res/plots/$name.png
	check "$name.svg" 0 '</svg>' tail -n 3 res/plots/$name.svg
	check "$name.pdf" 0 '%PDF-1' head -c 8 res/plots/$name.pdf
done
check "nothing is left beside" 1 '' sh -c 'ls res/plots | grep tmp'
"$corun" compare small.yaml -o res4 --quiet --set vms.a.count=4 >/dev/null
check "overcommit" 0 'sweep/overcommit.png' "$corun" plot res res4 -o sweep
check "its points" 0 '^0 0 4 ' cat sweep/overcommit.dat
check "a sweep" 0 'throughput' "$corun" sweep small.yaml --over vms.a.count=1,2 -o swept --quiet
check "its picture" 0 'swept/plots/overcommit.png' "$corun" plot swept
check "a line has no map" 2 'has no data for map' "$corun" plot swept --only map
check "a grid" 0 'grid/plots/map.png' "$corun" sweep small.yaml --over vms.a.count=1,2 \
	--over host.cores=2,4 -o grid --quiet --plot --reps 2
check "a point that a policy refuses" 2 "wider than the pool.*(at count=2 cores=1)" "$corun" sweep \
	small.yaml --over vms.a.count=2 --over host.cores=1,2
check "its cells" 0 '^0 0 1 1 ' cat grid/plots/map.dat
check "no overcommit line of a grid" 2 'has no data for overcommit' "$corun" plot grid --only overcommit
check "along words" 0 'words/plots/bars.png' "$corun" sweep small.yaml --over hints=none,kvm \
	-o words --quiet --plot --reps 2
check "its bars" 0 '^0 0 1 ' cat words/plots/bars.dat
check "no overcommit line of words" 2 'has no data for overcommit' "$corun" plot words \
	--only overcommit
check "no bars of another overcommit" 2 'has no data for bars' "$corun" plot swept --only bars
check "a picture of your own" 0 'mine/time.png' "$corun" plot res --only time -o mine
check "no such figure" 2 "no figure 'tiem'.*did you mean 'time'" "$corun" plot res --only tiem
check "no such format" 2 "no format 'gif'" "$corun" plot res --format gif
check "no data for it" 2 'has no data for overcommit' "$corun" plot res --only overcommit
check "no folder" 2 'none: not a folder' "$corun" plot none
mkdir empty
check "an empty folder" 2 'holds nothing to draw' "$corun" plot empty
mkdir bad
echo '{"corun_diff": 1}' >bad/diff.json
printf 'policy,replication\ncfs,1\n' >bad/results.csv
check "a bad CSV" 2 "bad/results.csv:1:1: no column" "$corun" plot bad
printf 'policy,scope,name,metric,value\ncfs,host,all,time_useful,1\ncfs,1\n' >bad/results.csv
check "a short row" 2 'bad/results.csv:3:1: another number of fields' "$corun" plot bad
check "no gnuplot" 5 'error\[plot\]: cannot start gnuplot (is it installed?)' \
	env PATH=/nowhere "$corun" plot res --only time
mkdir broken
cp "$CORUN_PLOTS"/*.gp broken
echo 'plot "no such file"' >broken/time.gp
check "a gnuplot that fails" 5 'gnuplot failed: .*no such file' \
	env CORUN_PLOTS=broken "$corun" plot res --only time
echo '' >broken/time.gp
check "a gnuplot that draws nothing" 5 'gnuplot drew nothing' \
	env CORUN_PLOTS=broken "$corun" plot res --only time
check "no scripts" 5 "no style.gp in 'empty'" env CORUN_PLOTS=empty "$corun" plot res --only time

echo "verbs.sh: $nr checks, $failed failed"
[ $failed = 0 ]
