/* SPDX-License-Identifier: BSD-2-Clause */
/* record.c - a policy table that writes down what passes through it. */
#include "record.h"

#include <stdlib.h>
#include <string.h>

#include "base/outfile.h"
#include "engine/core/state.h"

#include "../../../ports/conformance/record.h"

struct recorded {
	struct recorder *recorder;
	const struct sp_policy *policy; /* the real one */
	void *state;
	struct sp_policy table; /* ours */
	uint32_t number;
};

/* What the simulator takes for the policy's state. */
struct recorded_state {
	struct recorded *recorded;
};

struct recorder {
	struct outfile out;
	uint64_t nr_frames, digest;
	uint32_t nr_pools;
	struct recorded *pools;
	uint8_t body[RECORD_MAX_BODY];
};

static void put_word(struct recorder *recorder, uint64_t word)
{
	uint8_t bytes[RECORD_WORD_BYTES];
	uint8_t *end = record_put(bytes, word);

	fwrite(bytes, 1, (size_t)(end - bytes), recorder->out.file);
}

static struct recorded *recorded_of(const void *st)
{
	return ((const struct recorded_state *)st)->recorded;
}

/* Write errors are found at close. */
static void put(struct recorded *in, uint32_t op, uint64_t now_ns, const uint64_t *args,
		int32_t ret, const struct sp_out *out)
{
	struct recorder *recorder = in->recorder;
	struct record_call call = {.instance = in->number, .op = op, .now_ns = now_ns, .ret = ret};
	uint32_t size;

	memcpy(call.args, args, record_nr_args(op) * sizeof(*args));
	size = (uint32_t)(record_put_body(recorder->body, &call, out) - recorder->body);
	put_word(recorder, size);
	fwrite(recorder->body, 1, size, recorder->out.file);
	recorder->digest = record_digest(recorder->digest, recorder->body, size);
	recorder->nr_frames++;
}

#define ARGS(...) ((const uint64_t[]){__VA_ARGS__})

/* -- the callbacks --------------------------------------------------------------- */

static int32_t on_init(void *st, const struct sp_config *config)
{
	struct recorded *in = recorded_of(st);
	struct sp_out none = {.next = SP_NONE,
			      .run_until_ns = SP_NEVER_NS,
			      .timer_ns = SP_KEEP_NS}; /* init has no sp_out */
	uint64_t args[RECORD_MAX_ARGS] = {config->seed};
	int32_t ret = in->policy->init(in->state, config);

	memcpy(args + 1, config->tunables, sizeof(config->tunables));
	put(in, RECORD_init, 0, args, ret, &none);
	return ret;
}

static int32_t on_pcpu_online(void *st, uint32_t pcpu, const struct sp_topo *topo, uint64_t now_ns,
			      struct sp_out *out)
{
	struct recorded *in = recorded_of(st);
	int32_t ret = in->policy->pcpu_online(in->state, pcpu, topo, now_ns, out);

	put(in, RECORD_pcpu_online, now_ns, ARGS(pcpu, topo->core, topo->llc, topo->socket), ret,
	    out);
	return ret;
}

static int32_t on_vm_add(void *st, uint32_t vm, const struct sp_vm_config *config, uint64_t now_ns,
			 struct sp_out *out)
{
	struct recorded *in = recorded_of(st);
	int32_t ret = in->policy->vm_add(in->state, vm, config, now_ns, out);

	put(in, RECORD_vm_add, now_ns,
	    ARGS(vm, config->width, config->weight, config->quota_ns, config->period_ns,
		 config->burst_ns),
	    ret, out);
	return ret;
}

static int32_t on_vcpu_add(void *st, uint32_t vcpu, const struct sp_vcpu_config *config,
			   uint64_t now_ns, struct sp_out *out)
{
	struct recorded *in = recorded_of(st);
	int32_t ret = in->policy->vcpu_add(in->state, vcpu, config, now_ns, out);

	put(in, RECORD_vcpu_add, now_ns,
	    ARGS(vcpu, config->vm, config->weight, config->affinity.first, config->affinity.nr),
	    ret, out);
	return ret;
}

static void on_vcpu_wake(void *st, uint32_t vcpu, const struct sp_wake *wake, uint64_t now_ns,
			 struct sp_out *out)
{
	struct recorded *in = recorded_of(st);

	in->policy->vcpu_wake(in->state, vcpu, wake, now_ns, out);
	put(in, RECORD_vcpu_wake, now_ns, ARGS(vcpu, wake->reason, wake->waker, wake->waker_pcpu),
	    0, out);
}

static void on_vcpu_stopped(void *st, const struct sp_stint *stint, uint64_t now_ns,
			    struct sp_out *out)
{
	struct recorded *in = recorded_of(st);

	in->policy->vcpu_stopped(in->state, stint, now_ns, out);
	put(in, RECORD_vcpu_stopped, now_ns,
	    ARGS(stint->vcpu, stint->pcpu, stint->why, stint->ran_ns), 0, out);
}

static void on_timer(void *st, uint64_t now_ns, struct sp_out *out)
{
	struct recorded *in = recorded_of(st);

	in->policy->timer(in->state, now_ns, out);
	put(in, RECORD_timer, now_ns, ARGS(0), 0, out);
}

static void on_tick(void *st, const struct sp_tick *tick, uint64_t now_ns, struct sp_out *out)
{
	struct recorded *in = recorded_of(st);

	in->policy->tick(in->state, tick, now_ns, out);
	put(in, RECORD_tick, now_ns, ARGS(tick->pcpu, tick->vcpu, tick->ran_ns), 0, out);
}

