# SPDX-License-Identifier: BSD-2-Clause
# claims-plan.awk CELLS CLAIMS: what is to be run to try the claims, a line a run: scenario,
# sets, policy, 1 where it is of the first cell; tabs between.  With csv.awk and settings.awk.
# -v only_claims=3,7.2  -v only_cells=default,quiet: these alone.
# -v settled=FILE: rows of the judge, which are not tried again.
# -v ends=1: of several values of settings the first and the last alone.

BEGIN { settings_settled(settled, is_settled) }

function plan(sets, first, policies, n,    i, run) {
	for (i = 1; i <= n; i++) {
		run = F[5] "\t" sets "\t" policies[i]
		if (!(run in known))
			print run "\t" first
		known[run] = 1
	}
}

/^#/ || /^cell,/ || /^claim,/ { next }

FILENAME == ARGV[1] {
	csv_split($0, F)
	if (settings_wanted(only_cells, F[1])) {
		cell_name[++cells] = F[1]
		cell_sets[cells] = F[2]
	}
	next
}

{
	if (csv_split($0, F) != 12) {
		print "claims.csv:" FNR ": not 12 fields" > "/dev/stderr"
		exit 1
	}
	if (!settings_is_run(F[5], F[11]) || !settings_wanted(only_claims, F[1]))
		next
	nr_a = settings_policies(F[7], a)
	nr_b = settings_policies(F[8] == "same" ? F[7] : F[8], b)
	points = settings_points(F[6], point)
	points_b = settings_points(F[9], point_b)
	for (i = 1; i <= cells; i++) {
		if (!settings_applies(cell_sets[i], F[6], F[9]) || (F[1], cell_name[i]) in is_settled)
			continue
		for (j = 1; j <= points; j += ends && j < points ? points - 1 : 1) {
			sets = settings_join(cell_sets[i], point[j])
			plan(sets, i == 1, a, nr_a)
			for (k = 1; k <= points_b; k++)
				plan(settings_join(sets, point_b[k]), i == 1, b, nr_b)
		}
	}
}
