# SPDX-License-Identifier: BSD-2-Clause
# sample.awk CELLS TABLE CLAIMS: what is to be tried again.  Into the folder `out`: cells.csv,
# sampled (rows of TABLE), and claims-N.csv, the comparisons that N replications decide.
# With csv.awk.

FILENAME == ARGV[1] {
	if ($0 ~ /^#/)
		next
	csv_split($0, F)
	if (F[1] == "cell" || F[1] == "default" || F[3] ~ /^corner: /)
		print > (out "/cells.csv")
	is_corner[F[1]] = F[1] == "default" || F[3] ~ /^corner: /
	next
}

/^#/ { next }

/^claim,/ {
	header = $0
	next
}

FILENAME == ARGV[2] {
	csv_split($0, F)
	sentence = F[1]
	sub(/\..*/, "", sentence)
	if (!is_corner[F[2]] || F[7] == "missing")
		next
	if (!(sentence in chosen))
		chosen[sentence] = F[1]
	if (chosen[sentence] != F[1])
		next
	print > (out "/sampled")
	if (F[8] + 0 > decides[F[1]] + 0)
		decides[F[1]] = F[8]
	next
}

{
	csv_split($0, F)
	if (!(F[1] in decides))
		next
	file = out "/claims-" decides[F[1]] ".csv"
	if (!(file in begun))
		print header > file
	begun[file] = 1
	print > file
}

END { printf "" > (out "/sampled") }
