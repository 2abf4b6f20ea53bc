# SPDX-License-Identifier: BSD-2-Clause
# csv.awk: the tables of paper/data for other awk programs: `awk -f csv.awk -f PROGRAM`.
# A field may stand in quotes, "" is a quote in it; a row is a line.

# csv_split(LINE, FIELD) fills FIELD from 1 and returns how many fields there are.
function csv_split(line, field,    nr, value, end, more) {
	nr = 0
	delete field
	do {
		if (substr(line, 1, 1) == "\"") {
			value = ""
			line = substr(line, 2)
			while ((end = index(line, "\"")) && substr(line, end + 1, 1) == "\"") {
				value = value substr(line, 1, end)
				line = substr(line, end + 2)
			}
			if (!end)
				return 0 # no closing quote
			value = value substr(line, 1, end - 1)
			line = substr(line, end + 1)
			if (line != "" && substr(line, 1, 1) != ",")
				return 0
		} else {
			end = index(line ",", ",")
			value = substr(line, 1, end - 1)
			line = substr(line, end)
		}
		field[++nr] = value
		more = substr(line, 1, 1) == ","
		line = substr(line, 2)
	} while (more)
	return nr
}
