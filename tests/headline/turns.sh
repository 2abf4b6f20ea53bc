#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# turns.sh CORUN: what docs/headline.md says turns the headline's sign still does.
corun=$1 bad=0

# ahead WIDTH PCPUS POLICY SETS...: POLICY makes more than gang, by its paired interval
ahead() {
	width=$1 pcpus=$2 policy=$3
	shift 3
	said=$("$corun" compare workloads/headline.yaml --quiet --policy "gang,$policy" --metric throughput \
		--reps 20 --set "vms.build.vcpus=$width" --set "host.cores=$pcpus" "$@" | grep '^throughput' | head -n 1)
	case $said in
	*+) echo "ok: $policy, $width on $pcpus $*: ahead of gang" ;;
	*) echo "FAILED: $policy, $width on $pcpus $*: expected ahead of gang: $said" && bad=1 ;;
	esac
	[ "$bad" = 0 ]
}

ahead 12 16 cfs
ahead 16 16 cfs --set policies.cfs.scale=false
ahead 16 16 eevdf --set policies.eevdf.policy=eevdf
# and one that does not is seen
(bad=0 && ahead 16 16 cfs >/dev/null) && echo "FAILED: a headline that has turned is not seen" && bad=1
exit $bad
