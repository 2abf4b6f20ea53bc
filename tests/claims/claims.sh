#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# claims.sh CORUN [TREE]: does the list of claims of TREE (.) fit its pages, and the program?
# - paper/data/claims.csv is well formed, its numbers run on, its relations can be read;
# - every quotation stands in the page that it names, unless it fell or is rewritten;
# - scenarios with their settings are valid, metrics, policies, groups and data exist;
# - cells have names of their own, and settings that a scenario can have;
# - states of simulations are what paper/data/claims-cells.csv gives, or untried;
# - paper/claims.md is what the table gives.
# What is wrong goes to standard error, a line each; status 1.
corun=$1 tree=${2:-.}
csv=$tree/paper/data/claims.csv
work=$(mktemp -d) || exit 2
trap 'rm -rf "$work"' EXIT
bad=0

wrong() {
	echo "claims: $*" >&2
	bad=1
}

pages=
for page in README rivals hints locks model measured; do
	file=$(cd "$tree" && find README.md docs -name "$page.md" | grep -v '^docs/README.md$')
	if [ "$(echo "$file" | wc -w)" != 1 ]; then
		wrong "page $page: found '$file', expected one file"
	else
		pages="$pages $page=$tree/$file"
	fi
done

: >"$work/ask"
awk -v pages="$pages" -v ask="$work/ask" -f "$tree/paper/csv.awk" -f tests/claims/check.awk \
	"$csv" || bad=1

sort -u "$work/ask" >"$work/questions"
asked=0
while read -r what arg rest; do
	asked=$((asked + 1))
	case $what in
	validate)
		# shellcheck disable=SC2086 # words of a command line, no blank in one
		said=$("$corun" validate "$tree/$arg" $rest 2>&1) || wrong "$arg $rest: $said"
		;;
	metric) "$corun" metrics "$arg" >/dev/null 2>&1 || wrong "no metric $arg" ;;
	policy)
		# shellcheck disable=SC2046,SC2086
		"$corun" show "$tree/${rest%% *}" $(echo "$rest" | sed 's/^[^ ]*//') 2>/dev/null |
			sed -n '/^policies:/,/^[a-oq-z]/p' | grep -q "^  $arg:" ||
			wrong "no policy $arg in $rest"
		;;
	group) grep -q "^  $rest: " "$tree/$arg" || wrong "$arg: no entry $rest of vms" ;;
	file) [ -f "$tree/$arg" ] || wrong "no $arg" ;;
	data)
		# shellcheck disable=SC2046,SC2086
		awk -F, -f tests/claims/data.awk "$tree/$arg" $rest || wrong "$arg has no line for $rest"
		;;
	esac
done <"$work/questions"
# Cells; a name stands in lists, with commas between.
cells=$tree/paper/data/cells.csv
awk -f "$tree/paper/csv.awk" -f tests/claims/cells.awk "$cells" >"$work/cells" || bad=1
while read -r name rest; do
	# shellcheck disable=SC2086
	said=$("$corun" validate "$tree/workloads/seed.yaml" $rest 2>&1) || wrong "cell $name: $said"
done <"$work/cells"

# No state by hand.
tried=$tree/paper/data/claims-cells.csv
[ -f "$tried" ] || tried=/dev/null
again() { # PROGRAM FILE...
	name=$1
	shift
	awk -f "$tree/paper/csv.awk" -f "$tree/paper/settings.awk" -f "$name" "$@" 2>/dev/null
}
again tests/claims/untried.awk "$csv" >"$work/untried.csv"
again "$tree/paper/claims-states.awk" "$cells" "$tried" "$work/untried.csv" >"$work/states.csv"
diff "$csv" "$work/states.csv" >"$work/diff" ||
	wrong "states are not those of claims-cells.csv: $(head -n 3 "$work/diff")"

[ "$asked" -gt 0 ] || wrong "nothing was asked of the program"

"$tree/paper/page.sh" "$tree/paper/claims.md" "$csv" "$tree/paper/claims.awk" >"$work/page"
cmp -s "$work/page" "$tree/paper/claims.md" ||
	wrong "paper/claims.md is not what the table gives: make claims-doc"
[ $bad = 0 ] && echo "claims: $(grep -c '^[0-9"]' "$csv") comparisons, $asked questions"
exit $bad
