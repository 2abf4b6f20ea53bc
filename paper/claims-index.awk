# SPDX-License-Identifier: BSD-2-Clause
# claims-index.awk SUMS PLAN: the runs of PLAN, each with its name before it: a hash of what it
# hangs on.  SUMS: scenario and checksum, a line each; -v reps=N.

# 62 bits, in two halves that no double rounds.
function hash(text,    i, a, b, c) {
	a = 7
	b = 11
	for (i = 1; i <= length(text); i++) {
		c = ord[substr(text, i, 1)]
		a = (a * 257 + c) % 2147483647
		b = (b * 1031 + c) % 2147483629
	}
	return sprintf("%d-%d", a, b)
}

BEGIN {
	FS = "\t"
	for (i = 1; i < 256; i++)
		ord[sprintf("%c", i)] = i
}

FILENAME == ARGV[1] { sum[$1] = $2; next }

{ print hash(sum[$1] " " reps " " $1 " " $2 " " $3) "\t" $0 }
