/* SPDX-License-Identifier: BSD-2-Clause */
/* suite.c - the runs of suite.h, each checked, kept, and played again. */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "gen.h"
#include "suite.h"

#define ROOM 20000

/* What is needed for a run and for playing it again beside the one before. */
struct suite {
	const struct sp_policy *policy;
	struct verdict *verdict;
	struct expect expect;
	struct arena arena;
	struct watch watch;
	struct host host;
	struct plan plan;
	struct stream streams[2]; /* this run's and the one's before */
	uint32_t current;
	uint32_t has_previous;
	unsigned char *states[2];
	struct sp_out outs[2];
};

static void *zalloc(size_t size)
{
	void *p = calloc(1, size);

	if (!p)
		abort();
	return p;
}

static struct suite *suite_new(const struct sp_policy *policy, struct verdict *verdict)
{
	struct suite *s = zalloc(sizeof(*s));
	int i;

	s->policy = policy;
	s->verdict = verdict;
	expect_of(&s->expect, policy);
	arena_init(&s->arena, policy->state_size);
	watch_init(&s->watch, policy, &s->arena, verdict, &s->expect);
	for (i = 0; i < 2; i++) {
		stream_init(&s->streams[i], ROOM);
		s->states[i] = zalloc(policy->state_size + 8);
	}
	return s;
}

static void suite_free(struct suite *s)
{
	int i;

	for (i = 0; i < 2; i++) {
		stream_fini(&s->streams[i]);
		free(s->states[i]);
	}
	watch_fini(&s->watch);
	arena_fini(&s->arena);
	free(s);
}

/* -- playing again --------------------------------------------------------------- */

static struct player new_player(struct suite *s, uint32_t slot, const struct stream *stream)
{
	memset(s->states[slot], 0, s->policy->state_size);
	memset(&s->outs[slot], 0, sizeof(s->outs[slot]));
	return (struct player){.stream = stream,
			       .policy = s->policy,
			       .state = s->states[slot],
			       .out = &s->outs[slot]};
}

static int is_different(struct suite *s, const struct player *p, uint32_t check, uint32_t at)
{
	char text[120];

	if (!at)
		return 0;
	snprintf(text, sizeof(text), "played again, call %u (%s) answers otherwise", at,
		 call_name(p->stream->calls[at - 1].op));
	verdict_note(s->verdict, check, p->stream->seed, p->stream->kind, at, text);
	return 1;
}

/* This run and the one before, in turns of a few calls. */
static int interleave(struct suite *s, const struct stream *a, const struct stream *b)
{
	struct player players[2] = {new_player(s, 0, a), new_player(s, 1, b)};
	struct rng r = {.at = a->seed};
	uint32_t turn = 0;

	while (players[0].at < a->nr || players[1].at < b->nr) {
		struct player *p = &players[turn];

		if (is_different(s, p, CHECK_instances, player_play(p, 1 + rng_below(&r, 4))))
			return 1;
		turn ^= 1;
	}
	return 0;
}

static void play_again(struct suite *s)
{
	const struct stream *now = &s->streams[s->current], *old = &s->streams[!s->current];
	struct player p = new_player(s, 0, now);

	if (is_different(s, &p, CHECK_repeat, player_play(&p, now->nr)))
		return;
	p = new_player(s, 0, now);
	p.poison = 1;
	if (is_different(s, &p, CHECK_stale_out, player_play(&p, now->nr)))
		return;
	if (s->has_previous && !s->verdict->failures[CHECK_repeat].nr)
		interleave(s, now, old);
}

/* -- runs -------------------------------------------------------------------------- */

static void run(struct suite *s, uint64_t seed, uint32_t kind)
{
	struct host *h = &s->host;

	plan_draw(&s->plan, s->policy, seed, kind);
	watch_start(&s->watch, &s->plan, s->policy, kind, &s->streams[s->current]);
	gen_start(h, s->policy, &s->plan, s->arena.state, &s->arena.out->out, &s->watch.observer);
	gen_populate(h);
	gen_run(h);
	watch_end(&s->watch, h);
	gen_fini(h);
}

