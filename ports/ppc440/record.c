/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * record.c - a policy table that writes down what passes through it: a conformance record
 * (record.h tells the format), byte by byte to the second serial line.  The host makes no
 * other calls than these.
 */
#include "host.h"

static void put_bytes(const struct recorder *r, const void *bytes, sp_u32 size)
{
	const sp_u8 *at = bytes;

	while (r->is_heard && size--)
		serial_put_record(*at++);
}

static void put_word(const struct recorder *r, sp_u64 word)
{
	sp_u8 bytes[RECORD_WORD_BYTES];

	put_bytes(r, bytes, (sp_u32)(record_put(bytes, word) - bytes));
}

static void put(struct recorder *r, sp_u32 op, sp_u64 now_ns, const sp_u64 *args, sp_s32 ret,
		const struct sp_out *out)
{
	struct record_call call = {.op = op, .now_ns = now_ns, .ret = ret};
	sp_u32 size, i;

	for (i = 0; i < record_nr_args(op); i++)
		call.args[i] = args[i];
	size = (sp_u32)(record_put_body(r->body, &call, out) - r->body);
	put_word(r, size);
	put_bytes(r, r->body, size);
	r->digest = record_digest(r->digest, r->body, size);
	r->nr_frames++;
}

#define ARGS(...) ((const sp_u64[]){__VA_ARGS__})

static sp_s32 on_init(void *st, const struct sp_config *config)
{
	static const struct sp_out none = {.next = SP_NONE,
					   .run_until_ns = SP_NEVER_NS,
					   .timer_ns = SP_KEEP_NS}; /* init has no sp_out */
	struct recorder *r = st;
	sp_u64 args[RECORD_MAX_ARGS] = {config->seed};
	sp_s32 ret = r->policy->init(r->state, config);
	sp_u32 i;

	for (i = 0; i < SP_MAX_TUNABLES; i++)
		args[1 + i] = config->tunables[i];
	put(r, RECORD_init, 0, args, ret, &none);
	return ret;
}

static sp_s32 on_pcpu_online(void *st, sp_u32 pcpu, const struct sp_topo *topo, sp_u64 now_ns,
			     struct sp_out *out)
{
	struct recorder *r = st;
	sp_s32 ret = r->policy->pcpu_online(r->state, pcpu, topo, now_ns, out);

	put(r, RECORD_pcpu_online, now_ns, ARGS(pcpu, topo->core, topo->llc, topo->socket), ret,
	    out);
	return ret;
}

static sp_s32 on_vm_add(void *st, sp_u32 vm, const struct sp_vm_config *config, sp_u64 now_ns,
			struct sp_out *out)
{
	struct recorder *r = st;
	sp_s32 ret = r->policy->vm_add(r->state, vm, config, now_ns, out);

	put(r, RECORD_vm_add, now_ns,
	    ARGS(vm, config->width, config->weight, config->quota_ns, config->period_ns,
		 config->burst_ns),
	    ret, out);
	return ret;
}

static sp_s32 on_vcpu_add(void *st, sp_u32 vcpu, const struct sp_vcpu_config *config, sp_u64 now_ns,
			  struct sp_out *out)
{
	struct recorder *r = st;
	sp_s32 ret = r->policy->vcpu_add(r->state, vcpu, config, now_ns, out);

	put(r, RECORD_vcpu_add, now_ns,
	    ARGS(vcpu, config->vm, config->weight, config->affinity.first, config->affinity.nr),
	    ret, out);
	return ret;
}

static void on_vcpu_wake(void *st, sp_u32 vcpu, const struct sp_wake *wake, sp_u64 now_ns,
			 struct sp_out *out)
{
	struct recorder *r = st;

	r->policy->vcpu_wake(r->state, vcpu, wake, now_ns, out);
	put(r, RECORD_vcpu_wake, now_ns, ARGS(vcpu, wake->reason, wake->waker, wake->waker_pcpu), 0,
	    out);
}

static void on_vcpu_stopped(void *st, const struct sp_stint *stint, sp_u64 now_ns,
			    struct sp_out *out)
{
	struct recorder *r = st;

	r->policy->vcpu_stopped(r->state, stint, now_ns, out);
	put(r, RECORD_vcpu_stopped, now_ns,
	    ARGS(stint->vcpu, stint->pcpu, stint->why, stint->ran_ns), 0, out);
}

static sp_s32 on_vm_set_weight(void *st, sp_u32 vm, sp_u32 weight, sp_u64 now_ns,
			       struct sp_out *out)
{
	struct recorder *r = st;
	sp_s32 ret = r->policy->vm_set_weight(r->state, vm, weight, now_ns, out);

	put(r, RECORD_vm_set_weight, now_ns, ARGS(vm, weight), ret, out);
	return ret;
}

static void on_timer(void *st, sp_u64 now_ns, struct sp_out *out)
{
	struct recorder *r = st;

	r->policy->timer(r->state, now_ns, out);
	put(r, RECORD_timer, now_ns, ARGS(0), 0, out);
}

/* Callbacks that are given one id. */
#define ON_ID(name)                                                                                \
	static void on_##name(void *st, sp_u32 id, sp_u64 now_ns, struct sp_out *out)              \
	{                                                                                          \
		struct recorder *r = st;                                                           \
                                                                                                   \
		r->policy->name(r->state, id, now_ns, out);                                        \
		put(r, RECORD_##name, now_ns, ARGS(id), 0, out);                                   \
	}
ON_ID(vm_remove)
ON_ID(vcpu_remove)
ON_ID(vcpu_block)
ON_ID(pick_next)

static const struct sp_policy recording = {
	.init = on_init,
	.pcpu_online = on_pcpu_online,
	.vm_add = on_vm_add,
	.vm_remove = on_vm_remove,
	.vcpu_add = on_vcpu_add,
	.vcpu_remove = on_vcpu_remove,
	.vcpu_wake = on_vcpu_wake,
	.vcpu_block = on_vcpu_block,
	.vcpu_stopped = on_vcpu_stopped,
	.pick_next = on_pick_next,
	.timer = on_timer,
	.vm_set_weight = on_vm_set_weight,
};

void record_begin(struct host *h, const struct sp_policy *policy)
{
	struct recorder *r = &h->recorder;
	sp_u32 length = 0;

	*r = (struct recorder){.policy = policy,
			       .state = h->state,
			       .digest = RECORD_DIGEST_START,
			       .is_heard = serial_has_record() != 0};
	h->table = recording;
	h->table.name = policy->name;
	h->table.contract = policy->contract;
	/* What the policy does not have, the port must not find. */
	if (!policy->timer)
		h->table.timer = (void *)0;
	if (!policy->vm_set_weight)
		h->table.vm_set_weight = (void *)0;
	put_bytes(r, RECORD_MAGIC, sizeof(RECORD_MAGIC) - 1);
	put_word(r, RECORD_VERSION);
	put_word(r, SP_CONTRACT_VERSION);
	put_word(r, SP_NR_PCPUS);
	put_word(r, SP_NR_VCPUS);
	put_word(r, 1);
	while (policy->name[length])
		length++;
	put_word(r, length);
	put_bytes(r, policy->name, length);
}

/* Without its end a record is refused: the board went off, or the host failed. */
void record_end(struct host *h)
{
	const struct recorder *r = &h->recorder;

	if (!r->policy)
		return;
	put_word(r, 0);
	put_word(r, r->nr_frames);
	put_word(r, r->digest);
}
