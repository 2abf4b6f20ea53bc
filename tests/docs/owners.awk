# SPDX-License-Identifier: BSD-2-Clause
# owners.awk WRITES HEADER... PAGE: the table "Who owns what" of the engine's page against
# what writes.awk found: the files that a row names write its fields, and no other file does
# but set-up, which writes all.  A row names fields (`nap_*` is several), or else has all of
# its structs that no other row has; one that names no file is prose.

function complain(text) {
	print page ": " text
	status = 1
}

# The structs and fields of a row; what a file writes of them, or a file that is not named.
function check_row(row,    key, part, name, file, hit, found) {
	split("", hit)
	for (key in writes) {
		split(key, part, " ")
		if (row_of(part[1], part[2]) != row)
			continue
		hit[part[3]] = 1
		if (files[row] && !index(files[row], " " part[3] " "))
			complain("struct " part[1] ", `" part[2] "`: " part[3] " writes it, too")
	}
	split(files[row], name, " ")
	for (file in name)
		if (!(name[file] in hit))
			complain(titles[row] ": " name[file] " does not write it")
}

function row_of(struct, field,    row) {
	if ((struct, field) in named)
		return named[struct, field]
	for (row in patterns)
		if (index(structs[row], " " struct " ") && field ~ patterns[row])
			return row
	return whole[struct]
}

# The words in `...` of a cell that end in that.
function quoted(cell, shape,    list, word) {
	list = " "
	while (match(cell, /`[^`]*`/)) {
		word = substr(cell, RSTART + 1, RLENGTH - 2)
		cell = substr(cell, RSTART + RLENGTH)
		if (word ~ shape)
			list = list word " "
	}
	return list
}

FNR == 1 { nr_file++ }
nr_file == 1 {
	if ($3 !~ /^(setup|setup_pools|setup_vms|threads_setup)\.c$/)
		writes[$0] = 1
	next
}

FNR == 1 { page = FILENAME }
/^## / { here = /^## Who owns what/ }
here && /^\|/ && !/^\| record|^\|---/ {
	split($0, cell, /\|/)
	row = ++nr
	if (cell[2] ~ /`/) {
		current = quoted(cell[2], "^struct ")
		gsub(/ struct /, " ", current)
	}
	structs[row] = current
	fields = quoted(cell[3], "^[a-z_*]+$")
	files[row] = quoted(cell[4], "^[a-z_]+[.][ch]$")
	if (files[row] == " ")
		files[row] = ""
	titles[row] = "struct" current "(" substr(fields, 2, length(fields) - 2) ")"
	n = split(fields, field, " ")
	m = split(current, struct, " ")
	for (k = 1; k <= m; k++) {
		known[struct[k]] = 1
		if (!n)
			whole[struct[k]] = row
		for (i = 1; i <= n; i++)
			if (field[i] !~ /\*/)
				named[struct[k], field[i]] = row
	}
	for (i = 1; i <= n; i++)
		if (field[i] ~ /\*/) {
			gsub(/\*/, "[a-z_]*", field[i])
			more = row in patterns ? patterns[row] "|" : ""
			patterns[row] = more "^" field[i] "$"
		}
}

END {
	for (i = 1; i <= nr; i++)
		check_row(i)
	for (key in writes) {
		split(key, part, " ")
		if ((part[1] in known) && !row_of(part[1], part[2]))
			complain("struct " part[1] ": no row has `" part[2] "` (" part[3] ")")
	}
	if (nr < 20)
		complain("only " nr " rows say who owns what")
	exit status
}
