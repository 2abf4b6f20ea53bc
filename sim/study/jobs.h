/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * jobs.h - runs the replications of a study, several at a time, and judges the
 * stopping rule in replication order: the same bytes for any number of workers.
 */
#ifndef CORUN_JOBS_H
#define CORUN_JOBS_H

#include <stdbool.h>

#include "study.h"

struct jobs {
	struct study *study; /* its rule is set */
	const struct metric *primary; /* what the rule judges, or NULL */
	unsigned nr_workers; /* 1 to JOBS_MAX_WORKERS */
	bool strict; /* a violation ends the run */
	bool quiet; /* no progress */
	const char *record; /* file for the calls of the first replication, or NULL */
	const char *const *traces; /* [policies]: file for the first replication, or NULL */
};

#define JOBS_MAX_WORKERS 1024u

/*
 * Fills the study until its rule stops it.  Returns 0; or -1 with *err, that of
 * the first replication, in order, that failed, with policy, replication and seed
 * named.  SIGINT and SIGTERM end it early: *interrupted is then the signal, and
 * the study holds the replications that were complete (none: -1).
 */
int jobs_run(const struct jobs *jobs, int *interrupted, struct error *err);

#endif
