/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * jobs.h - runs the replications of a study in processes of their own, several at a time,
 * and judges the stopping rule in replication order: the same bytes for any number of
 * workers, and nothing that a policy does reaches another one's results.
 */
#ifndef CORUN_JOBS_H
#define CORUN_JOBS_H

#include <stdbool.h>

#include "base/outfile.h"
#include "base/progress.h"
#include "study.h"

struct jobs {
	struct study *study; /* its rule is set */
	const struct metric *primary; /* what the rule judges, or NULL */
	unsigned nr_workers; /* at a time: 1 to JOBS_MAX_WORKERS */
	uint64_t patience_ns; /* CPU time that one callback may take; 0: JOBS_PATIENCE_NS */
	bool strict; /* a violation ends the run */
	bool quiet; /* no progress */
	struct progress *progress; /* of all runs of which this is one; NULL: it is the only one */
	const char *record; /* file for the calls of the first replication, or NULL */
	const char *const *traces; /* [policies]: file for the first replication, or NULL */
	/* NULL, or takes a trace that is complete, where it stands beside its place */
	int (*take_trace)(void *context, uint32_t policy, struct outfile *trace, struct error *err);
	void *context;
};

#define JOBS_MAX_WORKERS 1024u
#define JOBS_PATIENCE_NS UINT64_C(10000000000)

/*
 * Fills the study until its rule stops it.  A policy that crashes, hangs, ends its process
 * or touches what is not its own is taken out of it (study_void); none may be left.
 * Returns 0; or -1 with *err, that of the first replication, in order, that
 * failed, with policy, replication and seed named.  SIGINT and SIGTERM end it early:
 * *interrupted is then the signal, and the study holds the replications that were complete
 * (none: -1).
 */
int jobs_run(const struct jobs *jobs, int *interrupted, struct error *err);

#endif
