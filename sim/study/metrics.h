/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * metrics.h - the registry of metrics: one table that feeds tables, CSV, JSON,
 * pictures, gates and docs.
 */
#ifndef CORUN_METRICS_H
#define CORUN_METRICS_H

#include <stdio.h>

#include "base/error.h"
#include "model/result.h"
#include "model/world.h"
#include "stats.h"

enum metric_unit {
	UNIT_SHARE, /* a fraction of 1; tables show percent */
	UNIT_TIME, /* us; tables choose ns to s */
	UNIT_RATE, /* a second */
	UNIT_OPS, /* ops/s */
	UNIT_COUNT,
	UNIT_INDEX, /* a pure number: shown as it is */
	NR_UNITS
};

enum metric_better { BETTER_NONE, BETTER_LOWER, BETTER_HIGHER };

/* What a metric is measured over; the host scope leaves the management VM out. */
enum scope_kind { SCOPE_HOST, SCOPE_GROUP, SCOPE_VM, NR_SCOPES };

#define IN_HOST (1u << SCOPE_HOST)
#define IN_GROUP (1u << SCOPE_GROUP)
#define IN_VM (1u << SCOPE_VM)

struct scope {
	enum scope_kind kind;
	uint32_t id; /* group or VM */
	uint32_t first_vm, nr_vms; /* SCOPE_HOST: all; noise ones are skipped */
};

enum metric_kind {
	METRIC_MEAN, /* a value per replication; their mean */
	METRIC_RATIO, /* sum of numerators over sum of denominators */
	METRIC_QUANTILE, /* of the histograms of all replications, merged */
};

/* What the functions of the registry compute from: one scope of one replication. */
struct metric_input {
	const struct world *world;
	const struct sim_result *result;
	const struct scope *scope;
	struct vm_result sum; /* over the VMs of the scope; maxima for max_* and done_at */
	uint32_t nr_vms, nr_vcpus;
	/* sum over the VMs whose programs have locks: time alive within the window */
	double lock_life_ns;
	uint32_t nr_locking, nr_convoys; /* VMs whose programs have locks; see value_convoy */
	uint32_t nr_finite, nr_done; /* VMs whose programs all end; that did end */
	const struct hist *hist; /* [NR_GH] of the scope, NULL for SCOPE_VM */
};

struct metric {
	const char *name;
	const char *definition; /* one or two sentences, exact */
	enum metric_unit unit;
	enum metric_better better;
	enum metric_kind kind;
	unsigned scopes; /* IN_* */
	bool headline; /* shown in the table of compare */
	bool largest; /* tables show the largest of all runs, not the mean of each run's */
	bool rare; /* written down only where it is not 0 in some run of the study */
	struct sample (*value)(const struct metric *metric, const struct metric_input *in);
	uint32_t of; /* for value: which entry of an array */
	enum group_hist hist; /* METRIC_QUANTILE */
	double quantile;
};

extern const struct metric metric_registry[];
extern const uint32_t nr_metric_registry;

/* By name, or NULL. */
const struct metric *metric_find(const char *name);

/* Is a run with many events heavier in it than one with few? */
bool metric_is_event_weighted(const struct metric *metric);

const char *metric_unit_name(const struct metric *metric); /* of CSV and JSON: "us", "1", ... */
const char *metric_better_name(const struct metric *metric); /* "lower", "higher", "none" */
const char *metric_kind_name(const struct metric *metric); /* "mean", "ratio", "quantile" */
const char *scope_kind_name(enum scope_kind kind); /* "host", "group", "vm" */

/* "all" for the host, else the name of the group or VM. */
const char *scope_name(const struct world *world, const struct scope *scope);
struct scope scope_host(const struct world *world);
struct scope scope_group(const struct world *world, uint32_t group);
struct scope scope_vm(uint32_t vm);

/* Sums the scope up; hist is [NR_GH] or NULL. */
void metric_input_init(struct metric_input *in, const struct world *world,
		       const struct sim_result *result, const struct scope *scope,
		       const struct hist *hist);

/*
 * The metric in one replication.  A quantile is of that replication's own
 * histogram, in us, and has den 0 when it has too few samples.
 */
struct sample metric_sample(const struct metric *metric, const struct metric_input *in);

/* The registry, or one metric of it, for people: format is "table", "markdown" or "json". */
int metrics_print(FILE *to, const struct metric *only, const char *format, struct error *err);

/* Names of the histograms, as in the metrics: "wait", "wakeup", ... */
const char *group_hist_name(enum group_hist which);

#endif
