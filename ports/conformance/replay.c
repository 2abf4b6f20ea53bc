/* SPDX-License-Identifier: BSD-2-Clause */
/* replay.c - comparing a build's answers with those of a record. */
#include "replay.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct replayed {
	struct record_frame frame;
	struct sp_out out; /* what the target answers */
	struct sp_config config;
	uint8_t body[RECORD_MAX_BODY]; /* the same frame with that answer */
	uint64_t nr_calls, digest;
};

static int show(struct replayed *r, const char *path, const struct call *c)
{
	struct call recorded = *c;

	recorded.ret = r->frame.call.ret;
	printf("not ok: %s: instance %u answers otherwise (recorded answer first):\n", path,
	       r->frame.call.instance);
	call_print(stdout, (uint32_t)r->nr_calls, &recorded, &r->frame.out);
	call_print(stdout, (uint32_t)r->nr_calls, c, &r->out);
	return 1;
}

/* Encoded again with the target's answer, the frame must be the one in the file. */
static int play(struct replayed *r, const char *path, struct replay_target *target)
{
	struct record_call mine;
	struct call c;
	uint32_t size;

	call_of_record(&c, &r->config, &r->frame.call);
	c.ret = 0;
	if (target->call(target, &r->config, &c, &r->out)) {
		printf("not ok: %s: %s cannot be called in %s\n", path, call_name(c.op),
		       target->name);
		return 1;
	}
	record_of_call(&mine, &c, &r->config);
	mine.instance = r->frame.call.instance;
	size = (uint32_t)(record_put_body(r->body, &mine, &r->out) - r->body);
	r->nr_calls++;
	r->digest = record_digest(r->digest, r->body, size);
	if (size != r->frame.size || memcmp(r->body, r->frame.body, size))
		return show(r, path, &c);
	return 0;
}

static int play_instance(struct replayed *r, const struct record_file *file, const char *path,
			 uint32_t instance, struct replay_target *target)
{
	const uint8_t *at = file->first;

	if (target->start(target)) {
		printf("not ok: %s: %s gives no instance\n", path, target->name);
		return 1;
	}
	while (at < file->end) {
		at = record_frame_get(file, at, &r->frame);
		if (r->frame.call.instance == instance && play(r, path, target))
			return 1;
	}
	return 0;
}

int replay(const struct record_file *file, const char *path, struct replay_target *target)
{
	struct replayed *r = calloc(1, sizeof(*r));
	uint32_t i;
	int failed = 0;

	if (!r)
		abort();
	r->digest = RECORD_DIGEST_START;
	for (i = 0; i < file->nr_instances && !failed; i++)
		failed = play_instance(r, file, path, i, target);
	if (!failed)
		printf("ok %s: %s answers %" PRIu64 " calls of %s alike, digest %016" PRIx64 "\n",
		       file->policy, target->name, r->nr_calls, path, r->digest);
	free(r);
	return failed;
}
