/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * sp_cap.h - ceilings: a VM runs for its quota in every period, summed over its vCPUs, and
 * then not until the next; for policies with SP_CAP_LIMIT.  Quota, period and burst are the
 * host's (struct sp_vm_config): how a ceiling is kept is one rule for all policies.
 *
 * A vCPU that is picked takes a grant from what its VM has left, as each CPU of Linux
 * takes a slice from its group's pool.  Its run_until_ns is cut to the grant.  What it did
 * not use comes back when it stops.  If nothing is left it is parked, with a note, until
 * the period ends.  Only picks look: a vCPU that waits behind others is parked when its
 * turn comes.  No grant is below 0.1 ms, or below a smaller quota; less than that counts as
 * nothing, and is kept for the next period.  Time that is run too much, by late kicks, is
 * owed in the next period: in the long run the ceiling holds exactly.  Other quota that is
 * not used in a period is lost, but for the burst: up to that much in all is kept for later
 * periods.  The periods of a VM begin when it first runs, with the quota alone, and repeat.
 *
 * A vCPU that waited goes first in the next period.  The parked vCPUs get the new quota in
 * turn: each an even part, rounded so that whole grants are left for later ones.  A vCPU's
 * part is held for it from when it is let go until it is picked.  Where nothing is left, a
 * vCPU stays parked, and those that are let go stand behind it.  So turns go by who was let
 * go longest ago, not by who ran and was parked first.  Otherwise the sibling whose pCPU is
 * the first to pick could have a small quota whole, period after period, or a part of each.
 * While siblings are parked, only their release begins a period and hands out what comes
 * back: no vCPU takes a grant before them.  A vCPU that blocks passes on what it has left
 * to the one whose turn it is.  It has no turn until it is parked again.
 *
 *	cap 50 % of a hog: quota 50 ms.  It runs ten grants of 5 ms, is parked for 50,
 *	and so on.  Two vCPUs of a VM of cap 50 %: 25 ms, both parked for 75.
 *	Two of cap 5 %: the first to run takes 5 ms, all there is, and the other is
 *	parked; from the second period on each has 2.5 ms.
 *	Cap 50 %, burst 20 ms: after a sleep of two periods it runs for 70 ms in the
 *	first and for 50 in each that follows.
 *
 * Source: Linux 6.1, bandwidth control of CFS (Documentation/scheduler/sched-bwc.rst): what
 * quota, period and burst mean, slice 5 ms; there a throttled group leaves its queue CPU by
 * CPU, too, and the throttled are refilled in the order in which they were throttled.  The
 * turns, the even parts, the least grant and what is kept, when quota is passed on and that periods
 * need no timer of their own are ours.
 */
#ifndef SP_CAP_H
#define SP_CAP_H

#include "policy.h"
#include "sp_list.h"

#define SP_CAP_GRANT_NS SP_MS(5)
#define SP_CAP_LEAST_NS SP_US(100)

struct sp_cap {
	sp_u64 quota_ns; /* in a period; 0: no ceiling */
	sp_u64 used_ns; /* of it, and what is owed from before */
	sp_u64 granted_ns; /* to the vCPUs that run now, or held for those that are going to */
	sp_u64 ends_ns; /* of the period; 0: it never ran */
	sp_u64 period_ns;
	sp_u64 spare_ns; /* not used in the periods before: most_spare_ns at most */
	sp_u64 most_spare_ns; /* the burst, or a least grant */
	sp_u32 least_ns; /* of a grant */
	sp_u32 part_ns; /* what a parked vCPU begins a period with */
	sp_u32 nr_parked; /* of its vCPUs */
	sp_u32 zero; /* no implicit padding */
};

struct sp_cap_vcpu {
	struct sp_link link; /* among those that have turns */
	sp_u32 is_listed; /* it is among them: parked, or was and has not blocked since */
	sp_u32 held_ns; /* let go with this grant, and not picked since; or 0 */
};

struct sp_caps {
	struct sp_cap vms[SP_NR_VMS];
	struct sp_cap_vcpu vcpus[SP_NR_VCPUS];
	sp_u64 parked[SP_WORDS(SP_NR_VCPUS)];
	sp_u64 release_ns; /* look at the parked then; SP_NEVER_NS: there are none */
	sp_u32 nr_capped; /* VMs with a ceiling */
	sp_u32 cursor; /* the parked are asked from here on */
	sp_u32 last; /* to here */
	struct sp_list order; /* the one let go longest ago, or never, is first */
	sp_u64 grants_ns[SP_NR_PCPUS]; /* of the vCPU that runs there, or 0 */
};

static inline struct sp_cap *sp_cap(struct sp_caps *c, sp_u32 vm)
{
	return &SP_AT(c->vms, vm);
}

/* At init. */
static inline void sp_caps_init(struct sp_caps *c)
{
	c->release_ns = SP_NEVER_NS;
	sp_list_init(&c->order);
}

