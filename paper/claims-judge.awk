# SPDX-License-Identifier: BSD-2-Clause
# claims-judge.awk INDEX CELLS CLAIMS RUNS: which comparison holds in which cell, a CSV line
# each.  With csv.awk and settings.awk; -v reps=N.
#
# A comparison of one with another, or with a limit, is made replication by replication, and
# holds where at least 95 % of them say so (a > b, a < b: and the paired interval has no zero).
# A figure is that of all replications together.  With several policies or values of settings
# it must hold for each pair at each of them; what is printed is the worst.
#
# decides: so many of the first replications say the same, and more of them, too.
#
# -v screen=N: only what the first replications (reps) settle: comparisons that do not hold
# whatever the others say, up to N.  Pairs without runs are passed over.
# -v settled=FILE: rows of such a call; they are not tried again.

BEGIN {
	ENOUGH = 0.95
	FAR = 6
	settings_settled(settled, is_settled)
	print "# SPDX-License-Identifier: BSD-2-Clause"
	print "# Written by paper/claims.sh: what each comparison was in each cell, at its worst"
	print "# point; share: of the replications; decides: so many of the first say the same."
	print "claim,cell,runs,a,b,share,verdict,decides"
	nr_sizes = split("20 10 5", size, " ")
	dir = ARGV[4]
	ARGC = 4
}

# -- values --------------------------------------------------------------------------------

# The values of a run by replication into v[1..], all together into v["*"]; how many there are.
function load(sets, policy, metric, v,    id, line, f, n, file) {
	delete v
	id = run[F[5] "\t" sets "\t" policy]
	if (id == "")
		return 0
	file = dir "/" id
	n = 0
	while ((getline line < file) > 0) {
		split(line, f, "\t")
		if (f[2] != metric)
			continue
		if (f[1] == "*")
			v["*"] = f[3]
		else
			v[f[1] + 1] = f[3]
		if (f[1] != "*" && f[1] + 1 > n)
			n = f[1] + 1
	}
	close(file)
	return n
}

# "x/y" of metrics: the ratio, replication by replication, and of what is together.
function values(sets, policy, metric, v,    part, w, n, m, i) {
	if (split(metric, part, "/") == 1)
		return load(sets, policy, metric, v)
	n = load(sets, policy, part[1], v)
	m = load(sets, policy, part[2], w)
	for (i in v)
		v[i] = w[i] + 0 ? v[i] / w[i] : ""
	return n < m ? n : m
}

# The best or the mean of several policies, or one of them.
function values_of(sets, policy, metric, v,    how, name, n, i, j, m, w, least) {
	if (policy !~ /:/)
		return values(sets, policy, metric, v)
	how = substr(policy, 1, index(policy, ":") - 1)
	if (how == "best" && metric !~ /^(throughput|ops)/)
		fatal("best of " metric ": which is better?")
	n = split(substr(policy, index(policy, ":") + 1), name, "+")
	least = values(sets, name[1], metric, v)
	for (i = 2; i <= n; i++) {
		m = values(sets, name[i], metric, w)
		least = m < least ? m : least
		for (j in w)
			if (how == "mean")
				v[j] += w[j]
			else if (w[j] + 0 > v[j] + 0)
				v[j] = w[j]
	}
	for (j in v)
		if (how == "mean")
			v[j] /= n
	return least
}

# -- statistics ----------------------------------------------------------------------------

# Student's t for 97.5 %, by the expansion in 1/df; to four digits from 5 degrees on.
function t975(df,    z) {
	z = 1.959963985
	return z + (z ^ 3 + z) / (4 * df) + (5 * z ^ 5 + 16 * z ^ 3 + 3 * z) / (96 * df ^ 2) + \
	       (3 * z ^ 7 + 19 * z ^ 5 + 17 * z ^ 3 - 15 * z) / (384 * df ^ 3)
}

