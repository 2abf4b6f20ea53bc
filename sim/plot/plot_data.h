/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * plot_data.h - what the figures need of results.csv: means with their intervals.
 */
#ifndef CORUN_PLOT_DATA_H
#define CORUN_PLOT_DATA_H

#include <stdbool.h>
#include <stdint.h>

#include <stdio.h>

#include "base/error.h"
#include "study/stats.h"

/* One metric of one scope under one policy, a value a replication. */
struct plot_series {
	char *policy, *name, *metric; /* name: of the VM or group, "all" for the host */
	bool vm; /* scope */
	struct sample *samples;
	uint32_t nr, room;
};

struct plot_data {
	struct plot_series *series;
	uint32_t nr_series, room;
	char **policies; /* in the order of the file */
	uint32_t nr_policies;
	char **vms; /* of the series kept */
	uint32_t nr_vms;
	uint32_t cursor; /* rows come in the same order in each replication */
};

/*
 * Loads the rows of the host, and of VMs if vms is set, whose metric one of the
 * prefixes (a NULL ends them) begins.  1, or 0 where dir has no results.csv, or
 * -1 with *err.
 */
int plot_data_load(struct plot_data *data, const char *dir, const char *const *prefixes, bool vms,
		   struct error *err);
void plot_data_free(struct plot_data *data);

/* NULL where there is none. */
const struct plot_series *plot_data_find(const struct plot_data *data, const char *policy,
					 const char *name, const char *metric);

/* Mean over the replications with its 95 % interval; false where there is none. */
bool plot_data_mean(const struct plot_data *data, const char *policy, const char *name,
		    const char *metric, struct estimate *e);

/* vars: NAME = "a b c", each word without what gnuplot would take for something else. */
void plot_put_words(FILE *vars, const char *name, char *const *words, unsigned nr);

#endif
