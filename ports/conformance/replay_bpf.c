/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * replay_bpf.c - records played into a policy that runs as BPF in this kernel.
 *
 *	replay_bpf_NAME OBJECT... -- RECORD...
 *
 * The objects are those that tests/bpf loads (policy_bpf.c: one program a callback,
 * called under the instance's lock).  Exit: 0 fine, 1 not, 77 cannot be tried.
 */
#include <stdlib.h>
#include <string.h>

#include <bpf/bpf.h>
#include <bpf/libbpf.h>

#include "bpf_context.h"
#include "bpf_probe.h"
#include "replay.h"

extern const struct sp_policy sp_this_policy;

struct bpf_target {
	struct replay_target target; /* first */
	struct bpf_object *object;
	int programs[NR_OPS];
	int map;
	struct bpf_image image;
};

static int open_object(struct bpf_target *b, const char *path)
{
	uint32_t op;

	b->target.name = path;
	b->object = bpf_object__open(path);
	if (!b->object || bpf_object__load(b->object)) {
		printf("not ok: %s: cannot be loaded\n", path);
		return -1;
	}
	for (op = 0; op < NR_OPS; op++) {
		struct bpf_program *program;
		char name[64];

		snprintf(name, sizeof(name), "bpf_%s", call_name(op));
		program = bpf_object__find_program_by_name(b->object, name);
		b->programs[op] = program ? bpf_program__fd(program) : -1;
	}
	b->map = bpf_object__find_map_fd_by_name(b->object, "instance");
	return b->map < 0 ? -1 : 0;
}

static int bpf_start(struct replay_target *target)
{
	struct bpf_target *b = (struct bpf_target *)target;
	uint32_t key = 0;

	memset(&b->image, 0, sizeof(b->image));
	return bpf_map_update_elem(b->map, &key, &b->image, BPF_ANY);
}

static int run_program(int fd, void *context, uint32_t size)
{
	LIBBPF_OPTS(bpf_test_run_opts, opts, .ctx_in = context, .ctx_size_in = size);

	return fd < 0 || bpf_prog_test_run_opts(fd, &opts) || opts.retval ? -1 : 0;
}

static int bpf_call(struct replay_target *target, const struct sp_config *config, struct call *c,
		    struct sp_out *out)
{
	struct bpf_target *b = (struct bpf_target *)target;

	/* A callback that the policy has not is an empty program there. */
	if (!call_exists(&sp_this_policy, c->op))
		return -1;
	if (c->op == OP_init) {
		struct bpf_init_context context = {.config = *config};

		if (run_program(b->programs[c->op], &context, sizeof(context)))
			return -1;
		c->ret = context.ret;
		sp_out_reset(out); /* init has none */
	} else {
		struct bpf_context context = {.call = *c};

		if (run_program(b->programs[c->op], &context, sizeof(context)))
			return -1;
		c->ret = context.call.ret;
		*out = context.out;
	}
	return 0;
}

static int replay_object(const char *object, char **records)
{
	struct bpf_target *b = calloc(1, sizeof(*b));
	int failed;

	if (!b)
		abort();
	b->target.start = bpf_start;
	b->target.call = bpf_call;
	failed = open_object(b, object) != 0;
	for (; !failed && *records; records++) {
		struct record_file file;

		failed = record_file_open(&file, *records) != 0;
		if (failed)
			break;
		failed = strcmp(file.policy, sp_this_policy.name) != 0;
		if (failed)
			printf("not ok: %s: is of policy %s\n", *records, file.policy);
		else
			failed = replay(&file, *records, &b->target);
		record_file_close(&file);
	}
	bpf_object__close(b->object);
	free(b);
	return failed;
}

int main(int argc, char **argv)
{
	const char *reason = bpf_probe();
	int i, dashes = 1, failed = 0;

	while (dashes < argc && strcmp(argv[dashes], "--"))
		dashes++;
	if (dashes < 2 || dashes + 1 >= argc) {
		fprintf(stderr, "usage: %s OBJECT... -- RECORD...\n", argv[0]);
		return 2;
	}
	if (reason) {
		printf("SKIP ports-conformance-bpf: %s\n", reason);
		return 77;
	}
	for (i = 1; i < dashes; i++)
		failed |= replay_object(argv[i], argv + dashes + 1);
	return failed;
}
