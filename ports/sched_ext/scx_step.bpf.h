/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * scx_step.bpf.h - one step of the policy: take the lock, call, note what it wants,
 * drop the lock; and then do what it wants.
 *
 * No helper and no kernel function may be called under a bpf_spin_lock.  Hence the
 * clock is read before, kicks and timers come after.  What the policy asked for is
 * copied out of sp_out under the lock: as soon as that is dropped, the next step may
 * be under way on another CPU.
 */
#ifndef SCX_STEP_BPF_H
#define SCX_STEP_BPF_H

struct scx_vcpu {
	sp_u64 started_ns; /* of the stint under way */
	sp_u32 pcpu; /* where it runs, or SP_NONE */
	sp_u32 is_asked; /* the stint is one that the policy asked for */
	sp_u32 is_queued; /* its dispatch queue holds it, or will in a moment */
	sp_u32 is_added;
	sp_u32 is_blocked; /* and the policy was told so */
	sp_u32 is_yielding;
	sp_u32 wanted_by; /* the pCPU that waits until it is saved, or SP_NONE */
	sp_u32 zero;
};

struct scx_pcpu {
	sp_u64 run_until_ns;
	sp_u64 armed_ns; /* what its slot timer was last set to */
	sp_u32 picked; /* answer of the last pick, until it starts, or SP_NONE */
	sp_u32 is_kicked; /* since the last pick */
	sp_u32 is_coming; /* picked is in its queue, or on its way there */
	sp_u32 zero;
};

/* The map's one value. */
struct scx_instance {
	struct bpf_spin_lock lock;
	sp_u32 zero;
	sp_u64 now_ns; /* of the last step: time does not step back */
	sp_u64 timer_ns; /* the policy's timer, SP_NEVER_NS: none */
	sp_u64 online; /* set of pCPUs */
	sp_u64 kicks; /* wanted by the step under way */
	struct sp_out out;
	struct scx_pcpu pcpus[SP_NR_PCPUS];
	struct scx_vcpu vcpus[SP_NR_VCPUS];
	sp_u8 state[SCX_STATE_MAX] __attribute__((aligned(8)));
};

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 1);
	__type(key, sp_u32);
	__type(value, struct scx_instance);
} instance SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, SP_NR_VCPUS);
	__type(key, sp_u32);
	__type(value, struct scx_tag);
} tags SEC(".maps");

struct scx_timer {
	struct bpf_timer timer;
};

/* One a pCPU, for the end of its slot. */
struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, SP_NR_PCPUS);
	__type(key, sp_u32);
	__type(value, struct scx_timer);
} slot_timers SEC(".maps");

/* The one that the policy may set. */
struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 1);
	__type(key, sp_u32);
	__type(value, struct scx_timer);
} policy_timer SEC(".maps");

/* What the loader reads; alone in its section, hence at offset 0. */
struct scx_public pub SEC(".bss.scx");
struct scx_held held[SCX_NR_STEPS] SEC(".bss.held");

#define P SP_POLICY_SYMBOL

/* What is to be done once the lock is dropped. */
struct effects {
	sp_u64 kicks;
	sp_u64 is_timer_set;
	sp_u64 since_ns;
	sp_u32 kind; /* enum scx_step_kind */
	sp_u32 zero;
};

static inline struct scx_instance *instance_get(void)
{
	sp_u32 key = 0;

	return bpf_map_lookup_elem(&instance, &key);
}

static inline struct scx_vcpu *vcpu_get(struct scx_instance *in, sp_u32 vcpu)
{
	return &in->vcpus[SP_IDX(vcpu, SP_NR_VCPUS)];
}

static inline struct scx_pcpu *pcpu_get(struct scx_instance *in, sp_u32 pcpu)
{
	return &in->pcpus[SP_IDX(pcpu, SP_NR_PCPUS)];
}

/* -- under the lock ----------------------------------------------------------------- */

static SP_NOINLINE void note_kick(struct scx_instance *in, sp_u32 at)
{
	sp_u32 pcpu = in->out.kicks[SP_IDX(at, SP_OUT_PCPUS)];

	in->kicks |= 1ULL << SP_IDX(pcpu, SP_NR_PCPUS);
}

static SP_NOINLINE void note_kicks(struct scx_instance *in)
{
	sp_u32 i;

	sp_for (i, SP_OUT_PCPUS) {
		if (i >= in->out.nr_kicks)
			break;
		note_kick(in, i);
	}
}

/* After each call of the policy, still under the lock. */
static inline void note_wishes(struct scx_instance *in, struct effects *fx)
{
	if (in->out.kick_all)
		in->kicks |= in->online;
	else if (in->out.nr_kicks)
		note_kicks(in);
	if (in->out.timer_ns != SP_KEEP_NS && in->out.timer_ns != in->timer_ns) {
		in->timer_ns = in->out.timer_ns;
		fx->is_timer_set = 1;
	}
}

/* SP_ZERO, volatile: the verifier is to know nothing of the result, nor of its argument. */
static inline sp_u64 step_clock(struct scx_instance *in, sp_u64 now_ns)
{
	now_ns += SP_ZERO;
	if (now_ns > in->now_ns)
		in->now_ns = now_ns;
	in->kicks = 0;
	return *(volatile sp_u64 *)&in->now_ns;
}

