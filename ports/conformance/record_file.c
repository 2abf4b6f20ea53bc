/* SPDX-License-Identifier: BSD-2-Clause */
/* record_file.c - reading conformance records; a hostile one ends in a message. */
#include "record_file.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define MOST_BYTES (256u << 20)
#define MOST_INSTANCES 4096u

/* One numbering: that of the record is for ever, that of the tests must follow. */
#define SAME_OP(name, nr)                                                                          \
	_Static_assert((int)RECORD_##name == (int)OP_##name, "RECORD_OPS and CALL_OPS differ");
RECORD_OPS(SAME_OP)
#undef SAME_OP
_Static_assert((int)RECORD_NR_OPS == (int)NR_OPS, "RECORD_OPS and CALL_OPS differ");

/* -- calls --------------------------------------------------------------------- */

/* The calls about single vCPUs and pCPUs, but for those that bring or change them. */
static void args_of_event(uint64_t *a, const struct call *c)
{
	switch (c->op) {
	case OP_vcpu_wake:
		a[0] = c->vcpu, a[1] = c->u.wake.reason, a[2] = c->u.wake.waker;
		a[3] = c->u.wake.waker_pcpu;
		break;
	case OP_vcpu_stopped:
		a[0] = c->u.stint.vcpu, a[1] = c->u.stint.pcpu, a[2] = c->u.stint.why;
		a[3] = c->u.stint.ran_ns;
		break;
	case OP_tick:
		a[0] = c->u.tick.pcpu, a[1] = c->u.tick.vcpu, a[2] = c->u.tick.ran_ns;
		break;
	case OP_vcpu_ipi:
		a[0] = c->u.ipi.from, a[1] = c->u.ipi.to, a[2] = c->u.ipi.waits;
		break;
	case OP_vcpu_spin:
	case OP_vcpu_yield_to:
		a[0] = c->vcpu, a[1] = c->other;
		break;
	case OP_pcpu_offline:
	case OP_pick_next:
		a[0] = c->pcpu;
		break;
	case OP_vm_remove:
		a[0] = c->vm;
		break;
	case OP_vcpu_remove:
	case OP_vcpu_block:
		a[0] = c->vcpu;
		break;
	default: /* timer */
		break;
	}
}

void record_of_call(struct record_call *r, const struct call *c, const struct sp_config *config)
{
	const struct sp_vcpu_config *v = &c->u.vcpu;
	uint64_t *a = r->args;

	memset(r, 0, sizeof(*r));
	r->op = c->op;
	r->now_ns = c->now_ns;
	r->ret = c->ret;
	switch (c->op) {
	case OP_init:
		r->now_ns = 0; /* init is given no instant */
		a[0] = config->seed;
		memcpy(a + 1, config->tunables, sizeof(config->tunables));
		break;
	case OP_pcpu_online:
		a[0] = c->pcpu, a[1] = c->u.topo.core, a[2] = c->u.topo.llc;
		a[3] = c->u.topo.socket;
		break;
	case OP_vm_add:
		a[0] = c->vm, a[1] = c->u.vm.width, a[2] = c->u.vm.weight;
		a[3] = c->u.vm.quota_ns, a[4] = c->u.vm.period_ns, a[5] = c->u.vm.burst_ns;
		break;
	case OP_vcpu_add:
		a[0] = c->vcpu, a[1] = v->vm, a[2] = v->weight, a[3] = v->affinity.first;
		a[4] = v->affinity.nr;
		break;
	case OP_vm_set_weight:
		a[0] = c->vm, a[1] = c->weight;
		break;
	case OP_vcpu_set_weight:
		a[0] = c->vcpu, a[1] = c->weight;
		break;
	case OP_vcpu_set_affinity:
		a[0] = c->vcpu, a[1] = c->u.affinity.first, a[2] = c->u.affinity.nr;
		break;
	default:
		args_of_event(a, c);
		break;
	}
}

void call_of_record(struct call *c, struct sp_config *config, const struct record_call *r)
{
	const uint64_t *a = r->args;
	uint32_t id = (uint32_t)a[0], a1 = (uint32_t)a[1], a2 = (uint32_t)a[2];
	uint32_t a3 = (uint32_t)a[3];

	memset(c, 0, sizeof(*c));
	c->op = r->op;
	c->now_ns = r->now_ns;
	c->ret = r->ret;
	/* Each is what the first argument names for some callbacks; the others ignore it. */
	c->pcpu = c->vcpu = c->vm = id;
	c->other = c->weight = a1;
	switch (r->op) {
	case RECORD_init:
		config->seed = a[0];
		memcpy(config->tunables, a + 1, sizeof(config->tunables));
		break;
	case RECORD_pcpu_online:
		c->u.topo = (struct sp_topo){.core = a1, .llc = a2, .socket = a3};
		break;
	case RECORD_vm_add:
		c->u.vm = (struct sp_vm_config){.width = a1,
						.weight = a2,
						.quota_ns = a[3],
						.period_ns = a[4],
						.burst_ns = a[5]};
		break;
	case RECORD_vcpu_add:
		c->u.vcpu = (struct sp_vcpu_config){.vm = a1, .weight = a2};
		c->u.vcpu.affinity = (struct sp_affinity){.first = a3, .nr = (uint32_t)a[4]};
		break;
	case RECORD_vcpu_wake:
		c->u.wake = (struct sp_wake){.reason = a1, .waker = a2, .waker_pcpu = a3};
		break;
	case RECORD_vcpu_stopped:
		c->u.stint = (struct sp_stint){.vcpu = id, .pcpu = a1, .why = a2, .ran_ns = a[3]};
		break;
	case RECORD_tick:
		c->u.tick = (struct sp_tick){.pcpu = id, .vcpu = a1, .ran_ns = a[2]};
		break;
	case RECORD_vcpu_ipi:
		c->u.ipi = (struct sp_ipi){.from = id, .to = a1, .waits = a2};
		break;
	case RECORD_vcpu_set_affinity:
		c->u.affinity = (struct sp_affinity){.first = a1, .nr = a2};
		break;
	default:
		break;
	}
}

/* -- the file -------------------------------------------------------------------- */

static int refuse(const char *path, const char *what, uint64_t frame)
{
	printf("not ok: %s: %s", path, what);
	if (frame)
		printf(" (frame %" PRIu64 ")", frame);
	printf("\n");
	return -1;
}

static int refuse_version(const char *path, const char *of, uint64_t found, uint32_t known)
{
	printf("not ok: %s: is of version %" PRIu64 " of the %s, this build knows %u\n", path,
	       found, of, known);
	return -1;
}

static int slurp(const char *path, uint8_t **bytes, size_t *size)
{
	FILE *f = fopen(path, "rb");
	size_t room = 1 << 16, n;

	*bytes = NULL;
	*size = 0;
	if (!f)
		return refuse(path, "cannot be opened", 0);
	do {
		uint8_t *more = realloc(*bytes, room *= 2);

		if (!more)
			abort();
		*bytes = more;
		n = fread(*bytes + *size, 1, room - *size, f);
		*size += n;
	} while (n && *size < MOST_BYTES);
	fclose(f);
	return n ? refuse(path, "is too long", 0) : 0;
}

static int read_header(struct record_file *file, struct record_reader *r, const char *path)
{
	size_t magic = strlen(RECORD_MAGIC);
	uint64_t version;
	uint32_t length;

	if ((size_t)(r->end - r->at) < magic || memcmp(r->at, RECORD_MAGIC, magic))
		return refuse(path, "is no conformance record", 0);
	r->at += magic;
	version = record_get(r);
	if (version != RECORD_VERSION)
		return refuse_version(path, "format", version, RECORD_VERSION);
	version = record_get(r);
	if (version != SP_CONTRACT_VERSION)
		return refuse_version(path, "contract", version, SP_CONTRACT_VERSION);
	file->nr_pcpus = record_get_below(r, 32768);
	file->nr_vcpus = record_get_below(r, 32768);
	file->nr_instances = record_get_below(r, MOST_INSTANCES);
	length = record_get_below(r, sizeof(file->policy) - 1);
	if (r->bad || (size_t)(r->end - r->at) < length)
		return refuse(path, "has a broken header", 0);
	memcpy(file->policy, r->at, length);
	r->at += length;
	if (file->nr_pcpus <= SP_NR_PCPUS && file->nr_vcpus <= SP_NR_VCPUS)
		return 0;
	printf("not ok: %s: needs room for %u pCPUs and %u vCPUs, this build has %u and %u\n", path,
	       file->nr_pcpus, file->nr_vcpus, (unsigned)SP_NR_PCPUS, (unsigned)SP_NR_VCPUS);
	return -1;
}

/* Ids that this build has no room for would hit others. */
static int ids_fit(const struct record_file *file, const struct record_call *c)
{
	/* What argument 0 names, op by op: a pCPU, a VM (as many as vCPUs), a vCPU. */
	static const char kinds[RECORD_NR_OPS + 1] = "-ppmmvvvvvp-pvvmvv";
	char kind = kinds[c->op];
	uint32_t most = kind == 'p' ? file->nr_pcpus : file->nr_vcpus;

	if (c->instance >= file->nr_instances)
		return 0;
	if (kind != '-' && c->args[0] >= most)
		return 0;
	if (c->op == RECORD_vcpu_stopped)
		return c->args[1] < file->nr_pcpus;
	return c->op != RECORD_vcpu_add || c->args[1] < file->nr_vcpus;
}

const uint8_t *record_frame_get(const struct record_file *file, const uint8_t *at,
				struct record_frame *frame)
{
	struct record_reader r = {.at = at, .end = file->end};

	memset(&frame->call, 0, sizeof(frame->call));
	frame->size = (uint32_t)record_get(&r);
	frame->body = r.at;
	r.end = r.at + frame->size;
	record_get_body(&r, &frame->call, &frame->out);
	return frame->body + frame->size;
}

/* Every frame up to the end mark. */
static int read_frames(struct record_file *file, struct record_reader *r, const char *path)
{
	struct record_frame *frame = calloc(1, sizeof(*frame));
	uint64_t nr = 0, digest = RECORD_DIGEST_START, size;

	if (!frame)
		abort();
	file->first = r->at;
	for (;;) {
		struct record_reader body;

		file->end = r->at;
		size = record_get(r);
		if (r->bad || !size)
			break;
		nr++;
		r->bad |= size > (uint64_t)(r->end - r->at);
		if (r->bad)
			break;
		body = (struct record_reader){.at = r->at, .end = r->at + size};
		record_get_body(&body, &frame->call, &frame->out);
		r->bad |= body.bad || !ids_fit(file, &frame->call);
		if (r->bad)
			break;
		digest = record_digest(digest, r->at, (uint32_t)size);
		r->at += size;
	}
	free(frame);
	if (r->bad)
		return refuse(path, "is broken", nr);
	file->nr_frames = nr;
	if (record_get(r) != nr || record_get(r) != digest || r->bad || r->at != r->end)
		return refuse(path, "is incomplete, or was changed", 0);
	return 0;
}

int record_file_open(struct record_file *file, const char *path)
{
	struct record_reader r;
	size_t size;

	memset(file, 0, sizeof(*file));
	if (slurp(path, &file->bytes, &size)) {
		record_file_close(file);
		return -1;
	}
	r = (struct record_reader){.at = file->bytes, .end = file->bytes + size};
	if (read_header(file, &r, path) || read_frames(file, &r, path)) {
		record_file_close(file);
		return -1;
	}
	return 0;
}

void record_file_close(struct record_file *file)
{
	free(file->bytes);
	file->bytes = NULL;
}
