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

static struct recorded *recorded_of(void *st)
{
	return ((struct recorded_state *)st)->recorded;
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

#include "../../../ports/conformance/record_calls.c"

/* -- life ------------------------------------------------------------------------- */

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
	record_calls(&in->table);
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
