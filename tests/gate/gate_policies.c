/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Stands in for sim/registry/policies.c in the spoiled simulator: where GATE_SPOIL names a
 * spoil, the policy of that name is the spoiled one, as bad as GATE_SEVERITY says.
 * All else, scenario hashes included, is as in corun itself.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../../sim/registry/policies.h"
#include "gate_spoils.h"

unsigned gate_severity;

/* Called by the loader before any worker runs. */
const struct policy_entry *policy_find(const char *name)
{
	const char *spoil = getenv("GATE_SPOIL"), *severity = getenv("GATE_SEVERITY");
	const struct policy_entry *found = NULL;

	for (uint32_t i = 0; i < nr_policy_registry; i++)
		if (strcmp(policy_registry[i].name, name) == 0)
			found = &policy_registry[i];
	if (!spoil || !found)
		return found;
	gate_severity = severity ? (unsigned)strtoul(severity, NULL, 10) : 0;
	for (uint32_t i = 0; i < nr_gate_spoils; i++)
		if (!strcmp(gate_spoils[i].spoil, spoil))
			return strcmp(gate_spoils[i].entry.name, name) ? found
								       : &gate_spoils[i].entry;
	fprintf(stderr, "no spoil '%s'\n", spoil);
	abort();
}

const struct sp_policy *policy_class_for(const struct policy_entry *entry, uint32_t nr_pcpus,
					 uint32_t nr_vcpus)
{
	for (uint32_t i = 0; i < POLICY_CLASSES; i++)
		if (nr_pcpus <= entry->classes[i].nr_pcpus &&
		    nr_vcpus <= entry->classes[i].nr_vcpus)
			return entry->classes[i].policy;
	return NULL;
}
