/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * trace_write.h - a trace file, written as the engine goes.
 *
 * The records go to a file beside PATH that takes PATH's place at close, so that
 * half a trace is never seen under the name that was asked for.
 */
#ifndef CORUN_TRACE_WRITE_H
#define CORUN_TRACE_WRITE_H

#include <stdint.h>

#include "base/error.h"
#include "base/outfile.h"
#include "model/trace.h"
#include "model/world.h"

struct trace_writer;

/*
 * Starts the trace of policy number `policy` of this world, replication 0.  0, or -1 with *err
 * (STATUS_IO: the file cannot be made, no memory).
 */
int trace_writer_open(struct trace_writer **out, const char *path, const struct world *world,
		      uint32_t policy, struct error *err);

/*
 * The same of replication `rep` into a file that is open, and the writer's from now on; path: for
 * messages.
 */
int trace_writer_start(struct trace_writer **out, struct outfile *to, const char *path,
		       const struct world *world, uint32_t policy, uint32_t rep, struct error *err);

/*
 * Where the engine puts its records; lives as long as the writer.  flush() takes
 * the records, empties the buffer (nr = 0), and once it has failed (sink->failed)
 * only counts what it is given as lost.  What is still in the buffer at close is
 * written then.
 */
struct trace_sink *trace_writer_sink(struct trace_writer *writer);

/*
 * Completes the trace, which ends at end_ns, and frees the writer, whatever
 * happens.  0, or -1 with *err (STATUS_IO: disk full, ...); then PATH is as it
 * was before trace_writer_open and nothing is left beside it.
 */
int trace_writer_close(struct trace_writer *writer, uint64_t end_ns, struct error *err);

/* Throws the trace away and frees the writer.  NULL: nothing happens. */
void trace_writer_abort(struct trace_writer *writer);

#endif
