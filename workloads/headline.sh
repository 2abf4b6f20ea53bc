#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# headline.sh [options] CORUN DIR: runs workloads/headline.yaml in each cell, at each width,
# without hints and with KVM's; DIR/CELL/HINTS-WIDTH has the result folder.
#	-n	say how many minutes it takes, and stop
#	-l	name the cells, and stop
#	-c a,b	these cells only
#	-p a,b	these points only, such as none-8
#	-r N	so many replications
# What is there, with as many replications, is not run again: a call that was interrupted goes on where it was, with the
# same engine, policies and scenario.  paper/headline-table.sh makes the tracked table of it.
set -e
cells='' points='' reps='' minutes='' list=''
while getopts nlc:p:r: option; do
	case $option in
	n) minutes=1 ;;
	l) list=1 ;;
	c) cells=,$OPTARG, ;;
	p) points=,$OPTARG, ;;
	r) reps=$OPTARG ;;
	*) exit 2 ;;
	esac
done
shift $((OPTIND - 1))
corun=$1 dir=$2
here=$(dirname "$0")
scenario=$here/headline.yaml
top=$here/..

# What should not matter.  CELL SETTING...
all_cells() {
	for host in linux busy regular; do
		for starts in spread together interleaved sequential; do
			echo "$host-$starts host.irregularity=$host run.starts=$starts"
		done
	done
	echo "young run.warmup=500ms"
	echo "seed run.seed=20261130"
	echo "quiet host.noise.level=0"
	echo "noisy host.noise.level=2"
	echo "old run.warmup=60s"
}

# HINTS WIDTH REPLICATIONS.  With KVM's hints ten settle it: no convoys, and all cells agree.
# So they do where the window is far behind (old), which costs four times as much.
all_points() {
	for width in 4 8 16 32; do
		echo "none $width ${reps:-$1}"
	done
	for width in 4 8 16 32; do
		echo "kvm $width ${reps:-10}"
	done
}

# is_in LIST WORD
is_in() {
	case ${1:-,$2,} in *,"$2",*) ;; *) return 1 ;; esac
}

[ "$list" ] && all_cells | sed 's/ .*//' && exit 0
echo "headline: 17 cells of 8 points with 5 policies: about 12 CPU minutes"
[ "$minutes" ] && exit 0

sources=$(find "$top/policies" "$top/sim/base" "$top/sim/model" "$top/sim/scenario" \
	"$top/sim/engine" "$top/sim/study" -name '*.[ch]' | LC_ALL=C sort | xargs cat | cksum)
all_cells | while read -r cell settings; do
	is_in "$cells" "$cell" || continue
	[ "$cell" = old ] && most=10 || most=40
	all_points "$most" | while read -r hints width nr; do
		is_in "$points" "$hints-$width" || continue
		to=$dir/$cell/$hints-$width
		set --
		for setting in $settings; do
			set -- "$@" --set "$setting"
		done
		words="$sources $(cksum <"$scenario") $settings $hints $width"
		kept=$(cat "$to/words" 2>/dev/null) || :
		[ -f "$to/sweep.json" ] && [ "${kept% *}" = "$words" ] && [ "${kept##* }" -ge "$nr" ] && continue
		mkdir -p "$to"
		"$corun" sweep "$scenario" --over "width:vms.build.vcpus+host.cores=$width" \
			--over "hints=$hints" "$@" --metric throughput,convoy,spin,corun \
			--reps "$nr" --quiet --force -o "$to" >/dev/null </dev/null
		echo "$words $nr" >"$to/words"
	done
	echo "headline: $cell is done"
done
