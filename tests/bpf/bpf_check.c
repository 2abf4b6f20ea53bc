/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * bpf_check.c - one policy as BPF: does the verifier take it, at what price, and
 * does it then answer as the native build does?
 *
 *	bpf_check_NAME [--events N] [--seed N] OBJECT
 *
 * The generator of tests/contract drives the native build; an observer repeats each
 * call under BPF_PROG_TEST_RUN and compares return value and sp_out, all of it, and
 * every so often the state, byte by byte.  Exit: 0 fine, 1 not, 77 cannot be tried.
 */
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include <bpf/bpf.h>
#include <bpf/libbpf.h>

#include "bpf_context.h"
#include "bpf_probe.h"
#include "gen.h"

extern const struct sp_policy sp_this_policy;

#define INSNS_MAX 200000
#define LOG_SIZE (1u << 20)
#define STATE_EVERY 500u

struct bpf_twin {
	struct observer observer; /* first */
	int programs[NR_OPS];
	int map;
	uint64_t nr_calls;
	uint64_t nr_states;
	uint64_t hash; /* of all states compared */
	struct bpf_image image;
};

/* -- loading --------------------------------------------------------------------- */

static int print_warning(enum libbpf_print_level level, const char *format, va_list args)
{
	return level == LIBBPF_WARN ? vfprintf(stderr, format, args) : 0;
}

static struct bpf_program *find_program(struct bpf_object *object, uint32_t op)
{
	char name[64];

	snprintf(name, sizeof(name), "bpf_%s", call_name(op));
	return bpf_object__find_program_by_name(object, name);
}

/* Instructions that the verifier walked through, as its own log says. */
static long verified_insns(const char *log)
{
	const char *at = strstr(log, "processed ");

	return at ? atol(at + strlen("processed ")) : -1;
}

/* The last words of a log, where the verifier says what it does not like. */
static void print_tail(const char *log)
{
	size_t size = strlen(log), most = 1200;
	const char *at = size > most ? log + size - most : log;

	for (; *at; at += strcspn(at, "\n"), at += *at == '\n')
		printf("#     | %.*s\n", (int)strcspn(at, "\n"), at);
}

static int judge_price(uint32_t op, const char *log, int refused)
{
	long insns = verified_insns(log);
	int fine = insns >= 0 && insns <= INSNS_MAX;

	if (!*log)
		printf("#   %-18s not tried\n", call_name(op));
	else
		printf("#   %-18s %7ld verified instructions%s\n", call_name(op), insns,
		       fine ? "" : "  <-- too many");
	if (refused && *log && strncmp(log, "verification time", 17))
		print_tail(log);
	return fine ? 0 : 1;
}

static int load(struct bpf_object *object, char *logs)
{
	uint32_t op;
	int failed = 0, error;

	for (op = 0; op < NR_OPS; op++) {
		struct bpf_program *program = find_program(object, op);

		if (!program) {
			printf("not ok: no program for %s\n", call_name(op));
			return 1;
		}
		bpf_program__set_log_buf(program, logs + (size_t)op * LOG_SIZE, LOG_SIZE);
		bpf_program__set_log_level(program, 4); /* figures only */
	}
	error = bpf_object__load(object);
	for (op = 0; op < NR_OPS; op++)
		if (call_exists(&sp_this_policy, op))
			failed |= judge_price(op, logs + (size_t)op * LOG_SIZE, error);
	if (error)
		printf("not ok: the verifier refuses it: %s\n", strerror(-error));
	return error || failed;
}

static void find_parts(struct bpf_twin *twin, struct bpf_object *object)
{
	uint32_t op;

	for (op = 0; op < NR_OPS; op++)
		twin->programs[op] = bpf_program__fd(find_program(object, op));
	twin->map = bpf_object__find_map_fd_by_name(object, "instance");
}

/* -- the twin ---------------------------------------------------------------------- */

static int run_program(int fd, void *context, uint32_t size)
{
	LIBBPF_OPTS(bpf_test_run_opts, opts, .ctx_in = context, .ctx_size_in = size);

	return bpf_prog_test_run_opts(fd, &opts) || opts.retval;
}

static void differ(struct host *h, const struct call *c, const char *what)
{
	h->broken = 1;
	printf("not ok: seed %" PRIu64 ", call %u (%s): %s\n", h->plan->seed, h->nr_calls,
	       call_name(c->op), what);
}

static void compare_state(struct bpf_twin *twin, struct host *h, const struct call *c)
{
	const unsigned char *native = h->state, *ours = twin->image.state;
	uint32_t key = 0, i;

	if (bpf_map_lookup_elem(twin->map, &key, &twin->image)) {
		differ(h, c, "the map cannot be read");
		return;
	}
	for (i = 0; i < h->policy->state_size; i++) {
		if (native[i] == ours[i])
			continue;
		printf("# state byte %u: native %u, BPF %u\n", i, native[i], ours[i]);
		differ(h, c, "the states differ");
		return;
	}
	twin->nr_states++;
	twin->hash = hash_bytes(twin->hash, native, h->policy->state_size);
}

