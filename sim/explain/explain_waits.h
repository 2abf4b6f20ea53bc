/* SPDX-License-Identifier: BSD-2-Clause */
/* explain_waits.h - the inner part of explain: its two passes over the trace. */
#ifndef CORUN_EXPLAIN_WAITS_H
#define CORUN_EXPLAIN_WAITS_H

#include "explain.h"

/*
 * The first pass: names, window, ran_ns, and the waits that count.  0, or -1 with *err.
 */
int explain_find_waits(struct explain *explain, struct error *err);

/* The second one: what was in their way, and the stories of the longest. */
int explain_find_causes(struct explain *explain, struct error *err);

#endif
