/* SPDX-License-Identifier: BSD-2-Clause */
#include "policies_facts.h"

#include <stdio.h>
#include <string.h>

#include "../../policies/module/sp_module.h"

static void take_tunables(struct module_facts *facts, const struct sp_policy *policy)
{
	uint32_t i;

	facts->nr_tunables = policy->nr_tunables;
	for (i = 0; i < policy->nr_tunables; i++) {
		const struct sp_tunable *t = &policy->tunables[i];

		snprintf(facts->texts[i].name, sizeof(facts->texts[i].name), "%s", t->name);
		snprintf(facts->texts[i].help, sizeof(facts->texts[i].help), "%s", t->help);
		facts->texts[i].unit = t->unit;
		facts->texts[i].preset = t->preset;
		facts->texts[i].min = t->min;
		facts->texts[i].max = t->max;
	}
}

void facts_take(struct module_facts *facts, const struct sp_module *tables)
{
	const struct sp_policy *policy = tables->classes[0]->policy;
	uint32_t i;

	memset(facts, 0, sizeof(*facts));
	snprintf(facts->name, sizeof(facts->name), "%s", policy->name);
	snprintf(facts->summary, sizeof(facts->summary), "%s", policy->summary);
	facts->caps = policy->caps;
	take_tunables(facts, policy);
	facts->nr_classes = tables->nr_classes;
	for (i = 0; i < tables->nr_classes; i++) {
		facts->classes[i].nr_pcpus = tables->classes[i]->nr_pcpus;
		facts->classes[i].nr_vcpus = tables->classes[i]->nr_vcpus;
		facts->classes[i].state_size = tables->classes[i]->policy->state_size;
	}
}

void facts_show(struct module_facts *facts, struct policy_entry *entry)
{
	uint32_t i;

	for (i = 0; i < facts->nr_tunables; i++)
		facts->tunables[i] = (struct sp_tunable){.name = facts->texts[i].name,
							 .help = facts->texts[i].help,
							 .unit = facts->texts[i].unit,
							 .preset = facts->texts[i].preset,
							 .min = facts->texts[i].min,
							 .max = facts->texts[i].max};
	facts->policy = (struct sp_policy){.name = facts->name,
					   .summary = facts->summary,
					   .contract = SP_CONTRACT_VERSION,
					   .caps = facts->caps,
					   .nr_tunables = facts->nr_tunables,
					   .tunables = facts->tunables};
	entry->name = facts->name;
	for (i = 0; i < facts->nr_classes; i++)
		entry->classes[i] =
			(struct policy_class){facts->classes[i].nr_pcpus,
					      facts->classes[i].nr_vcpus, &facts->policy};
}

bool facts_are_same(const struct module_facts *a, const struct module_facts *b)
{
	return !memcmp(a, b, offsetof(struct module_facts, tunables));
}

bool facts_are_sane(const struct module_facts *facts)
{
	uint32_t i;

	if (facts->nr_classes < 1 || facts->nr_classes > POLICY_CLASSES ||
	    facts->nr_tunables > SP_MAX_TUNABLES || !memchr(facts->name, 0, sizeof(facts->name)) ||
	    !memchr(facts->summary, 0, sizeof(facts->summary)))
		return false;
	for (i = 0; i < facts->nr_tunables; i++)
		if (!memchr(facts->texts[i].name, 0, sizeof(facts->texts[i].name)) ||
		    !memchr(facts->texts[i].help, 0, sizeof(facts->texts[i].help)))
			return false;
	return true;
}
