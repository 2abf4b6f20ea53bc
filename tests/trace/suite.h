/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef TESTS_TRACE_SUITE_H
#define TESTS_TRACE_SUITE_H

#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "../../sim/base/error.h"
#include "../../sim/model/trace.h"
#include "../../sim/model/world.h"

/* Each returns the number of tests that failed. */
int suite_write(void);
int suite_read(void);
int suite_export(void);
int suite_track(void);
int suite_import(void);
int suite_line(void);
int suite_roundtrip(void);
int suite_laws(void);

/* -- sample.c: a small trace made by hand ------------------------------------ */

/* Two VMs, build with 2 vCPUs, a lock and a barrier, and noise with 1; 2 pCPUs. */
const struct world *sample_world(void);
/* What happens in it; the comment beside each record says what it is there for. */
extern const struct trace_rec sample_records[];
extern const uint32_t nr_sample_records;
#define SAMPLE_END_NS 2000000u

/* Writes records through the real writer. */
void write_trace(const char *path, const struct trace_rec *records, uint32_t nr);

/* A whole file; *size may be NULL.  To be freed. */
char *read_file(const char *path, size_t *size);
void write_file(const char *path, const void *data, size_t size);

/* A path in the scratch folder of this run; valid until the next but three. */
const char *scratch(const char *name);

#endif
