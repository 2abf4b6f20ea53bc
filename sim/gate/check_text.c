/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A result in words: what moved, by how much, how sure, and how to see it.
 */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/units.h"
#include "check_report.h"
#include "scenario/scenario.h"

const char *check_verdict_name(enum check_verdict verdict)
{
	static const char *const names[] = {
		[CHECK_OPEN] = "open",
		[CHECK_HELD] = "held",
		[CHECK_REGRESSION] = "REGRESSION",
		[CHECK_UNDECIDED] = "undecided",
		[CHECK_FEW] = "too few",
		[CHECK_VOID] = "VOID",
	};

	return names[verdict];
}

/* -- numbers ---------------------------------------------------------------- */

static struct text_scale scale_of(const struct suite_test *test, const struct check_result *r)
{
	double value = fabs(r->value.value), reference = fabs(r->reference.value);

	return text_scale(test->metric->unit, value > reference ? value : reference);
}

static void with_unit(char to[TEXT_MAX], const char *number, struct text_scale scale)
{
	snprintf(to, TEXT_MAX, "%.60s%s%s", number, *scale.unit ? " " : "", scale.unit);
}

static void plain(char to[TEXT_MAX], double value, struct text_scale scale)
{
	char number[TEXT_MAX];

	snprintf(number, sizeof(number), "%.6g", value * scale.factor);
	with_unit(to, number, scale);
}

static void put_estimate(char to[TEXT_MAX], const struct estimate *e, struct text_scale scale,
			 bool difference)
{
	char number[TEXT_MAX];

	if (difference)
		text_difference(number, e, scale);
	else
		text_estimate(number, e, scale);
	if (e->kind == EST_NA)
		snprintf(to, TEXT_MAX, "%s", number);
	else
		with_unit(to, number, scale);
}

static void put_bound(char to[TEXT_MAX], const struct check *check, const struct suite_test *test,
		      const struct check_result *r, struct text_scale scale)
{
	const struct world *world = check->suite->scenarios[test->scenario].world;
	const char *what = test->bound == SUITE_AT_MOST ? "at most" : "at least";
	char number[TEXT_MAX];

	if (test->bound == SUITE_BASELINE) {
		put_estimate(number, &r->reference, scale, false);
		snprintf(to, TEXT_MAX, "was %.70s", number);
	} else if (test->of != SUITE_NONE) {
		plain(number, r->reference.value, scale);
		snprintf(to, TEXT_MAX, "%s %g x %.20s = %.24s", what, test->value,
			 world->policies[test->of].name, number);
	} else {
		plain(number, test->value, scale);
		snprintf(to, TEXT_MAX, "%s %.40s", what, number);
	}
}

void check_text(const struct check *check, uint32_t i, struct check_text *text)
{
	const struct suite_test *test = &check->suite->tests[i];
	const struct check_result *r = &check->results[i];
	struct text_scale scale = scale_of(test, r);

	if (r->verdict == CHECK_VOID) {
		memset(text, 0, sizeof(*text));
		return;
	}
	if (r->verdict == CHECK_FEW) {
		memset(text, 0, sizeof(*text));
		snprintf(text->now, TEXT_MAX, "%llu samples", (unsigned long long)r->nr_samples);
		snprintf(text->bound, TEXT_MAX, "takes %llu",
			 (unsigned long long)r->needed_samples);
		return;
	}
	put_estimate(text->now, &r->value, scale, false);
	put_bound(text->bound, check, test, r, scale);
	put_estimate(text->moved, &r->moved, scale, true);
	text->allowed[0] = '\0';
	if (test->bound == SUITE_BASELINE)
		plain(text->allowed, r->margin, scale);
	if (r->verdict == CHECK_HELD)
		snprintf(text->sure, TEXT_MAX, "p %.2g", r->p_within * check->nr_looks);
	else
		snprintf(text->sure, TEXT_MAX, "p %.2g", r->p_holm);
}

/* -- sentences -------------------------------------------------------------- */

static void put_few(FILE *to, const struct check *check, const struct suite_test *test,
		    const struct check_result *r)
{
	uint64_t now_ns = check->suite->scenarios[test->scenario].world->run.duration_ns;
	char now[UNIT_NS_CHARS], needed[UNIT_NS_CHARS];

	unit_format_ns(now, now_ns);
	unit_format_ns(needed, r->needed_ns);
	fprintf(to, "%s: too few samples: %llu in a replication of %s, it takes %llu; ",
		test->metric->name, (unsigned long long)r->nr_samples, now,
		(unsigned long long)r->needed_samples);
	if (r->needed_ns > WORLD_MAX_NS)
		fputs("take another metric", to);
	else
		fprintf(to, "run.duration: %s would do", needed);
}

