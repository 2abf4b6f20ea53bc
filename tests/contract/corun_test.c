/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * corun_test.c - `corun test ./mine.so`: the contract tests, for a policy from a shared object.
 *
 * A program beside corun (libexec/corun/corun-test).  The object is opened as `corun run` opens
 * one, and all its code runs in a process of its own: what it does there, its parent can tell.
 */
#include <errno.h>
#include <getopt.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "base/child.h"
#include "base/units.h"
#include "cli/cli.h"
#include "cli/help.h"
#include "module_suite.h"
#include "registry/policies.h"

static const struct module_suite *const suites[] = {&contract_small, &contract_medium};
#define NR_SUITES (sizeof(suites) / sizeof(suites[0]))

struct options {
	struct module_options suite;
	struct module_terms terms;
	uint64_t pcpus; /* 0: all sizes */
	const char *path;
	char command[4200];
};

extern const struct verb verb_test; /* at the end */

/* -- options ------------------------------------------------------------------------- */

enum {
	OPT_SEED = 256,
	OPT_EVENTS,
	OPT_STOP_AT,
	OPT_LINES,
	OPT_PCPUS,
	OPT_SHORT,
	OPT_OWN,
	OPT_PATIENCE
};

static const struct option option_table[] = {
	{"seed", required_argument, NULL, OPT_SEED},
	{"events", required_argument, NULL, OPT_EVENTS},
	{"stop-at", required_argument, NULL, OPT_STOP_AT},
	{"lines", required_argument, NULL, OPT_LINES},
	{"pcpus", required_argument, NULL, OPT_PCPUS},
	{"short-life", no_argument, NULL, OPT_SHORT},
	{"own-process", no_argument, NULL, OPT_OWN},
	{"patience", required_argument, NULL, OPT_PATIENCE},
	{0},
};

static int parse_number(const char *option, const char *text, uint64_t most, uint64_t *value,
			struct error *err)
{
	char *end;

	errno = 0;
	*value = strtoull(text, &end, 10);
	if (*text >= '0' && *text <= '9' && !*end && !errno && *value <= most)
		return 0;
	return error_set(err, STATUS_INPUT, "usage",
			 "test: %s: found '%.100s', expected an integer from 0 to %llu", option,
			 text, (unsigned long long)most);
}

static int parse_pcpus(struct options *o, struct error *err)
{
	if (parse_number("--pcpus", optarg, UINT32_MAX, &o->pcpus, err))
		return -1;
	for (unsigned i = 0; i < NR_SUITES; i++)
		if (suites[i]->nr_pcpus == o->pcpus)
			return 0;
	return error_set(err, STATUS_INPUT, "usage", "test: --pcpus: found %s, expected 16 or 128",
			 optarg);
}

static int parse_one(int option, struct options *o, struct error *err)
{
	switch (option) {
	case OPT_SEED:
		return parse_number("--seed", optarg, UINT64_MAX, &o->suite.seed, err);
	case OPT_EVENTS:
		return parse_number("--events", optarg, UINT64_C(1000000000000), &o->suite.nr_calls,
				    err);
	case OPT_STOP_AT:
		return parse_number("--stop-at", optarg, UINT32_MAX, &o->suite.stop_at, err);
	case OPT_LINES:
		return parse_number("--lines", optarg, UINT32_MAX, &o->suite.lines, err);
	case OPT_PCPUS:
		return parse_pcpus(o, err);
	case OPT_PATIENCE:
		return cli_parse_patience(optarg, &o->terms.patience_ns, err);
	case OPT_SHORT:
		o->suite.short_life = 1;
		return 0;
	default:
		o->terms.own_process = true;
		return 0;
	}
}

