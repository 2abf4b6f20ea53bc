/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * record.c - what passes through the policy's table goes out, byte by byte, by the second
 * serial line: a conformance record (record.h tells the format).
 */
#include "host.h"

static void put_bytes(const struct recorded *r, const void *bytes, sp_u32 size)
{
	const sp_u8 *at = bytes;

	while (r->is_heard && size--)
		serial_put_record(*at++);
}

static void put_word(const struct recorded *r, sp_u64 word)
{
	sp_u8 bytes[RECORD_WORD_BYTES];

	put_bytes(r, bytes, (sp_u32)(record_put(bytes, word) - bytes));
}

static void put(struct recorded *r, sp_u32 op, sp_u64 now_ns, const sp_u64 *args, sp_s32 ret,
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

static struct recorded *recorded_of(void *st)
{
	return st;
}

#include "record_calls.c"

void record_begin(struct host *h, const struct sp_policy *policy)
{
	struct recorded *r = &h->recorder;
	sp_u32 length = 0;

	*r = (struct recorded){.policy = policy,
			       .state = h->state,
			       .digest = RECORD_DIGEST_START,
			       .is_heard = serial_has_record() != 0};
	h->table = *policy;
	record_calls(&h->table);
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
	const struct recorded *r = &h->recorder;

	if (!r->policy)
		return;
	put_word(r, 0);
	put_word(r, r->nr_frames);
	put_word(r, r->digest);
}
