#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# figures.sh CORUN DIR: every figure at 3.3 and 7 inches, as PDF and SVG.
corun=$(realpath "$1") dir=$2 top=$PWD
. tests/lib/expect.sh
. tests/figures/check.sh
rm -rf "$dir"
mkdir -p "$dir"
cd "$dir" || exit 1
export CORUN_PLOTS="$top/plots"

# -- results with something in every panel, and names that take room --------------------------
cat >s.yaml <<EOS
corun: 1
description: small
host: {cores: 2}
run: {duration: 300ms, warmup: 50ms, seed: 1, reps: {min: 3, max: 3}}
baseline: cfs
policies: {cfs: {}, gang-with-long-slots: {policy: gang, slot: 30ms}, relaxed: {}, rr: {}}
vms:
  build: {count: 2, vcpus: 2, program: p}
  web-frontend: {count: 1, vcpus: 1, program: w}
programs:
  p: {locks: {z: ticket}, repeat: [compute: {exponential: 60us}, critical: {lock: z, hold: 10us}]}
  w: {arrivals: {poisson: 20us, do: [compute: 2us]}}
EOS
quiet='--quiet --reps 3'
# shellcheck disable=SC2086
{
	"$corun" compare s.yaml $quiet --trace -o a >/dev/null || exit 1
	"$corun" compare s.yaml $quiet --set programs.p.locks.z=tas -o b >/dev/null || exit 1
	"$corun" diff a b -o d >/dev/null || exit 1
	"$corun" sweep s.yaml $quiet --duration 60ms --over hints=none,kvm,xen -o words >/dev/null || exit 1
	"$corun" sweep s.yaml $quiet --duration 60ms --over vms.build.count=1,2,3,4 \
		--metric throughput,spin,wait_mean,web-frontend:response_p99,corun -o line >/dev/null || exit 1
	"$corun" sweep s.yaml $quiet --duration 60ms --over vms.build.count=1,2,3 --over slot:run.seed=1,2 \
		--over lock:programs.p.locks.z=tas,ticket,mcs -o grid >/dev/null || exit 1
	"$corun" sweep s.yaml $quiet --duration 60ms --over 'work:programs.p.repeat[0].compute=100us,1ms,10ms' \
		--over lock:programs.p.locks.z=tas,ticket --metric corun -o grain >/dev/null || exit 1
}
figures_of() {
	case $1 in
	a) echo time timeline latency shares ;;
	d) echo diff ;;
	words) echo bars line ;;
	line) echo overcommit line ;;
	grid) echo map ;;
	grain) echo grain map ;;
	esac
}
nr=0
for width in 3.3 7; do
	for folder in a d words line grid grain; do
		expect 0 '' "$corun" plot $folder --width ${width}in --format pdf,svg -o $folder-$width
		for figure in $(figures_of $folder); do
			picture=$folder-$width/$figure
			[ -s $picture.pdf ] || { fail "$picture was not drawn"; continue; }
			rsvg-convert -f pdf -o svg.pdf $picture.svg || fail "$picture.svg: no SVG"
			grep -o '<title>[^<]*' $picture.svg | grep -E 'gnuplot|Gnuplot|using|\$[0-9]' &&
				fail "$picture.svg: what the pointer shows is not words"
			for pdf in $picture.pdf svg.pdf; do
				boxes $pdf "$picture ($pdf)"
				# shellcheck disable=SC2046
				has "$picture ($pdf)" $(named $picture.vars policies pairs metrics panels axis labels ways | tr ' ' '\n' | sort -u)
				nr=$((nr + 1))
			done
			case $figure in
			time) has $picture useful spin: co-stopped idle 'guests:' 'host:' ;;
			timeline) has $picture build.0 build.1 web-frontend harmful pCPU spins time ;;
			latency) has $picture longer than waiting pCPU lock 100 ;;
			shares) has $picture build.0 build.1 entitled share ;;
			diff) has $picture better worse undecided 'A:' a 'B:' b change ;;
			bars) has $picture none kvm xen throughput spinning ;;
			overcommit) has $picture overcommit throughput spinning ;;
			map) has $picture ratio cfs tas ticket undecided ;;
			grain) has $picture corun work meetings ms ;;
			esac
			inches=$(pdfinfo $picture.pdf | awk '/^Page size/ { printf "%.1f", $3 / 72 }')
			[ "$(echo "$inches $width" | awk '{ print ($1 - $2) ^ 2 < 0.02 }')" = 1 ] ||
				fail "$picture is $inches inches wide, not $width"
		done
	done
done

# -- what was wrong once ----------------------------------------------------------------------
mkdir big
cat >big/diff.csv <<EOS
policy_a,policy_b,scope,name,metric,unit,a,a_low,a_high,b,b_low,b_high,difference,low,high,kind,verdict,folder_a,folder_b
cfs,cfs,host,all,spin,1,0.01,0.009,0.011,0.52,0.5,0.54,0.51,0.49,0.53,interval,worse,before,after
cfs,cfs,host,all,throughput,op/s,100,90,110,120,110,130,20,10,30,interval,better,before,after
EOS
printf '{"corun_diff": 1, "corun": "0", "files": {}}\n' >big/diff.json
expect 0 '' "$corun" plot big --only diff --format pdf --width 3.3in -o big/p
boxes big/p/diff.pdf 'a large change'
has "+5100" +5100 before after 'A:' 'B:'
grep -q '^0 0 5100' big/p/diff.dat || fail "+5100 % is something else in the data"
# more values along an axis than a map has room for
expect 0 'cut/plots/map.png' "$corun" sweep s.yaml --quiet --reps 2 --duration 20ms --metric throughput \
	--over "run.seed=$(seq -s, 1 25)" --over vms.build.count=1,2 -o cut --plot
expect 0 '' "$corun" plot cut --only map --format pdf -o cut/p
boxes cut/p/map.pdf 'a map that is cut'
has 'a map that is cut' not all swept
# a p99 along one axis; a sweep of nothing but that
# shellcheck disable=SC2086
expect 0 'p99/plots/line.png' "$corun" sweep s.yaml --quiet --reps 2 --duration 400ms --metric response_p99 \
	--policy cfs,rr --over spread:run.start_spread=1ms,5ms -o p99 --plot
# more VMs than colours are said to be so
# shellcheck disable=SC2086
expect 0 '' "$corun" run s.yaml --quiet --duration 30ms --set run.warmup=0 --set vms.build.count=30 -o many --trace many/trace-cfs.bin
expect 0 '' "$corun" compare s.yaml --reps 1 --policy cfs --quiet --duration 30ms --set run.warmup=0 \
	--set vms.build.count=30 -o many2 --trace
expect 0 '' "$corun" plot many2 --only timeline --format pdf --width 3.3in -o many2/p
boxes many2/p/timeline.pdf 'many VMs'
has 'many VMs' 32 colour several
expect 2 "width '3.3': expected 2.5in to 40in" "$corun" plot a --width 3.3
expect 2 "width '1in'" "$corun" plot a --width 1in
expect 0 '' "$corun" plot a --width 84mm --only time --format pdf -o mm
[ $failed = 0 ] && echo "ok figures: $nr pictures, every text on its page and readable"
exit $failed
