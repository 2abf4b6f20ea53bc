/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * policies.h - the registry: every policies/NAME.c, found by the Makefile, in
 * the size classes it was compiled for.
 */
#ifndef CORUN_POLICIES_H
#define CORUN_POLICIES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "../../policies/policy.h"
#include "base/error.h"

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

/* -- policies from shared objects (policies_open.c) -------------------------- */

/*
 * A policy that somebody built with policies/module/policy.mk.  None of its code runs in
 * the process that opens it: a child loads it once, for a trial, and tells what its tables
 * say.  So the entry is for looking at (name, tunables, caps) until policy_module_load.
 */
struct policy_module {
	struct policy_entry entry; /* its own name, and the sizes it has */
	char build[17]; /* file_hash of the file */
	char *path;
	int fd; /* the file, as it was */
	bool own_process;
	struct module_facts *facts; /* what the entry points to */
	void *handle; /* loaded in this process */
};

/*
 * On which terms one is opened.  own_process: writable data, constructors and what it calls
 * are its own affair, as each replication gets a process of its own.
 */
struct module_terms {
	bool own_process;
	uint64_t patience_ns; /* CPU time that its trial may take; 0: MODULE_PATIENCE_NS */
};

#define MODULE_PATIENCE_NS UINT64_C(10000000000)

/* Is this the path of one, rather than a name? ("./mine.so", "mine.so", "a/b") */
bool policy_is_path(const char *name);

/*
 * Opens one and checks all that the contract says of its tables.
 * 0, or -1 with *err of kind "policy": STATUS_INPUT, "PATH: found X, expected Y", or
 * STATUS_MODEL: what became of the process in which it was tried.
 */
int policy_module_open(struct policy_module *module, const char *path,
		       const struct module_terms *terms, struct error *err);
void policy_module_close(struct policy_module *module);

/*
 * The module of an entry that one opened (not one of policy_registry): loads it into this
 * process, if it is not there; now its callbacks can be called.  It has the rights of the
 * process, and needs module->fd.  0, or -1 with *err.
 */
int policy_module_load(const struct policy_entry *entry, struct error *err);

struct sp_module;

/* The checks of the tables alone (policies_check.c). */
int policy_module_check(const struct sp_module *tables, const char *path, struct error *err);

/*
 * Is this text of length bytes a shared object for this machine, whole, without
 * writable data, code that runs when it is loaded, and calls of others, unless it has a
 * process of its own (policies_elf.c)?  0, or -1 with *err as above.
 */
int policy_elf_check(const char *text, size_t length, const char *path, bool own_process,
		     struct error *err);

#endif
