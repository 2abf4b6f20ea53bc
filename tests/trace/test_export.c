/* SPDX-License-Identifier: BSD-2-Clause */
/* Exports against golden files: RENEW_GOLDEN=1 writes them anew, for a person to read. */
#include "../../sim/trace/trace_export.h"
#include "suite.h"

enum { TEXT, FTRACE, FTRACE_NS, PERFETTO };

static void export(int format, const char *from, const char *to)
{
	struct trace_reader reader;
	struct error err = {0};
	FILE *out = fopen(to, "w");
	int failed;

	assert_non_null(out);
	assert_int_equal(trace_reader_open(&reader, from, &err), 0);
	if (format == TEXT)
		failed = trace_export_text(&reader, out, &err);
	else if (format == PERFETTO)
		failed = trace_export_perfetto(&reader, out, &err);
	else
		failed = trace_export_ftrace(&reader, out, format == FTRACE_NS, &err);
	assert_int_equal(failed, 0);
	trace_reader_close(&reader);
	assert_int_equal(fclose(out), 0);
}

static void check_golden(int format, const char *name)
{
	char golden[256];
	char *is, *should;

	snprintf(golden, sizeof(golden), "golden/%s", name);
	write_trace(scratch("golden.bin"), sample_records, nr_sample_records);
	export(format, scratch("golden.bin"), scratch(name));
	if (getenv("RENEW_GOLDEN"))
		export(format, scratch("golden.bin"), golden);
	is = read_file(scratch(name), NULL);
	should = read_file(golden, NULL);
	if (strcmp(is, should))
		fail_msg("%s differs from %s", scratch(name), golden);
	free(is);
	free(should);
}

static void golden_text(void **state)
{
	(void)state;
	check_golden(TEXT, "sample.txt");
}

static void golden_ftrace(void **state)
{
	(void)state;
	check_golden(FTRACE, "sample.ftrace");
}

static void golden_ftrace_ns(void **state)
{
	(void)state;
	check_golden(FTRACE_NS, "sample-ns.ftrace");
}

static void golden_perfetto(void **state)
{
	(void)state;
	check_golden(PERFETTO, "sample.json");
}

/* -- JSON ------------------------------------------------------------------- */

/* One value of RFC 8259, without nesting limits: our own file is flat. */
static const char *skip_value(const char *at);

static const char *skip_string(const char *at)
{
	assert_int_equal(*at, '"');
	for (at++; *at != '"'; at++) {
		assert_true((unsigned char)*at >= ' ');
		at += *at == '\\';
	}
	return at + 1;
}

static const char *skip_blank(const char *at)
{
	return at + strspn(at, " \n\t\r");
}

static const char *skip_members(const char *at, char end, bool names)
{
	at = skip_blank(at + 1);
	while (*at != end) {
		if (names) {
			at = skip_blank(skip_string(at));
			assert_int_equal(*at, ':');
			at++;
		}
		at = skip_blank(skip_value(skip_blank(at)));
		assert_true(*at == ',' || *at == end);
		if (*at == ',')
			at = skip_blank(at + 1);
	}
	return at + 1;
}

static const char *skip_value(const char *at)
{
	char *end;

	if (*at == '{')
		return skip_members(at, '}', true);
	if (*at == '[')
		return skip_members(at, ']', false);
	if (*at == '"')
		return skip_string(at);
	(void)strtod(at, &end);
	assert_true(end > at);
	return end;
}

static void perfetto_is_json(void **state)
{
	char *text = read_file("golden/sample.json", NULL);

	(void)state;
	assert_int_equal(*skip_blank(skip_value(text)), '\0');
	free(text);
}

/* Slices of one track neither overlap nor leave its order: each begins where the last ended. */
static void perfetto_tracks_are_tidy(void **state)
{
	char *text = read_file("golden/sample.json", NULL), *line, *rest;
	double end[64] = {0};
	unsigned tids[64], nr = 0, i, nr_slices = 0;

	(void)state;
	for (line = strtok_r(text, "\n", &rest); line; line = strtok_r(NULL, "\n", &rest)) {
		unsigned pid, tid;
		double ts, dur;

		if (sscanf(line, "{\"ph\":\"X\",\"pid\":%u,\"tid\":%u,\"ts\":%lf,\"dur\":%lf", &pid,
			   &tid, &ts, &dur) != 4)
			continue;
		for (i = 0; i < nr && tids[i] != tid; i++)
			continue;
		if (i == nr)
			tids[nr++] = tid;
		assert_true(ts >= end[i] - 1e-9);
		assert_true(dur > 0);
		end[i] = ts + dur;
		nr_slices++;
	}
	assert_int_equal(nr, 5); /* 2 pCPUs, 3 vCPUs */
	assert_true(nr_slices > 20);
	free(text);
}

int suite_export(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(golden_text),	    cmocka_unit_test(golden_ftrace),
		cmocka_unit_test(golden_ftrace_ns), cmocka_unit_test(golden_perfetto),
		cmocka_unit_test(perfetto_is_json), cmocka_unit_test(perfetto_tracks_are_tidy),
	};

	return cmocka_run_group_tests_name("trace exports", tests, NULL, NULL);
}
