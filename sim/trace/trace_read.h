/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * trace_read.h - a trace file, record by record.
 *
 * The file is taken to be hostile: every field is checked before it is handed
 * out, so that what reads through this needs no check of its own.  Memory is
 * bounded by the names and the vCPUs, not by the length of the trace.
 */
#ifndef CORUN_TRACE_READ_H
#define CORUN_TRACE_READ_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include "base/error.h"
#include "model/trace.h"

#define TRACE_NONE 0xffffu /* no pCPU, no vCPU */

struct trace_vm {
	char *name;
	uint32_t first_vcpu, width;
};

struct trace_vcpu {
	uint32_t vm; /* UINT32_MAX: of no VM */
	uint32_t index; /* within it */
	char *name; /* "build.0/2" */
};

struct trace_lock {
	uint32_t vm, index;
	char *name;
};

/* Where a trace is from; NULL: it does not say. */
struct trace_origin {
	const char *scenario, *seed, *replication, *corun, *runs, *build, *about;
};

/* What of a trace is wanted; at first, all. */
struct trace_window {
	/* Records from to_ns on are not read; earlier ones than from_ns are, for what they lead to. */
	uint64_t from_ns, to_ns;
	bool *vms; /* [nr_vms]: only these; NULL: all */
};

struct trace_reader {
	struct trace_header header;
	const char *path; /* for messages; the caller's */
	char *policy;
	struct trace_origin origin;
	struct trace_vm *vms; /* header.nr_vms */
	struct trace_vcpu *vcpus; /* header.nr_vcpus */
	struct trace_lock *locks; /* sorted by VM and index */
	uint32_t nr_locks;
	struct trace_window window; /* the caller may set its times */
	/* the rest is the reader's own, but for these: */
	bool cut; /* after the last record: the file ended before its time */
	uint64_t last_ns; /* instant of the last record handed out */
	uint64_t nr_read;
	FILE *file;
	bool close_file;
	char *names;
	uint64_t offset; /* in the file, of the next record */
};

/*
 * Opens a trace and reads its names.  "-" is standard input.  0, or -1 with *err:
 * STATUS_INPUT and the offset of what is wrong, or STATUS_IO.
 */
int trace_reader_open(struct trace_reader *reader, const char *path, struct error *err);

/* The same from an open stream, which stays the caller's. */
int trace_reader_open_file(struct trace_reader *reader, FILE *file, const char *path,
			   struct error *err);

/* 1 and the next record; 0 at the end, cut or not; -1 with *err. */
int trace_reader_next(struct trace_reader *reader, struct trace_rec *rec, struct error *err);

/* -- trace_window.c --------------------------------------------------------- */

/* Only the VM of this name, or all that are called NAME.0, NAME.1, ...  0, or -1 with *err. */
int trace_window_vm(struct trace_reader *reader, const char *name, struct error *err);

/* Is the record in the window, is the vCPU (TRACE_NONE: of none) of a VM that is wanted? */
bool trace_wants(const struct trace_reader *reader, const struct trace_rec *rec);
bool trace_wants_vcpu(const struct trace_reader *reader, uint16_t vcpu);

void trace_reader_close(struct trace_reader *reader);

/* A word and what the trace says of it, one by one: *at starts at 0; false: no more. */
bool trace_origin_next(const struct trace_origin *origin, unsigned *at, const char **word,
		       const char **value);

/* After the last record: when the run ended, or the window. */
uint64_t trace_reader_end_ns(const struct trace_reader *reader);

/* Name of a lock or barrier of the VM that vcpu is part of; NULL: it has none. */
const char *trace_lock_name(const struct trace_reader *reader, uint32_t vcpu, uint32_t index);

/* "switch-in", ...; type is one that trace_reader_next has let pass. */
const char *trace_type_name(uint32_t type);

#endif
