#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# claims.sh [options] CORUN: tries the claims of paper/data/claims.csv in the cells of
# paper/data/cells.csv, and says which holds where (paper/claims.md tells how it is judged).
#	-n		say how long it would take, and stop
#	-w		write what came out: the states into the list, and claims-cells.csv beside it;
#			not with -l: a state is of all cells
#	-r N		replications of a run (40)
#	-s N		first so many of them alone: what they settle is not run further (0: none)
#	-1		on its own: nothing of an earlier call is used
#	-k 3,7.2	these claims or comparisons only
#	-l a,b		these cells only
#	-x a,b		not these scenarios (p1-kernel-build); their claims keep their states
#	-t, -c FILE	another list, another table of cells
#	-d DIR		where runs are kept (build/claims)
# A run that is there is not run again: an interrupted call goes on where it was, while the
# scenarios and their results are the same.  Status 1: a run failed, its claims stay untried.
here=$(dirname "$0")
list=$here/data/claims.csv cells=$here/data/cells.csv dir=build/claims
reps=40 few=0 once='' only_claims='' only_cells='' left_out='' write='' stop=''
while getopts nw1s:r:k:l:x:t:c:d: option; do
	case $option in
	n) stop=1 ;;
	w) write=1 ;;
	1) once=1 ;;
	s) few=$OPTARG ;;
	r) reps=$OPTARG ;;
	k) only_claims=$OPTARG ;;
	l) only_cells=$OPTARG ;;
	x) left_out=$OPTARG ;;
	t) list=$OPTARG ;;
	c) cells=$OPTARG ;;
	d) dir=$OPTARG ;;
	*) exit 2 ;;
	esac
done
shift $((OPTIND - 1))
[ "$write" ] && [ "$only_cells" ] && echo 'claims: not all cells: nothing is written' >&2 && write=
corun=$1
[ -x "$corun" ] || { echo "claims: no program '$corun'" >&2; exit 2; }
mkdir -p "$dir/runs" || exit 5
work=$(mktemp -d "$dir/work.XXXXXX") || exit 5
trap 'rm -rf "$work"' EXIT
trap 'exit 130' INT
trap 'exit 143' TERM HUP

# program NAME FILE...: awk with what the programs share; n replications of reps
n=$reps screen='' ends=''
program() {
	name=$1
	shift
	awk -v only_claims="$only_claims" -v only_cells="$only_cells" -v left_out="$left_out" \
		-v reps="$n" -v screen="$screen" -v ends="$ends" -v settled="$work/settled" \
		-f "$here/csv.awk" -f "$here/settings.awk" -f "$here/claims-$name.awk" "$@"
}

# corun compare with these words; the sets are words of it; no policy: all
compare() { # SCENARIO SETS POLICY MORE...
	scenario=$1 sets=$2 policy=$3
	shift 3
	for set in $sets; do
		set -- "$@" --set "$set"
	done
	"$corun" compare "$scenario" ${policy:+--policy "$policy"} --quiet "$@" >"$work/said" 2>&1
}

# What a run hangs on beside its own words: the scenario with all that it includes, and what
# the program makes of it: two replications under its policies, as it is and in the corners.
# (Not the program's text, which changes every day and mostly makes the same results.)
fingerprint() { # SCENARIO
	"$corun" show "$1" 2>/dev/null
	grep -F "$1" "$work/metrics"
	{
		echo
		awk -F, '/^[^#]/ && $3 ~ /^corner/ { print $2 }' "$cells"
	} | while read -r corner; do
		rm -rf "$work/probe"
		compare "$1" "$corner" '' --reps 2 -o "$work/probe" </dev/null
		cat "$work/probe/results.csv" 2>/dev/null || cat "$work/said"
	done
}

: >"$work/settled"
program metrics "$list" | sort >"$work/metrics"
program plan "$cells" "$list" | cut -f1 | sort -u | while read -r scenario; do
	printf '%s\t%s\n' "$scenario" "$([ "$once" ] || fingerprint "$scenario" | cksum)"
done >"$work/sums"

