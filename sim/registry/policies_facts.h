/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * policies_facts.h - what the tables of a shared object say, in one block that goes
 * through a pipe: no pointer in it means anything elsewhere.
 */
#ifndef CORUN_POLICIES_FACTS_H
#define CORUN_POLICIES_FACTS_H

#include "policies.h"

#define FACTS_TEXT 200 /* summaries and helps are shorter (policies_check.c) */

struct module_facts {
	char name[16], summary[FACTS_TEXT];
	uint32_t caps, nr_tunables, nr_classes;
	struct {
		uint32_t nr_pcpus, nr_vcpus;
		uint64_t state_size;
	} classes[POLICY_CLASSES];
	struct {
		char name[40], help[FACTS_TEXT];
		uint32_t unit;
		uint64_t preset, min, max;
	} texts[SP_MAX_TUNABLES];
	/* filled by facts_show, in the process that looks: */
	struct sp_tunable tunables[SP_MAX_TUNABLES];
	struct sp_policy policy;
};

/* From tables that policy_module_check has found to be fine. */
void facts_take(struct module_facts *facts, const struct sp_module *tables);

/* As a table without callbacks; the entry points into the facts. */
void facts_show(struct module_facts *facts, struct policy_entry *entry);

/* Do both say the same? */
bool facts_are_same(const struct module_facts *a, const struct module_facts *b);

/* Did these come from a child that was not out of its mind? */
bool facts_are_sane(const struct module_facts *facts);

#endif
