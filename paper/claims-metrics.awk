# SPDX-License-Identifier: BSD-2-Clause
# claims-metrics.awk CLAIMS: the metrics that claims look at.  With csv.awk and settings.awk.
/^#/ || /^claim,/ { next }
{
	csv_split($0, F)
	n = settings_is_run(F[5], F[11]) ? settings_metrics(F[10], F[11], name) : 0
	for (i = 1; i <= n; i++) {
		sub(/@.*/, "", name[i])
		print name[i]
	}
}
