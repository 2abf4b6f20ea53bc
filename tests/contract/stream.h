/* SPDX-License-Identifier: BSD-2-Clause */
/* stream.h - a run as a list of calls, to be played again. */
#ifndef STREAM_H
#define STREAM_H

#include "call.h"

/* The state is hashed after every so many calls: it costs more than a call. */
#define STREAM_HASH_EVERY 512u

struct stream {
	struct sp_config config;
	struct call *calls;
	uint64_t *digests; /* of what each call answered */
	uint64_t *states; /* hash after each STREAM_HASH_EVERY calls, and at the end */
	uint32_t nr;
	uint32_t room;
	uint64_t seed;
	uint32_t kind;
	uint32_t zero;
};

void stream_init(struct stream *s, uint32_t room);
void stream_fini(struct stream *s);
void stream_start(struct stream *s, const struct sp_config *config, uint64_t seed, uint32_t kind);
void stream_add(struct stream *s, const struct call *c, const struct sp_out *out, const void *state,
		size_t state_size);
/* The state at the end of the run. */
void stream_end(struct stream *s, const void *state, size_t state_size);

/* One stream being played again into an instance of its own. */
struct player {
	const struct stream *stream;
	const struct sp_policy *policy;
	void *state; /* zeroed */
	struct sp_out *out;
	uint32_t at;
	int poison; /* fill sp_out with rubbish before each call */
};

/* Play up to nr calls.  0, or 1 + the number of the call that answered otherwise. */
uint32_t player_play(struct player *p, uint32_t nr);

#endif
