/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * For CI systems: TAP 14, JUnit XML, and the workflow commands of GitHub.  What is undecided is
 * not ok there, too: a gate that nobody looks at is open.
 */
#include <stdlib.h>
#include <string.h>

#include "base/markup.h"
#include "check_report.h"

/* What a writer says, as a string to be freed; NULL: no memory. */
static char *said(void (*say)(FILE *to, const struct check *check, uint32_t test),
		  const struct check *check, uint32_t test)
{
	char *text = NULL;
	size_t length;
	FILE *to = open_memstream(&text, &length);

	if (!to)
		return NULL;
	say(to, check, test);
	if (fclose(to)) {
		free(text);
		return NULL;
	}
	return text;
}

static const char *severity_name(enum check_verdict verdict)
{
	if (verdict == CHECK_VOID)
		return "void";
	if (verdict == CHECK_FEW)
		return "too few samples";
	return verdict == CHECK_REGRESSION ? "regression" : "undecided";
}

/* -- TAP -------------------------------------------------------------------- */

/* A YAML scalar in single quotes. */
static void tap_value(FILE *to, const char *key, const char *text)
{
	fprintf(to, "  %s: '", key);
	for (; *text; text++) {
		if (*text == '\'')
			fputc('\'', to);
		fputc(*text, to);
	}
	fputs("'\n", to);
}

static int tap_details(FILE *to, const struct check *check, uint32_t i)
{
	char *sentence = said(check_sentence, check, i), *worst = said(check_worst, check, i),
	     *command = said(check_command, check, i);
	int failed = !sentence || !worst || !command;

	if (!failed) {
		fputs("  ---\n", to);
		fprintf(to, "  severity: %s\n", severity_name(check->results[i].verdict));
		tap_value(to, "message", sentence);
		tap_value(to, "worst", worst);
		tap_value(to, "command", command);
		fputs("  ...\n", to);
	}
	free(sentence);
	free(worst);
	free(command);
	return failed ? -1 : 0;
}

int check_report_tap(FILE *to, void *context)
{
	const struct check *check = ((const struct check_report *)context)->check;
	uint32_t i;

	fprintf(to, "TAP version 14\n1..%u\n", check->suite->nr_tests);
	for (i = 0; i < check->suite->nr_tests; i++) {
		bool held = check->results[i].verdict == CHECK_HELD;

		fprintf(to, "%sok %u - %s\n", held ? "" : "not ", i + 1,
			check->suite->tests[i].name);
		if (!held && tap_details(to, check, i))
			return -1;
	}
	return 0;
}

/* -- JUnit ------------------------------------------------------------------ */

static void xml_attribute(FILE *to, const char *name, const char *text)
{
	fprintf(to, " %s=\"", name);
	markup_text(to, text);
	fputc('"', to);
}

static int xml_finding(FILE *to, const struct check *check, uint32_t i)
{
	bool regression = check->results[i].verdict == CHECK_REGRESSION;
	const char *element = regression ? "failure" : "error";
	char *sentence = said(check_sentence, check, i), *worst = said(check_worst, check, i),
	     *command = said(check_command, check, i);
	int failed = !sentence || !worst || !command;

	if (!failed) {
		fprintf(to, "    <%s", element);
		xml_attribute(to, "type", severity_name(check->results[i].verdict));
		xml_attribute(to, "message", sentence);
		fputc('>', to);
		markup_text(to, worst);
		fputc('\n', to);
		markup_text(to, command);
		fprintf(to, "</%s>\n", element);
	}
	free(sentence);
	free(worst);
	free(command);
	return failed ? -1 : 0;
}

static int xml_case(FILE *to, const struct check *check, uint32_t i)
{
	const struct suite_test *test = &check->suite->tests[i];
	const char *slash = strchr(test->name, '/');
	char class[128];
	int failed = 0;

	snprintf(class, sizeof(class), "corun.%.*s", (int)(slash - test->name), test->name);
	fputs("  <testcase", to);
	xml_attribute(to, "classname", class);
	xml_attribute(to, "name", slash + 1);
	if (check->results[i].verdict == CHECK_HELD) {
		fputs("/>\n", to);
		return 0;
	}
	fputs(">\n", to);
	failed = xml_finding(to, check, i);
	fputs("  </testcase>\n", to);
	return failed;
}

int check_report_junit(FILE *to, void *context)
{
	const struct check *check = ((const struct check_report *)context)->check;
	uint32_t i;

	fputs("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuite", to);
	xml_attribute(to, "name", check->suite->path);
	fprintf(to, " tests=\"%u\" failures=\"%u\" errors=\"%u\" skipped=\"0\">\n",
		check->suite->nr_tests, check->nr[CHECK_REGRESSION],
		check->nr[CHECK_UNDECIDED] + check->nr[CHECK_FEW] + check->nr[CHECK_VOID]);
	for (i = 0; i < check->suite->nr_tests; i++)
		if (xml_case(to, check, i))
			return -1;
	fputs("</testsuite>\n", to);
	return 0;
}

/* -- GitHub ----------------------------------------------------------------- */

/* A workflow command is one line; in a property a comma or a colon would end it. */
static void github_text(FILE *to, const char *text, const char *escaped)
{
	for (; *text; text++) {
		if (strchr(escaped, *text))
			fprintf(to, "%%%02X", (unsigned char)*text);
		else
			fputc(*text, to);
	}
}

static void github_command(FILE *to, const char *level, const char *file, const char *title)
{
	fprintf(to, "::%s file=", level);
	github_text(to, file, "%\r\n:,");
	fputs(",title=", to);
	github_text(to, title, "%\r\n:,");
	fputs("::", to);
}

static bool is_open(enum check_verdict verdict)
{
	return verdict == CHECK_UNDECIDED || verdict == CHECK_FEW;
}

static int github_finding(FILE *to, const struct check *check, uint32_t i)
{
	char *sentence = said(check_sentence, check, i), *worst = said(check_worst, check, i),
	     *command = said(check_command, check, i);
	int failed = !sentence || !worst || !command;

	if (!failed) {
		github_command(to, is_open(check->results[i].verdict) ? "warning" : "error",
			       check->suite->path, check->suite->tests[i].name);
		github_text(to, sentence, "%\r\n");
		fputs("%0A", to);
		github_text(to, worst, "%\r\n");
		fputs("; see it:%0A", to);
		github_text(to, command, "%\r\n");
		fputc('\n', to);
	}
	free(sentence);
	free(worst);
	free(command);
	return failed ? -1 : 0;
}

/* An annotation for each test that does not hold, and a last line for the log. */
int check_report_github(FILE *to, void *context)
{
	const struct check *check = ((const struct check_report *)context)->check;
	uint32_t i;

	for (i = 0; i < check->suite->nr_tests; i++)
		if (check->results[i].verdict != CHECK_HELD && github_finding(to, check, i))
			return -1;
	check_summary(to, check);
	fputc('\n', to);
	return 0;
}