static int parse_options(int argc, char **argv, struct options *o, struct error *err)
{
	int option;

	*o = (struct options){.suite = {.seed = 1, .nr_calls = 3000000, .lines = 40}};
	opterr = 0;
	optind = 0;
	while ((option = getopt_long(argc, argv, ":", option_table, NULL)) != -1) {
		if (option == '?' || option == ':')
			return cli_bad_option(&verb_test, option_table, argv[optind - 1], err);
		if (parse_one(option, o, err))
			return -1;
	}
	if (optind + 1 != argc)
		return error_set(err, STATUS_INPUT, "usage",
				 "test: found %d policies, expected one shared object, such as "
				 "./mine.so",
				 argc - optind);
	o->path = argv[optind];
	if (!policy_is_path(o->path))
		return error_set(err, STATUS_INPUT, "usage",
				 "test: found '%.100s', expected a shared object, such as "
				 "./mine.so",
				 o->path);
	if (o->suite.stop_at && !o->pcpus)
		o->pcpus = suites[0]->nr_pcpus;
	snprintf(o->command, sizeof(o->command), "corun test %s%s", o->path,
		 o->terms.own_process ? " --own-process" : "");
	o->suite.command = o->command;
	return 0;
}

/* -- in a process of its own --------------------------------------------------------------- */

enum answer { ANSWER_DONE = 1, ANSWER_ERROR };

struct task {
	const struct options *options;
	struct policy_module *module;
	const struct module_suite *suite;
};

static const struct policy_class *class_of(const struct policy_module *module,
					   const struct module_suite *suite)
{
	for (unsigned i = 0; i < POLICY_CLASSES; i++) {
		const struct policy_class *class = &module->entry.classes[i];

		if (class->policy && class->nr_pcpus == suite->nr_pcpus &&
		    class->nr_vcpus == suite->nr_vcpus)
			return class;
	}
	return NULL;
}

static void test_main(void *context, int in, int out, struct where *where)
{
	const struct task *task = context;
	struct error err;
	uint32_t nr_failed;
	char *text = NULL;
	size_t length;
	FILE *to;

	(void)in;
	where_enter(where, WHERE_LOADING, 0);
	if (policy_module_load(&task->module->entry, &err)) {
		message_send(out, ANSWER_ERROR, &err, sizeof(err));
		return;
	}
	where_leave(where);
	to = open_memstream(&text, &length);
	if (!to)
		return;
	nr_failed = task->suite->run(class_of(task->module, task->suite)->policy,
				     &task->options->suite, where, to);
	fputc(nr_failed ? '1' : '0', to); /* the verdict, behind all text */
	if (!fclose(to))
		message_send(out, ANSWER_DONE, text, length);
	free(text);
}

/* -- its parent ---------------------------------------------------------------------------- */

static int take_answer(const struct inbox *inbox, bool *held, struct error *err)
{
	size_t length = inbox->head.bytes;

	if (inbox->head.kind == ANSWER_ERROR && length == sizeof(*err)) {
		memcpy(err, inbox->data, sizeof(*err));
		err->kind[sizeof(err->kind) - 1] = err->text[sizeof(err->text) - 1] = '\0';
		return -1;
	}
	if (inbox->head.kind != ANSWER_DONE || !length)
		return error_set(err, STATUS_MODEL, "policy", "it sent what is no verdict");
	fwrite(inbox->data, 1, length - 1, stdout);
	*held &= inbox->data[length - 1] == '0';
	return 0;
}

static int run_suite(const struct options *o, struct policy_module *module,
		     const struct module_suite *suite, bool *held, struct error *err)
{
	const int keep[CHILD_KEEP] = {module->fd, -1, -1};
	uint64_t patience_ns = o->terms.patience_ns ? o->terms.patience_ns : MODULE_PATIENCE_NS;
	struct task task = {o, module, suite};
	char where[WHERE_CHARS], fate[CHILD_FATE_CHARS];
	struct child child;
	struct inbox inbox;
	int failed;

	fflush(stdout);
	if (child_start(&child, test_main, &task, keep, err))
		return -1;
	if (child_answer(&child, patience_ns, &inbox)) {
		failed = take_answer(&inbox, held, err);
	} else {
		const char *kind = child_fate(&child, fate);

		where_text(child.where, where);
		failed = error_set(err, STATUS_MODEL, kind,
				   "policy %s, %u pCPUs and %u vCPUs: %s %s", module->entry.name,
				   suite->nr_pcpus, suite->nr_vcpus, where, fate);
	}
	inbox_clear(&inbox);
	child_end(&child);
	return failed;
}

