/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * sched.c - the port: what the template's port.c asks of a hypervisor (hv.h), and the hooks
 * that call it (port.h).
 *
 * One pCPU, one stack, interrupts off: the lock is nothing, a kick is a flag that is looked
 * at before a guest is resumed, and the policy's timer is one of the instants that the
 * decrementer is armed for then.
 */
#include "host.h"

/* -- what the port asks for -------------------------------------------------------------- */

/* The pool is the host's first member. */
static struct host *host_of(struct port_pool *pool)
{
	return (struct host *)pool;
}

struct sp_out *hv_enter(struct port_pool *pool)
{
	return &host_of(pool)->out;
}

void hv_unlock(struct port_pool *pool)
{
}

void hv_leave(struct port_pool *pool)
{
}

sp_u64 hv_now_ns(struct port_pool *pool)
{
	return clock_ns();
}

static int can_run(const struct guest *g)
{
	return g->state == GUEST_READY && !g->is_paused;
}

/* Its registers are in memory from the moment it is left: never HV_UNSAVED. */
enum hv_answer hv_can_run(struct port_pool *pool, sp_u32 vcpu, sp_u32 pcpu)
{
	return can_run(&host_of(pool)->guests[vcpu]) ? HV_CAN_RUN : HV_CANNOT_RUN;
}

void hv_kick(struct port_pool *pool, sp_u32 pcpu)
{
	host_of(pool)->must_pick = 1;
}

/* sched_resume reads pool->timer_ns before it goes on with anything. */
void hv_set_timer(struct port_pool *pool)
{
}

void hv_note(struct port_pool *pool, const struct sp_note *note)
{
}

void hv_mark(struct port_pool *pool, const struct sp_mark *mark)
{
}

void hv_complain(struct port_pool *pool, const char *what, sp_u32 number)
{
	if (pool->nr_violations == 1)
		say("policy %s broke the contract: %s %u\n", pool->policy->name, what, number);
}

/* -- life ---------------------------------------------------------------------------------- */

sp_s32 sched_init(struct host *h, const struct sp_policy *policy, const struct sp_config *config)
{
	static const struct sp_topo topo = {0};
	sp_s32 ret;

	if (policy->state_size > STATE_MOST)
		return -SP_ENOSPC;
	record_begin(h, policy);
	ret = port_pool_init(&h->pool, &h->table, &h->recorder, config);
	if (!ret)
		ret = port_pcpu_online(&h->pool, 0, &topo);
	if (ret)
		h->pool.policy = (void *)0; /* what it has recorded of itself stays */
	h->must_pick = 1;
	return ret;
}

sp_s32 sched_add(struct host *h, sp_u32 guest, sp_u32 weight)
{
	const struct sp_vm_config vm = {.width = 1, .weight = weight};
	const struct sp_vcpu_config vcpu = {.vm = guest};
	sp_s32 ret = port_vm_add(&h->pool, guest, &vm);

	if (ret)
		return ret;
	ret = port_vcpu_add(&h->pool, guest, &vcpu);
	if (ret)
		port_vm_remove(&h->pool, guest);
	return ret;
}

void sched_remove(struct host *h, sp_u32 guest)
{
	port_vcpu_remove(&h->pool, guest);
	port_vm_remove(&h->pool, guest);
}

/* -- running ------------------------------------------------------------------------------- */

void sched_wake(struct host *h, sp_u32 guest, sp_u32 reason)
{
	const struct sp_wake wake = {.reason = reason, .waker = SP_NONE, .waker_pcpu = SP_NONE};

	port_vcpu_wake(&h->pool, guest, &wake);
}

/* The end of a stint. */
static void stop(struct host *h, sp_u32 why)
{
	struct guest *g = &h->guests[h->current];
	const struct sp_stint stint = {.vcpu = h->current, .why = why, .ran_ns = g->stint_ns};

	g->ran_ns += g->stint_ns;
	g->stint_ns = 0;
	h->current = SP_NONE;
	h->has_yielded = 0;
	h->must_pick = 1;
	port_vcpu_stopped(&h->pool, &stint);
}

void sched_block(struct host *h, sp_u32 guest)
{
	if (guest == h->current)
		stop(h, SP_STOP_BLOCKED);
	else
		port_vcpu_block(&h->pool, guest);
}

void sched_leave(struct host *h)
{
	if (h->current != SP_NONE)
		h->guests[h->current].stint_ns += clock_ns() - h->resumed_ns;
}

static void pick(struct host *h)
{
	h->must_pick = 0;
	h->current = port_pick(&h->pool, 0, &h->until_ns);
	if (h->current != SP_NONE)
		tlb_switch(h->current);
}

/* When the host has to be there again: a kick while it picked is served at once. */
static sp_u64 next_ns(const struct host *h)
{
	sp_u64 at_ns = sp_min(guest_next_ns(h), console_next_ns(h));

	at_ns = sp_min(at_ns, sp_min(h->until_ns, h->pool.timer_ns));
	return h->must_pick ? 0 : at_ns;
}

struct frame *sched_frame(struct host *h)
{
	return h->current == SP_NONE ? &h->idle : &h->guests[h->current].frame;
}

struct frame *sched_resume(struct host *h)
{
	sp_u64 now_ns = clock_ns();
	int is_over = now_ns >= h->until_ns;

	guest_wake_due(h, now_ns);
	if (now_ns >= h->pool.timer_ns)
		port_timer(&h->pool);
	if (h->pool.policy && (is_over || h->must_pick || h->has_yielded)) {
		if (h->current != SP_NONE)
			stop(h, h->has_yielded ? SP_STOP_YIELDED
				: is_over      ? SP_STOP_SLICE
					       : SP_STOP_PREEMPTED);
		pick(h);
	}
	clock_arm(next_ns(h));
	h->resumed_ns = clock_ns();
	return sched_frame(h);
}
