/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * cmd_try.c - corun try: the author's loop.  Builds a policy, runs it, and shows what has
 * moved since the last build.
 *
 * Results stay beside the text, in NAME.try/SCENARIO: `now` of this build, `before` of the
 * last one that was another.
 */
#include <dirent.h>
#include <getopt.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/datadir.h"
#include "build_policy.h"
#include "cli.h"
#include "moved.h"
#include "parts.h"
#include "report/report.h"
#include "run_study.h"
#include "study/results.h"
#include "text/arena.h"

extern const struct verb verb_try; /* at the end */

#define REPS 10u

struct session {
	struct run_options run;
	const char *path; /* as given */
	bool test, all;
	struct policy_text text;
	const char *now, *before, *fresh; /* folders */
	bool compares; /* there is another build's result to compare with */
	struct arena arena;
};

/* -- options ---------------------------------------------------------------------- */

static int add_set(struct session *s, const char *format, const char *value, struct error *err)
{
	if (s->run.nr_sets == RUN_MAX_SETS)
		return error_set(err, STATUS_INPUT, "usage", "try: at most %d of --set",
				 RUN_MAX_SETS);
	s->run.sets[s->run.nr_sets++] = arena_format(&s->arena, format, value);
	return 0;
}

static int parse_number(const char *option, const char *text, uint32_t most, uint32_t *n,
			struct error *err)
{
	char *end;
	unsigned long x = strtoul(text, &end, 10);

	if (*text < '0' || *text > '9' || *end || !x || x > most)
		return error_set(err, STATUS_INPUT, "usage",
				 "try: %s '%.60s': expected a number from 1 to %u", option, text,
				 most);
	*n = (uint32_t)x;
	return 0;
}

static int parse_option(struct session *s, int option, struct error *err)
{
	uint32_t n;

	switch (option) {
	case 's':
		return add_set(s, "%s", optarg, err);
	case 'S':
		return add_set(s, "run.seed=%s", optarg, err);
	case 'd':
		return add_set(s, "run.duration=%s", optarg, err);
	case 'r':
		if (parse_number("--reps", optarg, RESULTS_MAX_REPS, &n, err))
			return -1;
		s->run.reps_min = s->run.reps_max = n;
		return 0;
	case 'j':
		return parse_number("-j", optarg, 1024, &s->run.nr_workers, err);
	default:
		s->test |= option == 't';
		s->all |= option == 'a';
		return 0;
	}
}

static int parse_options(int argc, char **argv, struct session *s, struct error *err)
{
	static const struct option options[] = {{"set", required_argument, NULL, 's'},
						{"seed", required_argument, NULL, 'S'},
						{"duration", required_argument, NULL, 'd'},
						{"reps", required_argument, NULL, 'r'},
						{"jobs", required_argument, NULL, 'j'},
						{"test", no_argument, NULL, 't'},
						{"all", no_argument, NULL, 'a'},
						{0}};
	long online = sysconf(_SC_NPROCESSORS_ONLN);
	int option;

	s->run = (struct run_options){.format = "table",
				      .rep = UINT32_MAX,
				      .reps_min = REPS,
				      .reps_max = REPS,
				      .nr_workers = online < 1 ? 1 : (unsigned)online,
				      .force = true,
				      .strict = true,
				      .quiet = true};
	opterr = 0;
	optind = 0;
	while ((option = getopt_long(argc, argv, ":j:", options, NULL)) != -1) {
		if (option == '?' || option == ':')
			return cli_bad_option(&verb_try, options, argv[optind - 1], err);
		if (parse_option(s, option, err))
			return -1;
	}
	if (optind >= argc || optind + 2 < argc)
		return error_set(err, STATUS_INPUT, "usage",
				 "try: found %d names, expected a policy, and a scenario if you "
				 "like; see `corun help try`",
				 argc - optind);
	s->path = argv[optind];
	s->run.scenario = argv[optind + 1];
	return 0;
}

/* -- where things are ---------------------------------------------------------------- */

/* The one given, scenario.yaml beside the text, or the seed problem. */
static int find_scenario(struct session *s, struct error *err)
{
	const char *beside = arena_format(&s->arena, "%s/scenario.yaml", s->text.dir);
	char *shipped;

	if (s->run.scenario)
		return 0;
	if (!access(beside, R_OK)) {
		s->run.scenario = beside;
		return 0;
	}
	shipped = datadir_find("workloads", "seed.yaml", err);
	if (!shipped)
		return -1;
	s->run.scenario = arena_format(&s->arena, "%s/seed.yaml", shipped);
	free(shipped);
	return 0;
}

static void name_folders(struct session *s)
{
	const char *slash = strrchr(s->run.scenario, '/');
	const char *file = slash ? slash + 1 : s->run.scenario;
	const char *dir = arena_format(&s->arena, "%s/%s.try/%.*s", s->text.dir, s->text.name,
				       (int)strcspn(file, "."), file);

	s->now = arena_format(&s->arena, "%s/now", dir);
	s->before = arena_format(&s->arena, "%s/before", dir);
	s->fresh = arena_format(&s->arena, "%s/new", dir);
}

