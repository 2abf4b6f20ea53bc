#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# judge.sh LOG JUDGE ARG...: is the console of a boot as it should be?  Says why not.
#	shares POINTS SHARE...	the last ps has these shares, in %, within POINTS
#	due MS WEIGHT...	in each ps, each guest has had what its weight is due since the
#				last change, within MS; WEIGHT WEIGHT for each change, in order
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
		/^[0-9.]*: / { split($0, head, " "); n++; since = head[6]; ran = head[10]; next }
		n && NF == 7 && $1 ~ /^[0-9]$/ { print n, since, ran, $1, $6 * 1000, $7, $4 }
	' "$log"
}

shares() {
	points=$1
	shift
	tables | awk -v points="$points" -v wanted="$*" '
		{ last = $1; share[$1, $4] = $6 }
		END {
			if (!last)
				exit 1
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

# Pairs of weights, one for each row of tables between changes (since starts anew).
due() {
	ms=$1
	shift
	tables | awk -v ms="$ms" -v weights="$*" '
		BEGIN { nr = split(weights, w, " ") / 2; pair = 0 }
		$4 == 0 { if (!at || $2 < before) pair++; at = 1; before = $2 }
		$4 < 2 {
			tables++
			due = $3 * 1000 * w[2 * pair - 1 + $4] / (w[2 * pair - 1] + w[2 * pair])
			off = $3 * 1000 * $6 / 100 - due
			if ((off < 0 ? -off : off) > ms) {
				printf "guest %d had %.1f ms more than is due, %s s after the change", $4, off, $2
				bad = 1
				exit 1
			}
		}
		END { if (!bad && (pair != nr || tables < 2 * nr)) { printf "only %d changes are seen", pair; exit 1 } }'
}

naps() {
	grep -o 'naps, late by [0-9]*' "$log" | awk -v nr="$1" -v us="$2" '
		$4 > us { printf "a nap was late by %d us", $4; exit 1 }
		END { if (NR < nr) { printf "only %d times 40 naps", NR; exit 1 } }'
}

harm() {
	for told in 'priv: executes a privileged instruction' \
		"peek: reads 00010000, the host's" \
		"poke: writes 00010000, the host's" \
		"spy: reads 00500000, guest 3's" \
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
	due 10 1024 335
}

walk() {
	grep -q "is another's" "$log" && {
		printf 'a page is written by another'
		return 1
	}
	for guest in 0 1; do
		grep -q "^\[$guest\] pages kept for 200 rounds" "$log" || {
			printf 'guest %d has not walked far' $guest
			return 1
		}
	done
}

ends() {
	:
}

said=$("$judge" "$@") || wrong "$said"