static int has_failed(const struct verdict *verdict)
{
	uint32_t i;

	for (i = 0; i < NR_CHECKS; i++)
		if (verdict->failures[i].nr)
			return 1;
	return 0;
}

static uint64_t seed_of(const struct suite_config *config, uint64_t nr)
{
	return mix64(config->seed + nr) >> 16; /* short enough to be typed */
}

static void check_counts(const struct sp_policy *policy, const struct suite_config *config,
			 struct verdict *verdict)
{
	char text[160];
	uint32_t i;

	for (i = 0; i < NR_OPS && config->least; i++) {
		if (!call_exists(policy, i) || verdict->ops[i] >= config->least)
			continue;
		snprintf(text, sizeof(text), "%s was called %" PRIu64 " times, not %u",
			 call_name(i), verdict->ops[i], config->least);
		verdict_note(verdict, CHECK_counts, config->seed, 0, 0, text);
	}
	for (i = 0; i < NR_FIELDS && config->uses; i++) {
		if (!strstr(config->uses, field_name(i)) || verdict->fields[i])
			continue;
		snprintf(text, sizeof(text), "%s is never set, though the policy uses it",
			 field_name(i));
		verdict_note(verdict, CHECK_counts, config->seed, 0, 0, text);
	}
}

/* A broken policy is known after a few failures; then the rest is not worth its time. */
#define ENOUGH 20

void suite_run(const struct sp_policy *policy, const struct suite_config *config,
	       struct verdict *verdict)
{
	struct suite *s = suite_new(policy, verdict);
	uint64_t nr;
	uint32_t nr_failed = 0;

	memset(verdict, 0, sizeof(*verdict));
	for (nr = 0; verdict->nr_calls < config->nr_calls && nr_failed < ENOUGH; nr++) {
		run(s, seed_of(config, nr), nr < config->nr_short ? PLAN_SHORT : PLAN_LONG);
		nr_failed += s->host.broken;
		if (!s->host.broken) {
			play_again(s);
			s->current ^= 1;
			s->has_previous = 1;
		}
		if (has_failed(verdict) && !s->host.broken && nr >= config->nr_short)
			nr_failed++;
	}
	if (!has_failed(verdict)) { /* else these would only repeat it */
		fair_check_shares(policy, config->seed, verdict);
		fair_check_charge(policy, config->seed, verdict);
		fair_check_caps(policy, config->seed, verdict);
		fair_check_returns(policy, config->seed, verdict);
		tunables_check(policy, config->seed, verdict);
		check_counts(policy, config, verdict);
	}
	suite_free(s);
}

void suite_replay(const struct sp_policy *policy, uint64_t seed, uint32_t kind, uint32_t stop_at,
		  uint32_t lines, FILE *f, struct verdict *verdict)
{
	struct suite *s = suite_new(policy, verdict);

	memset(verdict, 0, sizeof(*verdict));
	s->watch.trace = f;
	s->watch.trace_from = stop_at > lines ? stop_at - lines : 0;
	plan_draw(&s->plan, policy, seed, kind);
	plan_print(f, &s->plan, policy);
	s->plan.nr_calls = stop_at;
	watch_start(&s->watch, &s->plan, policy, kind, &s->streams[0]);
	gen_start(&s->host, policy, &s->plan, s->arena.state, &s->arena.out->out,
		  &s->watch.observer);
	gen_populate(&s->host);
	gen_run(&s->host);
	watch_end(&s->watch, &s->host);
	gen_fini(&s->host);
	if (!s->host.broken)
		play_again(s);
	suite_free(s);
}

void suite_print_counts(FILE *f, const struct sp_policy *policy, const struct verdict *verdict)
{
	uint32_t i;

	fprintf(f, "# %s: %" PRIu64 " calls in %" PRIu64 " runs:", policy->name, verdict->nr_calls,
		verdict->nr_runs);
	for (i = 0; i < NR_OPS; i++)
		if (call_exists(policy, i))
			fprintf(f, " %s %" PRIu64, call_name(i), verdict->ops[i]);
	fprintf(f, "\n# %s: set in sp_out:", policy->name);
	for (i = 0; i < NR_FIELDS; i++)
		fprintf(f, " %s %" PRIu64, field_name(i), verdict->fields[i]);
	fprintf(f, "\n");
}