static int run_suites(const struct options *o, struct policy_module *module, struct error *err)
{
	bool held = true;
	unsigned nr = 0;

	for (unsigned i = 0; i < NR_SUITES; i++) {
		if ((o->pcpus && o->pcpus != suites[i]->nr_pcpus) || !class_of(module, suites[i]))
			continue;
		if (nr++)
			putchar('\n');
		if (run_suite(o, module, suites[i], &held, err))
			return -1;
	}
	if (!nr)
		return error_set(err, STATUS_INPUT, "policy",
				 "%.300s: found no size that is tested, expected 16 pCPUs and 64 "
				 "vCPUs, as policy.mk builds it",
				 o->path);
	return held ? STATUS_OK : STATUS_FAILED;
}

static int cmd_test(int argc, char **argv, struct error *err)
{
	struct policy_module module;
	struct options o;
	int status;

	if (parse_options(argc, argv, &o, err) ||
	    policy_module_open(&module, o.path, &o.terms, err))
		return -1;
	status = run_suites(&o, &module, err);
	policy_module_close(&module);
	return status;
}

const struct verb verb_test = {
	.name = "test",
	.arguments = "./mine.so [options]",
	.summary = "hold a policy of one's own against the contract, promise by promise",
	.help = "A model of a host calls it a few million times, with all that policy.h lets a "
		"host do,\n"
		"and judges every answer: a line for each check.  It is done for 16 pCPUs and 64 "
		"vCPUs,\n"
		"and for 128 and 1024.  Where a check fails, a second command shows the calls that "
		"led\n"
		"there.  Status 0: all held; 1: a check failed; 4: it crashed, hung, or ended its\n"
		"process.\n"
		"\n"
		"  --seed N           another series of runs (1)\n"
		"  --events N         so many calls, about (3000000; a tenth of it at 128 pCPUs)\n"
		"  --pcpus N          16 or 128: this size only\n"
		"  --stop-at N        the run of --seed again, up to call N, its last calls "
		"printed\n"
		"  --short-life       ... it was a short one\n"
		"  --lines N          ... so many calls (40)\n"
		"  --own-process      FILE.so may have state of its own\n"
		"  --patience TIME    CPU time that it may take for one answer (10s)\n",
	.run = cmd_test,
};

/* `corun test --help`, and what `make install` makes its page of: --help --format man. */
static bool help(int argc, char **argv, int *status)
{
	bool wanted = false, man = false;

	for (int i = 1; i < argc; i++) {
		wanted |= !strcmp(argv[i], "--help") || !strcmp(argv[i], "-h");
		man |= !strcmp(argv[i], "man");
	}
	if (wanted && man)
		*status = help_man_verb(stdout, &verb_test) ? STATUS_IO : STATUS_OK;
	else if (wanted)
		help_verb(stdout, &verb_test);
	return wanted;
}

int main(int argc, char **argv)
{
	struct error err = {STATUS_BUG, "bug", "an error without a text"};
	int status = STATUS_OK;

	if (!help(argc, argv, &status))
		status = cmd_test(argc, argv, &err);
	if (status >= 0 && (fflush(stdout) || ferror(stdout)))
		status = error_set(&err, STATUS_IO, "io", "cannot write standard output");
	if (status >= 0)
		return status;
	fflush(stdout);
	fprintf(stderr, "corun: error[%s]: %s\n", err.kind, err.text);
	return (int)err.status;
}