# Mean and half width of a[i] - b[i] into MEAN and HALF; "" where one has no value.
function difference(a, b, n,    i, sum, sq, d, m) {
	for (i = 1; i <= n; i++)
		if (a[i] != "" && b[i] != "") {
			m++
			sum += a[i] - b[i]
		}
	MEAN = m ? sum / m : 0
	for (i = 1; i <= n; i++)
		if (a[i] != "" && b[i] != "") {
			d = a[i] - b[i] - MEAN
			sq += d * d
		}
	HALF = m > 1 ? t975(m - 1) * sqrt(sq / (m - 1) / m) : 0
	return m
}

function abs(x) {
	return x < 0 ? -x : x
}

# Within a tenth of X, or what rounds to it as it is written.
function is_near(value, x,    at) {
	at = index(x, ".")
	return value != "" && (abs(value - x) <= 0.1 * x ||
		abs(value - x) <= 0.5 * 10 ^ -(at ? length(x) - at : 0))
}

# "> 5", "< 5", "in 3..7", "~ 5"
function is_so(value, relation,    w, ends) {
	if (value == "")
		return 0
	split(relation, w, " ")
	if (w[1] == ">")
		return value > w[2] + 0
	if (w[1] == "<")
		return value < w[2] + 0
	if (w[1] == "~")
		return is_near(value, w[2])
	split(w[2], ends, /\.\./)
	return value >= ends[1] + 0 && value <= ends[2] + 0
}

# The share of the replications of which it is so.
function share_of(v, n, relation,    i, hits) {
	for (i = 1; i <= n; i++)
		hits += is_so(v[i], relation)
	return n ? hits / n : 0
}

# -- relations: 1 it holds, 0 not.  SHARE is set where replications vote. -------------------

function compare(relation, a, b, n,    i, hits, op) {
	split(relation, op, " ")
	for (i = 1; i <= n; i++)
		if (a[i] != "" && b[i] != "")
			hits += op[2] == ">" ? a[i] > b[i] : op[2] == "<" ? a[i] < b[i] : \
				op[2] == ">=" ? a[i] >= b[i] : a[i] == b[i]
	if (op[2] == "?") {
		difference(a, b, n)
		return MEAN - HALF <= 0 && MEAN + HALF >= 0
	}
	SHARE = n ? hits / n : 0
	if (op[2] == "=")
		return SHARE == 1
	difference(a, b, n)
	if (op[2] == ">" && MEAN - HALF <= 0 || op[2] == "<" && MEAN + HALF >= 0)
		return 0
	return SHARE >= ENOUGH
}

# a/b and a: a limit is for each replication, a figure for all together
function limit(relation, a, b, n,    ratio, i) {
	ratio = sub(/^a\/b /, "", relation)
	sub(/^a /, "", relation)
	if (ratio)
		for (i in a)
			a[i] = a[i] == "" || b[i] == "" || b[i] + 0 == 0 ? "" : a[i] / b[i]
	if (relation !~ /^[<>]/)
		return is_so(a["*"], relation)
	SHARE = share_of(a, n, relation)
	return SHARE >= ENOUGH
}

function variation(v, n, relation,    i, sum, sq, m) {
	for (i = 1; i <= n; i++) {
		m += v[i] != ""
		sum += v[i]
	}
	for (i = 1; i <= n; i++)
		if (v[i] != "")
			sq += (v[i] - sum / m) ^ 2
	return m > 1 && is_so(sqrt(sq / (m - 1)) / (sum / m), relation)
}

# runs(X < 5) subset runs(Y < 7): a, b, or another metric of the same runs
function subset(relation, sets, policy, a, b, n,    part, i, j, word, v, is) {
	split(relation, part, " subset ")
	for (j = 1; j <= 2; j++) {
		gsub(/^runs\(|\)$/, "", part[j])
		split(part[j], word, " ")
		if (word[1] != "a" && word[1] != "b")
			load(sets, policy, word[1], v)
		for (i = 1; i <= n; i++)
			is[j, i] = is_so(word[1] == "a" ? a[i] : word[1] == "b" ? b[i] : v[i],
					 word[2] " " word[3])
	}
	for (i = 1; i <= n; i++)
		if (is[1, i] && !is[2, i])
			return 0
	return 1
}

