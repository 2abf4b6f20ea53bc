/* SPDX-License-Identifier: BSD-2-Clause */
/* guard.h - what a policy may not touch: see guard.c. */
#ifndef CORUN_GUARD_H
#define CORUN_GUARD_H

#include "state.h"

/* Makes the state of a pool's policy, zeroed.  0, or -1 without memory. */
int guard_policy(struct pool *pool);
void guard_begin(struct sim *sim);
/* The replication fails if the policy has touched what is not its own; that comes first. */
void guard_look(struct sim *sim);

#endif