/* A VM comes: with a ceiling, or without. */
static inline void sp_caps_set(struct sp_caps *c, sp_u32 vm, const struct sp_vm_config *config)
{
	struct sp_cap *cap = sp_cap(c, vm);

	cap->quota_ns = config->quota_ns;
	cap->period_ns = sp_max(config->period_ns, 1); /* it divides */
	cap->least_ns = (sp_u32)sp_min(config->quota_ns, SP_CAP_LEAST_NS);
	cap->most_spare_ns = sp_max(config->burst_ns, cap->least_ns);
	cap->used_ns = cap->granted_ns = cap->ends_ns = cap->spare_ns = 0;
	cap->part_ns = cap->nr_parked = 0;
	c->nr_capped += cap->quota_ns != 0;
}

/* It goes. */
static inline void sp_caps_unset(struct sp_caps *c, sp_u32 vm)
{
	struct sp_cap *cap = sp_cap(c, vm);

	c->nr_capped -= cap->quota_ns != 0;
	cap->quota_ns = 0;
}

/* Less than a least grant is nothing. */
static SP_NOINLINE sp_u64 sp_cap_left_ns(const struct sp_cap *cap)
{
	sp_u64 left_ns = sp_sub0(cap->quota_ns + cap->spare_ns, cap->used_ns + cap->granted_ns);

	return left_ns < cap->least_ns ? 0 : left_ns;
}

/* An even part, or as much of it as leaves only whole grants. */
static inline void sp_cap_divide(struct sp_cap *cap)
{
	sp_u64 ns = sp_cap_left_ns(cap) / sp_max(cap->nr_parked, 1);

	cap->part_ns = (sp_u32)(ns < SP_CAP_GRANT_NS ? ns : ns % SP_CAP_GRANT_NS + SP_CAP_GRANT_NS);
}

/* Periods that have ended since: their quota pays for what was used, and fills the spare. */
static SP_NOINLINE void sp_cap_renew(struct sp_cap *cap, sp_u64 now_ns)
{
	sp_u64 nr, had_ns = cap->quota_ns + cap->spare_ns;

	if (now_ns < cap->ends_ns)
		return;
	if (!cap->ends_ns) {
		cap->ends_ns = now_ns + cap->period_ns;
		sp_cap_divide(cap);
		return;
	}
	nr = (now_ns - cap->ends_ns) / cap->period_ns + 1;
	had_ns += (nr - 1) * cap->quota_ns;
	cap->spare_ns = sp_min(sp_sub0(had_ns, cap->used_ns + cap->granted_ns), cap->most_spare_ns);
	/* The old quota pays for grants that reach into the new period. */
	cap->spare_ns += sp_min(cap->granted_ns, sp_sub0(had_ns, cap->used_ns));
	cap->used_ns = sp_sub0(cap->used_ns, had_ns);
	cap->ends_ns += nr * cap->period_ns;
	sp_cap_divide(cap);
}

/* Of what is left, which is not nothing: a grant. */
static inline sp_u64 sp_cap_take(struct sp_cap *cap, sp_u64 most_ns)
{
	sp_u64 ns = sp_max(sp_min(sp_cap_left_ns(cap), most_ns), cap->least_ns);

	cap->granted_ns += ns;
	return ns;
}

/*
 * A vCPU of this VM is to run on pcpu: for how long at most?  SP_NEVER_NS: there is no
 * ceiling; 0: not at all, park it.
 */
static SP_NOINLINE sp_u64 sp_caps_grant(struct sp_caps *c, sp_u32 vcpu, sp_u32 vm, sp_u32 pcpu,
					sp_u64 now_ns)
{
	struct sp_cap *cap = sp_cap(c, vm);
	sp_u64 grant_ns;

	if (!c->nr_capped || !cap->quota_ns)
		return SP_NEVER_NS;
	grant_ns = SP_AT(c->vcpus, vcpu).held_ns;
	SP_AT(c->vcpus, vcpu).held_ns = 0;
	if (!grant_ns) {
		if (!cap->nr_parked)
			sp_cap_renew(cap, now_ns);
		if (!sp_cap_left_ns(cap))
			return 0;
		if (cap->nr_parked) { /* what came back is theirs */
			c->release_ns = now_ns;
			return 0;
		}
		grant_ns = sp_cap_take(cap, SP_CAP_GRANT_NS);
	}
	SP_AT(c->grants_ns, pcpu) = grant_ns;
	return grant_ns;
}

/*
 * It is to run on pcpu for most_ns at most, for a reason of the policy's: what it was granted
 * beyond that is given back at once, unless it was held for it.  For policies whose slices are
 * shorter than a grant: who runs would hold the rest, and siblings be parked for it meanwhile.
 */
static SP_MAYBE void sp_caps_trim(struct sp_caps *c, sp_u32 vm, sp_u32 pcpu, sp_u64 most_ns)
{
	sp_u64 *grant_ns = &SP_AT(c->grants_ns, pcpu);
	sp_u64 excess_ns = sp_sub0(*grant_ns, most_ns);

	sp_cap(c, vm)->granted_ns -= excess_ns;
	*grant_ns -= excess_ns;
}

