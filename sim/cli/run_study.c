/* SPDX-License-Identifier: BSD-2-Clause */
#include "run_study.h"

#include <stdlib.h>
#include <string.h>

#include "base/output.h"
#include "base/suggest.h"
#include "policy_args.h"
#include "report/report.h"
#include "scenario/scenario.h"
#include "study/accept.h"
#include "study/groups.h"
#include "study/jobs.h"

/* All that is open while a study runs. */
struct session {
	const struct run_plan *plan;
	struct world *world;
	struct study study;
	struct output output; /* dir NULL: no result folder */
	struct policy_args args; /* --policy */
	uint32_t *policies; /* [nr_policies] indices into the world's */
	uint32_t nr_policies;
	char **traces; /* [nr_policies] files, or NULL */
	struct report report;
};

/* -- which policies --------------------------------------------------------- */

static int find_policy(const struct world *world, const char *name, uint32_t *found,
		       struct error *err)
{
	struct suggest suggest;
	uint32_t i;

	suggest_init(&suggest, name);
	for (i = 0; i < world->nr_policies; i++) {
		if (!strcmp(world->policies[i].name, name)) {
			*found = i;
			return 0;
		}
		suggest_offer(&suggest, world->policies[i].name);
	}
	for (i = 0; i < nr_policy_registry; i++)
		suggest_offer(&suggest, policy_registry[i].name);
	return error_set(err, STATUS_INPUT, "usage",
			 "--policy: the scenario has no policy '%s'%s%s%s", name,
			 suggest.best ? "; did you mean '" : "", suggest.best ? suggest.best : "",
			 suggest.best ? "'?" : "");
}

/* All of them must take the world; one that does not survive the question shows in its run. */
static int ask_policies(const struct session *s, struct error *err)
{
	struct question *questions = calloc(s->nr_policies, sizeof(*questions));
	uint32_t i;
	int failed;

	if (!questions)
		return error_set(err, STATUS_IO, "memory", "out of memory");
	for (i = 0; i < s->nr_policies; i++)
		questions[i] = (struct question){.world = s->world, .policy = s->policies[i]};
	failed = study_accepts(questions, s->nr_policies, s->plan->options->patience_ns, err);
	for (i = 0; i < s->nr_policies && !failed; i++) {
		if (!questions[i].refused)
			continue;
		*err = questions[i].err;
		failed = -1;
	}
	free(questions);
	return failed;
}

static int choose_policies(struct session *s, struct error *err)
{
	const struct run_options *options = s->plan->options;
	uint32_t i;

	s->policies = calloc(s->world->nr_policies + 1, sizeof(*s->policies));
	if (!s->policies)
		return error_set(err, STATUS_IO, "memory", "out of memory");
	for (i = 0; i < s->args.nr; i++)
		if (find_policy(s->world, s->args.names[i], &s->policies[s->nr_policies++], err))
			return -1;
	if (!s->plan->all_policies && s->nr_policies > 1)
		return error_set(err, STATUS_INPUT, "usage",
				 "run: one policy at a time; compare takes several");
	if (!s->nr_policies && !s->plan->all_policies)
		s->policies[s->nr_policies++] = s->world->baseline;
	for (i = 0; !options->policies && s->plan->all_policies && i < s->world->nr_policies; i++)
		s->policies[s->nr_policies++] = i;
	return ask_policies(s, err);
}

/* -- how many replications -------------------------------------------------- */

static int no_metric(const char *kind, const char *where, const char *name, struct error *err)
{
	struct suggest suggest;
	uint32_t i;

	suggest_init(&suggest, name);
	for (i = 0; i < nr_metric_registry; i++)
		suggest_offer(&suggest, metric_registry[i].name);
	return error_set(err, STATUS_INPUT, kind,
			 "%s: no metric '%.100s'%s%s%s; see `corun metrics`", where, name,
			 suggest.best ? "; did you mean '" : "", suggest.best ? suggest.best : "",
			 suggest.best ? "'?" : "");
}

static int find_primary(struct session *s, struct error *err)
{
	const char *name = s->world->run.primary;

	if (!*name)
		return 0;
	s->report.primary = metric_find(name);
	if (s->report.primary && s->report.primary->scopes & IN_HOST)
		return 0;
	return no_metric("scenario", "run.reps.until", name, err);
}

