/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * module_suite.h - the contract tests of one size, behind one name: so that a program has them
 * for several sizes of a policy (contract.mk hides all other names).
 */
#ifndef MODULE_SUITE_H
#define MODULE_SUITE_H

#include <stdint.h>
#include <stdio.h>

#include "base/where.h"
#include "policy.h"

struct module_options {
	uint64_t seed, nr_calls;
	uint64_t stop_at; /* 0: all runs; else: the run of `seed` again, up to this call */
	uint64_t lines; /* ... and so many calls before it */
	int short_life;
	const char *command; /* what a hint begins with: "corun test ./mine.so" */
};

struct module_suite {
	uint32_t nr_pcpus, nr_vcpus;
	/*
	 * Judges a policy that is loaded and writes what is found; where: what it is at, before
	 * each call of it.  Returns the number of checks that failed.
	 */
	uint32_t (*run)(const struct sp_policy *policy, const struct module_options *options,
			struct where *where, FILE *to);
};

extern const struct module_suite contract_small, contract_medium;

#endif
