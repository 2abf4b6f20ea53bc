/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * check_history.h - what a gate has measured, run after run, in one CSV file: a row a test.
 */
#ifndef CORUN_CHECK_HISTORY_H
#define CORUN_CHECK_HISTORY_H

#include "check.h"

/*
 * Appends this check's rows to the file at path, which is made if it is missing.  Several
 * processes may append to one file: each run's rows stand together.  label: what the user calls
 * this run; may be "".  0, or -1 with *err: STATUS_INPUT (it is no history, or was cut short),
 * STATUS_IO, and then the file is as it was.
 */
int check_history_append(const struct check *check, const char *path, const char *label,
			 struct error *err);

#endif
