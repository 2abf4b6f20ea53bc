# SPDX-License-Identifier: BSD-2-Clause
# cells.awk CELLS: each cell as `NAME --set PATH=VALUE...`.  With csv.awk.  Status 1: a line is wrong.
function wrong(text) {
	print "cells.csv:" NR ": " text > "/dev/stderr"
	bad = 1
}
/^#/ { next }
!header {
	header = 1
	if ($0 != "cell,settings,what")
		wrong("not the header")
	next
}
{
	if (csv_split($0, F) != 3)
		wrong("not 3 fields")
	if (F[1] !~ /^[a-z][a-z0-9.-]*$/ || F[1] == "rewritten" || F[1] in seen)
		wrong("no name, or one that is there: " F[1])
	if (!cells++ && F[1] != "default")
		wrong("the first is not default")
	seen[F[1]] = 1
	gsub(/[^ ]+/, "--set &", F[2])
	print F[1] " " F[2]
}
END { exit bad || !cells }
