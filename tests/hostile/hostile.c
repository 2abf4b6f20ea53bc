/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A policy that behaves, the lottery of the guide, but for what its row of hostile.sh does
 * in one callback: BODY, a statement, at the head of the callback for which AT_callback is defined.
 */
#define _GNU_SOURCE
#include <fcntl.h>
#include <fenv.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <unistd.h>

#ifndef TABLE
#define TABLE const
#endif

#define SP_POLICY_SYMBOL lottery_policy
#include LOTTERY
#include "sp_module.h"

/* No multiple of a cache line: there is room behind it within its page. */
#define STATE_BYTES (sizeof(struct lottery) / 64 * 64 + 72)

#ifndef OUTSIDE
#define OUTSIDE
#endif

/* Not before 20 ms have been simulated. */
#define LATE (now_ns > 20000000)
OUTSIDE

extern TABLE struct sp_policy hostile_policy;

static sp_s32 h_init(void *st, const struct sp_config *config)
{
#ifdef AT_init
	BODY;
#endif
	return lottery_init(st, config);
}

static sp_s32 h_pcpu_online(void *st, sp_u32 pcpu, const struct sp_topo *topo, sp_u64 now_ns,
			    struct sp_out *out)
{
#ifdef AT_pcpu_online
	BODY;
#endif
	return lottery_pcpu_online(st, pcpu, topo, now_ns, out);
}

static void h_pcpu_offline(void *st, sp_u32 pcpu, sp_u64 now_ns, struct sp_out *out)
{
#ifdef AT_pcpu_offline
	BODY;
#endif
	lottery_pcpu_offline(st, pcpu, now_ns, out);
}

static sp_s32 h_vm_add(void *st, sp_u32 vm, const struct sp_vm_config *config, sp_u64 now_ns,
		       struct sp_out *out)
{
#ifdef AT_vm_add
	BODY;
#endif
	return lottery_vm_add(st, vm, config, now_ns, out);
}

static void h_vm_remove(void *st, sp_u32 vm, sp_u64 now_ns, struct sp_out *out)
{
#ifdef AT_vm_remove
	BODY;
#endif
	lottery_vm_remove(st, vm, now_ns, out);
}

static sp_s32 h_vcpu_add(void *st, sp_u32 vcpu, const struct sp_vcpu_config *config, sp_u64 now_ns,
			 struct sp_out *out)
{
#ifdef AT_vcpu_add
	BODY;
#endif
	return lottery_vcpu_add(st, vcpu, config, now_ns, out);
}

static void h_vcpu_remove(void *st, sp_u32 vcpu, sp_u64 now_ns, struct sp_out *out)
{
#ifdef AT_vcpu_remove
	BODY;
#endif
	lottery_vcpu_remove(st, vcpu, now_ns, out);
}

static void h_vcpu_wake(void *st, sp_u32 vcpu, const struct sp_wake *wake, sp_u64 now_ns,
			struct sp_out *out)
{
#ifdef AT_vcpu_wake
	BODY;
#endif
	lottery_vcpu_wake(st, vcpu, wake, now_ns, out);
}

static void h_vcpu_block(void *st, sp_u32 vcpu, sp_u64 now_ns, struct sp_out *out)
{
#ifdef AT_vcpu_block
	BODY;
#endif
	lottery_vcpu_block(st, vcpu, now_ns, out);
}

static void h_vcpu_stopped(void *st, const struct sp_stint *stint, sp_u64 now_ns,
			   struct sp_out *out)
{
#ifdef AT_vcpu_stopped
	BODY;
#endif
	lottery_vcpu_stopped(st, stint, now_ns, out);
}

static void h_pick_next(void *st, sp_u32 pcpu, sp_u64 now_ns, struct sp_out *out)
{
#ifdef AT_timer
	out->timer_ns = now_ns + 1000000;
#endif
	lottery_pick_next(st, pcpu, now_ns, out);
#ifdef AT_pick_next
	BODY;
#endif
}

static void h_timer(void *st, sp_u64 now_ns, struct sp_out *out)
{
#ifdef AT_timer
	BODY;
#endif
	(void)st;
	(void)now_ns;
	(void)out;
}

static void h_tick(void *st, const struct sp_tick *tick, sp_u64 now_ns, struct sp_out *out)
{
#ifdef AT_tick
	BODY;
#endif
	(void)st;
	(void)tick;
	(void)now_ns;
	(void)out;
}

TABLE struct sp_policy hostile_policy = {
	.name = "hostile",
	.summary = "what it does is its row's",
	.contract = SP_CONTRACT_VERSION,
	.state_size = STATE_BYTES,
	.nr_tunables = 1,
	.tunables = lottery_tunables,
	.init = h_init,
	.pcpu_online = h_pcpu_online,
	.pcpu_offline = h_pcpu_offline,
	.vm_add = h_vm_add,
	.vm_remove = h_vm_remove,
	.vcpu_add = h_vcpu_add,
	.vcpu_remove = h_vcpu_remove,
	.vcpu_wake = h_vcpu_wake,
	.vcpu_block = h_vcpu_block,
	.vcpu_stopped = h_vcpu_stopped,
	.pick_next = h_pick_next,
	.timer = h_timer,
	.tick = h_tick,
};

static const struct sp_module_class hostile_class = {
	.nr_pcpus = SP_NR_PCPUS,
	.nr_vcpus = SP_NR_VCPUS,
	.nr_vms = SP_NR_VMS,
	.out_pcpus = SP_OUT_PCPUS,
	.out_size = sizeof(struct sp_out),
	.table_size = sizeof(struct sp_policy),
	.policy = (const struct sp_policy *)&hostile_policy,
};

const struct sp_module sp_module = {
	.version = SP_MODULE_VERSION,
	.contract = SP_CONTRACT_VERSION,
	.nr_classes = 1,
	.classes = {&hostile_class},
};
