/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * record.h - the conformance record: what a policy was asked and what it answered,
 * as bytes that mean the same on every machine.
 *
 * A record is a sequence of words.  A word is an unsigned 64-bit number written
 * seven bits a byte, the low ones first, bit 7 set on all bytes but the last: no
 * byte order, no alignment, no padding, and exactly one way to write each number.
 *
 *	file   := MAGIC version contract nr_pcpus nr_vcpus nr_instances
 *	          length name-byte... frame... end
 *	frame  := size body            size of the body in bytes, never 0
 *	body   := instance op now_ns arg... answer
 *	answer := ret next kick_all run_until timer nr_lost
 *	          nr_kicks pcpu... nr_notes (vcpu kind detail)... nr_marks (code a b)...
 *	end    := 0 nr_frames digest
 *
 * ret is written as -ret (0 or an SP_E...); the two instants as value + 2 modulo
 * 2^64, so that SP_KEEP_NS is 0 and SP_NEVER_NS is 1.  The digest is FNV-1a (64 bits;
 * Fowler, Noll, Vo) over the bytes of all bodies.  ids are below nr_pcpus and
 * nr_vcpus; a VM's below nr_vcpus.
 *
 * The arguments of each op are the callback's own in the order of policy.h, structs
 * member by member (record_nr_args counts them).
 *
 * Header only, without libc; include policy.h before it.
 */
#ifndef RECORD_H
#define RECORD_H

#ifndef SP_POLICY_H
#error "include policy.h first"
#endif

#define RECORD_MAGIC "corun-record\n"
#define RECORD_VERSION 2u /* 2: vm_add has quota, period and burst */

/* X(callback, number of arguments).  The position is the op: append only. */
#define RECORD_OPS(X)                                                                              \
	X(init, 1 + SP_MAX_TUNABLES)                                                               \
	X(pcpu_online, 4)                                                                          \
	X(pcpu_offline, 1)                                                                         \
	X(vm_add, 6)                                                                               \
	X(vm_remove, 1)                                                                            \
	X(vcpu_add, 5)                                                                             \
	X(vcpu_remove, 1)                                                                          \
	X(vcpu_wake, 4)                                                                            \
	X(vcpu_block, 1)                                                                           \
	X(vcpu_stopped, 4)                                                                         \
	X(pick_next, 1)                                                                            \
	X(timer, 0)                                                                                \
	X(tick, 3)                                                                                 \
	X(vcpu_spin, 2)                                                                            \
	X(vcpu_yield_to, 2)                                                                        \
	X(vm_set_weight, 2)                                                                        \
	X(vcpu_set_weight, 2)                                                                      \
	X(vcpu_set_affinity, 3)                                                                    \
	X(vcpu_ipi, 3)

#define RECORD_ENUM(name, nr) RECORD_##name,
enum record_op { RECORD_OPS(RECORD_ENUM) RECORD_NR_OPS };
#undef RECORD_ENUM

#define RECORD_MAX_ARGS (1 + SP_MAX_TUNABLES)
#define RECORD_WORD_BYTES 10

/* One call; what it wanted done is in a struct sp_out beside it. */
struct record_call {
	sp_u32 instance;
	sp_u32 op; /* enum record_op */
	sp_u64 now_ns;
	sp_u64 args[RECORD_MAX_ARGS];
	sp_s32 ret;
	sp_u32 zero;
};

/* The longest body there can be. */
#define RECORD_MAX_BODY                                                                            \
	(RECORD_WORD_BYTES *                                                                       \
	 (12 + RECORD_MAX_ARGS + SP_OUT_PCPUS + 3 * SP_OUT_NOTES + 3 * SP_OUT_MARKS))

static inline sp_u32 record_nr_args(sp_u32 op)
{
#define RECORD_NR(name, nr) nr,
	static const sp_u8 nrs[] = {RECORD_OPS(RECORD_NR)};
#undef RECORD_NR

	return op < RECORD_NR_OPS ? nrs[op] : 0;
}

static inline sp_u64 record_digest(sp_u64 digest, const sp_u8 *bytes, sp_u32 nr)
{
	sp_u32 i;

	for (i = 0; i < nr; i++)
		digest = (digest ^ bytes[i]) * 0x100000001b3u;
	return digest;
}

#define RECORD_DIGEST_START 0xcbf29ce484222325u

/* -- writing ------------------------------------------------------------------- */

/* Each returns the place behind what it wrote. */
static inline sp_u8 *record_put(sp_u8 *at, sp_u64 word)
{
	for (; word > 0x7f; word >>= 7)
		*at++ = (sp_u8)(word | 0x80);
	*at++ = (sp_u8)word;
	return at;
}

