/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * policy_args.h - what --policy says: names of the scenario's policies, and shared
 * objects to take their place, "gang,./mine.so,cfs=old/cfs.so".
 */
#ifndef CORUN_POLICY_ARGS_H
#define CORUN_POLICY_ARGS_H

#include "base/error.h"
#include "registry/policies.h"
#include "scenario/scenario.h"

#define POLICY_ARGS_MAX 64

struct policy_args {
	const char *names[POLICY_ARGS_MAX]; /* in the order given, each once */
	unsigned nr;
	struct stand_in stand_ins[POLICY_ARGS_MAX]; /* for those given as files, or shipped */
	unsigned nr_stand_ins, nr_files;
	char *memory; /* of the texts */
	char own[POLICY_ARGS_MAX][16]; /* names that files gave themselves */
};

/*
 * list: "NAME", "FILE.so" (which is called as it calls itself) or "NAME=FILE.so",
 * separated by commas.  add: a file that stands in for nothing is added to the
 * scenario, and a shipped policy that the scenario lacks, too.  terms: of all files.
 * 0, or -1 with *err; policy_args_fini either way.
 */
int policy_args_parse(struct policy_args *args, const char *list, bool add,
		      const struct module_terms *terms, struct error *err);

/* A line for each shipped policy that was added. */
void policy_args_note_added(const struct policy_args *args);
void policy_args_fini(struct policy_args *args);

#endif
