/* SPDX-License-Identifier: BSD-2-Clause */
/* rep_wire.h - a replication on its way from a worker to its parent. */
#ifndef CORUN_REP_WIRE_H
#define CORUN_REP_WIRE_H

#include <stddef.h>

#include "study.h"

/* All of it in one block, to be freed; NULL without memory. */
void *rep_pack(const struct study *study, const struct study_rep *rep, size_t *bytes);

/* Back again.  NULL: no memory, or not what rep_pack made for a study of these columns. */
struct study_rep *rep_unpack(const struct study *study, const void *data, size_t bytes);

#endif