static inline sp_u8 *record_put_answer(sp_u8 *at, sp_s32 ret, const struct sp_out *out)
{
	sp_u32 i;

	at = record_put(at, (sp_u32)-ret);
	at = record_put(at, out->next);
	at = record_put(at, out->kick_all);
	at = record_put(at, out->run_until_ns + 2);
	at = record_put(at, out->timer_ns + 2);
	at = record_put(at, out->nr_lost);
	at = record_put(at, out->nr_kicks);
	for (i = 0; i < out->nr_kicks && i < SP_OUT_PCPUS; i++)
		at = record_put(at, out->kicks[i]);
	at = record_put(at, out->nr_notes);
	for (i = 0; i < out->nr_notes && i < SP_OUT_NOTES; i++) {
		at = record_put(at, out->notes[i].vcpu);
		at = record_put(at, out->notes[i].kind);
		at = record_put(at, out->notes[i].detail);
	}
	at = record_put(at, out->nr_marks);
	for (i = 0; i < out->nr_marks && i < SP_OUT_MARKS; i++) {
		at = record_put(at, out->marks[i].code);
		at = record_put(at, out->marks[i].a);
		at = record_put(at, out->marks[i].b);
	}
	return at;
}

/* A body, of at most RECORD_MAX_BODY bytes. */
static inline sp_u8 *record_put_body(sp_u8 *at, const struct record_call *c,
				     const struct sp_out *out)
{
	sp_u32 i;

	at = record_put(at, c->instance);
	at = record_put(at, c->op);
	at = record_put(at, c->now_ns);
	for (i = 0; i < record_nr_args(c->op); i++)
		at = record_put(at, c->args[i]);
	return record_put_answer(at, c->ret, out);
}

/* -- reading -------------------------------------------------------------------- */

/* bad: the end was passed, or a number was written in a way it must not be. */
struct record_reader {
	const sp_u8 *at;
	const sp_u8 *end;
	int bad;
};

static inline sp_u64 record_get(struct record_reader *r)
{
	sp_u64 word = 0;
	sp_u32 shift = 0;
	sp_u8 byte = 0x80;

	for (; byte & 0x80 && shift < 70; shift += 7) {
		if (r->at >= r->end)
			break;
		byte = *r->at++;
		word |= (sp_u64)(byte & 0x7f) << shift;
	}
	/* cut off, more than 64 bits, or a needless zero at the top */
	if (byte & 0x80 || (shift == 70 && byte > 1) || (shift > 7 && !byte))
		r->bad = 1;
	return word;
}

/* A number of at most `most`. */
static inline sp_u32 record_get_below(struct record_reader *r, sp_u32 most)
{
	sp_u64 word = record_get(r);

	if (word > most)
		r->bad = 1;
	return r->bad ? 0 : (sp_u32)word;
}

static inline void record_get_lists(struct record_reader *r, struct sp_out *out)
{
	sp_u32 i;

	out->nr_kicks = record_get_below(r, SP_OUT_PCPUS);
	for (i = 0; i < out->nr_kicks; i++)
		out->kicks[i] = (sp_id)record_get_below(r, SP_NONE);
	out->nr_notes = record_get_below(r, SP_OUT_NOTES);
	for (i = 0; i < out->nr_notes; i++) {
		out->notes[i].vcpu = (sp_id)record_get_below(r, SP_NONE);
		out->notes[i].kind = (sp_u16)record_get_below(r, 0xffff);
		out->notes[i].detail = record_get_below(r, ~0u);
	}
	out->nr_marks = record_get_below(r, SP_OUT_MARKS);
	for (i = 0; i < out->nr_marks; i++) {
		out->marks[i].code = record_get_below(r, ~0u);
		out->marks[i].a = record_get_below(r, ~0u);
		out->marks[i].b = record_get(r);
	}
}

/* The body between r->at and r->end; r->bad if it is none. */
static inline void record_get_body(struct record_reader *r, struct record_call *c,
				   struct sp_out *out)
{
	sp_u32 i;

	c->instance = record_get_below(r, ~0u);
	c->op = record_get_below(r, RECORD_NR_OPS - 1);
	c->now_ns = record_get(r);
	for (i = 0; i < record_nr_args(c->op); i++)
		c->args[i] = record_get(r);
	c->ret = -(sp_s32)record_get_below(r, 0x7fffffff);
	out->next = record_get_below(r, ~0u);
	out->kick_all = record_get_below(r, ~0u);
	out->run_until_ns = record_get(r) - 2;
	out->timer_ns = record_get(r) - 2;
	out->nr_lost = record_get_below(r, ~0u);
	record_get_lists(r, out);
	if (r->at != r->end)
		r->bad = 1;
}

#endif