# cpu: CPU time of this shell's children so far, in hundredths of a second.  (In a subshell it
# would be the subshell's.)
look_at_cpu() {
	times >"$work/times"
	cpu=$(awk 'NR == 2 { for (i = 1; i <= 2; i++) { split($i, t, /[ms]/); s += t[1] * 60 + t[2] } }
		END { printf "%d\n", s * 100 }' "$work/times")
}

# plan_round: the runs of what is not settled: index (run, scenario, sets, policy, of the first
# cell), and of those todo
plan_round() {
	program plan "$cells" "$list" >"$work/plan" || exit 1
	awk -v reps="$n" -f "$here/claims-index.awk" "$work/sums" "$work/plan" >"$work/index" || exit 1
	tr '\t' '|' <"$work/index" >"$work/lines"
	while IFS="|" read -r id rest; do
		[ -f "$dir/runs/$id" ] || echo "$id|$rest"
	done <"$work/lines" >"$work/todo"
	todo=$(wc -l <"$work/todo")
}

# How long it takes: one replication of up to three runs of each scenario, in the first cell.
say_minutes() {
	awk -F'|' 'FNR == NR { n[$2] += $5; next }
		$5 && ++at[$2] % (int(n[$2] / 3) + 1) == 0' "$work/lines" "$work/lines" >"$work/sample"
	while IFS="|" read -r id scenario sets policy _; do
		cost=$dir/runs/$id.cost
		if [ ! -f "$cost" ]; then
			look_at_cpu
			before=$cpu
			compare "$scenario" "$sets" "$policy" --rep 0 -j 1
			look_at_cpu
			echo $((cpu - before)) >"$cost"
		fi
		echo "$scenario|$(cat "$cost")"
	done <"$work/sample" >"$work/costs"
	awk -F'|' -v reps="$n" 'FNR == NR { n[$1]++; sum[$1] += $2; next }
		{ todo[$2]++ }
		END {
			for (s in todo)
				printf "%d %s: %d runs\n", (n[s] ? sum[s] / n[s] * todo[s] * reps / 6000 : 0) + 0.5, s, todo[s]
		}' "$work/costs" "$work/todo" | sort -rn >"$work/minutes"
	echo "claims: $(wc -l <"$work/lines") runs of $n replications, $todo of them to do:" \
		"about $(awk '{ s += $1 } END { print s + 1 }' "$work/minutes") CPU minutes"
}

failed=0
run_todo() {
	look_at_cpu
	done=0 began=$cpu shown=0
	while IFS="|" read -r id scenario sets policy _; do
		rm -rf "$work/result"
		if compare "$scenario" "$sets" "$policy" --reps "$n" -o "$work/result" </dev/null &&
			awk -v scenario="$scenario" -f "$here/claims-keep.awk" "$work/metrics" \
				"$work/result/summary.json" "$work/result/results.csv" >"$work/kept"; then
			mv "$work/kept" "$dir/runs/$id"
		else
			failed=$((failed + 1))
			echo "claims: $scenario $sets, $policy: $(tail -1 "$work/said")" >&2
		fi
		done=$((done + 1))
		look_at_cpu
		now=$(((cpu - began) / 100))
		if [ $((now - shown)) -ge 60 ]; then
			shown=$now
			echo "claims: $done of $todo runs, $((now / 60)) CPU minutes so far," \
				"about $(((todo - done) * now / done / 60 + 1)) left"
		fi
	done <"$work/todo"
}

# A first look at the ends of the values of settings, then at all of them: what so few
# replications settle is not run further.
screen_by() { # N
	n=$1 screen=$reps
	for ends in 1 ''; do
		plan_round
		say_minutes
		run_todo
		program judge "$work/index" "$cells" "$list" "$dir/runs" >"$work/screened" || exit 1
		grep '^[0-9]' "$work/screened" >>"$work/settled"
	done
	echo "claims: $(wc -l <"$work/settled") verdicts are settled by $n replications"
	n=$reps screen=''
}

if [ "$stop" ]; then
	plan_round
	say_minutes
	awk '{ m = $1; $1 = ""; print "claims:" $0 ", about " m " CPU minutes" }' "$work/minutes"
	exit 0
fi
[ "$few" -gt 0 ] && [ "$few" -lt "$reps" ] && screen_by "$few"
plan_round
say_minutes
cp "$work/index" "$dir/index.new" && mv "$dir/index.new" "$dir/index"
run_todo
program judge "$work/index" "$cells" "$list" "$dir/runs" >"$work/tried.csv" || exit 1
cat "$work/settled" >>"$work/tried.csv"
program states "$cells" "$work/tried.csv" "$list" >"$work/states.csv" 2>"$work/summary" || exit 1
cp "$work/tried.csv" "$dir/tried.csv"
cat "$work/summary"
if [ "$write" ]; then
	kept=${list%.csv}-cells.csv
	[ -f "$kept" ] || sed '/^[0-9]/d' "$work/tried.csv" >"$kept"
	program merge "$cells" "$list" "$kept" "$work/tried.csv" >"$kept.new" || exit 1
	mv "$kept.new" "$kept"
	cp "$work/states.csv" "$list.new" && mv "$list.new" "$list"
fi
[ "$failed" = 0 ]
