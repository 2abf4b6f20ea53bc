/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What a result folder needs to be read back (results.h): of what it is, and the
 * histograms of every replication.
 */
#include <stdlib.h>
#include <string.h>

#include "base/hash.h"
#include "base/json.h"
#include "base/version.h"
#include "report.h"
#include "study/results.h"

static const struct hist_packed *hist_at(const struct study *study, uint32_t policy, uint32_t rep,
					 uint32_t i)
{
	return (*study_slot(study, rep, policy))->hists[i];
}

static uint32_t nr_hists(const struct study *study)
{
	return (1 + study->world->nr_groups) * NR_GH;
}

static void histogram_row(FILE *to, const struct study *study, uint32_t policy, uint32_t rep,
			  uint32_t i)
{
	const struct hist_packed *h = hist_at(study, policy, rep, i);
	char sum[HIST_SUM_CHARS];
	uint32_t k;

	report_csv_field(to, study_policy_name(study, policy));
	fprintf(to, ",%u,%s,", study->first_rep + rep,
		scope_kind_name(i < NR_GH ? SCOPE_HOST : SCOPE_GROUP));
	report_csv_field(to, i < NR_GH ? "all" : study->world->groups[i / NR_GH - 1].name);
	fprintf(to, ",%s,%llu,%llu,%s,%llu,", group_hist_name(i % NR_GH),
		(unsigned long long)h->count, (unsigned long long)h->censored,
		hist_sum_text(h->sum, sum), (unsigned long long)h->max);
	for (k = 0; k < h->nr; k++)
		fprintf(to, "%s%u:%llu", k ? " " : "", h->index[k],
			(unsigned long long)h->bucket[k]);
	fputc('\n', to);
}

int report_histograms_csv(FILE *to, void *report)
{
	const struct study *study = ((const struct report *)report)->study;
	uint32_t p, r, i;

	fputs("policy,replication,scope,name,what,count,censored,sum_ns,max_ns,buckets\n", to);
	for (p = 0; p < study->nr_policies; p++)
		for (r = 0; r < study_nr_reps(study, p); r++)
			for (i = 0; i < nr_hists(study); i++)
				if (hist_at(study, p, r, i)->count)
					histogram_row(to, study, p, r, i);
	return 0;
}

/* So that a file which was cut short at the end of a line is found out. */
static void put_rows(struct json *json, const struct study *study)
{
	uint64_t results = 0, histograms = 0;
	uint32_t p, r, i;

	for (p = 0; p < study->nr_policies; p++) {
		for (i = 0; i < study->nr_columns; i++)
			if (study_speaks(study, study->columns[i].metric))
				results += study_nr_reps(study, p);
		for (r = 0; r < study_nr_reps(study, p); r++)
			for (i = 0; i < nr_hists(study); i++)
				histograms += hist_at(study, p, r, i)->count > 0;
	}
	json_open(json, "rows", '{');
	json_count(json, "results", results);
	json_count(json, "histograms", histograms);
	json_close(json, '}');
}

static void put_policies(struct json *json, const struct study *study)
{
	uint32_t p;

	json_open(json, "policies", '{');
	for (p = 0; p < study->nr_policies; p++) {
		const struct policy_spec *spec = &study->world->policies[study->policies[p]];

		json_open(json, spec->name, '{');
		json_string(json, "policy", spec->policy);
		json_string(json, "build", spec->build);
		json_close(json, '}');
	}
	json_close(json, '}');
}

static void put_groups(struct json *json, const struct world *world)
{
	uint32_t g, v;

	json_open(json, "groups", '{');
	for (g = 0; g < world->nr_groups; g++) {
		const struct vm_group *group = &world->groups[g];

		json_open(json, group->name, '{');
		json_bool(json, "noise", group->noise);
		json_open(json, "vms", '[');
		for (v = 0; v < group->nr_vms; v++)
			json_string(json, NULL, world->vms[group->first_vm + v].name);
		json_close(json, ']');
		json_close(json, '}');
	}
	json_close(json, '}');
}

/* By name: traces come in the order in which they were ready. */
static const struct output_part *next_part(const struct output *output,
					   const struct output_part *last)
{
	const struct output_part *best = NULL;
	unsigned i;

	for (i = 0; i < output->nr_parts; i++) {
		const struct output_part *part = &output->parts[i];

		if ((!last || strcmp(part->name, last->name) > 0) &&
		    (!best || strcmp(part->name, best->name) < 0))
			best = part;
	}
	return best;
}

/* What each file has to be, so that a mixture of two results is found out. */
static void put_hashes(struct json *json, const struct output *output)
{
	const struct output_part *last = NULL;
	unsigned i;

	for (i = 0; output && i < output->nr_parts; i++) {
		last = next_part(output, last);
		json_string(json, last->name, last->hash);
	}
}

static void put_files(struct json *json, const struct output *output)
{
	json_open(json, "files", '{');
	put_hashes(json, output);
	json_close(json, '}');
}

/* Of each point that there is its study.json, which has the hashes of the others. */
static int put_points(struct json *json, const struct output *output, unsigned nr_points)
{
	char name[40], hash[17];
	unsigned i;

	for (i = 0; i < nr_points; i++) {
		char *path;

		snprintf(name, sizeof(name), "point-%04u/study.json", i);
		path = output_path(output, name);
		if (!path)
			return -1;
		if (!hash_file(path, hash))
			json_string(json, name, hash);
		free(path);
	}
	return 0;
}

int report_sweep_json(FILE *to, void *context)
{
	const struct report_sweep_parts *parts = context;
	struct json json;
	int failed;

	json_init(&json, to);
	json_open(&json, NULL, '{');
	json_count(&json, "corun_sweep", 1);
	json_string(&json, "corun", CORUN_VERSION);
	json_open(&json, "files", '{');
	put_hashes(&json, parts->output);
	failed = put_points(&json, parts->output, parts->nr_points);
	json_close(&json, '}');
	json_close(&json, '}');
	return failed;
}

int report_diff_json(FILE *to, void *context)
{
	const struct report *report = context;
	struct json json;

	json_init(&json, to);
	json_open(&json, NULL, '{');
	json_count(&json, "corun_diff", 1);
	json_string(&json, "corun", CORUN_VERSION);
	put_files(&json, report->output);
	json_close(&json, '}');
	return 0;
}

int report_study_json(FILE *to, void *context)
{
	const struct report *report = context;
	const struct study *study = report->study;
	const struct world *world = study->world;
	struct json json;

	json_init(&json, to);
	json_open(&json, NULL, '{');
	json_count(&json, "corun_results", RESULTS_VERSION);
	json_string(&json, "corun", CORUN_VERSION);
	json_open(&json, "build", '{');
	json_string(&json, "commit", version_commit);
	json_string(&json, "compiler", version_compiler);
	json_close(&json, '}');
	json_string(&json, "scenario", report->scenario);
	json_string(&json, "hash", world->hash);
	json_count(&json, "seed", world->run.seed);
	json_count(&json, "first", study->first_rep);
	json_count(&json, "replications", study->nr_reps);
	put_policies(&json, study);
	put_groups(&json, world);
	put_rows(&json, study);
	put_files(&json, report->output);
	json_close(&json, '}');
	return 0;
}