function judge(sets, policy, a, b, n,    r, inner) {
	r = F[11]
	SHARE = ""
	if (r ~ /^a (>|<|>=|=|\?) b$/)
		return compare(r, a, b, n)
	if (r == "a = 0") {
		SHARE = share_of(a, n, "in 0..0")
		return SHARE == 1
	}
	if (r ~ /^share/) {
		inner = substr(r, 7, index(r, ")") - 7)
		sub(/^a /, "", inner)
		sub(/^share[^)]*\) /, "", r)
		SHARE = share_of(a, n, inner)
		return is_so(SHARE, r)
	}
	if (r ~ /^runs/)
		return subset(r, sets, policy, a, b, n)
	if (sub(/^cv\(a\) /, "", r))
		return variation(a, n, r)
	if (r ~ /^spread/)
		return 1 # of the points: see spread
	return limit(r, a, b, n)
}

# -- screening ------------------------------------------------------------------------------

# More of the n say no than may of all; of "=" not one may.
function votes_settle(relation, n) {
	if (relation ~ /^a = /)
		return SHARE < 1
	return n * (1 - SHARE) > (1 - ENOUGH) * screen + 1e-9
}

# A share: not even if all others were hits, nor if none was.
function share_settles(relation, n,    hits) {
	sub(/^share[^)]*\) /, "", relation)
	hits = SHARE * n
	if (relation ~ /^>/)
		return !is_so((hits + screen - n) / screen, relation)
	if (relation ~ /^</)
		return !is_so(hits / screen, relation)
	return 0
}

# A figure that is so many standard errors away from where it would be right is not waited for.
function figure_settles(relation, v, n,    i, sum, sq, half) {
	sub(/^a(\/b)? /, "", relation)
	for (i = 1; i <= n; i++) {
		if (v[i] == "")
			return 0
		sum += v[i]
	}
	for (i = 1; i <= n; i++)
		sq += (v[i] - sum / n) ^ 2
	half = FAR * sqrt(sq / (n - 1) / n)
	return !is_so(v["*"], relation) && !touches(v["*"] - half, v["*"] + half, relation)
}

# Does low..high touch what "~ X" or "in X..Y" allows?
function touches(low, high, relation,    w, ends) {
	split(relation, w, " ")
	if (w[1] == "~") {
		ends[1] = 0.9 * w[2]
		ends[2] = 1.1 * w[2]
	} else
		split(w[2], ends, /\.\./)
	return low <= ends[2] + 0 && high >= ends[1] + 0
}

function settles(relation, a, n) {
	if (relation ~ /^runs/)
		return 1
	if (relation ~ /^share/)
		return share_settles(relation, n)
	if (SHARE != "")
		return votes_settle(relation, n)
	return relation ~ /^a(\/b)? (~|in) / && figure_settles(relation, a, n)
}

# -- cells ----------------------------------------------------------------------------------

function fatal(text) {
	print "claims: " F[1] ": " text > "/dev/stderr"
	bad = 1
	exit 1
}

# What the first n replications are together, if they are as their mean; else "".
function together(v, n,    i, all, first) {
	for (i = 1; i <= reps; i++)
		all += v[i]
	for (i = 1; i <= n; i++)
		first += v[i]
	return abs(all / reps - v["*"]) <= 1e-6 * abs(v["*"]) ? first / n : ""
}

