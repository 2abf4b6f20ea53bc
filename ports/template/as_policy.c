/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * as_policy.c - the port in the clothes of a policy, so that the contract tests and
 * the conformance records run through it: each callback goes to port.c, which calls
 * the real policy, and the host below does nothing but write down in the caller's
 * sp_out what it is told to do.  What the port loses or invents, the tests see.
 *
 * Build with -DPORT_POLICY=symbol of the real policy's table.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "port.h"

#define MOST_POOLS 64

extern const struct sp_policy PORT_POLICY;

/* The table that is tested: ours where the policy has a callback.  See fill(). */
struct sp_policy sp_this_policy;

/* A pool for each state block that init was called for, the oldest forgotten. */
static struct port_pool pools[MOST_POOLS];
static unsigned newest;

/* -- the host: one CPU that writes down ------------------------------------------- */

static struct sp_out cpu_out;
static struct sp_out *notebook; /* the caller's sp_out */
static sp_u64 clock_ns;
static sp_u64 kicked[SP_WORDS(SP_NR_PCPUS)]; /* in this call, when all are to be */
static enum { OUTSIDE, LOCKED, UNLOCKED } stage;

static void expect(int holds, const char *what)
{
	if (holds)
		return;
	fprintf(stderr, "not ok: the port calls %s in the wrong place\n", what);
	abort();
}

struct sp_out *hv_enter(struct port_pool *pool)
{
	(void)pool;
	expect(stage == OUTSIDE, "hv_enter");
	stage = LOCKED;
	return &cpu_out;
}

void hv_unlock(struct port_pool *pool)
{
	(void)pool;
	expect(stage == LOCKED, "hv_unlock");
	stage = UNLOCKED;
	memset(kicked, 0, sizeof(kicked));
}

/*
 * A policy that kicks all of its pCPUs names none, or some besides.  The port takes
 * that apart, so here it is put together again, once every pCPU has had its kick.
 */
static void write_down_kick_all(const struct port_pool *pool)
{
	sp_u32 i;

	expect(!memcmp(kicked, pool->online, sizeof(kicked)), "hv_kick, for all that are online,");
	notebook->kick_all = cpu_out.kick_all;
	for (i = 0; i < cpu_out.nr_kicks; i++)
		sp_kick(notebook, cpu_out.kicks[i]);
}

void hv_leave(struct port_pool *pool)
{
	expect(stage == UNLOCKED, "hv_leave");
	if (cpu_out.kick_all)
		write_down_kick_all(pool);
	stage = OUTSIDE;
}

sp_u64 hv_now_ns(struct port_pool *pool)
{
	(void)pool;
	expect(stage == LOCKED, "hv_now_ns");
	return clock_ns;
}

enum hv_answer hv_can_run(struct port_pool *pool, sp_u32 vcpu, sp_u32 pcpu)
{
	(void)pool;
	(void)vcpu;
	(void)pcpu;
	expect(stage == LOCKED, "hv_can_run");
	return HV_CAN_RUN; /* the tests' own host judges what is picked */
}

void hv_kick(struct port_pool *pool, sp_u32 pcpu)
{
	(void)pool;
	expect(stage == UNLOCKED, "hv_kick");
	if (cpu_out.kick_all)
		sp_set_bit(kicked, SP_WORDS(SP_NR_PCPUS), pcpu);
	else
		sp_kick(notebook, pcpu);
}

void hv_set_timer(struct port_pool *pool)
{
	expect(stage == UNLOCKED, "hv_set_timer");
	notebook->timer_ns = pool->timer_ns;
}

void hv_note(struct port_pool *pool, const struct sp_note *note)
{
	(void)pool;
	expect(stage == LOCKED, "hv_note");
	sp_note(notebook, note->vcpu, note->kind, note->detail);
}

void hv_mark(struct port_pool *pool, const struct sp_mark *mark)
{
	(void)pool;
	expect(stage == UNLOCKED, "hv_mark");
	sp_mark(notebook, mark->code, mark->a, mark->b);
}

void hv_complain(struct port_pool *pool, const char *what, sp_u32 number)
{
	(void)pool;
	expect(stage == LOCKED, "hv_complain");
	fprintf(stderr, "not ok: the port complains: %s (%u)\n", what, number);
	notebook->nr_lost++; /* the tests fail on this */
}

/* The example's list is not needed here. */
const struct sp_policy *const port_policies[1] = {&PORT_POLICY};
const sp_u32 nr_port_policies = 1;

/* -- the policy that the tests see --------------------------------------------------- */

static struct port_pool *pool_of(const void *st)
{
	unsigned i;

	for (i = 0; i < MOST_POOLS; i++)
		if (pools[i].state == st)
			return &pools[i];
	fprintf(stderr, "not ok: a call before init\n");
	abort();
}

