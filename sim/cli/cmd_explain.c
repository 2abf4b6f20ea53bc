/* SPDX-License-Identifier: BSD-2-Clause */
/* cmd_explain.c - corun explain: what a figure of a result folder is made of. */
#include <getopt.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/suggest.h"
#include "base/tempfile.h"
#include "base/units.h"
#include "cli.h"
#include "explain/explain.h"
#include "report/report_text.h"
#include "run_study.h"
#include "scenario/scenario.h"
#include "study/results.h"
#include "text/arena.h"

extern const struct verb verb_explain; /* at the end */

struct explain_options {
	const char *dir, *metric, *policy, *group, *trace;
	uint32_t rep; /* UINT32_MAX: the worst */
};

/* All that is open meanwhile. */
struct session {
	const struct explain_options *o;
	struct results results;
	struct world *world;
	struct study study; /* of the one policy */
	const struct metric *metric;
	struct scope scope;
	uint32_t policy; /* in the folder */
	const char *scenario; /* its file */
	uint32_t rep; /* number of the replication */
	double value, least, most; /* its own, of all */
	struct tempfile *temp; /* of the trace */
	double again; /* the value of the rerun */
	struct arena arena;
};

static int parse_rep(const char *text, uint32_t *rep, struct error *err)
{
	int64_t n;

	if (unit_parse_int(text, &n) || n < 0 || n >= RESULTS_MAX_REPS)
		return error_set(err, STATUS_INPUT, "usage",
				 "explain: --rep '%.60s': expected a replication, from 0 on", text);
	*rep = (uint32_t)n;
	return 0;
}

static int parse_options(int argc, char **argv, struct explain_options *o, struct error *err)
{
	static const struct option options[] = {{"metric", required_argument, NULL, 'm'},
						{"policy", required_argument, NULL, 'p'},
						{"group", required_argument, NULL, 'g'},
						{"rep", required_argument, NULL, 'r'},
						{"trace", required_argument, NULL, 't'},
						{0}};
	int option;

	*o = (struct explain_options){.metric = "wait_p99", .rep = UINT32_MAX};
	opterr = 0;
	optind = 0;
	while ((option = getopt_long(argc, argv, ":", options, NULL)) != -1) {
		if (option == '?' || option == ':')
			return cli_bad_option(&verb_explain, options, argv[optind - 1], err);
		if (option == 'r' && parse_rep(optarg, &o->rep, err))
			return -1;
		if (option == 't' && cli_check_output("--trace", optarg, "file", err))
			return -1;
		*(option == 'm'	  ? &o->metric
		  : option == 'p' ? &o->policy
		  : option == 'g' ? &o->group
		  : option == 't' ? &o->trace
				  : &o->dir) = optarg;
	}
	if (optind + 1 != argc)
		return error_set(err, STATUS_INPUT, "usage",
				 "explain: found %d result folders, expected one; see `corun help "
				 "explain`",
				 argc - optind);
	o->dir = argv[optind];
	return 0;
}

/* -- what is asked ------------------------------------------------------------------ */

static int unknown(const char *option, const char *name, const char *what, struct suggest *near,
		   struct error *err)
{
	return error_set(err, STATUS_INPUT, "usage", "explain: %s: no %s '%.100s'%s%s%s", option,
			 what, name, near->best ? "; did you mean '" : "",
			 near->best ? near->best : "", near->best ? "'?" : "");
}

static int find_metric(struct session *s, struct explain_what *what, struct error *err)
{
	struct suggest near;
	uint32_t i;

	s->metric = metric_find(s->o->metric);
	if (s->metric)
		return explain_metric(s->metric, what, err);
	suggest_init(&near, s->o->metric);
	for (i = 0; i < nr_metric_registry; i++)
		suggest_offer(&near, metric_registry[i].name);
	return unknown("--metric", s->o->metric, "metric", &near, err);
}

static int find_policy(struct session *s, struct error *err)
{
	const struct results *r = &s->results;
	const char *name = s->o->policy;
	struct suggest near;

	if (!name && r->nr_policies == 1)
		name = r->policies[0].name;
	if (!name)
		return error_set(err, STATUS_INPUT, "usage",
				 "explain: %.300s has %u policies, expected --policy NAME, such as "
				 "--policy %.64s",
				 s->o->dir, r->nr_policies, r->policies[0].name);
	suggest_init(&near, name);
	for (s->policy = 0; s->policy < r->nr_policies; s->policy++) {
		if (!strcmp(r->policies[s->policy].name, name))
			return 0;
		suggest_offer(&near, r->policies[s->policy].name);
	}
	return unknown("--policy", name, "policy", &near, err);
}

