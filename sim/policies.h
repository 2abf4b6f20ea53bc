/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * policies.h - the registry: every policies/NAME.c, found by the Makefile, in
 * the size classes it was compiled for.
 */
#ifndef CORUN_POLICIES_H
#define CORUN_POLICIES_H

#include <stdint.h>

#include "../policies/policy.h"

/* One file compiled for up to this many; sizes ascend, the last is the largest. */
struct policy_class {
	uint32_t nr_pcpus, nr_vcpus;
	const struct sp_policy *policy;
};

#define POLICY_CLASSES 3

struct policy_entry {
	const char *name;
	struct policy_class classes[POLICY_CLASSES];
};

extern const struct policy_entry policy_registry[];
extern const uint32_t nr_policy_registry;

/* By name, or NULL. */
const struct policy_entry *policy_find(const char *name);

/* The smallest class that holds this pool, or NULL. */
const struct sp_policy *policy_class_for(const struct policy_entry *entry, uint32_t nr_pcpus,
					 uint32_t nr_vcpus);

#endif
