/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * record.h - the conformance record of one replication: every call that a policy
 * got and what it answered, to be replayed into another build of it
 * (ports/conformance).  Costs nothing where nothing is recorded: the recorder puts
 * a table of its own between the simulator and the policy.
 */
#ifndef CORUN_RECORD_H
#define CORUN_RECORD_H

#include "base/error.h"
#include "base/outfile.h"
#include "model/world.h"

struct recorder;
struct pool;

/*
 * The file is open, and the recorder's from now on.  0, or -1 with *err (STATUS_IO).
 * `policy` indexes the world's.
 */
int recorder_open(struct recorder **out, struct outfile *to, const struct world *world,
		  uint32_t policy, struct error *err);
/*
 * From now on the calls of this pool's policy are recorded: pool->policy and
 * pool->state, zeroed and before init, are replaced.  0, or -1 without memory.
 */
int recorder_join(struct recorder *recorder, struct pool *pool, uint32_t number);
/* Completes the file and frees the recorder.  0, or -1 with *err and no file. */
int recorder_close(struct recorder *recorder, struct error *err);
/* Throws it away.  NULL: nothing happens. */
void recorder_abort(struct recorder *recorder);

#endif
