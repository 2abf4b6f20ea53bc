/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * accept.h - would these policies take their worlds?  They are asked in a child, as asking
 * calls them.
 */
#ifndef CORUN_ACCEPT_H
#define CORUN_ACCEPT_H

#include "base/error.h"
#include "model/world.h"

struct question {
	const struct world *world;
	uint32_t policy; /* index into world->policies */
	bool died; /* answered: it took the child with it, err says how; a run will tell */
	bool refused; /* answered: err is why */
	struct error err;
};

/* Answers all of them; patience_ns as in jobs.h.  0, or -1 with *err: they could not be asked. */
int study_accepts(struct question *questions, uint32_t nr, uint64_t patience_ns, struct error *err);

#endif
