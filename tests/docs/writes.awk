# SPDX-License-Identifier: BSD-2-Clause
# writes.awk HEADER... FILE...: who writes which field of a record: lines `STRUCT FIELD FILE`.
# A pointer's struct is that of its latest declaration above, a member's that of its record,
# a function's that of its prototype.  Sees = and its kin, ++, -- and memset; not what goes
# through a pointer to a field.

# path is written: `v->state`, `sim->vcpus.state`, `sync_of->nr_on`.
function written(path,    part, n, i, owner) {
	n = split(path, part, /->|\./)
	owner = part[1] in local ? local[part[1]] : result[part[1]]
	for (i = 2; i < n; i++)
		owner = member[owner, part[i]]
	if (n > 1 && owner)
		print owner, part[n], base
}

function scan(text,    path) {
	while (match(text, /(\+\+|--)[a-z][A-Za-z_0-9]*((->|\.)[a-z][A-Za-z_0-9]*)+/)) {
		path = substr(text, RSTART + 2, RLENGTH - 2)
		text = substr(text, 1, RSTART - 1) ";" substr(text, RSTART + RLENGTH)
		written(path)
	}
	while (match(text, /memset\(&?[a-z][A-Za-z_0-9]*((->|\.)[a-z][A-Za-z_0-9]*)+/)) {
		path = substr(text, RSTART + 7, RLENGTH - 7)
		text = substr(text, 1, RSTART - 1) ";" substr(text, RSTART + RLENGTH)
		sub(/^&/, "", path)
		written(path)
	}
	while (match(text, /[a-z][A-Za-z_0-9]*((->|\.)[a-z][A-Za-z_0-9]*)+ *([-+*\/|&^]=|=[^=]|\+\+|--)/)) {
		path = substr(text, RSTART, RLENGTH)
		# what follows a plain = may be the next path
		text = substr(text, RSTART + RLENGTH - (path ~ /=[^=]$/))
		sub(/ *([-+*\/|&^]=|=[^=]|\+\+|--)$/, "", path)
		written(path)
	}
}

# `name` has been declared with this struct.
function declare(struct, name) {
	local[name] = struct
	if (inside)
		member[inside, name] = struct
	if (header)
		result[name] = struct
}

FNR == 1 {
	split("", local)
	inside = ""
	base = FILENAME
	sub(/.*\//, "", base)
	header = FILENAME ~ /\.h$/
}

{
	gsub(/\/\*.*\*\//, "")
	if ($0 ~ /^[ \t]*(\/\*|\*)/)
		next
}

/^struct [a-z_]+ \{/ { inside = $2 }
/^\}/ { inside = "" }

{
	text = $0
	while (match(text, /struct [a-z_]+ (const )?\**(const )?[a-z][a-z_0-9]*/)) {
		name = substr(text, RSTART, RLENGTH)
		text = substr(text, RSTART + RLENGTH)
		split(name, word, " ")
		sub(/.*[ *]/, "", name)
		declare(word[2], name)
		while (match(text, /^, \*[a-z][a-z_0-9]*/)) { # and another of the kind
			name = substr(text, 4, RLENGTH - 3)
			text = substr(text, RLENGTH + 1)
			declare(word[2], name)
		}
	}
	text = $0 " "
	while (match(text, /\[[^][]*\]/)) {
		index_text = substr(text, RSTART + 1, RLENGTH - 2)
		text = substr(text, 1, RSTART - 1) substr(text, RSTART + RLENGTH)
		scan(index_text)
	}
	while (match(text, /\([^()]*\)->/))
		text = substr(text, 1, RSTART - 1) substr(text, RSTART + RLENGTH - 2)
	scan(text)
}