# One pair at one point, by the first `first` replications; keeps the worst: what is missing,
# then what does not hold.
function try_pair(first, sets_a, policy_a, sets_b, policy_b,    a, b, n, m, verdict) {
	n = values_of(sets_a, policy_a, F[10], a)
	m = F[8] == "" ? n : values_of(sets_b, policy_b, F[10], b)
	if (first < reps) {
		a["*"] = together(a, first)
		if (F[8] != "")
			b["*"] = together(b, first)
	}
	if (n < reps || m < reps || a["*"] == "" && first < reps)
		verdict = "missing"
	else
		verdict = judge(sets_a, policy_a, a, b, first) ? "yes" : "no"
	if (screen && (verdict == "missing" || verdict == "no" && !settles(F[11], a, first))) {
		SHARE = ""
		return
	}
	if (least == "" || a["*"] + 0 < least)
		least = a["*"] + 0
	if (most == "" || a["*"] + 0 > most)
		most = a["*"] + 0
	if (worst == "" || rank[verdict] < rank[worst] ||
	    rank[verdict] == rank[worst] && SHARE != "" && SHARE < worst_share) {
		worst = verdict
		worst_a = a["*"]
		worst_b = F[8] == "" ? "" : b["*"]
		worst_share = SHARE
	}
	SHARE = ""
}

function try_cell(first, sets,    i, j, k, at_a, at_b) {
	worst = least = most = ""
	for (i = 1; i <= points; i++) {
		at_a = settings_join(sets, point[i])
		for (j = 1; j <= nr_a; j++) {
			if (F[8] == "")
				try_pair(first, at_a, as[j])
			for (k = 1; F[8] != "" && k <= points_b * nr_b; k++) {
				at_b = settings_join(at_a, point_b[int((k - 1) / nr_b) + 1])
				try_pair(first, at_a, as[j], at_b,
					 F[8] == "same" ? as[j] : bs[(k - 1) % nr_b + 1])
			}
		}
	}
	if (F[11] ~ /^spread/ && !screen && worst == "yes" && !(least > 0 &&
	    is_so(most / least - 1, substr(F[11], index(F[11], ")") + 2))))
		worst = "no"
}

# How few of the first replications give that verdict, and all sizes above them, too?
function decides(sets, verdict,    i, few) {
	few = reps
	for (i = 1; i <= nr_sizes; i++) {
		if (size[i] >= reps)
			continue
		try_cell(size[i], sets)
		if (worst != verdict)
			break
		few = size[i]
	}
	return few
}

# "best:x+y" is one side, "x+y" are two
function sides(list, side) {
	if (list !~ /:/)
		return split(list, side, "+")
	side[1] = list
	return 1
}

FILENAME == ARGV[1] {
	split($0, f, "\t")
	run[f[2] "\t" f[3] "\t" f[4]] = f[1]
	next
}

/^#/ || /^cell,/ || /^claim,/ { next }

FILENAME == ARGV[2] {
	csv_split($0, F)
	if (!settings_wanted(only_cells, F[1]))
		next
	cell_name[++cells] = F[1]
	cell_sets[cells] = F[2]
	next
}

{
	rank["missing"] = 1
	rank["no"] = 2
	rank["yes"] = 3
	csv_split($0, F)
	if (!settings_is_run(F[5], F[11]) || !settings_wanted(only_claims, F[1]))
		next
	nr_a = sides(F[7], as)
	nr_b = F[8] == "same" ? 1 : sides(F[8], bs)
	points = settings_points(F[6], point)
	points_b = settings_points(F[9], point_b)
	for (i = 1; i <= cells; i++)
		if (settings_applies(cell_sets[i], F[6], F[9]) && !((F[1], cell_name[i]) in is_settled)) {
			try_cell(reps, cell_sets[i])
			row = F[1] "," cell_name[i] "," reps "," worst_a "," worst_b "," worst_share "," worst
			if (!screen)
				print row "," (worst == "missing" ? "" : decides(cell_sets[i], worst))
			else if (worst == "no")
				print row "," reps
		}
}

END { exit bad }