/* It stopped, or never ran: the grant is given back and what it ran is paid. */
static inline void sp_caps_settle(struct sp_caps *c, sp_u32 vm, sp_u32 pcpu, sp_u64 ran_ns)
{
	struct sp_cap *cap = sp_cap(c, vm);
	sp_u64 *grant_ns = &SP_AT(c->grants_ns, pcpu);

	if (!c->nr_capped || !cap->quota_ns)
		return;
	cap->granted_ns -= *grant_ns;
	cap->used_ns += ran_ns;
	*grant_ns = 0;
}

static SP_NOINLINE void sp_caps_unlist(struct sp_caps *c, sp_u32 vcpu)
{
	struct sp_cap_vcpu *v = &SP_AT(c->vcpus, vcpu);

	if (v->is_listed)
		sp_list_remove(&c->order, c->vcpus, v);
	v->is_listed = 0;
}

static inline void sp_caps_list(struct sp_caps *c, sp_u32 vcpu)
{
	struct sp_cap_vcpu *v = &SP_AT(c->vcpus, vcpu);

	sp_list_append(&c->order, c->vcpus, vcpu, v);
	v->is_listed = 1;
}

/*
 * vcpu blocks, or has lost all pCPUs, after its grant was settled if it ran: what was
 * held for it is given back.  If something is left for those parked, the timer is set.
 */
static SP_NOINLINE void sp_caps_leave(struct sp_caps *c, sp_u32 vcpu, sp_u32 vm, sp_u64 now_ns,
				      struct sp_out *out)
{
	struct sp_cap *cap = sp_cap(c, vm);

	if (!c->nr_capped || !cap->quota_ns)
		return;
	cap->granted_ns -= SP_AT(c->vcpus, vcpu).held_ns;
	SP_AT(c->vcpus, vcpu).held_ns = 0;
	sp_caps_unlist(c, vcpu);
	if (cap->nr_parked && sp_cap_left_ns(cap))
		c->release_ns = out->timer_ns = now_ns;
}

static inline int sp_caps_is_parked(const struct sp_caps *c, sp_u32 vcpu)
{
	return sp_test_bit(c->parked, SP_WORDS(SP_NR_VCPUS), vcpu) != 0;
}

/* The caller has made sure of room for a note, and sets its timer to release_ns. */
static inline void sp_caps_park(struct sp_caps *c, sp_u32 vcpu, sp_u32 vm, struct sp_out *out)
{
	sp_set_bit(c->parked, SP_WORDS(SP_NR_VCPUS), vcpu);
	if (!SP_AT(c->vcpus, vcpu).is_listed)
		sp_caps_list(c, vcpu);
	sp_cap(c, vm)->nr_parked++;
	c->release_ns = sp_min(c->release_ns, sp_cap(c, vm)->ends_ns);
	sp_note(out, vcpu, SP_CAP, 0);
}

/* It blocks. */
static SP_NOINLINE void sp_caps_unpark(struct sp_caps *c, sp_u32 vcpu, sp_u32 vm,
				       struct sp_out *out)
{
	sp_clear_bit(c->parked, SP_WORDS(SP_NR_VCPUS), vcpu);
	sp_caps_unlist(c, vcpu);
	sp_cap(c, vm)->nr_parked--;
	sp_note(out, vcpu, SP_UNCAP, 0);
}

/* It is let go: its next turn is after those of all others. */
static inline void sp_caps_release(struct sp_caps *c, sp_u32 vcpu, sp_u32 vm, struct sp_out *out)
{
	sp_caps_unpark(c, vcpu, vm, out);
	sp_caps_list(c, vcpu);
}

/* At release_ns: all parked vCPUs are going to be asked about, in turn. */
static inline void sp_caps_begin(struct sp_caps *c)
{
	c->release_ns = SP_NEVER_NS;
	c->cursor = c->order.head;
	c->last = c->order.tail;
}

/*
 * The next one that has turns, parked or not, or SP_NONE.  The one before may have been let
 * go since.  (SP_ZERO: to the verifier, any number.)
 */
static SP_NOINLINE sp_u32 sp_caps_next(struct sp_caps *c)
{
	sp_u32 vcpu = c->cursor;

	c->cursor = vcpu == c->last ? SP_NONE : SP_AT(c->vcpus, vcpu).link.next;
	return vcpu + SP_ZERO;
}

/*
 * Is vcpu parked, and to be let go?  Then a grant is held for it.  If not yet, or if there
 * is no room to say so, release_ns becomes when to ask again.
 */
static SP_NOINLINE sp_u32 sp_caps_is_due(struct sp_caps *c, sp_u32 vcpu, sp_u32 vm, sp_u64 now_ns,
					 const struct sp_out *out)
{
	struct sp_cap *cap = sp_cap(c, vm);
	sp_u64 again_ns;

	if (!sp_caps_is_parked(c, vcpu))
		return 0;
	sp_cap_renew(cap, now_ns);
	again_ns = cap->ends_ns;
	if (sp_cap_left_ns(cap)) {
		if (sp_note_room(out, 1)) {
			SP_AT(c->vcpus, vcpu).held_ns = (sp_u32)sp_cap_take(cap, cap->part_ns);
			return 1;
		}
		again_ns = now_ns;
	}
	if (again_ns < c->release_ns)
		c->release_ns = again_ns;
	return 0;
}

#endif
