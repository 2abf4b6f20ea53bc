# SPDX-License-Identifier: BSD-2-Clause
# few.awk: a short list of claims, for the planted faults: the first comparison of some
# sentences, numbered anew.  With csv.awk.
/^#/ || /^claim,/ { print; next }
{
	csv_split($0, F)
	kind = F[5] ~ /^none/ ? "none" : F[5] ~ /csv$/ ? "data" : F[5] ~ /^tests/ ? "test" : F[2]
	if (F[10] ~ /@/)
		kind = "group"
	if (kind in seen && F[4] !~ /^nothing is left for a gang to gain$/)
		next
	seen[kind] = 1
	sub(/^"?[0-9]+\.[0-9]+/, ++nr ".1")
	print
}
