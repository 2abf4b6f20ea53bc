# SPDX-License-Identifier: BSD-2-Clause
# claims-metrics.awk CLAIMS: scenario and metric (metric@group) that claims look at, a line
# each.  With csv.awk and settings.awk.
/^#/ || /^claim,/ { next }
{
	csv_split($0, F)
	n = settings_is_run(F[5], F[11]) ? settings_metrics(F[10], F[11], name) : 0
	for (i = 1; i <= n; i++)
		if (!seen[F[5], name[i]]++)
			print F[5] "\t" name[i]
}
