#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# recordings.sh CORUN SCRATCH: what the tools print, in all layouts that we take.
set -u
# shellcheck source=tests/trace/begin.sh
. "$(dirname "$0")/begin.sh"
here=$here/recordings
mkdir bin

# -- cases: small texts, and what is to come out ------------------------------------------
# bursts NAME OPTION...: one task, twice 2 ms of CPU time and 5 ms of sleep
twice='work_100 2000000 5000000
work_100 2000000 5000000'
for name in tracecmd tracecmd_N tracecmd_t perf extra_wake marker_quote; do
	nr=$((nr + 1))
	said=$("$corun" import "$here/cases/$name.txt" 2>said) || not_ok "$name: $(tail -n 1 said)"
	[ "$said" = "# corun bursts 1
$twice" ] || not_ok "$name: $said"
done
# says WHAT STATUS TEXT FILE [OPTION...]
says() {
	what=$1 status=$2 text=$3
	shift 3
	nr=$((nr + 1))
	"$corun" import "$@" >said 2>&1
	got=$?
	[ $got = "$status" ] || not_ok "$what: status $got, not $status"
	grep -q -- "$text" said || not_ok "$what: not \"$text\" but: $(cat said)"
}
says 'nothing is kept' 2 'found no task' "$here/cases/lost_other.txt"
for text in '10 lines: 6 switches, 3 wake-ups' '1 markers of lost events' '3 events lost' \
	'1 bursts left out: events may be missing' '0 switches missing' '0 of such switches bridged'; do
	says 'the summary comes all the same' 2 "$text" "$here/cases/lost_other.txt"
done
says 'a marker is counted' 0 '1 events of other kinds' "$here/cases/marker_quote.txt"
says 'forced to the wrong layout' 2 'line 1 is the first that fits none of the layouts tried: expected TASK-PID' \
	"$here/cases/perf.txt" --format ftrace
says 'forced to the right layout' 0 '2 bursts of 1 tasks' "$here/cases/perf.txt" --format perf
says 'no such layout' 2 "expected ftrace, latency, perf, xentrace or rt-app" "$here/cases/perf.txt" --format html

# mixed: a perf text behind a tracefs text is no event, as often as it has lines
{ cat "$here/cases/extra_wake.txt"; cat "$here/cases/perf.txt"; } >mixed.txt
says 'mixed' 0 '9 lines that are no event (layout ftrace), the first is line 10' mixed.txt
says 'mixed: pieces of events' 0 '9 of those with a piece of an event' mixed.txt
says 'the other of two' 0 'other machines than trace.dat' "$here/real/tracecmd_two.txt" --host trace.dat
says 'neither of two' 2 '224 lines of other machines than none\|found no sched_switch' \
	"$here/real/tracecmd_two.txt" --host none
# Android's page, function-graph, a line cut in the middle of the file
{
	echo '<!DOCTYPE html><script class="trace-data" type="application/text">'
	echo '# tracer: nop'
	head -n 3 "$here/cases/extra_wake.txt"
	echo ' 0)   0.541 us    |  mutex_unlock();'
	echo '            bash-77      [000]    10.002500: funcgraph_entry:        0.541 us   |  fput();'
	sed -n '4,$p' "$here/cases/extra_wake.txt"
	echo '</script>'
} >noise.txt
says 'noise' 0 '3 lines that are no event (layout ftrace), the first is line 1' noise.txt
says 'noise: events' 0 '1 events of other kinds' noise.txt
says 'noise: the bursts are all there' 0 '2 bursts of 1 tasks' noise.txt
sed '5s/^.*\] d/d/' "$here/cases/extra_wake.txt" >torn.txt
says 'torn' 0 '1 of those with a piece of an event of ours' torn.txt
says 'torn: what is left' 0 '^work_100' torn.txt --keep-cut
sed "3s/prev_state=S/prev_sta=S/" "$here/cases/extra_wake.txt" >broken.txt
says 'broken' 2 'broken.txt:3:.*expected prev_comm=X' broken.txt
{ head -c 9000 /dev/zero | tr '\0' x; echo; cat "$here/cases/extra_wake.txt"; } >long.txt
says 'a long line' 0 '2 bursts of 1 tasks' long.txt
# of kernels before 2.6.33, and success= of those before 4.3
sed 's/sched_switch: .*==> next_comm=work.*/sched_switch: task swapper:0 [140] (R) ==> work:100 [120]/
	s/sched_switch: prev_comm=work.*/sched_switch: task work:100 [120] (S) ==> swapper:0 [140]/
	s/sched_waking: .*/sched_wakeup: task work:100 [120] success=1 [000]/' \
	"$here/cases/extra_wake.txt" >old.txt
says 'old fields' 0 '^work_100 2000000 5000000' old.txt

# -- binary recordings: through their tool, here one that prints a text -----------------------
printf '\027\010\104tracing6' >trace.dat
printf 'PERFILE2h' >perf.data
for tool in trace-cmd perf; do
	printf '#!/bin/sh\necho "$@" >args\ncat "%s/cases/%s.txt"\n' "$here" \
		"$(echo $tool | tr -d -)" >bin/$tool
	chmod +x bin/$tool
done
mv bin/trace-cmd bin/trace-cmd.ok
sed 's/tracecmd/tracecmd_N/' bin/trace-cmd.ok >bin/trace-cmd
chmod +x bin/trace-cmd
with=$scratch/bin:$PATH
without=$scratch/none
PATH=$with says 'trace.dat' 0 '^work_100 2000000 5000000' trace.dat
[ "$(cat args)" = 'report -N -t -i trace.dat' ] || not_ok "trace-cmd was told: $(cat args)"
PATH=$with says 'perf.data' 0 '^work_100 2000000 5000000' perf.data
grep -q 'script.* -i perf.data$' args || not_ok "perf was told: $(cat args)"
missing=$(PATH=$without "$corun" import trace.dat 2>&1)
case $missing in
*"is not installed here; where it is: trace-cmd report -N -t -i FILE > log.txt"*) ;;
*) not_ok "no trace-cmd: $missing" ;;
esac
printf '#!/bin/sh\nexit 3\n' >bin/trace-cmd
PATH=$with says 'a tool that fails' 2 'trace-cmd cannot read it' trace.dat
says 'binary in a pipe' 2 'found a binary recording, expected text: perf script' - <perf.data
nr=$((nr + 4))

# -- real recordings: all layouts of one give the same bursts, to 1 us ------------------------
# Also what a second reader, which shares nothing with ours, makes of them.
same() {
	nr=$((nr + 1))
	paste "$1" "$2" | awk -v what="$3" '
		function off(a, b) { return a > b + 1000 || b > a + 1000 }
		NF != 6 || $1 != $4 || off($2, $5) || off($3, $6) { print "not ok: " what ": " $0; bad = 1; exit }
		END { if (NR < 15) { print "not ok: " what ": only " NR " bursts"; bad = 1 } exit bad }' ||
		failed=1
}
for reference in tracecmd_Nt perf_ns tracefs; do
	awk -f "$here/reader.awk" "$here/real/$reference.txt" | sort -s -n -k1,1 >$reference.read
	for file in "$here/real/${reference%%_*}"*.txt; do
		name=$(basename "$file" .txt)
		"$corun" import "$file" --task '^CPU [01]/KVM$' 2>said |
			sed -n 's/^CPU_._KVM_\([0-9]*\) /\1 /p' | sort -s -n -k1,1 >"$name.bursts"
		same $reference.read "$name.bursts" "$name"
	done
done
echo "recordings.sh: $nr checks, $failed failed"
exit $failed
