# SPDX-License-Identifier: BSD-2-Clause
# headline-figure.awk: paper/data/headline.csv as a sweep.csv of one axis for `corun plot --only
# line`: each policy's throughput over gang's; the line is the scenario as it is (cell
# linux-spread), the band what all cells say.  With csv.awk.
BEGIN { print "width,point,overcommit,policy,group,metric,unit,mean,lo,hi" }

/^#/ { next }

csv_split($0, F) && !n {
	for (n = 1; n in F; n++)
		column[F[n]] = n
	next
}

F[column["metric"]] == "throughput" {
	mean = F[column["mean"]]
	ratio = mean / (mean - F[column["difference"]])
	key = F[column["hints"]] SUBSEP F[column["policy"]] SUBSEP F[column["width"]]
	if (!(key in low)) {
		keys[++nr] = key
		low[key] = high[key] = ratio
	}
	if (F[column["cell"]] == "linux-spread")
		line[key] = ratio
	if (ratio < low[key])
		low[key] = ratio
	if (ratio > high[key])
		high[key] = ratio
}

END {
	for (i = 1; i <= nr; i++) {
		split(keys[i], at, SUBSEP)
		printf "%s,%d,2,%s,all,throughput_over_gang_with_hints_%s,percent,%.9g,%.9g,%.9g\n", at[3], i, at[2], at[1], \
			line[keys[i]], low[keys[i]], high[keys[i]]
	}
}
