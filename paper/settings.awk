# SPDX-License-Identifier: BSD-2-Clause
# settings.awk: what claims.csv says in `settings`, policies and metric, for other awk programs.

# "PATH+PATH=V,W" as --set has it, one for each value: value[1] to value[n]; blanks between sets.
function settings_values(setting, value,    at, path, list, i, n, p, np, s) {
	delete value
	at = index(setting, "=")
	list = substr(setting, at + 1)
	np = split(substr(setting, 1, at - 1), p, "+")
	if (list ~ /^[[{]/) {
		n = 1
		value[1] = list
	} else
		n = split(list, value, ",")
	for (i = 1; i <= n; i++) {
		s = ""
		for (at = 1; at <= np; at++)
			s = s (at > 1 ? " " : "") p[at] "=" value[i]
		value[i] = s
	}
	return n
}

# All combinations of the values of all settings: point[1] to point[n], at least one.
function settings_points(settings, point,    n, i, j, k, m, nr, item, value, old) {
	delete point
	point[1] = ""
	nr = 1
	n = split(settings, item, " ")
	for (i = 1; i <= n; i++) {
		m = settings_values(item[i], value)
		for (j = 1; j <= nr; j++)
			old[j] = point[j]
		for (j = 1; j <= nr; j++)
			for (k = 1; k <= m; k++)
				point[(j - 1) * m + k] = settings_join(old[j], value[k])
		nr *= m
	}
	return nr
}

function settings_join(one, other) {
	return one == "" ? other : other == "" ? one : one " " other
}

# Does a set of one name a key of the other, or one above or below it?
function settings_meet(one, other,    n, m, i, j, a, b, p, q, x, y) {
	n = split(one, a, " ")
	m = split(other, b, " ")
	for (i = 1; i <= n; i++)
		for (j = 1; j <= m; j++) {
			p = substr(a[i], 1, index(a[i], "=") - 1) "."
			q = substr(b[j], 1, index(b[j], "=") - 1) "."
			# `a+b=` names both
			x = "." p
			gsub(/\+/, ".+.", x)
			y = "." q
			gsub(/\+/, ".+.", y)
			if (settings_any(x, y))
				return 1
		}
	return 0
}

function settings_any(x, y,    n, m, i, j, a, b) {
	n = split(x, a, "+")
	m = split(y, b, "+")
	for (i = 1; i <= n; i++)
		for (j = 1; j <= m; j++)
			if (index(a[i], b[j]) == 1 || index(b[j], a[i]) == 1)
				return 1
	return 0
}

# "best:x+y" as x and y; "same" is none.
function settings_policies(list, policy) {
	gsub(/(best|mean):/, "", list)
	return list == "" || list == "same" ? 0 : split(list, policy, "+")
}

# The metrics that a comparison looks at.
function settings_metrics(metric, relation, name,    n, s) {
	n = split(metric, name, "/")
	s = relation
	while (match(s, /\([a-z_0-9]+ [<>]/)) {
		metric = substr(s, RSTART + 1, RLENGTH - 3)
		if (metric != "a" && metric != "b")
			name[++n] = metric
		s = substr(s, RSTART + RLENGTH)
	}
	return n
}

# Is it a simulation that can be run?  Data, tests and what has no source are not; nor are
# scenarios that -v left_out=NAME,NAME leaves out.
function settings_is_run(source, relation,    n, i, a) {
	n = split(left_out, a, ",")
	for (i = 1; i <= n; i++)
		if (index(source, "/" a[i] "."))
			return 0
	return source ~ /\.yaml$/ && relation !~ /^(as the |none)/
}

# In which cells is it tried?  In those that set no key which it sets itself.
function settings_applies(cell, settings, settings_b) {
	return !settings_meet(cell, settings) && !settings_meet(cell, settings_b)
}

# Is NAME in the list (of claims: or its sentence)?  Without a list everything is.
function settings_wanted(list, name,    n, i, a) {
	n = split(list, a, ",")
	for (i = 1; i <= n; i++)
		if (a[i] == name || index(name, a[i] ".") == 1)
			return 1
	return n == 0
}

# The comparisons and cells that FILE, rows of the judge, has; none without a file.
function settings_settled(file, is,    line, f) {
	delete is
	while (file != "" && (getline line < file) > 0)
		if (line ~ /^[0-9]/ && split(line, f, ",") > 2)
			is[f[1], f[2]] = 1
	if (file != "")
		close(file)
}
