/* SPDX-License-Identifier: BSD-2-Clause */
/* suite.h - what the files of this test share; run from the top of the tree. */
#ifndef SCENARIO_SUITE_H
#define SCENARIO_SUITE_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "../../sim/scenario/scenario.h"

/* A small scenario that is fine; %s: the body of program p, and more keys. */
#define SMALL_TOP                                                                                  \
	"corun: 1\nhost: {cores: 4, noise: {level: 0}}\nrun: {duration: 1s}\npolicies: {rr: {}}\n"
#define SMALL_VMS "vms: {a: {vcpus: 2, program: p}}\n"
#define SMALL_PROGRAMS "programs: {p: {repeat: [compute: 1ms]}}\n"

/* Loads text, which must be fine. */
struct world *suite_load(const char *text);
/* Loads text, which must fail with STATUS_INPUT and a message that contains `part`. */
void suite_refuse(const char *text, const char *part);
/* The same for any bytes, and a given status. */
void suite_refuse_bytes(const char *text, size_t length, const char *part);
/* What scenario_print writes; to be freed. */
char *suite_print(const struct world *world);
/* The text of a file; to be freed. */
char *suite_read(const char *path);
/* Prints, loads that, prints again: all the same? */
void suite_fixed_point(const struct world *world);
/* Does text match, where "..." in pattern stands for anything? */
int suite_matches(const char *text, const char *pattern);

int run_units(void);
int run_keys(void);
int run_files(void);
int run_merge(void);
int run_hostile(void);
int run_world(void);
int run_programs(void);

#endif
