/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * guard.c - has a policy touched what is not its own?  Whoever writes past its state,
 * into its table, or changes how the processor rounds spoils what is computed after it.
 *
 * The look costs too much to be taken after every call: it is taken once, at the end of a
 * replication.  What it finds is looked for again in a second run of the same
 * replication, where it is taken after every call (sim_job.careful).
 */
#include "guard.h"

#include "base/error.h"
#include "base/fpstate.h"
#include "base/hash.h"

/* The table, and what it points to but for the texts. */
static uint64_t table_sum(const struct sp_policy *policy)
{
	uint64_t sum = hash_add(HASH_START, policy, sizeof(*policy));
	uint32_t nr = policy->nr_tunables;

	if (nr > SP_MAX_TUNABLES || !policy->tunables)
		nr = 0;
	return hash_add(sum, policy->tunables, nr * sizeof(*policy->tunables));
}

int guard_policy(struct pool *pool)
{
	pool->table = pool->policy;
	pool->table_sum = table_sum(pool->policy);
	return guarded_make(&pool->guarded, pool->policy->state_size);
}

void guard_begin(struct sim *sim)
{
	sim->fpstate = fpstate_get();
}

/* What it has touched, and a kind for it; NULL: nothing. */
static const char *look(const struct sim *sim, const char **kind)
{
	uint64_t changed = fpstate_get() ^ sim->fpstate;

	*kind = "rounding";
	if (changed >> 32)
		return "left the direction flag set";
	if (changed)
		return "changed how floating-point numbers are rounded, or what traps";
	for (uint32_t i = 0; i < sim->world->host.nr_pools; i++) {
		const struct pool *pool = &sim->pools[i];

		*kind = "stray";
		if (!guarded_is_whole(&pool->guarded))
			return "wrote outside of its state";
		if (pool->table && table_sum(pool->table) != pool->table_sum)
			return "changed its own table";
	}
	return guarded_is_whole(&sim->out_guarded) ? NULL : "wrote past sp_out";
}

void guard_look(struct sim *sim)
{
	const char *kind, *what = look(sim, &kind);
	char where[WHERE_CHARS];

	if (!what || sim->touched)
		return;
	fpstate_set(sim->fpstate);
	where_text(sim->where, where);
	sim->failed = true;
	sim->touched = true;
	error_set(sim->err, STATUS_MODEL, kind, "%s %s", where, what);
}