static struct port_pool *at(void *st, sp_u64 now_ns, struct sp_out *out)
{
	notebook = out;
	clock_ns = now_ns;
	return pool_of(st);
}

static sp_s32 on_init(void *st, const struct sp_config *config)
{
	unsigned i;

	for (i = 0; i < MOST_POOLS; i++)
		if (pools[i].state == st)
			break;
	if (i == MOST_POOLS)
		i = newest = (newest + 1) % MOST_POOLS;
	return port_pool_init(&pools[i], &PORT_POLICY, st, config);
}

static sp_s32 on_pcpu_online(void *st, sp_u32 pcpu, const struct sp_topo *topo, sp_u64 now_ns,
			     struct sp_out *out)
{
	return port_pcpu_online(at(st, now_ns, out), pcpu, topo);
}

static sp_s32 on_vm_add(void *st, sp_u32 vm, const struct sp_vm_config *config, sp_u64 now_ns,
			struct sp_out *out)
{
	return port_vm_add(at(st, now_ns, out), vm, config);
}

static sp_s32 on_vcpu_add(void *st, sp_u32 vcpu, const struct sp_vcpu_config *config, sp_u64 now_ns,
			  struct sp_out *out)
{
	return port_vcpu_add(at(st, now_ns, out), vcpu, config);
}

static void on_vcpu_wake(void *st, sp_u32 vcpu, const struct sp_wake *wake, sp_u64 now_ns,
			 struct sp_out *out)
{
	port_vcpu_wake(at(st, now_ns, out), vcpu, wake);
}

static void on_vcpu_stopped(void *st, const struct sp_stint *stint, sp_u64 now_ns,
			    struct sp_out *out)
{
	port_vcpu_stopped(at(st, now_ns, out), stint);
}

static void on_pick_next(void *st, sp_u32 pcpu, sp_u64 now_ns, struct sp_out *out)
{
	out->next = port_pick(at(st, now_ns, out), pcpu, &out->run_until_ns);
}

/* The tests' host calls when the policy's own instant has come: so must the port. */
static void on_timer(void *st, sp_u64 now_ns, struct sp_out *out)
{
	port_timer(at(st, now_ns, out));
}

static void on_tick(void *st, const struct sp_tick *tick, sp_u64 now_ns, struct sp_out *out)
{
	port_tick(at(st, now_ns, out), tick);
}

static void on_vcpu_ipi(void *st, const struct sp_ipi *ipi, sp_u64 now_ns, struct sp_out *out)
{
	port_vcpu_ipi(at(st, now_ns, out), ipi);
}

static sp_s32 on_vcpu_set_affinity(void *st, sp_u32 vcpu, const struct sp_affinity *affinity,
				   sp_u64 now_ns, struct sp_out *out)
{
	return port_vcpu_set_affinity(at(st, now_ns, out), vcpu, affinity);
}

#define ON_ID(name)                                                                                \
	static void on_##name(void *st, sp_u32 id, sp_u64 now_ns, struct sp_out *out)              \
	{                                                                                          \
		port_##name(at(st, now_ns, out), id);                                              \
	}
ON_ID(pcpu_offline)
ON_ID(vm_remove)
ON_ID(vcpu_remove)
ON_ID(vcpu_block)

#define ON_PAIR(name, type, give)                                                                  \
	static type on_##name(void *st, sp_u32 a, sp_u32 b, sp_u64 now_ns, struct sp_out *out)     \
	{                                                                                          \
		give port_##name(at(st, now_ns, out), a, b);                                       \
	}
ON_PAIR(vcpu_spin, void, )
ON_PAIR(vcpu_yield_to, void, )
ON_PAIR(vm_set_weight, sp_s32, return )
ON_PAIR(vcpu_set_weight, sp_s32, return )

#define OPTIONAL(name)                                                                             \
	if (table->name)                                                                           \
	table->name = on_##name

__attribute__((constructor)) static void fill(void)
{
	struct sp_policy *table = &sp_this_policy;

	*table = PORT_POLICY; /* name, sizes, tunables, check */
	table->init = on_init;
	table->pcpu_online = on_pcpu_online;
	table->pcpu_offline = on_pcpu_offline;
	table->vm_add = on_vm_add;
	table->vm_remove = on_vm_remove;
	table->vcpu_add = on_vcpu_add;
	table->vcpu_remove = on_vcpu_remove;
	table->vcpu_wake = on_vcpu_wake;
	table->vcpu_block = on_vcpu_block;
	table->vcpu_stopped = on_vcpu_stopped;
	table->pick_next = on_pick_next;
	OPTIONAL(timer);
	OPTIONAL(tick);
	OPTIONAL(vcpu_spin);
	OPTIONAL(vcpu_yield_to);
	OPTIONAL(vcpu_ipi);
	OPTIONAL(vm_set_weight);
	OPTIONAL(vcpu_set_weight);
	OPTIONAL(vcpu_set_affinity);
}
