#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# cases.sh CORUN SCRATCH: what fairness by demand says of two scenarios in which fairness with
# a backlog found a lone guest treated unfairly, and liked who served late.
set -u
corun=$1 scratch=$2
cases=$(dirname "$0")/cases
mkdir -p "$scratch"
status=0

# value METRIC SCOPE: that of every policy and replication, one a line
value() {
	awk -F, -v m="$1" -v s="$2" '$6 == m && $4 == s { print $1, $7 }' "$scratch/csv"
}

# expect WHAT METRIC SCOPE LOW HIGH LINES
expect() {
	value "$2" "$3" | awk -v what="$1: $2" -v low="$4" -v high="$5" -v lines="$6" '
		$2 == "" || $2 < low || $2 > high { print what, "is", $2, "under", $1; bad = 1 }
		END { if (NR != lines) { print what, NR, "values"; bad = 1 } exit bad }' || status=1
}

results() {
	"$corun" compare "$@" --format csv --quiet >"$scratch/csv" || exit 1
}

results "$cases/entitled-burst.yaml"
expect entitled-burst received_of_entitled host 0.999999 1.000001 3
expect entitled-burst unfair_max host 0 0.000001 3
results "$cases/entitled-burst.yaml" --set fairness=backlog
expect 'with a backlog' unfair_max host 0.39 0.41 3

# all alike to 0.1 %, which is what is under way at the ends of a window of 40 s
results "$cases/prompt-service.yaml"
expect prompt-service unfair_max host 0 0.001 18
expect prompt-service received_of_entitled vm 0.999 1.001 54
# however they were started
for starts in together sequential spread; do
	results "$cases/prompt-service.yaml" --set run.starts=$starts
	expect "prompt-service, $starts" unfair_max host 0 0.001 18
done
results "$cases/prompt-service.yaml" --set fairness=vm
expect 'prompt-service by VM' unfair_max host 0 0.001 18
results "$cases/prompt-service.yaml" --set fairness=backlog
value unfair_max host | awk '$2 > 0.1 { n++ } END { exit n < 15 }' || {
	echo "prompt-service with a backlog: fair"
	status=1
}
[ "$status" = 0 ] && echo "ok: entitled-burst, prompt-service"
exit "$status"
