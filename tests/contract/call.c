/* SPDX-License-Identifier: BSD-2-Clause */
/* call.c - making, hashing and printing the calls of call.h. */
#include <inttypes.h>
#include <string.h>

#include "call.h"
#include "rng.h"

const char *call_name(uint32_t op)
{
#define CALL_NAME(op) #op,
	static const char *const names[] = {CALL_OPS(CALL_NAME)};

	return op < NR_OPS ? names[op] : "?";
}

int call_exists(const struct sp_policy *policy, uint32_t op)
{
#define CALL_EXISTS(op)                                                                            \
	case OP_##op:                                                                              \
		return policy->op != NULL;

	switch (op) {
		CALL_OPS(CALL_EXISTS)
	}
	return 0;
}

/* The calls about the pool: pCPUs, VMs, vCPUs that come, go or change. */
static void make_pool_call(const struct sp_policy *policy, void *st, struct call *c,
			   struct sp_out *out)
{
	sp_u64 now = c->now_ns;

	switch (c->op) {
	case OP_pcpu_online:
		c->ret = policy->pcpu_online(st, c->pcpu, &c->u.topo, now, out);
		break;
	case OP_pcpu_offline:
		policy->pcpu_offline(st, c->pcpu, now, out);
		break;
	case OP_vm_add:
		c->ret = policy->vm_add(st, c->vm, &c->u.vm, now, out);
		break;
	case OP_vm_remove:
		policy->vm_remove(st, c->vm, now, out);
		break;
	case OP_vcpu_add:
		c->ret = policy->vcpu_add(st, c->vcpu, &c->u.vcpu, now, out);
		break;
	case OP_vcpu_remove:
		policy->vcpu_remove(st, c->vcpu, now, out);
		break;
	case OP_vm_set_weight:
		c->ret = policy->vm_set_weight(st, c->vm, c->weight, now, out);
		break;
	case OP_vcpu_set_weight:
		c->ret = policy->vcpu_set_weight(st, c->vcpu, c->weight, now, out);
		break;
	case OP_vcpu_set_affinity:
		c->ret = policy->vcpu_set_affinity(st, c->vcpu, &c->u.affinity, now, out);
		break;
	}
}

void call_make(const struct sp_policy *policy, void *st, const struct sp_config *config,
	       struct call *c, struct sp_out *out)
{
	sp_u64 now = c->now_ns;

	c->ret = 0;
	switch (c->op) {
	case OP_init:
		c->ret = policy->init(st, config);
		break;
	case OP_vcpu_wake:
		policy->vcpu_wake(st, c->vcpu, &c->u.wake, now, out);
		break;
	case OP_vcpu_block:
		policy->vcpu_block(st, c->vcpu, now, out);
		break;
	case OP_vcpu_stopped:
		policy->vcpu_stopped(st, &c->u.stint, now, out);
		break;
	case OP_pick_next:
		policy->pick_next(st, c->pcpu, now, out);
		break;
	case OP_timer:
		policy->timer(st, now, out);
		break;
	case OP_tick:
		policy->tick(st, &c->u.tick, now, out);
		break;
	case OP_vcpu_spin:
		policy->vcpu_spin(st, c->vcpu, c->other, now, out);
		break;
	case OP_vcpu_yield_to:
		policy->vcpu_yield_to(st, c->vcpu, c->other, now, out);
		break;
	case OP_vcpu_ipi:
		policy->vcpu_ipi(st, &c->u.ipi, now, out);
		break;
	default:
		make_pool_call(policy, st, c, out);
	}
}

uint64_t hash_bytes(uint64_t seed, const void *bytes, size_t size)
{
	const unsigned char *at = bytes;
	uint64_t h = seed ^ size, word;

	for (; size >= 8; size -= 8, at += 8) {
		memcpy(&word, at, 8);
		h = (h ^ word) * 0x9e3779b97f4a7c15u;
		h ^= h >> 29;
	}
	for (; size; size--, at++)
		h = (h ^ *at) * 0x9e3779b97f4a7c15u;
	return mix64(h);
}

uint64_t call_digest(const struct call *c, const struct sp_out *out)
{
	uint64_t head[] = {c->op,	  (uint32_t)c->ret,  out->next,
			   out->kick_all, out->run_until_ns, out->timer_ns,
			   out->nr_kicks, out->nr_notes,     out->nr_marks,
			   out->nr_lost};
	uint32_t nr_kicks = out->nr_kicks < SP_OUT_PCPUS ? out->nr_kicks : SP_OUT_PCPUS;
	uint32_t nr_notes = out->nr_notes < SP_OUT_NOTES ? out->nr_notes : SP_OUT_NOTES;
	uint32_t nr_marks = out->nr_marks < SP_OUT_MARKS ? out->nr_marks : SP_OUT_MARKS;
	uint64_t h = hash_bytes(c->now_ns, head, sizeof(head));

	if (nr_kicks)
		h = hash_bytes(h, out->kicks, nr_kicks * sizeof(out->kicks[0]));
	if (nr_notes)
		h = hash_bytes(h, out->notes, nr_notes * sizeof(out->notes[0]));
	if (nr_marks)
		h = hash_bytes(h, out->marks, nr_marks * sizeof(out->marks[0]));
	return h;
}

