/* SPDX-License-Identifier: BSD-2-Clause */
/* expect.h - what may be asked of a policy beyond what all of them promise. */
#ifndef EXPECT_H
#define EXPECT_H

#include "policy.h"

enum conserve {
	CONSERVE_NOT, /* idle pCPUs beside waiting vCPUs are its nature */
	CONSERVE_SOON, /* balances within a bounded time */
	CONSERVE_AT_ONCE, /* whenever no kick and no pick is under way */
};

struct expect {
	sp_u32 conserve; /* enum conserve */
	sp_u32 width_bound; /* VMs wider than the pool are refused, and wait if it shrinks */
};

/* Looked up by name for claims, by trying for the rest. */
void expect_of(struct expect *expect, const struct sp_policy *policy);

#endif
