# SPDX-License-Identifier: BSD-2-Clause
# headline-merge.awk CELL/.../sweep.csv, its point's results.csv, ...: rows of paper/data/headline.csv.
# `ahead`: share of the replications in which the policy makes more than gang; `half`: in which it
# makes half of gang's throughput or less.
BEGIN { FS = OFS = "," }

FNR == 1 {
	delete column
	for (i = 1; i <= NF; i++)
		column[$i] = i
	is_sweep = "difference" in column
	next
}

# results.csv comes behind its sweep.csv
!is_sweep {
	if ($column["scope"] == "host" && $column["metric"] == "throughput")
		made[$1, $2] = $column["value"]
	next
}

$column["metric"] == "throughput" || $column["metric"] == "convoy" {
	row[++nr] = cell OFS $column["width"] OFS $column["hints"] OFS $column["policy"] OFS $column["group"] OFS \
		$column["metric"] OFS $column["mean"] OFS $column["lo"] OFS $column["hi"] OFS $column["difference"] OFS \
		$column["difference_lo"] OFS $column["difference_hi"] OFS $column["verdict"] OFS $column["replications"]
	policy[nr] = $column["policy"]
	metric[nr] = $column["metric"]
	reps[nr] = $column["replications"]
}

END {
	for (i = 1; i <= nr; i++) {
		ahead = half = 0
		for (r = 0; r < reps[i]; r++) {
			ahead += made[policy[i], r] > made["gang", r]
			half += 2 * made[policy[i], r] <= made["gang", r]
		}
		if (metric[i] == "throughput" && policy[i] != "gang")
			print row[i], ahead / reps[i], half / reps[i]
		else
			print row[i], "", ""
	}
}
