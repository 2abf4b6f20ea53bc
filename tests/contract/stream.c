/* SPDX-License-Identifier: BSD-2-Clause */
/* stream.c - keeping and replaying the calls of a run. */
#include <stdlib.h>
#include <string.h>

#include "rng.h"
#include "stream.h"

void stream_init(struct stream *s, uint32_t room)
{
	memset(s, 0, sizeof(*s));
	s->room = room;
	s->calls = calloc(room, sizeof(*s->calls));
	s->digests = calloc(room, sizeof(*s->digests));
	s->states = calloc(room / STREAM_HASH_EVERY + 2, sizeof(*s->states));
	if (!s->calls || !s->digests || !s->states)
		abort();
}

void stream_fini(struct stream *s)
{
	free(s->calls);
	free(s->digests);
	free(s->states);
}

void stream_start(struct stream *s, const struct sp_config *config, uint64_t seed, uint32_t kind)
{
	s->config = *config;
	s->seed = seed;
	s->kind = kind;
	s->nr = 0;
}

/* What does not fit is not kept; the run's end is then where the room ended. */
void stream_add(struct stream *s, const struct call *c, const struct sp_out *out, const void *state,
		size_t state_size)
{
	if (s->nr >= s->room)
		return;
	s->calls[s->nr] = *c;
	s->digests[s->nr] = call_digest(c, out);
	if (s->nr % STREAM_HASH_EVERY == 0)
		s->states[s->nr / STREAM_HASH_EVERY] = hash_bytes(0, state, state_size);
	s->nr++;
	if (s->nr == s->room)
		stream_end(s, state, state_size);
}

void stream_end(struct stream *s, const void *state, size_t state_size)
{
	s->states[s->room / STREAM_HASH_EVERY + 1] = hash_bytes(0, state, state_size);
}

/* All that sp_out_reset leaves alone; stamps must not match the coming epoch. */
static void poison(struct sp_out *out)
{
	uint32_t i;

	memset(out->notes, 0x5a, sizeof(out->notes));
	memset(out->marks, 0x5a, sizeof(out->marks));
	memset(out->kicks, 0, sizeof(out->kicks));
	for (i = 0; i < SP_OUT_PCPUS; i++)
		out->stamp[i] = out->epoch + 7 + i;
}

static uint64_t state_wanted(const struct stream *s, uint32_t at, int *is_hashed)
{
	*is_hashed = 1;
	if (at + 1 == s->nr)
		return s->states[s->room / STREAM_HASH_EVERY + 1];
	*is_hashed = at % STREAM_HASH_EVERY == 0;
	return s->states[at / STREAM_HASH_EVERY];
}

uint32_t player_play(struct player *p, uint32_t nr)
{
	const struct stream *s = p->stream;

	for (; nr && p->at < s->nr; nr--, p->at++) {
		struct call c = s->calls[p->at];
		uint64_t wanted;
		int is_hashed;

		if (p->poison)
			poison(p->out);
		sp_out_reset(p->out);
		call_make(p->policy, p->state, &s->config, &c, p->out);
		if (call_digest(&c, p->out) != s->digests[p->at])
			return p->at + 1;
		wanted = state_wanted(s, p->at, &is_hashed);
		if (is_hashed && wanted != hash_bytes(0, p->state, p->policy->state_size))
			return p->at + 1;
	}
	return 0;
}
