# SPDX-License-Identifier: BSD-2-Clause
# kept.awk: the first `keep` columns of a table's rows, a row a line.  With csv.awk.
/^#/ { next }
!header { header = 1; next }
{
	if (csv_split($0, field) < keep) {
		print FILENAME ":" FNR ": fewer than " keep " fields" > "/dev/stderr"
		exit 2
	}
	row = ""
	for (i = 1; i <= keep; i++)
		row = row field[i] "\037"
	print row
}
