/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * For people: a table of what did not hold, each finding in full below it; and a
 * summary in Markdown for a pull request.
 */
#include "check_report.h"

#include <string.h>

static int put_rows(FILE *to, const struct check_report *report)
{
	static const enum check_verdict order[] = {CHECK_VOID, CHECK_REGRESSION, CHECK_UNDECIDED,
						   CHECK_FEW, CHECK_HELD};
	const struct check *check = report->check;
	struct text_table table;
	uint32_t i;
	unsigned o;
	int failed;

	text_table_init(&table, 7);
	text_table_cell(&table, "verdict");
	text_table_cell(&table, "test");
	text_table_cell(&table, "now");
	text_table_cell(&table, "bound");
	text_table_cell(&table, "moved");
	text_table_cell(&table, "allowed");
	text_table_cell(&table, "sure");
	for (o = 0; o < (report->all ? 5u : 4u); o++) {
		for (i = 0; i < check->suite->nr_tests; i++) {
			struct check_text text;

			if (check->results[i].verdict != order[o])
				continue;
			check_text(check, i, &text);
			text_table_cell(&table, "%s", check_verdict_name(order[o]));
			text_table_cell(&table, "%.79s", check->suite->tests[i].name);
			text_table_cell(&table, "%s", text.now);
			text_table_cell(&table, "%s", text.bound);
			text_table_cell(&table, "%s", text.moved);
			text_table_cell(&table, "%s", text.allowed);
			text_table_cell(&table, "%s", text.sure);
		}
	}
	failed = table.nr_rows > 1 || table.failed ? text_table_print(to, &table, 2) : 0;
	if (table.nr_rows > 1)
		fputc('\n', to);
	text_table_fini(&table);
	return failed;
}

static void put_details(FILE *to, const struct check *check, enum check_verdict verdict)
{
	uint32_t i;

	for (i = 0; i < check->suite->nr_tests; i++) {
		if (check->results[i].verdict != verdict)
			continue;
		fprintf(to, "%s %s\n    ", check_verdict_name(verdict),
			check->suite->tests[i].name);
		check_sentence(to, check, i);
		fputs("\n    ", to);
		check_worst(to, check, i);
		fputs("; see it:\n    ", to);
		check_command(to, check, i);
		fputs("\n\n", to);
	}
}

/* What a policy's build was when a scenario was recorded, and is; false: nothing recorded. */
static bool builds_of(const struct check *check, uint32_t scenario, const char *policy,
		      const char **was, const char **is)
{
	const struct suite_scenario *s = &check->suite->scenarios[scenario];
	const struct baseline_scenario *recorded = baseline_scenario(check->baseline, s->name);
	uint32_t p;

	for (p = 0; recorded && p < s->world->nr_policies; p++) {
		if (strcmp(s->world->policies[p].name, policy) != 0)
			continue;
		*was = baseline_build(recorded, policy);
		*is = s->world->policies[p].build;
		return true;
	}
	return false;
}

/* Has an earlier scenario said the same? */
static bool said_before(const struct check *check, uint32_t scenario, const char *policy,
			const char *was, const char *is)
{
	const char *other_was, *other_is;
	uint32_t s;

	for (s = 0; s < scenario; s++)
		if (builds_of(check, s, policy, &other_was, &other_is) && !strcmp(was, other_was) &&
		    !strcmp(is, other_is))
			return true;
	return false;
}

/* The policies that are other texts than those recorded: what is to be expected to move. */
static void put_builds(FILE *to, const struct check *check, const char *start)
{
	uint32_t s, p;

	for (s = 0; check->baseline && s < check->suite->nr_scenarios; s++) {
		const struct world *world = check->suite->scenarios[s].world;

		for (p = 0; p < world->nr_policies; p++) {
			const char *name = world->policies[p].name, *was, *is;

			if (builds_of(check, s, name, &was, &is) && strcmp(was, is) != 0 &&
			    !said_before(check, s, name, was, is))
				fprintf(to, "%s%s: build %s, was %s\n", start, name,
					*is ? is : "built in", *was ? was : "built in");
		}
	}
}

int check_report_table(FILE *to, void *context)
{
	const struct check_report *report = context;
	const struct check *check = report->check;

	if (check->suite->description[0])
		fprintf(to, "%s\n", check->suite->description);
	fprintf(to, "suite     %s\n", check->suite->path);
	if (check->baseline)
		fprintf(to, "baseline  %s, recorded by corun %s, checksum %s\n",
			check->suite->baseline, check->baseline->corun, check->baseline->checksum);
	put_builds(to, check, "policy    ");
	fputc('\n', to);
	if (put_rows(to, report))
		return -1;
	put_details(to, check, CHECK_VOID);
	put_details(to, check, CHECK_REGRESSION);
	put_details(to, check, CHECK_UNDECIDED);
	put_details(to, check, CHECK_FEW);
	check_summary(to, check);
	fputc('\n', to);
	return 0;
}

/* -- Markdown --------------------------------------------------------------- */

/* Inside a cell a bar would end it. */
static void put_cell(FILE *to, const char *text)
{
	for (; *text; text++) {
		if (*text == '|' || *text == '<' || *text == '*' || *text == '_')
			fputc('\\', to);
		fputc(*text, to);
	}
}

static void markdown_row(FILE *to, const struct check *check, uint32_t i)
{
	const struct check_result *r = &check->results[i];
	struct check_text text;

	check_text(check, i, &text);
	fprintf(to, "| %s | ",
		r->verdict == CHECK_REGRESSION ? "**regression**"
		: r->verdict == CHECK_VOID     ? "**void**"
					       : check_verdict_name(r->verdict));
	put_cell(to, check->suite->tests[i].name);
	fprintf(to, " | %s | %s | %s | %s | %s |\n", text.now, text.bound, text.moved, text.allowed,
		text.sure);
}

static void markdown_rows(FILE *to, const struct check *check, bool held)
{
	uint32_t i;

	fputs("| verdict | test | now | bound | moved | allowed | sure |\n"
	      "|---|---|---:|---:|---:|---:|---:|\n",
	      to);
	for (i = 0; i < check->suite->nr_tests; i++)
		if ((check->results[i].verdict == CHECK_HELD) == held)
			markdown_row(to, check, i);
	fputc('\n', to);
}

static void markdown_commands(FILE *to, const struct check *check)
{
	uint32_t i;

	fputs("To see them, in this order:\n\n```sh\n", to);
	for (i = 0; i < check->suite->nr_tests; i++) {
		if (check->results[i].verdict == CHECK_HELD)
			continue;
		check_command(to, check, i);
		fputc('\n', to);
	}
	fputs("```\n\n", to);
}

int check_report_markdown(FILE *to, void *context)
{
	const struct check *check = ((const struct check_report *)context)->check;
	const char *how = check->nr[CHECK_VOID]		? "void"
			  : check->nr[CHECK_REGRESSION] ? "failed"
			  : check->nr[CHECK_UNDECIDED]	? "undecided"
			  : check->nr[CHECK_FEW]	? "too few samples"
							: "passed";

	fprintf(to, "### corun check: %s\n\n", how);
	check_summary(to, check);
	fputs(".\n\n", to);
	put_builds(to, check, "- policy ");
	if (check->nr[CHECK_HELD] < check->suite->nr_tests) {
		markdown_rows(to, check, false);
		markdown_commands(to, check);
	}
	if (check->nr[CHECK_HELD]) {
		fprintf(to, "<details><summary>%u tests held</summary>\n\n", check->nr[CHECK_HELD]);
		markdown_rows(to, check, true);
		fputs("</details>\n", to);
	}
	return 0;
}
