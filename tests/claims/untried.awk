# SPDX-License-Identifier: BSD-2-Clause
# untried.awk CLAIMS: the list, with no simulation tried.  With csv.awk and settings.awk.
/^#/ || /^claim,/ { print; next }
{
	csv_split($0, F)
	state = F[12]
	if (settings_is_run(F[5], F[11]))
		state = "untried" (state ~ /, rewritten$/ ? ", rewritten" : "")
	for (i = 1; i <= 12; i++) {
		text = i < 12 ? F[i] : state
		if (text ~ /[",]/) {
			gsub(/"/, "\"\"", text)
			text = "\"" text "\""
		}
		printf "%s%s", text, i < 12 ? "," : "\n"
	}
}