static void print_id(FILE *f, const char *what, uint32_t id)
{
	if (id == SP_NONE)
		fprintf(f, " %s none", what);
	else
		fprintf(f, " %s %" PRIu32, what, id);
}

/* What a call is given, each callback in its own words. */
static void print_args(FILE *f, const struct call *c)
{
	static const char *const whys[] = {"blocked", "preempted", "yielded", "slice", "stolen"};
	static const char *const reasons[] = {"unknown", "timer", "ipi", "kick", "device"};

	switch (c->op) {
	case OP_pcpu_online:
		fprintf(f, " p%u core %u llc %u socket %u", c->pcpu, c->u.topo.core, c->u.topo.llc,
			c->u.topo.socket);
		break;
	case OP_pcpu_offline:
	case OP_pick_next:
		fprintf(f, " p%u", c->pcpu);
		break;
	case OP_vm_add:
		fprintf(f, " vm %u width %u weight %u quota %llu us of %llu burst %llu", c->vm,
			c->u.vm.width, c->u.vm.weight, (unsigned long long)c->u.vm.quota_ns / 1000,
			(unsigned long long)c->u.vm.period_ns / 1000,
			(unsigned long long)c->u.vm.burst_ns / 1000);
		break;
	case OP_vcpu_add:
		fprintf(f, " v%u vm %u weight %u affinity %u+%u", c->vcpu, c->u.vcpu.vm,
			c->u.vcpu.weight, c->u.vcpu.affinity.first, c->u.vcpu.affinity.nr);
		break;
	case OP_vcpu_wake:
		fprintf(f, " v%u %s", c->vcpu, reasons[c->u.wake.reason % 5]);
		print_id(f, "by", c->u.wake.waker);
		print_id(f, "at p", c->u.wake.waker_pcpu);
		break;
	case OP_vcpu_stopped:
		fprintf(f, " v%u p%u %s ran %" PRIu64, c->u.stint.vcpu, c->u.stint.pcpu,
			whys[c->u.stint.why % 5], c->u.stint.ran_ns);
		break;
	case OP_tick:
		fprintf(f, " p%u ran %" PRIu64, c->u.tick.pcpu, c->u.tick.ran_ns);
		print_id(f, "v", c->u.tick.vcpu);
		break;
	case OP_vcpu_spin:
	case OP_vcpu_yield_to:
		fprintf(f, " v%u", c->vcpu);
		print_id(f, "for", c->other);
		break;
	case OP_vcpu_ipi:
		fprintf(f, " v%u to v%u%s", c->u.ipi.from, c->u.ipi.to,
			c->u.ipi.waits ? " waits" : "");
		break;
	case OP_vm_remove:
		fprintf(f, " vm %u", c->vm);
		break;
	case OP_vm_set_weight:
		fprintf(f, " vm %u weight %u", c->vm, c->weight);
		break;
	case OP_vcpu_set_weight:
		fprintf(f, " v%u weight %u", c->vcpu, c->weight);
		break;
	case OP_vcpu_set_affinity:
		fprintf(f, " v%u affinity %u+%u", c->vcpu, c->u.affinity.first, c->u.affinity.nr);
		break;
	case OP_vcpu_remove:
	case OP_vcpu_block:
		fprintf(f, " v%u", c->vcpu);
		break;
	}
}

static void print_instant(FILE *f, const char *what, uint64_t at_ns, uint64_t now_ns)
{
	if (at_ns == SP_NEVER_NS)
		fprintf(f, " %s never", what);
	else if (at_ns >= now_ns)
		fprintf(f, " %s +%" PRIu64, what, at_ns - now_ns);
	else
		fprintf(f, " %s -%" PRIu64, what, now_ns - at_ns);
}

void call_print(FILE *f, uint32_t nr, const struct call *c, const struct sp_out *out)
{
	static const char *const notes[] = {"costop", "costart", "cap", "uncap"};
	uint32_t i;

	fprintf(f, "%6u %12" PRIu64 " %s", nr, c->now_ns, call_name(c->op));
	print_args(f, c);
	fprintf(f, " ->");
	if (c->ret)
		fprintf(f, " ret %d", c->ret);
	if (c->op == OP_pick_next) {
		print_id(f, "v", out->next);
		print_instant(f, "until", out->run_until_ns, c->now_ns);
	}
	if (out->timer_ns != SP_KEEP_NS)
		print_instant(f, "timer", out->timer_ns, c->now_ns);
	if (out->kick_all)
		fprintf(f, " kick all");
	for (i = 0; i < out->nr_kicks && i < SP_OUT_PCPUS; i++)
		fprintf(f, " kick p%u", out->kicks[i]);
	for (i = 0; i < out->nr_notes && i < SP_OUT_NOTES; i++)
		fprintf(f, " %s v%u", notes[out->notes[i].kind % 4], out->notes[i].vcpu);
	for (i = 0; i < out->nr_marks && i < SP_OUT_MARKS; i++)
		fprintf(f, " mark %u/%u/%" PRIu64, out->marks[i].code, out->marks[i].a,
			(uint64_t)out->marks[i].b);
	fprintf(f, "\n");
}
