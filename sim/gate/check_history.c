/* SPDX-License-Identifier: BSD-2-Clause */
#include "check_history.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/version.h"
#include "check_report.h"
#include "report/report.h"

static const char header[] =
	"run,label,verdict,test,scenario,hash,policy,build,metric,scope,name,unit,value,low,high,"
	"bound,margin,replications,corun,commit\n";

static int cannot(struct error *err, const char *what, const char *path)
{
	return error_set(err, STATUS_IO, "io", "%s %.300s: %s", what, path, strerror(errno));
}

/* -- what is there already ---------------------------------------------------- */

static int wrong(struct error *err, const char *path, const char *found)
{
	return error_set(err, STATUS_INPUT, "history",
			 "%.300s: found %s, expected a history of `corun check --history`", path,
			 found);
}

/* The number of the last run in the file; 0: it is empty. */
static int last_run(FILE *file, const char *path, unsigned long *run, struct error *err)
{
	char *line = NULL;
	size_t room = 0;
	ssize_t length;
	unsigned long nr = 0;
	int failed = 0;

	*run = 0;
	while (!failed && (length = getline(&line, &room, file)) > 0) {
		if (!nr++ && strcmp(line, header) != 0)
			failed = wrong(err, path, "other columns in its first line");
		else if (line[length - 1] != '\n')
			failed = wrong(err, path, "a last line that was cut short");
		else if (nr > 1)
			*run = strtoul(line, NULL, 10);
	}
	if (!failed && ferror(file))
		failed = cannot(err, "cannot read", path);
	free(line);
	return failed;
}

/* -- a run's rows ------------------------------------------------------------- */

static void put_number(FILE *to, bool is_there, double value)
{
	fputc(',', to);
	if (is_there)
		fprintf(to, "%.9g", value);
}

static void put_row(FILE *to, const struct check *check, uint32_t i)
{
	const struct suite_test *test = &check->suite->tests[i];
	const struct suite_scenario *s = &check->suite->scenarios[test->scenario];
	const struct policy_spec *policy = &s->world->policies[test->policy];
	const struct check_result *r = &check->results[i];
	bool judged = r->verdict != CHECK_VOID && r->verdict != CHECK_FEW;
	bool is_value = judged && r->value.kind != EST_NA;
	bool is_interval = is_value && r->value.kind != EST_POINT;

	fprintf(to, ",%s,", check_verdict_name(r->verdict));
	report_csv_field(to, test->name);
	fputc(',', to);
	report_csv_field(to, s->name);
	fprintf(to, ",%s,", s->world->hash);
	report_csv_field(to, policy->name);
	fprintf(to, ",%s,%s,%s,", policy->build, test->metric->name,
		scope_kind_name(test->scope.kind));
	report_csv_field(to, scope_name(s->world, &test->scope));
	fprintf(to, ",%s", metric_unit_name(test->metric));
	put_number(to, is_value, r->value.value);
	put_number(to, is_interval, r->value.low);
	put_number(to, is_interval, r->value.high);
	put_number(to, judged && r->reference.kind != EST_NA, r->reference.value);
	put_number(to, judged && test->bound == SUITE_BASELINE, r->margin);
	fprintf(to, ",%u,%s,%s\n", r->nr_reps, version_number, version_commit);
}

/* All of them, to be freed; NULL: no memory. */
static char *make_rows(const struct check *check, unsigned long run, const char *label,
		       size_t *length)
{
	char *text = NULL;
	FILE *to = open_memstream(&text, length);

	if (!to)
		return NULL;
	if (run == 1)
		fputs(header, to);
	for (uint32_t i = 0; i < check->suite->nr_tests; i++) {
		fprintf(to, "%lu,", run);
		report_csv_field(to, label);
		put_row(to, check, i);
	}
	if (fclose(to)) {
		free(text);
		return NULL;
	}
	return text;
}

/* -- appending ---------------------------------------------------------------- */

static int append(int fd, const char *text, size_t length, const char *path, struct error *err)
{
	off_t before = lseek(fd, 0, SEEK_END);
	ssize_t n = 0;

	for (size_t at = 0; n >= 0 && at < length; at += (size_t)n) {
		n = write(fd, text + at, length - at);
		if (n < 0 && errno == EINTR)
			n = 0;
	}
	if (n >= 0 && !fsync(fd))
		return 0;
	cannot(err, "cannot write", path);
	if (before >= 0 && ftruncate(fd, before))
		return -1;
	return -1;
}

static int append_to(FILE *file, const struct check *check, const char *path, const char *label,
		     struct error *err)
{
	struct stat st;
	unsigned long run;
	size_t length;
	char *text;
	int failed;

	if (fstat(fileno(file), &st))
		return cannot(err, "cannot read", path);
	if (!S_ISREG(st.st_mode))
		return wrong(err, path, "no regular file");
	if (last_run(file, path, &run, err))
		return -1;
	text = make_rows(check, run + 1, label, &length);
	if (!text)
		return error_set(err, STATUS_IO, "memory", "out of memory");
	failed = append(fileno(file), text, length, path, err);
	free(text);
	return failed;
}

int check_history_append(const struct check *check, const char *path, const char *label,
			 struct error *err)
{
	int fd = open(path, O_RDWR | O_CREAT | O_APPEND | O_CLOEXEC | O_NONBLOCK, 0666), failed;
	FILE *file = fd < 0 ? NULL : fdopen(fd, "r+");

	if (!file) {
		cannot(err, "cannot open", path);
		if (fd >= 0)
			close(fd);
		return -1;
	}
	while (flock(fd, LOCK_EX) && errno == EINTR)
		;
	failed = append_to(file, check, path, label, err);
	fclose(file);
	return failed;
}