/* One of our result folders, which have no folders in them; it need not be there. */
static void remove_folder(const char *path)
{
	DIR *dir = opendir(path);
	struct dirent *entry;

	while (dir && (entry = readdir(dir)))
		if (strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0)
			unlinkat(dirfd(dir), entry->d_name, 0);
	if (dir)
		closedir(dir);
	rmdir(path);
}

/* -- run, and compare ------------------------------------------------------------------ */

/* Of the last results: is there anything to hold those of this study against? */
static bool has_rival(const struct session *s, const struct study *study)
{
	const struct policy_spec *policy = &study->world->policies[study->policies[0]];
	struct results now;
	struct error none;
	bool has;

	if (results_open(&now, s->now, &none))
		return false;
	has = !strcmp(now.hash, study->world->hash) &&
	      (strcmp(now.policies[0].build, policy->build) != 0 || !access(s->before, F_OK));
	results_close(&now);
	return has;
}

/* Without a rival: all that it did. */
static int take(void *context, struct study *study, struct error *err)
{
	struct session *s = context;
	struct report report = {.study = study, .scenario = s->run.scenario};

	s->compares = has_rival(s, study);
	if (s->compares)
		return 0;
	return report_compare(stdout, &report)
		       ? error_set(err, STATUS_IO, "memory", "out of memory")
		       : 0;
}

/*
 * Puts the new results in their place.  What was there becomes `before` if it is of another
 * build, and goes if it is of another scenario.
 */
static int rotate(struct session *s, struct error *err)
{
	struct results fresh, now = {0};
	struct error none;
	bool same_scenario, same_build;
	int failed;

	if (results_open(&fresh, s->fresh, err))
		return -1;
	if (!results_open(&now, s->now, &none)) {
		same_scenario = !strcmp(now.hash, fresh.hash);
		same_build = !strcmp(now.policies[0].build, fresh.policies[0].build);
		if (!same_scenario || !same_build)
			remove_folder(s->before);
		if (same_scenario && !same_build)
			rename(s->now, s->before);
		results_close(&now);
	}
	results_close(&fresh);
	remove_folder(s->now);
	failed = rename(s->fresh, s->now);
	return failed ? error_set(err, STATUS_IO, "write", "cannot rename %.300s", s->fresh) : 0;
}

static int show(struct session *s, struct error *err)
{
	struct diff diff;
	int failed;

	if (!s->compares) {
		printf("\n%s: no other build to compare with on this scenario\n", s->text.name);
		return 0;
	}
	if (diff_open(&diff, s->before, s->now, NULL, err))
		return -1;
	failed = moved_print(stdout, &diff, s->all);
	diff_close(&diff);
	return failed ? error_set(err, STATUS_IO, "memory", "out of memory") : 0;
}

/* The contract's checks, a tenth of them: a program of its own, which we become. */
static int test(const struct session *s, struct error *err)
{
	char *argv[] = {"test", s->text.object, "--events", "300000", NULL};

	if (!s->test)
		return STATUS_OK;
	if (part_is_there("test")) {
		fflush(NULL);
		return part_run("test", argv, err);
	}
	if (!part_explain("test", err))
		error_set(err, STATUS_INPUT, "usage", "try: --test: there is no `corun test` here");
	return -1;
}

static int try(struct session *s, struct error *err)
{
	const struct run_plan plan = {.options = &s->run,
				      .table = report_compare,
				      .take = take,
				      .context = s};
	int status;

	if (policy_text_find(&s->text, s->path, err) || find_scenario(s, err) ||
	    policy_text_build(&s->text, err))
		return -1;
	name_folders(s);
	s->run.policies = s->text.object;
	s->run.dir = s->fresh;
	status = run_study(&plan, err);
	if (status != STATUS_OK)
		return status;
	if (rotate(s, err) || show(s, err))
		return -1;
	return test(s, err);
}

static int cmd_try(int argc, char **argv, struct error *err)
{
	struct session s = {0};
	int status = parse_options(argc, argv, &s, err) ? -1 : try(&s, err);

	policy_text_fini(&s.text);
	arena_free(&s.arena);
	return status;
}

const struct verb verb_try = {
	.name = "try",
	.rank = 125,
	.arguments = "MINE.c|FOLDER [SCENARIO.yaml] [options]",
	.summary = "build a policy, run it, and show what has moved since the last build",
	.help = "MINE.c or its folder, such as one of `corun init`, is built into MINE.so beside "
		"it, and\n"
		"run on SCENARIO.yaml: if none is given, on scenario.yaml beside it, else on the "
		"seed\n"
		"problem.  The same demand as at the last build: what is shown has moved beyond "
		"chance,\n"
		"at 95 % for all figures together.  MINE.try/SCENARIO/now and before are the "
		"results\n"
		"of both (`corun diff`); the folder may go at any time.\n"
		"\n"
		"  --reps N           so many replications (10)\n"
		"  --duration TIME    the same as --set run.duration=TIME\n"
		"  --seed N           the same as --set run.seed=N\n"
		"  --set PATH=VALUE   change a key of the scenario; see `corun keys`\n"
		"  -j, --jobs N       replications at a time (as many as CPUs are online)\n"
		"  --all              every metric, not the headlines only\n"
		"  --test             then `corun test`: the checks of the contract, a tenth of "
		"them\n"
		"A text that does not build ends with the compiler's message, status 2; a policy "
		"that\n"
		"breaks the contract with status 4.\n",
	.run = cmd_try,
};
