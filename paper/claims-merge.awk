# SPDX-License-Identifier: BSD-2-Clause
# claims-merge.awk CELLS CLAIMS KEPT TRIED: the rows of KEPT, but for those that TRIED has anew,
# in the order of the list and of the cells.  With csv.awk.

FILENAME == ARGV[1] || FILENAME == ARGV[2] {
	if ($0 !~ /^(#|cell,|claim,)/) {
		csv_split($0, F)
		if (FILENAME == ARGV[1])
			cell[++cells] = F[1]
		else
			claim[++claims] = F[1]
	}
	next
}

/^(#|claim,)/ {
	if (FILENAME == ARGV[4])
		print
	next
}

{
	csv_split($0, F)
	if (FILENAME == ARGV[4] && !(F[1] in anew)) {
		anew[F[1]] = 1
		for (i = 1; i <= cells; i++)
			delete row[F[1], cell[i]]
	}
	row[F[1], F[2]] = $0
}

END {
	for (i = 1; i <= claims; i++)
		for (j = 1; j <= cells; j++)
			if ((claim[i], cell[j]) in row)
				print row[claim[i], cell[j]]
}
