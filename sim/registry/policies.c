/* SPDX-License-Identifier: BSD-2-Clause */
#include "policies.h"

#include <string.h>

const struct policy_entry *policy_find(const char *name)
{
	for (uint32_t i = 0; i < nr_policy_registry; i++)
		if (strcmp(policy_registry[i].name, name) == 0)
			return &policy_registry[i];
	return NULL;
}

const struct sp_policy *policy_class_for(const struct policy_entry *entry, uint32_t nr_pcpus,
					 uint32_t nr_vcpus)
{
	for (uint32_t i = 0; i < POLICY_CLASSES; i++) {
		const struct policy_class *class = &entry->classes[i];

		if (nr_pcpus <= class->nr_pcpus && nr_vcpus <= class->nr_vcpus)
			return class->policy;
	}
	return NULL;
}