static int32_t on_vcpu_set_affinity(void *st, uint32_t vcpu, const struct sp_affinity *affinity,
				    uint64_t now_ns, struct sp_out *out)
{
	struct recorded *in = recorded_of(st);
	int32_t ret = in->policy->vcpu_set_affinity(in->state, vcpu, affinity, now_ns, out);

	put(in, RECORD_vcpu_set_affinity, now_ns, ARGS(vcpu, affinity->first, affinity->nr), ret,
	    out);
	return ret;
}

static void on_vcpu_ipi(void *st, const struct sp_ipi *ipi, uint64_t now_ns, struct sp_out *out)
{
	struct recorded *in = recorded_of(st);

	in->policy->vcpu_ipi(in->state, ipi, now_ns, out);
	put(in, RECORD_vcpu_ipi, now_ns, ARGS(ipi->from, ipi->to, ipi->waits), 0, out);
}

/* Callbacks that are given one id. */
#define ON_ID(name)                                                                                \
	static void on_##name(void *st, uint32_t id, uint64_t now_ns, struct sp_out *out)          \
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
	static void on_##name(void *st, uint32_t a, uint32_t b, uint64_t now_ns,                   \
			      struct sp_out *out)                                                  \
	{                                                                                          \
		struct recorded *in = recorded_of(st);                                             \
                                                                                                   \
		in->policy->name(in->state, a, b, now_ns, out);                                    \
		put(in, RECORD_##name, now_ns, ARGS(a, b), 0, out);                                \
	}
ON_PAIR(vcpu_spin)
ON_PAIR(vcpu_yield_to)

#define ON_WEIGHT(name)                                                                            \
	static int32_t on_##name(void *st, uint32_t id, uint32_t weight, uint64_t now_ns,          \
				 struct sp_out *out)                                               \
	{                                                                                          \
		struct recorded *in = recorded_of(st);                                             \
		int32_t ret = in->policy->name(in->state, id, weight, now_ns, out);                \
                                                                                                   \
		put(in, RECORD_##name, now_ns, ARGS(id, weight), ret, out);                        \
		return ret;                                                                        \
	}
ON_WEIGHT(vm_set_weight)
ON_WEIGHT(vcpu_set_weight)

/* -- life ------------------------------------------------------------------------- */

/* Ours where the policy has one: what it has not, it must not seem to have. */
static void fill_table(struct sp_policy *table)
{
#define FILL(name, nr)                                                                             \
	if (table->name)                                                                           \
		table->name = on_##name;
	RECORD_OPS(FILL)
#undef FILL
	table->check = NULL;
}

int recorder_join(struct recorder *recorder, struct pool *pool, uint32_t number)
{
	struct recorded *in = &recorder->pools[number];
	struct recorded_state *state = malloc(sizeof(*state));

	if (!state)
		return -1;
	in->recorder = recorder;
	in->number = number;
	in->policy = pool->policy;
	in->state = pool->state;
	in->table = *pool->policy;
	fill_table(&in->table);
	state->recorded = in;
	pool->policy = &in->table;
	pool->state = state;
	return 0;
}

static void put_header(struct recorder *recorder, const struct world *world, uint32_t policy)
{
	const char *name = world->policies[policy].policy;
	uint32_t nr_pcpus = 0, nr_vcpus = 0, i;

	/* Pools number what is theirs from 0: the largest counts. */
	for (i = 0; i < world->host.nr_pools; i++)
		if (world->host.pools[i].nr_pcpus > nr_pcpus)
			nr_pcpus = world->host.pools[i].nr_pcpus;
	for (i = 0; i < world->host.nr_pools; i++) {
		uint32_t nr = 0, vm;

		for (vm = 0; vm < world->nr_vms; vm++)
			if (world->vms[vm].pool == i)
				nr += world->vms[vm].width;
		nr_vcpus = nr > nr_vcpus ? nr : nr_vcpus;
	}
	fputs(RECORD_MAGIC, recorder->out.file);
	put_word(recorder, RECORD_VERSION);
	put_word(recorder, SP_CONTRACT_VERSION);
	put_word(recorder, nr_pcpus);
	put_word(recorder, nr_vcpus);
	put_word(recorder, world->host.nr_pools);
	put_word(recorder, strlen(name));
	fputs(name, recorder->out.file);
}

static void recorder_free(struct recorder *recorder)
{
	free(recorder->pools);
	free(recorder);
}

int recorder_open(struct recorder **out, struct outfile *to, const struct world *world,
		  uint32_t policy, struct error *err)
{
	struct recorder *recorder = calloc(1, sizeof(*recorder));

	if (recorder)
		recorder->pools = calloc(world->host.nr_pools, sizeof(*recorder->pools));
	if (!recorder || !recorder->pools) {
		free(recorder);
		outfile_abort(to);
		return error_set(err, STATUS_IO, "memory", "out of memory");
	}
	recorder->nr_pools = world->host.nr_pools;
	recorder->digest = RECORD_DIGEST_START;
	recorder->out = *to;
	put_header(recorder, world, policy);
	*out = recorder;
	return 0;
}

int recorder_close(struct recorder *recorder, struct error *err)
{
	int failed;

	put_word(recorder, 0);
	put_word(recorder, recorder->nr_frames);
	put_word(recorder, recorder->digest);
	failed = outfile_close(&recorder->out, err);
	recorder_free(recorder);
	return failed;
}

void recorder_abort(struct recorder *recorder)
{
	if (!recorder)
		return;
	outfile_abort(&recorder->out);
	recorder_free(recorder);
}