static inline void step_end(struct scx_instance *in, struct effects *fx)
{
	fx->kicks = in->kicks & in->online;
	in->kicks = 0;
}

/*
 * STEP(in, fx, now, body): body runs under the lock with `now`, not decreasing;
 * CALL(in, fx, call) in it is one call of the policy.
 */
#define STEP(in, fx, now, body)                                                                    \
	do {                                                                                       \
		sp_u64 now = bpf_ktime_get_ns();                                                   \
		(fx)->is_timer_set = 0;                                                            \
		(fx)->since_ns = now;                                                              \
		bpf_spin_lock(&(in)->lock);                                                        \
		now = step_clock(in, now);                                                         \
		body;                                                                              \
		step_end(in, fx);                                                                  \
		bpf_spin_unlock(&(in)->lock);                                                      \
	} while (0)

#define CALL(in, fx, call)                                                                         \
	do {                                                                                       \
		sp_out_reset(&(in)->out);                                                          \
		call;                                                                              \
		note_wishes(in, fx);                                                               \
	} while (0)

#define ST (in)->state
#define OUT (&(in)->out)

/* The stint of vcpu ends, if one is under way that the policy knows of. */
static inline void stint_end(struct scx_instance *in, struct effects *fx, sp_u32 vcpu, sp_u32 why,
			     sp_u64 now_ns)
{
	struct scx_vcpu *v = vcpu_get(in, vcpu);
	struct sp_stint stint = {.vcpu = vcpu, .why = why};

	if (v->pcpu == SP_NONE)
		return;
	stint.pcpu = v->pcpu;
	stint.ran_ns = sp_sub0(now_ns, v->started_ns);
	v->pcpu = SP_NONE;
	v->is_yielding = 0;
	if (!v->is_asked)
		return;
	if (why == SP_STOP_BLOCKED)
		v->is_blocked = 1;
	CALL(in, fx, P.vcpu_stopped(ST, &stint, now_ns, OUT));
}

static inline void stint_begin(struct scx_instance *in, sp_u32 vcpu, sp_u32 pcpu, sp_u64 now_ns)
{
	struct scx_vcpu *v = vcpu_get(in, vcpu);

	v->started_ns = now_ns;
	v->pcpu = pcpu;
	v->is_asked = 1;
	v->is_queued = 0;
}

/* -- after it ------------------------------------------------------------------------ */

/*
 * The functions that are not static are proven once each, for any argument, instead of
 * once for every way that leads to them: cfs is refused otherwise.  They may not be
 * called under the lock; those of a policy are static for that reason.
 */

/*
 * Two CPUs that set the timer one after the other under the lock may come to start
 * it in the other order: whoever starts it looks again whether it still stands.
 */
SP_NOINLINE int start_policy_timer(void)
{
	sp_u32 key = 0, i;
	struct scx_timer *t = bpf_map_lookup_elem(&policy_timer, &key);
	struct scx_instance *in = instance_get();

	if (!t || !in)
		return 0;
	sp_for (i, 4) {
		sp_u64 at_ns = *(volatile sp_u64 *)&in->timer_ns;

		if (at_ns != SP_NEVER_NS)
			bpf_timer_start(&t->timer, at_ns, BPF_F_TIMER_ABS);
		if (at_ns == *(volatile sp_u64 *)&in->timer_ns)
			break;
	}
	return 0;
}

static inline void kick(struct scx_instance *in, sp_u32 pcpu)
{
	pcpu_get(in, pcpu)->is_kicked = 1;
	__sync_fetch_and_add(&pub.counts.kicks, 1);
	scx_bpf_kick_cpu((sp_s32)pcpu, SCX_KICK_PREEMPT);
}

SP_NOINLINE int kick_set(sp_u64 kicks)
{
	struct scx_instance *in = instance_get();
	sp_u32 i;

	if (!in)
		return 0;
	sp_for (i, SP_NR_PCPUS) {
		if (!(kicks >> i))
			break;
		if (kicks >> i & 1)
			kick(in, i);
	}
	return 0;
}

/* Four bits of mantissa, the first of them a one; what is under 16 stands for itself. */
static inline sp_u32 bucket_of(sp_u64 ns)
{
	sp_u32 v = ns >> 32 ? 0xffffffffu : (sp_u32)ns, octave = 0;

#define SCX_HALVE(n)                                                                               \
	if (v >> ((n) + 3)) {                                                                      \
		octave += (n);                                                                     \
		v >>= (n);                                                                         \
	}
	SCX_HALVE(16)
	SCX_HALVE(8)
	SCX_HALVE(4)
	SCX_HALVE(2)
	SCX_HALVE(1)
#undef SCX_HALVE
	return octave * 8 + v;
}

SP_NOINLINE int note_held(sp_u32 kind, sp_u64 ns)
{
	struct scx_held *h = &held[SP_IDX(kind, SCX_NR_STEPS)];

	__sync_fetch_and_add(&h->sum_ns, ns);
	__sync_fetch_and_add(&h->buckets[SP_IDX(bucket_of(ns), SCX_NR_BUCKETS)], 1);
	return 0;
}

static inline void act(const struct effects *fx)
{
	note_held(fx->kind, bpf_ktime_get_ns() - fx->since_ns);
	if (fx->is_timer_set)
		start_policy_timer();
	if (fx->kicks)
		kick_set(fx->kicks);
}

#endif
