# SPDX-License-Identifier: BSD-2-Clause
# links.awk LIST PAGE...: every relative link of the pages leads somewhere, its anchor
# included, and every path of this tree that they name is there.  LIST: what is there, one
# path a line.  Pages are read twice: what can be pointed at, then what points.
#
# A path may hold a `*`, or a placeholder in capitals (sim/cli/cmd_NAME.c): one match is
# asked for.  A name alone, `sync.c`, is a file of any folder; in the page of the engine, of
# sim/engine.  Text between ``` holds paths but no links and no headings.  Predictions and
# claims say what was, with the names of their day.

FNR == 1 {
	fenced = 0
	names = paths && FILENAME !~ /^(docs\/predictions|paper\/claims)\.md$/
	if (FILENAME in seen)
		second = 1
	seen[FILENAME] = 1
}

# -- what is there ---------------------------------------------------------------

NR == FNR {
	sub(/^\.\//, "")
	there[$0] = 1
	if ($0 ~ /^sim\/engine\//)
		in_engine = in_engine $0 "\n"
	everywhere = everywhere $0 "\n"
	next
}

/^ *```/ {
	fenced = !fenced
	next
}

# As public hosts make them: small letters, no punctuation, a blank is a hyphen.
function slug(text) {
	text = tolower(text)
	gsub(/\]\([^)]*\)/, "", text)
	gsub(/[^a-z0-9 _-]/, "", text)
	gsub(/ /, "-", text)
	return text
}

!second && !fenced && /^#+ / {
	name = $0
	sub(/^#+ +/, "", name)
	name = FILENAME "#" slug(name)
	n = slugs[name]++
	anchor[n ? name "-" n : name] = 1
}

!second { next }

# -- what points ------------------------------------------------------------------

function bad(what) {
	printf "%s:%d: %s\n", FILENAME, FNR, what
	status = 1
}

# dir/../x and dir/./x made plain; "" is the top.
function plain(path,    part, kept, n, m, i) {
	n = split(path, part, "/")
	m = 0
	for (i = 1; i <= n; i++) {
		if (part[i] == "" || part[i] == ".")
			continue
		if (part[i] == "..") {
			if (m == 0)
				return "out of the tree"
			m--
			continue
		}
		kept[++m] = part[i]
	}
	path = ""
	for (i = 1; i <= m; i++)
		path = path (i > 1 ? "/" : "") kept[i]
	return path
}

function check_link(target,    path, at, dir) {
	if (target ~ /^[a-z]+:/)
		return
	nr_links++
	path = target
	at = ""
	if (match(target, /#/)) {
		path = substr(target, 1, RSTART - 1)
		at = substr(target, RSTART + 1)
	}
	dir = FILENAME
	if (!sub(/[^\/]*$/, "", dir))
		dir = ""
	path = path == "" ? FILENAME : plain(dir path)
	if (path != "" && !(path in there)) {
		bad("link to " target ": no such file")
		return
	}
	if (at == "")
		return
	nr_anchors++
	if (!(path in seen))
		bad("link to " target ": not one of the pages that are read")
	else if (!((path "#" at) in anchor))
		bad("link to " target ": no such heading")
}

function check_path(path,    re, p) {
	sub(/[.\/]+$/, "", path)
	nr_paths++
	if (path in there || (path ".c") in there) # sim/base/error: .c and .h
		return
	re = path
	gsub(/\./, "[.]", re)
	gsub(/\*/, "[^/]*", re)
	gsub(/[A-Z][A-Z]+/, "[^/]*", re)
	if (re ~ /\^/)
		for (p in there)
			if (p ~ ("^" re "$"))
				return
	bad("names " path ": no such file")
}

# NAME.c or NAME.h, without its folder; in the page of the engine, also with its storey.
function check_name(name,    re) {
	if (index(name, "/") && (FILENAME != "docs/engine.md" || name ~ /^(sim|tests)\//))
		return
	nr_paths++
	re = name
	gsub(/\./, "[.]", re)
	gsub(/\*/, "[^/\n]*", re)
	gsub(/[A-Z][A-Z]+/, "[^/\n]*", re)
	if ((FILENAME == "docs/engine.md" ? in_engine : everywhere) !~ ("/" re "\n"))
		bad("names " name ": no such file")
}

{
	line = $0
	while (names && match(line, /`[A-Za-z_*\/]+\.[ch]`/)) {
		name = substr(line, RSTART + 1, RLENGTH - 2)
		line = substr(line, RSTART + RLENGTH)
		check_name(name)
	}
	line = $0
	while (match(line, /(^|[^A-Za-z0-9_.\/$-])(sim|policies|ports|tests|workloads|plots|bench|init|paper|traces|docs)\/[A-Za-z0-9_.*\/-]*/)) {
		path = substr(line, RSTART, RLENGTH)
		line = substr(line, RSTART + RLENGTH)
		sub(/^[^a-z]/, "", path)
		if (names)
			check_path(path)
	}
	if (fenced)
		next
	line = $0
	gsub(/`[^`]*`/, "x", line)
	while (match(line, /\]\([^) ]*\)/)) {
		target = substr(line, RSTART + 2, RLENGTH - 3)
		line = substr(line, RSTART + RLENGTH)
		check_link(target)
	}
}

END {
	printf "%d links, %d of them to headings, %d paths\n", nr_links, nr_anchors, nr_paths
	exit status
}
