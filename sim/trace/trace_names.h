/* SPDX-License-Identifier: BSD-2-Clause */
/* trace_names.h - the names of a trace: the reader's inner part. */
#ifndef CORUN_TRACE_NAMES_H
#define CORUN_TRACE_NAMES_H

#include <stddef.h>

#include "trace_read.h"

/* 16,384 VMs with a line of 100 bytes each and a few locks fit many times over. */
#define TRACE_NAMES_MAX (64u << 20)

/*
 * Parses reader->names (bytes of text, with room for one more) into vms, vcpus,
 * locks and policy, which point into it.  0, or -1 with *err.
 */
int trace_names_parse(struct trace_reader *reader, size_t bytes, struct error *err);
void trace_names_free(struct trace_reader *reader);

#endif