void check_sentence(FILE *to, const struct check *check, uint32_t i)
{
	const struct suite_test *test = &check->suite->tests[i];
	const struct check_result *r = &check->results[i];
	struct check_text text;

	if (r->verdict == CHECK_VOID) {
		fprintf(to, "%s: no results: %s", test->metric->name, r->reason);
		return;
	}
	if (r->verdict == CHECK_FEW) {
		put_few(to, check, test, r);
		return;
	}
	check_text(check, i, &text);
	fprintf(to, "%s %s, %s", test->metric->name, text.now, text.bound);
	if (r->reason)
		fprintf(to, "; %s", r->reason);
	else if (test->bound == SUITE_BASELINE)
		fprintf(to, ": moved by %s, %s allowed", text.moved, text.allowed);
	else
		fprintf(to, ": off by %s", text.moved);
	fprintf(to, " (%s after correction, %u replications)", text.sure, r->nr_reps);
}

void check_worst(FILE *to, const struct check *check, uint32_t i)
{
	const struct suite_test *test = &check->suite->tests[i];
	const struct check_result *r = &check->results[i];
	struct text_scale scale =
		text_scale(test->metric->unit, fabs(r->worst_value) > fabs(r->worst_reference)
						       ? r->worst_value
						       : r->worst_reference);
	char now[TEXT_MAX], was[TEXT_MAX];

	if (r->verdict == CHECK_VOID) {
		fprintf(to, "replication %u is void", check->first_rep + r->worst);
		return;
	}
	if (r->verdict == CHECK_FEW) {
		fprintf(to, "replication %u has the fewest", check->first_rep + r->worst);
		return;
	}
	plain(now, r->worst_value, scale);
	plain(was, r->worst_reference, scale);
	fprintf(to, "replication %u differs most: %s, ", check->first_rep + r->worst, now);
	if (test->bound == SUITE_BASELINE)
		fprintf(to, "was %s", was);
	else
		fprintf(to, "the bound is %s there", was);
}

/* -- the command ------------------------------------------------------------ */

/* As a shell takes it for one word. */
static void put_word(FILE *to, const char *word)
{
	static const char *const safe = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
					"0123456789_-./=,:%@+";

	if (*word && strspn(word, safe) == strlen(word)) {
		fputs(word, to);
		return;
	}
	fputc('\'', to);
	for (; *word; word++) {
		if (*word == '\'')
			fputs("'\\''", to);
		else
			fputc(*word, to);
	}
	fputc('\'', to);
}

/* The policy, from the file that stood in for it. */
static void put_policy(FILE *to, const struct suite *suite, const struct policy_spec *policy)
{
	unsigned i;

	put_word(to, policy->name);
	for (i = 0; i < suite->nr_stand_ins; i++) {
		if (strcmp(suite->stand_ins[i].name, policy->name) != 0)
			continue;
		fputc('=', to);
		put_word(to, suite->stand_ins[i].path);
	}
}

void check_command(FILE *to, const struct check *check, uint32_t i)
{
	const struct suite_test *test = &check->suite->tests[i];
	const struct suite_scenario *s = &check->suite->scenarios[test->scenario];
	const struct check_result *r = &check->results[i];
	unsigned n;

	fputs("corun compare ", to);
	put_word(to, s->path);
	for (n = 0; n < s->nr_sets; n++) {
		fputs(" --set ", to);
		put_word(to, s->sets[n]);
	}
	fputs(" --policy ", to);
	put_policy(to, check->suite, &s->world->policies[test->policy]);
	if (test->of != SUITE_NONE) {
		fputc(',', to);
		put_policy(to, check->suite, &s->world->policies[test->of]);
	}
	fprintf(to, " --rep %u --all --trace --plot -o %s-%s-%u --force",
		check->first_rep + r->worst, s->name, s->world->policies[test->policy].name,
		check->first_rep + r->worst);
}

/* -- the whole -------------------------------------------------------------- */

void check_summary(FILE *to, const struct check *check)
{
	uint32_t least = UINT32_MAX, most = 0, i;

	for (i = 0; i < check->suite->nr_tests; i++) {
		if (check->results[i].nr_reps < least)
			least = check->results[i].nr_reps;
		if (check->results[i].nr_reps > most)
			most = check->results[i].nr_reps;
	}
	fprintf(to, "%u tests: ", check->suite->nr_tests);
	if (check->nr[CHECK_VOID])
		fprintf(to, "%u void, ", check->nr[CHECK_VOID]);
	fprintf(to, "%u regression%s, %u undecided, %u held; ", check->nr[CHECK_REGRESSION],
		check->nr[CHECK_REGRESSION] == 1 ? "" : "s", check->nr[CHECK_UNDECIDED],
		check->nr[CHECK_HELD]);
	if (check->nr[CHECK_FEW])
		fprintf(to, "%u with too few samples; ", check->nr[CHECK_FEW]);
	if (least == most)
		fprintf(to, "%u replications", least);
	else
		fprintf(to, "%u to %u replications", least, most);
	fprintf(to, ", level %g %%", 100 * check->suite->level);
}
