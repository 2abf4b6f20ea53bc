# SPDX-License-Identifier: BSD-2-Clause
# claims-states.awk CELLS TRIED CLAIMS: the list with its states.  What was not tried in all
# cells that apply to it keeps the state that it had.  With csv.awk and settings.awk; what was
# tried is told on standard error.

function field(text) {
	if (text !~ /[",]/)
		return text
	gsub(/"/, "\"\"", text)
	return "\"" text "\""
}

function verdict(claim) {
	return yes[claim] == tried[claim] ? "holds" : yes[claim] ? "holds in " where[claim] : "fell"
}

# All cells were tried, and nothing is missing.
function is_tried(claim,    i, n) {
	for (i = 1; i <= cells; i++)
		n += settings_applies(cell_sets[i], F[6], F[9])
	return tried[claim] == n && !missing[claim]
}

FILENAME == ARGV[1] {
	if ($0 !~ /^(#|cell,)/) {
		csv_split($0, V)
		cell_sets[++cells] = V[2]
	}
	next
}

/^#/ || /^claim,/ {
	if (FILENAME == ARGV[3])
		print
	next
}

FILENAME == ARGV[2] {
	csv_split($0, V)
	tried[V[1]]++
	missing[V[1]] += V[7] == "missing"
	if (V[7] == "yes") {
		yes[V[1]]++
		where[V[1]] = where[V[1]] (where[V[1]] == "" ? "" : ", ") V[2]
	}
	next
}

{
	csv_split($0, F)
	if (tried[F[1]])
		print F[1] ": " (is_tried(F[1]) ? "" : "of the cells that were tried: ") verdict(F[1]) \
			(missing[F[1]] ? ", " missing[F[1]] " missing" : "") > "/dev/stderr"
	if (tried[F[1]] && is_tried(F[1]))
		F[12] = verdict(F[1]) (F[12] ~ /, rewritten$/ ? ", rewritten" : "")
	for (i = 1; i <= 12; i++)
		printf "%s%s", field(F[i]), i < 12 ? "," : "\n"
}
