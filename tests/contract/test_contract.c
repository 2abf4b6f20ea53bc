/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * test_contract.c - one policy through every check: a line for each.
 *
 *	contract_NAME [--seed N] [--events N] [--short N] [--least N] [--uses FIELDS]
 *	contract_NAME --seed N [--short-life] --stop-at E [--lines N]
 *
 * The second form repeats one run and prints its calls up to number E.
 */
#include <inttypes.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "plan.h"
#include "suite.h"

extern const struct sp_policy sp_this_policy;

struct options {
	struct suite_config suite;
	uint64_t stop_at;
	uint64_t lines;
	uint64_t short_life;
};

static struct verdict verdict;
static const char *program;

static void print_failures(void)
{
	uint32_t i;

	for (i = 0; i < NR_CHECKS; i++) {
		const struct failure *f = &verdict.failures[i];

		if (!f->nr)
			continue;
		printf("# FAILED %s: %s (%s); in %u runs, first:\n#    %s\n", sp_this_policy.name,
		       check_name(i), check_text(i), f->nr, f->text);
		if (f->call)
			printf("#    see it: %s --seed %" PRIu64 "%s --stop-at %u\n", program,
			       f->seed, f->kind == PLAN_SHORT ? " --short-life" : "", f->call);
	}
	fflush(stdout);
}

static void test_check(void **state)
{
	uint32_t check = *(const uint32_t *)*state;

	assert_int_equal(verdict.failures[check].nr, 0);
}

static int run_checks(const struct suite_config *config)
{
	static struct CMUnitTest tests[NR_CHECKS];
	static uint32_t checks[NR_CHECKS];
	static char names[NR_CHECKS][64];
	uint32_t i;

	suite_run(&sp_this_policy, config, &verdict);
	suite_print_counts(stdout, &sp_this_policy, &verdict);
	print_failures();
	for (i = 0; i < NR_CHECKS; i++) {
		checks[i] = i;
		snprintf(names[i], sizeof(names[i]), "%s: %s", sp_this_policy.name, check_name(i));
		tests[i].name = names[i];
		tests[i].test_func = test_check;
		tests[i].initial_state = &checks[i];
	}
	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests_name(sp_this_policy.name, tests, NULL, NULL) != 0;
}

static int replay(const struct options *o)
{
	uint32_t i, failed = 0;

	suite_replay(&sp_this_policy, o->suite.seed, o->short_life ? PLAN_SHORT : PLAN_LONG,
		     (uint32_t)o->stop_at, (uint32_t)o->lines, stdout, &verdict);
	for (i = 0; i < NR_CHECKS; i++) {
		if (!verdict.failures[i].nr)
			continue;
		printf("FAILED %s: %s (call %u)\n", check_name(i), verdict.failures[i].text,
		       verdict.failures[i].call);
		failed = 1;
	}
	return (int)failed;
}

static int usage(void)
{
	fprintf(stderr,
		"usage: %s [--seed N] [--events N] [--short N] [--least N]"
		" [--uses FIELDS]\n"
		"       %s --seed N [--short-life] --stop-at E [--lines N]\n",
		program, program);
	return 2;
}

int main(int argc, char **argv)
{
	struct options o =
		{.suite = {.seed = 1, .nr_calls = 3000000, .nr_short = 10000, .least = 10000},
		 .lines = 40};
	uint64_t nr_short = o.suite.nr_short, least = o.suite.least;
	const struct {
		const char *name;
		uint64_t *value;
	} known[] = {
		{"--seed", &o.suite.seed}, {"--events", &o.suite.nr_calls}, {"--short", &nr_short},
		{"--least", &least},	   {"--stop-at", &o.stop_at},	    {"--lines", &o.lines},
	};
	int i, k;

	program = argv[0];
	for (i = 1; i < argc; i++) {
		if (!strcmp(argv[i], "--short-life")) {
			o.short_life = 1;
			continue;
		}
		if (!strcmp(argv[i], "--uses") && i + 1 < argc) {
			o.suite.uses = argv[++i];
			continue;
		}
		for (k = 0; k < 6 && strcmp(argv[i], known[k].name); k++)
			;
		if (k == 6 || ++i == argc)
			return usage();
		*known[k].value = strtoull(argv[i], NULL, 0);
	}
	o.suite.nr_short = (uint32_t)nr_short;
	o.suite.least = (uint32_t)least;
	return o.stop_at ? replay(&o) : run_checks(&o.suite);
}