static int find_group(struct session *s, uint32_t *group, struct error *err)
{
	struct suggest near;
	uint32_t i;

	*group = UINT32_MAX;
	s->scope = scope_host(s->world);
	if (!s->o->group)
		return 0;
	suggest_init(&near, s->o->group);
	for (i = 0; i < s->world->nr_groups; i++) {
		suggest_offer(&near, s->world->groups[i].name);
		if (strcmp(s->world->groups[i].name, s->o->group) != 0)
			continue;
		*group = i;
		s->scope = scope_group(s->world, i);
		return 0;
	}
	return unknown("--group", s->o->group, "guest", &near, err);
}

/* -- which replication ---------------------------------------------------------------- */

/* Its value in one replication, NAN for none: a quantile of however few waits there were. */
static double value_of(const struct study *study, const struct metric *metric,
		       const struct scope *scope, const struct study_rep *rep)
{
	uint32_t which = (scope->kind == SCOPE_GROUP ? 1 + scope->id : 0) * NR_GH + metric->hist;
	uint32_t column = study_column(study, metric, scope);
	struct sample x;
	struct hist *h;
	double value;

	if (metric->kind == METRIC_QUANTILE) {
		h = rep->hists[which] ? calloc(1, sizeof(*h)) : NULL;
		if (!h)
			return NAN;
		hist_merge_packed(h, rep->hists[which]);
		value = h->count ? hist_quantile(h, metric->quantile) / 1e3 : NAN;
		free(h);
		return value;
	}
	if (column == UINT32_MAX)
		return NAN;
	x = rep->samples[column];
	return x.den > 0 ? x.num / x.den : NAN;
}

static int read_study(struct session *s, struct error *err)
{
	struct results *r = &s->results;
	const char *name = r->policies[s->policy].name;
	uint32_t *to = arena_array(&s->arena, 1, sizeof(*to));

	while (*to < s->world->nr_policies && strcmp(s->world->policies[*to].name, name) != 0)
		++*to;
	if (*to == s->world->nr_policies)
		return error_set(err, STATUS_INPUT, "results",
				 "%.300s: found no policy %.64s, expected it, as in study.json",
				 s->scenario, name);
	if (study_init(&s->study, s->world, to, 1, r->nr_reps, err))
		return -1;
	s->study.first_rep = r->first;
	s->study.nr_reps = r->nr_reps;
	*to = 0;
	return results_read(r, &s->study, &s->policy, to, 1, 0, err);
}

static int choose_rep(struct session *s, struct error *err)
{
	const struct results *r = &s->results;
	bool higher = s->metric->better == BETTER_HIGHER;
	uint32_t i;

	s->least = INFINITY;
	s->most = -INFINITY;
	s->value = NAN;
	for (i = 0; i < r->nr_reps; i++) {
		double x = value_of(&s->study, s->metric, &s->scope, *study_slot(&s->study, i, 0));

		if (isnan(x))
			continue;
		s->least = x < s->least ? x : s->least;
		s->most = x > s->most ? x : s->most;
		if (s->o->rep != UINT32_MAX
			    ? s->o->rep == r->first + i
			    : isnan(s->value) || (higher ? x < s->value : x > s->value)) {
			s->rep = r->first + i;
			s->value = x;
		}
	}
	if (!isnan(s->value))
		return 0;
	return error_set(err, STATUS_INPUT, "results",
			 "%.300s: found no value of %s%s, expected one in a replication at least",
			 s->o->dir, s->metric->name,
			 s->o->rep != UINT32_MAX ? " in that replication" : "");
}

/* -- its trace -------------------------------------------------------------------------- */

static int take(void *context, struct study *study, struct error *err)
{
	struct session *s = context;

	(void)err;
	s->again = value_of(study, s->metric, &s->scope, *study_slot(study, 0, 0));
	return 0;
}

/* Runs the replication again, into the file asked for or one that goes with us. */
static int run_again(struct session *s, const char **trace, struct error *err)
{
	struct run_options options = {.scenario = s->scenario,
				      .policies = s->results.policies[s->policy].name,
				      .format = "table",
				      .rep = s->rep,
				      .nr_workers = 1,
				      .quiet = true};
	const struct run_plan plan = {.options = &options,
				      .take = take,
				      .context = s,
				      .noted = true};
	const char *folder = getenv("TMPDIR");

	if (!s->o->trace) {
		s->temp = tempfile_make(arena_format(&s->arena, "%s/corun-explain.trace",
						     folder && *folder ? folder : "/tmp"));
		if (!s->temp)
			return error_set(err, STATUS_IO, "write",
					 "no place for a trace: expected TMPDIR to be a folder");
	}
	*trace = options.trace = s->o->trace ? s->o->trace : s->temp->path;
	if (run_study(&plan, err) != STATUS_OK)
		return -1;
	if (fabs(s->again - s->value) > 1e-6 * fabs(s->value))
		fprintf(stderr,
			"corun: note: the replication run again gives %g where the folder has %g: "
			"another build of corun or of the policy; what follows is of the new run\n",
			s->again, s->value);
	return 0;
}

