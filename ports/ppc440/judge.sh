#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# judge.sh LOG JUDGE ARG...: is the console of a boot as it should be?  Says why not.
#	shares POINTS SHARE...	the last ps has these shares, in %, within POINTS
#	due MS WEIGHT...	in each ps, guests 0 and 1 have had what their weights are due
#				since the last change, within MS; two weights for each change
#	prompt MS ID...		in the first, second, ... ps, this guest has had MS at most since
#				the last change
#	naps NR US		a guest has napped, told so NR times, and was never later than US
#	harm			each wrong deed is told, and the two hogs have what is due
#	walk			two guests have kept their memory
#	ends			it ends
set -u
log=$1 judge=$2
shift 2

wrong() {
	echo "$log: $*"
	exit 1
}

tail -n 1 "$log" | grep -q '^off' || wrong "it does not end: $(tail -n 1 "$log")"
grep -q -e '^host:' -e 'broke the contract' -e 'there is no' -e refuses "$log" &&
	wrong "$(grep -m 1 -e '^host:' -e 'broke the contract' -e 'there is no' -e refuses "$log")"

# Lines "table since ran id cpu_ms share weight": each guest in each ps.
tables() {
	awk -F '\t' '
		/^[0-9.]*: / { split($0, head, " "); n++; since = head[5]; ran = head[9]; next }
		n && NF == 7 && $1 ~ /^[0-9]$/ { print n, since, ran, $1, $6 * 1000, $7, $4 }
	' "$log"
}

shares() {
	points=$1
	shift
	tables | awk -v points="$points" -v wanted="$*" '
		{ last = $1; share[$1, $4] = $6 }
		END {
			if (!last) {
				printf "there is no ps"
				exit 1
			}
			n = split(wanted, want, " ")
			for (i = 1; i <= n; i++) {
				off = share[last, i - 1] - want[i]
				if ((off < 0 ? -off : off) > points + 1e-9) {
					printf "guest %d has %s %%, not %s", i - 1, share[last, i - 1], want[i]
					exit 1
				}
			}
		}'
}

# Guests 0 and 1, of what both had.  Their weights come in pairs, one for each row of tables
# between changes: a change is where "unchanged for" goes back.
due() {
	ms=$1
	shift
	tables | awk -v ms="$ms" -v weights="$*" '
		BEGIN { nr = split(weights, w, " ") / 2 }
		$4 == 0 { pair += !pair || $2 < before; before = $2; first = $3 * 10 * $6 }
		$4 == 1 {
			second = $3 * 10 * $6
			due = (first + second) * w[2 * pair] / (w[2 * pair - 1] + w[2 * pair])
			if (second - due > ms || due - second > ms) {
				printf "%s s after the change guest 1 has had %.1f ms, not %.1f", $2, second, due
				bad = 1
				exit 1
			}
		}
		END {
			if (!bad && pair != nr)
				printf "%d changes are seen, not %d", pair, nr
			exit bad || pair != nr
		}'
}

prompt() {
	ms=$1
	shift
	tables | awk -v ms="$ms" -v guests="$*" '
		BEGIN { nr = split(guests, guest, " ") }
		{ last = $1 }
		$4 == guest[$1] && $3 * 10 * $6 > ms {
			printf "%s s after the change guest %d has had %.1f ms more", $2, $4, $3 * 10 * $6
			bad = 1
			exit 1
		}
		END {
			if (!bad && last != nr)
				printf "there are %d ps, not %d", last, nr
			exit bad || last != nr
		}'
}

naps() {
	grep -o 'naps, late by [0-9]*' "$log" | awk -v nr="$1" -v us="$2" '
		$4 > us { printf "a nap was late by %d us", $4; bad = 1; exit 1 }
		END { if (!bad && NR < nr) { printf "only %d times 40 naps", NR; bad = 1 } exit bad }'
}

harm() {
	for told in 'priv: executes a privileged instruction' \
		"peek: reads 00010000, the host's" \
		"poke: writes 00010000, the host's" \
		"spy: reads 00580000, guest 3's" \
		'scrawl: writes 10000000, its own, but not for that' \
		"stray: jumps to 66666664, nobody's" \
		'astray: jumps to 10010000, its own, but not for that'; do
		grep -q "^\[2\] $told (at [0-9a-f]*): ended" "$log" || {
			printf 'it is not told that %s' "$told"
			return 1
		}
	done
	for told in 'all refused' 'fraud: has ended' 'hello from problem state' 'hello: has ended'; do
		grep -q "^\[2\] $told" "$log" || {
			printf 'no line: %s' "$told"
			return 1
		}
	done
	# Over the whole run, with all that happened in it.
	tables | awk '
		{ ran[$4] = $5 }
		END {
			off = ran[1] - (ran[0] + ran[1]) * 335 / 1359
			if (ran[0] < 1000 || off > 10 || off < -10) {
				printf "guest 1 had %.0f ms beside %.0f", ran[1], ran[0]
				exit 1
			}
		}'
}

walk() {
	grep -q "is another's" "$log" && {
		printf 'a page is written by another'
		return 1
	}
	for guest in 0 1; do
		grep -q "^\[$guest\] pages kept for 100 rounds" "$log" || {
			printf 'guest %d has not walked far' $guest
			return 1
		}
	done
}

ends() {
	:
}

said=$("$judge" "$@") || wrong "$said"
