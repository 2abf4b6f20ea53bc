/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * plot_shares.c - dat: policy, VM (indices), then received and its interval, then
 * entitled, all in percent of the host.
 */
#include <stdlib.h>
#include <string.h>

#include "base/csv.h"
#include "plot_data.h"
#include "plot_figures.h"

/*
 * The intervals come from results.csv, which has the management VM too; which VMs
 * are guests, shares.csv says.  Keeps those only.  1, or 0 without shares.csv, or -1.
 */
static int keep_guests(struct plot_data *data, const char *dir, struct error *err)
{
	struct csv csv;
	unsigned i, nr = 0;
	char *name;
	int column, more = csv_open(&csv, dir, "shares.csv", err);

	if (more <= 0)
		return more;
	column = csv_column(&csv, "vm", err);
	more = column < 0 ? -1 : 1;
	while (more >= 0 && (more = csv_next(&csv, err)) > 0) {
		for (i = nr; i < data->nr_vms; i++)
			if (!strcmp(data->vms[i], csv.fields[column]))
				break;
		if (i == data->nr_vms)
			continue;
		name = data->vms[i];
		data->vms[i] = data->vms[nr];
		data->vms[nr++] = name;
	}
	csv_close(&csv);
	while (data->nr_vms > nr)
		free(data->vms[--data->nr_vms]);
	return more < 0 ? -1 : 1;
}

static void put_vm(FILE *dat, const struct plot_data *data, unsigned policy, unsigned vm,
		   double *largest)
{
	struct estimate received, entitled;

	if (!plot_data_mean(data, data->policies[policy], data->vms[vm], "received", &received) ||
	    !plot_data_mean(data, data->policies[policy], data->vms[vm], "entitled", &entitled))
		return;
	fprintf(dat, "%u %u %.6f %.6f %.6f %.6f\n", policy, vm, 100 * received.value,
		100 * received.low, 100 * received.high, 100 * entitled.value);
	if (received.high > *largest)
		*largest = received.high;
	if (entitled.value > *largest)
		*largest = entitled.value;
}

static int prepare(const struct plot_request *request, FILE *dat, FILE *vars, struct error *err)
{
	static const char *const prefixes[] = {"received", "entitled", NULL};
	struct plot_data data;
	double largest = 0;
	unsigned p, vm;
	int found = plot_data_load(&data, request->dirs[0], prefixes, true, err);

	if (found <= 0)
		return found;
	found = keep_guests(&data, request->dirs[0], err);
	for (p = 0; p < data.nr_policies; p++)
		for (vm = 0; vm < data.nr_vms; vm++)
			put_vm(dat, &data, p, vm, &largest);
	plot_put_words(vars, "policies", data.policies, data.nr_policies);
	plot_put_words(vars, "vms", data.vms, data.nr_vms);
	fprintf(vars, "largest = %.6f\n", 100 * largest);
	if (found > 0)
		found = data.nr_vms && largest > 0;
	plot_data_free(&data);
	return found;
}

const struct plot_figure figure_shares = {
	.name = "shares",
	.summary = "what each VM received against what it was entitled to",
	.prepare = prepare,
};
