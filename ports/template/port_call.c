/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * port_call.c - the steps that all calls of the policy have in common.  The guide
 * begins in port.c.
 */
#include "port_call.h"

void port_call_begin(struct port_call *c, struct port_pool *pool)
{
	sp_u64 now_ns;

	c->pool = pool;
	/* (2) Serialise: one call at a time for each pool, on any CPU. */
	c->out = hv_enter(pool);
	/*
	 * (3) Clamp time.  Clocks of two CPUs differ by a little, so that a call may come
	 * with an earlier instant than the one before.  Policies subtract instants:
	 * they are promised that time never decreases.  Read the clock with the lock
	 * held, or waiting for the lock makes it stale.
	 */
	now_ns = hv_now_ns(pool);
	if (now_ns < pool->last_ns)
		now_ns = pool->last_ns;
	pool->last_ns = now_ns;
	c->now_ns = now_ns;
	/* (4) Reset sp_out, before every call: constant time, whatever the pool's size. */
	sp_out_reset(c->out);
	/* (5) The call itself is made by the functions of port.c. */
}

void port_violate(struct port_pool *pool, const char *what, sp_u32 number)
{
	pool->nr_violations++;
	hv_complain(pool, what, number);
}

/* What must stay in the order of the calls is done before the lock goes. */
static void keep_books(struct port_call *c)
{
	struct sp_out *out = c->out;
	sp_u32 i;

	/*
	 * (10) The timer, first half.  Kicks may be sent in any order, but of two new
	 * timers the later call's must win: the pool remembers it under the lock.
	 */
	if (out->timer_ns != SP_KEEP_NS)
		c->pool->timer_ns = out->timer_ns;
	for (i = 0; i < out->nr_notes && i < SP_OUT_NOTES; i++)
		hv_note(c->pool, &out->notes[i]);
	if (out->nr_lost)
		port_violate(c->pool, "notes or marks without room", out->nr_lost);
}

/*
 * (9) Kicks.  Each pCPU is named once; the calling one may be among them.  One that
 * went offline meanwhile is skipped: nobody would take the interrupt.
 */
static void send_kicks(struct port_call *c)
{
	struct port_pool *pool = c->pool;
	struct sp_out *out = c->out;
	sp_u32 i, p;

	if (out->kick_all) {
		for (p = 0; p < SP_NR_PCPUS; p++)
			if (sp_test_bit(pool->online, SP_WORDS(SP_NR_PCPUS), p))
				hv_kick(pool, p);
		return;
	}
	for (i = 0; i < out->nr_kicks && i < SP_OUT_PCPUS; i++) {
		p = out->kicks[i];
		if (p < SP_NR_PCPUS && sp_test_bit(pool->online, SP_WORDS(SP_NR_PCPUS), p))
			hv_kick(pool, p);
	}
}

void port_call_end(struct port_call *c)
{
	struct port_pool *pool = c->pool;
	struct sp_out *out = c->out;
	sp_u32 i;

	keep_books(c);
	/* (6) Unlock.  From here on other CPUs call; sp_out is ours until hv_leave. */
	hv_unlock(pool);
	send_kicks(c);
	/* (10) The timer, second half: arm what the pool remembers by now. */
	if (out->timer_ns != SP_KEEP_NS)
		hv_set_timer(pool);
	/* (11) Trace: what the policy wants to be seen. */
	for (i = 0; i < out->nr_marks && i < SP_OUT_MARKS; i++)
		hv_mark(pool, &out->marks[i]);
	hv_leave(pool);
}
