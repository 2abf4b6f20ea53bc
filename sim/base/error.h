/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * error.h - how a failure travels to the user: a status, a kind, one line.
 *
 * Fallible functions return 0, or a negative value after filling a struct error.
 * The command line prints `corun: error[KIND]: text` on stderr and exits with
 * the status.
 */
#ifndef CORUN_ERROR_H
#define CORUN_ERROR_H

/* Exit statuses, as documented. */
enum status {
	STATUS_OK = 0,
	STATUS_FAILED = 1, /* a gate or an expectation failed */
	STATUS_INPUT = 2, /* bad input or usage */
	STATUS_UNDECIDED = 3,
	STATUS_MODEL = 4, /* the policy broke the contract, or the model stalled */
	STATUS_IO = 5, /* cannot write, or out of resources */
	STATUS_BUG = 70, /* a law is broken: ours */
};

struct error {
	enum status status;
	char kind[24]; /* greppable: "scenario", "usage", "deadlock", "law", ... */
	char text[1000]; /* one line, no newline */
};

/* Fills *err; always returns -1, so that `return error_set(...)` reads well. */
int error_set(struct error *err, enum status status, const char *kind, const char *format, ...)
	__attribute__((format(printf, 4, 5)));

#endif
