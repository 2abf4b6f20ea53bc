# SPDX-License-Identifier: BSD-2-Clause
# check.awk: the form of claims.csv, its quotations against the pages, and what is to be
# asked of the program, a question a line.  With csv.awk; -v pages="NAME=FILE ..."; the
# questions go to the file `ask`.  Status 1: something is wrong, said on stderr.

function wrong(what) {
	printf "claims.csv:%d: %s: %s\n", NR, F[1], what > "/dev/stderr"
	bad = 1
}

# A page as one line, its runs of white space as one blank.
function text_of(page,    file, line, text) {
	if (page in text_cache)
		return text_cache[page]
	file = file_of[page]
	text = ""
	while ((getline line < file) > 0) {
		gsub(/[ \t]+/, " ", line)
		sub(/^ /, "", line)
		sub(/ $/, "", line)
		if (line != "")
			text = text line " "
	}
	close(file)
	return text_cache[page] = text
}

# Does the page have the quotation's pieces, one behind the other?
function stands(quote, text,    n, i, at, piece) {
	n = split(quote, piece, / … /)
	for (i = 1; i <= n; i++) {
		at = index(text, piece[i])
		if (!at)
			return 0
		text = substr(text, at + length(piece[i]))
	}
	return 1
}

function is_relation(r) {
	return r ~ /^a (>|<|>=|\?|=) b$/ || r ~ /^a = 0$/ || r ~ /^a(\/b)? (>|<) [0-9.]+$/ ||
	       r ~ /^a(\/b)? in [0-9.]+\.\.[0-9.]+$/ || r ~ /^a(\/b)? ~ [0-9.]+$/ ||
	       r ~ /^(spread|cv)\(a\) [<~] [0-9.]+$/ ||
	       r ~ /^share\([a-z_]+ ((<|>) [0-9]+|in [0-9]+\.\.[0-9]+)\) (<|>|~) [0-9.]+$/ ||
	       r ~ /^runs\([a-z_]+ [<>] [0-9]+\) subset runs\([a-z_]+ [<>] [0-9]+\)$/ ||
	       r ~ /^as the (test|table) has it$/ || r == "none"
}

# "PATH=V,W" in words of a command line: PATH=V first, each other value after it.
function values_of(setting, value,    at, path, list, i, n, p, np, s) {
	at = index(setting, "=")
	path = substr(setting, 1, at - 1)
	list = substr(setting, at + 1)
	if (list ~ /^[[{]/) {
		n = 1
		value[1] = list
	} else
		n = split(list, value, ",")
	np = split(path, p, "+")
	for (i = 1; i <= n; i++) {
		s = ""
		for (at = 1; at <= np; at++)
			s = s " --set " p[at] "=" value[i]
		value[i] = s
	}
	return n
}

# Every value of every setting is validated once, with the first of all others.
function ask_validate(settings,    n, i, j, k, m, s, item, value) {
	n = split(settings, item, " ")
	for (i = 0; i <= n; i++) {
		m = i ? values_of(item[i], value) : 1
		for (k = i ? 2 : 1; k <= m; k++) {
			s = ""
			for (j = 1; j <= n; j++) {
				values_of(item[j], value)
				s = s value[j == i ? k : 1]
			}
			print "validate " F[5] s > ask
		}
	}
}

# Each policy must be a row of the scenario as the settings make it.
function ask_policies(list, settings,    n, i, k, name, value, item, s) {
	gsub(/(best|mean):/, "", list)
	n = split(settings, item, " ")
	s = ""
	for (k = 1; k <= n; k++) {
		values_of(item[k], value)
		s = s value[1]
	}
	n = split(list, name, "+")
	for (i = 1; i <= n; i++)
		if (name[i] != "same")
			print "policy " name[i] " " F[5] s > ask
}

function ask_metrics(list,    n, i, name) {
	n = split(list, name, "/")
	for (i = 1; i <= n; i++) {
		if (name[i] ~ /@/)
			print "group " F[5] " " substr(name[i], index(name[i], "@") + 1) > ask
		sub(/@.*/, "", name[i])
		print "metric " name[i] > ask
	}
}

# Tracked data: `POLICY METRIC COLUMN=VALUE...` must be a line of it, for each policy.
function ask_data(    n, i, name, list) {
	list = F[7] (F[8] == "" ? "" : "+" F[8])
	gsub(/(best|mean):/, "", list)
	n = split(list, name, "+")
	for (i = 1; i <= n; i++)
		print "data " F[5] " " name[i] " " F[10] " " F[6] > ask
}

BEGIN {
	n = split(pages, pair, " ")
	for (i = 1; i <= n; i++) {
		split(pair[i], word, "=")
		file_of[word[1]] = word[2]
	}
	claim = 0
}

/^#/ { next }

/^claim,/ {
	header = 1
	if ($0 != "claim,page,heading,quote,source,settings,policy_a,policy_b,settings_b,metric,relation,state")
		wrong("not the header that paper/claims.md tells")
	next
}

{
	if (csv_split($0, F) != 12) {
		wrong("not 12 fields")
		next
	}
	rows++
	split(F[1], id, ".")
	if (F[1] !~ /^[0-9]+\.[0-9]+$/ ||
	    !(id[1] == claim && id[2] == part + 1 || id[1] == claim + 1 && id[2] == 1))
		wrong("out of order, behind " claim "." part)
	claim = id[1]
	part = id[2]
	if (!(F[2] in file_of))
		wrong("no page " F[2])
	else if (F[12] !~ /, rewritten$/ && F[12] != "fell" && !stands(F[4], text_of(F[2])))
		wrong("does not stand in " file_of[F[2]] ": " F[4])
	if (F[12] !~ /^(untried|holds|holds in .+|fell)(, rewritten)?$/)
		wrong("no state: " F[12])
	if (!is_relation(F[11]))
		wrong("no relation: " F[11])
	if ((F[11] ~ / b$/ || F[11] ~ /\/b/) && F[11] !~ /subset/ && F[8] == "")
		wrong("a relation with b, and no b")
	if (F[5] ~ /^none: ./)
		;
	else if (F[5] ~ /\.yaml$/) {
		ask_validate(F[6])
		ask_validate(F[6] " " F[9])
		ask_policies(F[7], F[6])
		ask_policies(F[8], F[6] " " F[9])
		ask_metrics(F[10])
	} else if (F[5] ~ /\.csv$/)
		ask_data()
	else if (F[5] ~ /^tests\//)
		print "file " F[5] > ask
	else
		wrong("no source: " F[5])
}

END {
	if (!header || !rows) {
		print "claims.csv: no header, or no rows" > "/dev/stderr"
		bad = 1
	}
	exit bad
}
