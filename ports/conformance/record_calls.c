/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * record_calls.c - a policy table whose callbacks call the policy and write down what was
 * asked and answered (record.h).  Included by who keeps a record, who says before
 *
 *	struct recorded		with the real `policy` and its `state`
 *	static struct recorded *recorded_of(void *st)
 *	static void put(struct recorded *in, sp_u32 op, sp_u64 now_ns, const sp_u64 *args,
 *			sp_s32 ret, const struct sp_out *out)
 *
 * and has record_calls() fill a copy of the policy's table.
 */

#define ARGS(...) ((const sp_u64[]){__VA_ARGS__})

static sp_s32 on_init(void *st, const struct sp_config *config)
{
	struct recorded *in = recorded_of(st);
	static const struct sp_out none = {.next = SP_NONE,
					   .run_until_ns = SP_NEVER_NS,
					   .timer_ns = SP_KEEP_NS}; /* init has no sp_out */
	sp_u64 args[RECORD_MAX_ARGS] = {config->seed};
	sp_s32 ret = in->policy->init(in->state, config);
	sp_u32 i;

	for (i = 0; i < SP_MAX_TUNABLES; i++)
		args[1 + i] = config->tunables[i];
	put(in, RECORD_init, 0, args, ret, &none);
	return ret;
}

static sp_s32 on_pcpu_online(void *st, sp_u32 pcpu, const struct sp_topo *topo, sp_u64 now_ns,
			     struct sp_out *out)
{
	struct recorded *in = recorded_of(st);
	sp_s32 ret = in->policy->pcpu_online(in->state, pcpu, topo, now_ns, out);

	put(in, RECORD_pcpu_online, now_ns, ARGS(pcpu, topo->core, topo->llc, topo->socket), ret,
	    out);
	return ret;
}

static sp_s32 on_vm_add(void *st, sp_u32 vm, const struct sp_vm_config *config, sp_u64 now_ns,
			struct sp_out *out)
{
	struct recorded *in = recorded_of(st);
	sp_s32 ret = in->policy->vm_add(in->state, vm, config, now_ns, out);

	put(in, RECORD_vm_add, now_ns,
	    ARGS(vm, config->width, config->weight, config->quota_ns, config->period_ns,
		 config->burst_ns),
	    ret, out);
	return ret;
}

static sp_s32 on_vcpu_add(void *st, sp_u32 vcpu, const struct sp_vcpu_config *config, sp_u64 now_ns,
			  struct sp_out *out)
{
	struct recorded *in = recorded_of(st);
	sp_s32 ret = in->policy->vcpu_add(in->state, vcpu, config, now_ns, out);

	put(in, RECORD_vcpu_add, now_ns,
	    ARGS(vcpu, config->vm, config->weight, config->affinity.first, config->affinity.nr),
	    ret, out);
	return ret;
}

static void on_vcpu_wake(void *st, sp_u32 vcpu, const struct sp_wake *wake, sp_u64 now_ns,
			 struct sp_out *out)
{
	struct recorded *in = recorded_of(st);

	in->policy->vcpu_wake(in->state, vcpu, wake, now_ns, out);
	put(in, RECORD_vcpu_wake, now_ns, ARGS(vcpu, wake->reason, wake->waker, wake->waker_pcpu),
	    0, out);
}

static void on_vcpu_stopped(void *st, const struct sp_stint *stint, sp_u64 now_ns,
			    struct sp_out *out)
{
	struct recorded *in = recorded_of(st);

	in->policy->vcpu_stopped(in->state, stint, now_ns, out);
	put(in, RECORD_vcpu_stopped, now_ns,
	    ARGS(stint->vcpu, stint->pcpu, stint->why, stint->ran_ns), 0, out);
}

static void on_timer(void *st, sp_u64 now_ns, struct sp_out *out)
{
	struct recorded *in = recorded_of(st);

	in->policy->timer(in->state, now_ns, out);
	put(in, RECORD_timer, now_ns, ARGS(0), 0, out);
}

static void on_tick(void *st, const struct sp_tick *tick, sp_u64 now_ns, struct sp_out *out)
{
	struct recorded *in = recorded_of(st);

	in->policy->tick(in->state, tick, now_ns, out);
	put(in, RECORD_tick, now_ns, ARGS(tick->pcpu, tick->vcpu, tick->ran_ns), 0, out);
}

static sp_s32 on_vcpu_set_affinity(void *st, sp_u32 vcpu, const struct sp_affinity *affinity,
				   sp_u64 now_ns, struct sp_out *out)
{
	struct recorded *in = recorded_of(st);
	sp_s32 ret = in->policy->vcpu_set_affinity(in->state, vcpu, affinity, now_ns, out);

	put(in, RECORD_vcpu_set_affinity, now_ns, ARGS(vcpu, affinity->first, affinity->nr), ret,
	    out);
	return ret;
}

static void on_vcpu_ipi(void *st, const struct sp_ipi *ipi, sp_u64 now_ns, struct sp_out *out)
{
	struct recorded *in = recorded_of(st);

	in->policy->vcpu_ipi(in->state, ipi, now_ns, out);
	put(in, RECORD_vcpu_ipi, now_ns, ARGS(ipi->from, ipi->to, ipi->waits), 0, out);
}

/* Callbacks that are given one id. */
#define ON_ID(name)                                                                                \
	static void on_##name(void *st, sp_u32 id, sp_u64 now_ns, struct sp_out *out)              \
	{                                                                                          \
		struct recorded *in = recorded_of(st);                                             \
                                                                                                   \
		in->policy->name(in->state, id, now_ns, out);                                      \
		put(in, RECORD_##name, now_ns, ARGS(id), 0, out);                                  \
	}
ON_ID(pcpu_offline)
ON_ID(vm_remove)
ON_ID(vcpu_remove)
ON_ID(vcpu_block)
ON_ID(pick_next)

/* Two vCPUs, or one and SP_NONE. */
#define ON_PAIR(name)                                                                              \
	static void on_##name(void *st, sp_u32 a, sp_u32 b, sp_u64 now_ns, struct sp_out *out)     \
	{                                                                                          \
		struct recorded *in = recorded_of(st);                                             \
                                                                                                   \
		in->policy->name(in->state, a, b, now_ns, out);                                    \
		put(in, RECORD_##name, now_ns, ARGS(a, b), 0, out);                                \
	}
ON_PAIR(vcpu_spin)
ON_PAIR(vcpu_yield_to)

#define ON_WEIGHT(name)                                                                            \
	static sp_s32 on_##name(void *st, sp_u32 id, sp_u32 weight, sp_u64 now_ns,                 \
				struct sp_out *out)                                                \
	{                                                                                          \
		struct recorded *in = recorded_of(st);                                             \
		sp_s32 ret = in->policy->name(in->state, id, weight, now_ns, out);                 \
                                                                                                   \
		put(in, RECORD_##name, now_ns, ARGS(id, weight), ret, out);                        \
		return ret;                                                                        \
	}
ON_WEIGHT(vm_set_weight)
ON_WEIGHT(vcpu_set_weight)

/* Ours where the policy has one: what it has not, it must not seem to have. */
static void record_calls(struct sp_policy *table)
{
#define FILL(name, nr)                                                                             \
	if (table->name)                                                                           \
		table->name = on_##name;
	RECORD_OPS(FILL)
#undef FILL
	table->check = (void *)0;
}