/* What compare is to show: before anything runs. */
static int check_metrics(const char *list, struct error *err)
{
	char *copy = strdup(list), *rest = copy, *name;
	int failed = copy ? 0 : error_set(err, STATUS_IO, "memory", "out of memory");

	while (!failed && (name = strsep(&rest, ",")))
		if (!metric_find(name))
			failed = no_metric("usage", "--metric", name, err);
	free(copy);
	return failed;
}

static struct stop_rule choose_reps(const struct session *s)
{
	const struct run_options *options = s->plan->options;
	const struct run_spec *run = &s->world->run;
	double until = s->report.primary ? run->until_rel : 0;
	struct stop_rule rule;

	if (options->rep != UINT32_MAX || (!options->reps_min && !s->plan->all_reps))
		stop_init(&rule, 1, 1, 0);
	else if (options->reps_min && options->reps_min == options->reps_max)
		stop_init(&rule, options->reps_min, options->reps_min, 0);
	else if (options->reps_min)
		stop_init(&rule, options->reps_min, options->reps_max, until);
	else
		stop_init(&rule, run->reps_min, run->reps_max, until);
	return rule;
}

/* Without a target it is the least, but where there are two kinds of runs. */
static uint32_t most_reps(const struct stop_rule *rule)
{
	uint32_t most = rule->min > GROUPS_TELL ? rule->min : GROUPS_TELL;

	return rule->until_rel > 0 || rule->max < most ? rule->max : most;
}

static int open_study(struct session *s, struct error *err)
{
	const struct run_options *options = s->plan->options;
	struct stop_rule rule;

	if (find_primary(s, err))
		return -1;
	rule = choose_reps(s);
	if (study_init(&s->study, s->world, s->policies, s->nr_policies, most_reps(&rule), err))
		return -1;
	s->study.rule = rule;
	s->study.first_rep = options->rep == UINT32_MAX ? 0 : options->rep;
	return 0;
}

/* -- traces ----------------------------------------------------------------- */

#define TRACE_NAME_CHARS 96

/* trace-POLICY.bin, whatever the policy is called; policy is an index into the world's. */
static void name_trace(const struct session *s, uint32_t policy, char name[TRACE_NAME_CHARS])
{
	char *at;

	snprintf(name, TRACE_NAME_CHARS, "trace-%.64s.bin", s->world->policies[policy].name);
	for (at = name; *at; at++)
		if (*at == '/')
			*at = '_';
}

static char *trace_in_folder(const struct session *s, uint32_t policy)
{
	char name[TRACE_NAME_CHARS];

	name_trace(s, s->policies[policy], name);
	return output_path(&s->output, name);
}

/* A part of the folder, which takes its place with all others. */
static int take_trace(void *context, uint32_t policy, struct outfile *trace, struct error *err)
{
	struct session *s = context;
	char name[TRACE_NAME_CHARS];

	name_trace(s, policy, name);
	return output_take(&s->output, name, trace, err);
}

static void drop_void_traces(struct session *s)
{
	char name[TRACE_NAME_CHARS];
	uint32_t i;

	for (i = 0; i < s->study.nr_voids; i++) {
		name_trace(s, s->study.voids[i].policy, name);
		output_drop(&s->output, name);
	}
}

static int name_traces(struct session *s, struct error *err)
{
	const struct run_options *options = s->plan->options;
	uint32_t i;

	if (!options->trace)
		return 0;
	s->traces = calloc(s->nr_policies, sizeof(*s->traces));
	for (i = 0; s->traces && i < s->nr_policies; i++) {
		s->traces[i] = *options->trace ? strdup(options->trace) : trace_in_folder(s, i);
		if (!s->traces[i])
			break;
	}
	if (!s->traces || i < s->nr_policies)
		return error_set(err, STATUS_IO, "memory", "out of memory");
	return 0;
}

/* -- what comes out --------------------------------------------------------- */

static int write_scenario(FILE *to, void *context)
{
	return scenario_print(to, context);
}

static int write_folder(struct session *s, struct error *err)
{
	static const struct {
		const char *name;
		int (*write)(FILE *to, void *report);
	} files[] = {
		{"results.csv", report_results_csv}, {"summary.json", report_summary_json},
		{"time.csv", report_time_csv},	     {"shares.csv", report_shares_csv},
		{"cdf.csv", report_cdf_csv},	     {"histograms.csv", report_histograms_csv},
		{"study.json", report_study_json},
	};
	unsigned i;

	if (!s->output.dir)
		return 0;
	drop_void_traces(s);
	if (output_file(&s->output, "scenario.yaml", write_scenario, s->world, err))
		return -1;
	if (s->plan->table && output_file(&s->output, "table.txt", s->plan->table, &s->report, err))
		return -1;
	for (i = 0; i < sizeof(files) / sizeof(files[0]); i++)
		if (output_file(&s->output, files[i].name, files[i].write, &s->report, err))
			return -1;
	return output_commit(&s->output, err);
}

