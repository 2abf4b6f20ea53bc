/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * check_report.h - what a gate says, for people and for CI systems.
 *
 * Writers have the shape that output_file wants: they return 0, or -1 when memory
 * runs out.
 */
#ifndef CORUN_CHECK_REPORT_H
#define CORUN_CHECK_REPORT_H

#include "check.h"
#include "report/report_text.h"

struct check_report {
	const struct check *check;
	bool all; /* in the table: the tests that hold, too */
};

int check_report_table(FILE *to, void *report);
int check_report_tap(FILE *to, void *report);
int check_report_junit(FILE *to, void *report);
int check_report_markdown(FILE *to, void *report);
int check_report_github(FILE *to, void *report); /* workflow commands: annotations */

/* -- what they are made of (check_text.c) ----------------------------------- */

/* A result in words and numbers. */
struct check_text {
	char now[TEXT_MAX]; /* "97.1 ±0.2 %" */
	char bound[TEXT_MAX]; /* "at most 0.5 %", "1.3 x cfs = 65 k/s", "was 99.98 %" */
	char moved[TEXT_MAX]; /* "-2.9 ±0.2 %" */
	char allowed[TEXT_MAX]; /* "1 %": the margin, or "" */
	char sure[TEXT_MAX]; /* "p = 3e-09" */
};

void check_text(const struct check *check, uint32_t test, struct check_text *text);

/* "held", "REGRESSION", "undecided" */
const char *check_verdict_name(enum check_verdict verdict);

/* The whole finding on one line. */
void check_sentence(FILE *to, const struct check *check, uint32_t test);

/* "replication 7 differs most: 96 %, was 99.98 %" */
void check_worst(FILE *to, const struct check *check, uint32_t test);

/* The shell command that runs and draws the replication that differs most. */
void check_command(FILE *to, const struct check *check, uint32_t test);

/* "87 tests: 2 regressions, 1 undecided, 84 held; 10 to 40 replications, level 5 %" */
void check_summary(FILE *to, const struct check *check);

#endif
