/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * conform.c - does this build of a policy, on this machine, do what it must?
 *
 *	conform_NAME --checks N [--seed S]	the contract tests, about N calls
 *	conform_NAME --digest N [--seed S]	digest of N generated calls and their answers:
 *						the same on every machine
 *	conform_NAME RECORD...			replays what another build recorded
 *	conform_NAME --table			name, callbacks and tunables
 *
 * Needs a C library and nothing else, so that it runs wherever a policy is ported
 * to.  Exit: 0 fine, 1 not, 2 wrong usage.
 */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "gen.h"
#include "replay.h"
#include "suite.h"

extern const struct sp_policy sp_this_policy;

/* -- the contract tests ------------------------------------------------------------ */

static int run_checks(uint64_t seed, uint64_t nr_calls)
{
	struct suite_config config = {.seed = seed, .nr_calls = nr_calls, .nr_short = 500};
	struct verdict *verdict = calloc(1, sizeof(*verdict));
	uint32_t i;
	int failed = 0;

	if (!verdict)
		abort();
	suite_run(&sp_this_policy, &config, verdict);
	for (i = 0; i < NR_CHECKS; i++) {
		const struct failure *f = &verdict->failures[i];

		if (!f->nr)
			continue;
		printf("not ok %s: %s (%s): seed %" PRIu64 ": %s\n", sp_this_policy.name,
		       check_name(i), check_text(i), f->seed, f->text);
		failed = 1;
	}
	if (!failed)
		printf("ok %s: %d checks over %" PRIu64 " calls in %" PRIu64 " runs\n",
		       sp_this_policy.name, NR_CHECKS, verdict->nr_calls, verdict->nr_runs);
	free(verdict);
	return failed;
}

/* -- the digest ---------------------------------------------------------------------- */

struct digester {
	struct observer observer; /* first */
	uint64_t digest;
	uint64_t nr_calls;
	uint8_t body[RECORD_MAX_BODY];
};

static void digest_call(struct observer *o, struct host *h, const struct call *c)
{
	struct digester *d = (struct digester *)o;
	struct record_call r;
	uint32_t size;

	record_of_call(&r, c, &h->plan->config);
	size = (uint32_t)(record_put_body(d->body, &r, h->out) - d->body);
	d->digest = record_digest(d->digest, d->body, size);
	d->nr_calls++;
}

static void digest_life(struct digester *d, uint64_t seed, uint32_t kind)
{
	void *state = calloc(1, sp_this_policy.state_size + 8u);
	struct host *h = calloc(1, sizeof(*h));
	struct sp_out *out = calloc(1, sizeof(*out));
	struct plan plan;

	if (!state || !h || !out)
		abort();
	plan_draw(&plan, &sp_this_policy, seed, kind);
	gen_start(h, &sp_this_policy, &plan, state, out, &d->observer);
	gen_populate(h);
	gen_run(h);
	gen_fini(h);
	free(state);
	free(h);
	free(out);
}

static int print_digest(uint64_t seed, uint64_t nr_calls)
{
	struct digester *d = calloc(1, sizeof(*d));
	uint64_t nr;

	if (!d)
		abort();
	d->observer.after = digest_call;
	d->digest = RECORD_DIGEST_START;
	for (nr = 0; d->nr_calls < nr_calls; nr++)
		digest_life(d, mix64(seed + nr) >> 16, nr < 100 ? PLAN_SHORT : PLAN_LONG);
	printf("digest %s seed %" PRIu64 ": %" PRIu64 " calls %016" PRIx64 "\n",
	       sp_this_policy.name, seed, d->nr_calls, d->digest);
	free(d);
	return 0;
}

/* -- replay ---------------------------------------------------------------------------- */

struct native {
	struct replay_target target; /* first */
	void *state;
	struct sp_out *out;
};

static int native_start(struct replay_target *target)
{
	struct native *n = (struct native *)target;

	memset(n->state, 0, sp_this_policy.state_size);
	memset(n->out, 0, sizeof(*n->out));
	return 0;
}

static int native_call(struct replay_target *target, const struct sp_config *config, struct call *c,
		       struct sp_out *out)
{
	struct native *n = (struct native *)target;

	if (!call_exists(&sp_this_policy, c->op))
		return -1;
	sp_out_reset(n->out);
	call_make(&sp_this_policy, n->state, config, c, n->out);
	*out = *n->out;
	return 0;
}

static int replay_file(const char *path)
{
	struct native n = {.target = {.name = "this build",
				      .start = native_start,
				      .call = native_call},
			   .state = calloc(1, sp_this_policy.state_size + 8u),
			   .out = calloc(1, sizeof(struct sp_out))};
	struct record_file file;
	int failed = 1;

	if (!n.state || !n.out)
		abort();
	if (!record_file_open(&file, path)) {
		if (strcmp(file.policy, sp_this_policy.name))
			printf("not ok: %s: is of policy %s, not %s\n", path, file.policy,
			       sp_this_policy.name);
		else
			failed = replay(&file, path, &n.target);
		record_file_close(&file);
	}
	free(n.state);
	free(n.out);
	return failed;
}

/* -- */

static int print_table(void)
{
	uint32_t i;

	printf("policy %s: %s\n", sp_this_policy.name, sp_this_policy.summary);
	printf("contract %u, caps 0x%x, state %u bytes (%u pCPUs, %u vCPUs)\n",
	       sp_this_policy.contract, sp_this_policy.caps, sp_this_policy.state_size,
	       (unsigned)SP_NR_PCPUS, (unsigned)SP_NR_VCPUS);
	for (i = 0; i < NR_OPS; i++)
		if (call_exists(&sp_this_policy, i))
			printf("callback %s\n", call_name(i));
	for (i = 0; i < sp_this_policy.nr_tunables; i++)
		printf("tunable %s %" PRIu64 "\n", sp_this_policy.tunables[i].name,
		       (uint64_t)sp_this_policy.tunables[i].preset);
	return 0;
}

static int usage(const char *program)
{
	fprintf(stderr,
		"usage: %s [--seed S] --checks N | --digest N | --table\n"
		"       %s RECORD...\n",
		program, program);
	return 2;
}

int main(int argc, char **argv)
{
	uint64_t seed = 1;
	int i, failed = 0, nr_done = 0;

	for (i = 1; i < argc; i++, nr_done++) {
		const char *value = i + 1 < argc ? argv[i + 1] : NULL;

		if (!strcmp(argv[i], "--table")) {
			failed |= print_table();
		} else if (argv[i][0] != '-') {
			failed |= replay_file(argv[i]);
		} else if (!value) {
			return usage(argv[0]);
		} else if (!strcmp(argv[i], "--seed")) {
			seed = strtoull(argv[++i], NULL, 0);
		} else if (!strcmp(argv[i], "--checks")) {
			failed |= run_checks(seed, strtoull(argv[++i], NULL, 0));
		} else if (!strcmp(argv[i], "--digest")) {
			failed |= print_digest(seed, strtoull(argv[++i], NULL, 0));
		} else {
			return usage(argv[0]);
		}
	}
	return nr_done ? failed : usage(argv[0]);
}
