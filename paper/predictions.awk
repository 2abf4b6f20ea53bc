# SPDX-License-Identifier: BSD-2-Clause
# predictions.awk: the tables of docs/predictions.md from paper/data/predictions.csv.  With
# csv.awk.  Error and verdict are computed here.  Status 1: a row breaks a rule of the page.

function wrong(what) {
	print "predictions.csv:" NR ": " what > "/dev/stderr"
	bad = 1
	exit 1
}

# The end of "LO..HI" that is nearest to p, or p if it lies between.
function nearest(p, range,    end) {
	split(range, end, /\.\./)
	return p < end[1] ? end[1] : p > end[2] ? end[2] : p
}

function is_day(date) {
	return date ~ /^[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]$/
}

# "" where there is no target or nothing to hold it to.
function verdict(p, m, target,    end, off) {
	if (m == "" || target == "none" || kind ~ /^(calibrated|arithmetic)$/)
		return ""
	if (target == "in the range")
		return nearest(p, m) == p ? "hit" : "miss"
	if (target ~ /^at most /)
		return p <= substr(target, 9) + 0 ? "hit" : "miss"
	if (target ~ /^[0-9.]+\.\.[0-9.]+/)
		return nearest(p, target) == p ? "hit" : "miss"
	off = target ~ /%$/ ? 100 * (p / m - 1) : p - m
	if (off < 0)
		off = -off
	if (target !~ /^[0-9.]+( %)?$/)
		wrong("no target: " target)
	return off <= target + 0 ? "hit" : "miss"
}

function error(p, m, unit) {
	if (m == "")
		return ""
	if (m ~ /\.\./)
		m = nearest(p, m)
	return unit == "1" && F[11] !~ /range/ ? sprintf("%+.3f", p - m) : sprintf("%+.1f %%", 100 * (p / m - 1))
}

# A source, and the rows that name it, in the order of their first.
function note(list, text, id) {
	if (!(text in list)) {
		list[text] = id
		list[++list["n"]] = text
	} else
		list[text] = list[text] ", " id
}

function noted(list,    i, s) {
	if (list["n"] == 1)
		return list[1] "."
	for (i = 1; i <= list["n"]; i++)
		s = s (i > 1 ? "; " : "") list[i] " (" list[list[i]] ")"
	return s "."
}

# One set: its table, and what its figures come from.
function flush() {
	if (table == "")
		return
	body = body "\n## " set "\n\n| | quantity | with | kind | when | said | measured | error | target | | what the model lacks |\n" \
		"|---|---|---|---|---|---|---|---|---|---|---|\n" table \
		"\nSaid: " noted(said_by) "\nMeasured: " noted(measured_by) "\n"
	table = ""
	delete said_by
	delete measured_by
}

/^#/ { next }

/^id,/ {
	if ($0 != "id,set,quantity,kind,date,commit,parameters,source,predicted,unit,target,measured,measured_date,measured_source,lacks")
		wrong("not the header that the page tells")
	next
}

{
	if (csv_split($0, F) != 15)
		wrong("not 15 fields")
	if (F[1] != ++rows)
		wrong("number " F[1] ", expected " rows)
	kind = F[4]
	if (kind !~ /^(predicted|retrodicted|post hoc|calibrated|arithmetic)$/)
		wrong("no kind: " kind)
	if (!is_day(F[5]) && F[5] != "unknown")
		wrong("no date: " F[5])
	if (kind == "predicted" && (!is_day(F[5]) || F[6] !~ /^[0-9a-f]+$/))
		wrong("predicted, without the date and the commit that show it")
	if (kind == "predicted" && F[12] != "" && !(is_day(F[13]) && F[5] < F[13]))
		wrong("predicted, and not dated before the measurement: retrodicted")
	said = verdict(F[9], F[12], F[11])
	if (said == "miss" && F[15] == "")
		wrong("a miss, and not a word of what the model lacks")
	if (kind ~ /^(calibrated|arithmetic)$/)
		shown = "no prediction"
	else
		shown = F[12] == "" ? "not measured" : said == "" ? "no target" : said
	if (said == "miss")
		shown = "**miss**"
	nr[kind]++
	if (F[12] != "")
		measured[kind]++
	if (said != "")
		count[kind, said]++

	if (F[2] != set) {
		flush()
		set = F[2]
	}
	note(said_by, F[8], F[1])
	if (F[14] != "")
		note(measured_by, (is_day(F[13]) ? F[13] : "date unknown") ", " F[14], F[1])
	unit = F[10] == "1" || F[10] == "x" ? "" : " " F[10]
	table = table "| " F[1] " | " F[3] " | " F[7] " | *" kind "* | " \
		(is_day(F[5]) ? F[5] : "date unknown") ", " F[6] " | " F[9] unit " | " \
		(F[12] == "" ? "" : F[12] unit) " | " error(F[9], F[12], F[10]) " | " F[11] " | " \
		shown " | " F[15] " |\n"
}

END {
	if (bad)
		exit 1
	flush()
	print "\n| kind | figures | measured | hits | misses |\n|---|---|---|---|---|"
	n = split("predicted,retrodicted,post hoc,calibrated,arithmetic", name, ",")
	for (i = 1; i <= n; i++) {
		k = name[i]
		if (k ~ /^(calibrated|arithmetic)$/)
			printf "| *%s* | %d | %d | | |\n", k, nr[k], measured[k]
		else
			printf "| *%s* | %d | %d | %d | %d |\n", k, nr[k], measured[k], count[k, "hit"], count[k, "miss"]
	}
	printf "%s", body
}