/* One line for each policy that has no results: the status, or STATUS_OK. */
static int tell_voids(const struct study *study)
{
	uint32_t i;

	for (i = 0; i < study->nr_voids; i++)
		fprintf(stderr, "corun: error[%s]: %s; its results are void\n",
			study->voids[i].err.kind, study->voids[i].err.text);
	return study->nr_voids ? STATUS_MODEL : STATUS_OK;
}

/* No policy is left: that is an error like all others. */
static int fail_void(struct study *study, struct error *err)
{
	*err = study->voids[--study->nr_voids].err;
	tell_voids(study);
	return -1;
}

static int write_stdout(struct session *s, struct error *err)
{
	const char *format = s->plan->options->format;
	int failed;

	if (s->plan->take)
		return s->plan->take(s->plan->context, &s->study, err);
	if (!strcmp(format, "csv"))
		failed = report_results_csv(stdout, &s->report);
	else if (!strcmp(format, "json"))
		failed = report_summary_json(stdout, &s->report);
	else
		failed = s->plan->table(stdout, &s->report);
	return failed ? error_set(err, STATUS_IO, "memory", "out of memory") : 0;
}

/* -- all of it -------------------------------------------------------------- */

static void note(const struct session *s)
{
	if (!s->world || s->plan->noted)
		return;
	scenario_note_version(stderr, s->world, s->plan->options->scenario);
	policy_args_note_added(&s->args);
}

static int run_session(struct session *s, struct error *err)
{
	const struct run_options *options = s->plan->options;
	const struct module_terms terms = {options->own_process, options->patience_ns};
	struct scenario_options load = {.sets = options->sets,
					.nr_sets = options->nr_sets,
					.patience_ns = options->patience_ns};
	struct jobs jobs = {
		.study = &s->study,
		.nr_workers = options->nr_workers,
		.strict = options->strict,
		.patience_ns = options->patience_ns,
		.quiet = options->quiet,
		.progress = s->plan->progress,
		.record = options->record,
	};
	int interrupted = 0, status;

	if (options->metrics && !s->plan->take && check_metrics(options->metrics, err))
		return -1;
	if (options->policies && policy_args_parse(&s->args, options->policies, true, &terms, err))
		return -1;
	load.stand_ins = s->args.stand_ins;
	load.nr_stand_ins = s->args.nr_stand_ins;
	load.only = s->args.names;
	load.nr_only = s->args.nr;
	s->world = scenario_load(options->scenario, &load, err);
	note(s);
	if (!s->world || choose_policies(s, err) || open_study(s, err))
		return -1;
	if (s->plan->only_check)
		return STATUS_OK;
	if (options->dir && output_open(&s->output, options->dir, options->force, err))
		return -1;
	if (name_traces(s, err))
		return -1;
	jobs.primary = s->report.primary;
	jobs.traces = (const char *const *)s->traces;
	if (s->output.dir && s->traces && !*options->trace) {
		jobs.take_trace = take_trace;
		jobs.context = s;
	}
	s->report.output = &s->output;
	if (jobs_run(&jobs, &interrupted, err))
		return -1;
	if (!s->study.nr_policies)
		return fail_void(&s->study, err);
	s->report.study = &s->study;
	s->report.scenario = options->scenario;
	s->report.all = options->all;
	s->report.metrics = options->metrics;
	s->report.interrupted = interrupted;
	if (write_folder(s, err) || write_stdout(s, err))
		return -1;
	status = tell_voids(&s->study);
	return interrupted ? 128 + interrupted : status;
}

static void close_session(struct session *s)
{
	uint32_t i;

	for (i = 0; s->traces && i < s->nr_policies; i++)
		free(s->traces[i]);
	free(s->traces);
	if (s->study.world)
		study_fini(&s->study);
	output_fini(&s->output);
	free(s->policies);
	policy_args_fini(&s->args);
	if (s->world)
		scenario_free(s->world);
}

int run_study(const struct run_plan *plan, struct error *err)
{
	struct session session = {.plan = plan};
	int status = run_session(&session, err);

	close_session(&session);
	return status;
}