/* The folder's own, if it is of this replication: traces are of the first one. */
static int find_trace(struct session *s, const char **trace, struct error *err)
{
	const char *name = s->results.policies[s->policy].name;
	char *path = arena_format(&s->arena, "%s/trace-%.64s.bin", s->o->dir, name), *at;

	for (at = path + strlen(s->o->dir) + 1; *at; at++)
		if (*at == '/')
			*at = '_';
	if (s->rep != s->results.first || s->o->trace || access(path, R_OK))
		return run_again(s, trace, err);
	*trace = path;
	return 0;
}

/* -- all of it ---------------------------------------------------------------------------- */

static void put_number(char to[TEXT_MAX + 16], double value, const struct metric *metric)
{
	struct text_scale scale = text_scale(metric->unit, value);
	char number[TEXT_MAX];

	text_number(number, value * scale.factor, 0, 4);
	snprintf(to, TEXT_MAX + 16, "%s%s%.12s", number, *scale.unit ? " " : "", scale.unit);
}

static void put_heading(const struct session *s)
{
	char value[TEXT_MAX + 16], least[TEXT_MAX + 16], most[TEXT_MAX + 16];
	const char *name = s->results.policies[s->policy].name;

	put_number(value, s->value, s->metric);
	put_number(least, s->least, s->metric);
	put_number(most, s->most, s->metric);
	printf("%s of %s%s%s: %s in replication %u, %s of %u (%s to %s)\n", s->metric->name, name,
	       s->o->group ? ", guest " : "", s->o->group ? s->o->group : "", value, s->rep,
	       s->o->rep == UINT32_MAX ? "the worst" : "one", s->results.nr_reps, least, most);
}

/* The commands that show the instants as a picture. */
static void put_commands(const struct session *s, const struct explain *e)
{
	const char *name = s->results.policies[s->policy].name;
	uint64_t from_ns = 0, ns;

	if (!e->nr_stories)
		return;
	ns = e->stories[0].wait->to_ns - e->stories[0].wait->from_ns;
	if (e->stories[0].wait->from_ns > ns / 4)
		from_ns = e->stories[0].wait->from_ns - ns / 4;
	printf("\nas a picture\n");
	printf("  corun compare %s --policy %s --rep %u --trace -o again\n", s->scenario, name,
	       s->rep);
	printf("  corun plot again --only timeline --from %lluus --window %lluus\n",
	       (unsigned long long)(from_ns / 1000), (unsigned long long)(ns + ns / 2) / 1000 + 1);
}

static int explain_folder(struct session *s, struct explain *e, struct error *err)
{
	const char *dir = s->o->dir;

	if (find_metric(s, &e->what, err) || results_check(dir, err) ||
	    results_open(&s->results, dir, err) || find_policy(s, err))
		return -1;
	s->scenario = arena_format(&s->arena, "%s/scenario.yaml", dir);
	s->world = scenario_load(s->scenario, NULL, err);
	if (!s->world || find_group(s, &e->group, err) || read_study(s, err) ||
	    choose_rep(s, err) || find_trace(s, &e->trace, err))
		return -1;
	e->world = s->world;
	e->metric = s->metric;
	if (explain_read(e, err))
		return -1;
	put_heading(s);
	explain_print(stdout, e);
	put_commands(s, e);
	return STATUS_OK;
}

static int cmd_explain(int argc, char **argv, struct error *err)
{
	struct explain_options o;
	struct session s = {.o = &o};
	struct explain e = {0};
	int status;

	if (parse_options(argc, argv, &o, err))
		return -1;
	status = explain_folder(&s, &e, err);
	explain_fini(&e);
	if (s.temp)
		tempfile_drop(s.temp);
	if (s.study.world)
		study_fini(&s.study);
	if (s.world)
		scenario_free(s.world);
	results_close(&s.results);
	arena_free(&s.arena);
	return status;
}

static void list_causes(FILE *to)
{
	unsigned i;

	fprintf(to, "\ncauses:\n");
	for (i = 0; i < NR_CAUSES; i++)
		fprintf(to, "  %-16s  %s\n", explain_cause_word(i), explain_cause_text(i));
}

const struct verb verb_explain = {
	.name = "explain",
	.rank = 47,
	.arguments = "DIR --metric METRIC [--policy NAME] [options]",
	.summary = "which waits a figure is made of, and which decisions led there",
	.help = "  --metric METRIC  wait_p99 (default), wakeup_max, lockwait_p99, lhp_spin, ...: "
		"what is\n"
		"                   made of waits\n"
		"  --policy NAME    of which policy; needed if DIR has several\n"
		"  --group NAME     of one entry of `vms:` instead of all guests\n"
		"  --rep N          replication N instead of the worst\n"
		"  --trace FILE     keep the trace of that replication; see `corun trace`\n"
		"DIR is a result folder of run or compare.  Its worst replication is read from "
		"the\n"
		"folder's trace, or run again, which gives the same to the byte.\n",
	.help_more = list_causes,
	.run = cmd_explain,
};