static void twin_init(struct bpf_twin *twin, struct host *h, const struct call *c)
{
	struct bpf_init_context context = {.config = h->plan->config};
	uint32_t key = 0;

	memset(&twin->image, 0, sizeof(twin->image));
	twin->image.out = *h->out; /* as it is before the first call */
	if (bpf_map_update_elem(twin->map, &key, &twin->image, BPF_ANY) ||
	    run_program(twin->programs[OP_init], &context, sizeof(context)))
		differ(h, c, "the program does not run");
	else if (context.ret != c->ret || context.state_size != h->policy->state_size)
		differ(h, c, "init answers otherwise");
}

static void after(struct observer *o, struct host *h, const struct call *c)
{
	struct bpf_twin *twin = (struct bpf_twin *)o;
	struct bpf_context context = {.call = *c};

	twin->nr_calls++;
	if (c->op == OP_init) {
		twin_init(twin, h, c);
		return;
	}
	context.call.ret = 0;
	if (run_program(twin->programs[c->op], &context, sizeof(context))) {
		differ(h, c, "the program does not run");
		return;
	}
	if (context.call.ret != c->ret || memcmp(&context.out, h->out, sizeof(context.out))) {
		call_print(stdout, h->nr_calls, c, h->out);
		call_print(stdout, h->nr_calls, &context.call, &context.out);
		differ(h, c, "the answers differ (native first)");
	} else if (twin->nr_calls % STATE_EVERY == 0) {
		compare_state(twin, h, c);
	}
}

/* One life, native and BPF side by side.  0 if they agree. */
static int live(struct bpf_twin *twin, uint64_t seed, uint32_t kind)
{
	void *state = calloc(1, sp_this_policy.state_size + 8);
	struct host *h = calloc(1, sizeof(*h));
	struct sp_out *out = calloc(1, sizeof(*out));
	struct call end = {.op = NR_OPS};
	struct plan plan;
	int failed;

	if (!state || !h || !out)
		abort();
	plan_draw(&plan, &sp_this_policy, seed, kind);
	gen_start(h, &sp_this_policy, &plan, state, out, &twin->observer);
	gen_populate(h);
	gen_run(h);
	if (!h->broken)
		compare_state(twin, h, &end);
	failed = (int)h->broken;
	gen_fini(h);
	free(state);
	free(h);
	free(out);
	return failed;
}

static int compare(struct bpf_twin *twin, uint64_t seed, uint64_t nr_calls)
{
	uint64_t nr;

	for (nr = 0; twin->nr_calls < nr_calls; nr++)
		if (live(twin, mix64(seed + nr) >> 16, nr < 100 ? PLAN_SHORT : PLAN_LONG))
			return 1;
	printf("ok %s: %" PRIu64 " calls answered alike, %" PRIu64
	       " states compared, hash %016" PRIx64 "\n",
	       sp_this_policy.name, twin->nr_calls, twin->nr_states, twin->hash);
	return 0;
}

/* -- */

static int check_object(const char *path, uint64_t seed, uint64_t nr_calls)
{
	struct bpf_object *object = bpf_object__open(path);
	struct bpf_twin *twin = calloc(1, sizeof(*twin));
	char *logs = calloc(NR_OPS, LOG_SIZE);
	int failed;

	if (!twin || !logs)
		abort();
	printf("# %s\n", path);
	failed = !object || sp_this_policy.state_size > BPF_STATE_MAX || load(object, logs);
	if (!failed) {
		printf("ok %s: the verifier takes every callback, under the lock\n",
		       sp_this_policy.name);
		twin->observer.after = after;
		find_parts(twin, object);
		failed = compare(twin, seed, nr_calls);
	}
	bpf_object__close(object);
	free(twin);
	free(logs);
	return failed;
}

int main(int argc, char **argv)
{
	uint64_t seed = 1, nr_calls = 100000;
	const char *reason = bpf_probe();
	int i, failed = 0, nr_objects = 0;

	if (reason) {
		printf("SKIP bpf: %s\n", reason);
		return 77;
	}
	libbpf_set_print(print_warning);
	for (i = 1; i < argc; i++) {
		if (!strcmp(argv[i], "--seed") && i + 1 < argc)
			seed = strtoull(argv[++i], NULL, 0);
		else if (!strcmp(argv[i], "--events") && i + 1 < argc)
			nr_calls = strtoull(argv[++i], NULL, 0);
		else {
			failed |= check_object(argv[i], seed, nr_calls);
			nr_objects++;
		}
	}
	return failed || !nr_objects;
}
