/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * scx_calls.bpf.h - the steps of a running scheduler, one function each: look the
 * instance up, take a step, act.  Global functions, proven once each (scx_step.bpf.h).
 */
#ifndef SCX_CALLS_BPF_H
#define SCX_CALLS_BPF_H

SP_NOINLINE int step_wake(sp_u32 vcpu)
{
	struct sp_wake wake = {.reason = SP_WAKE_UNKNOWN, .waker = SP_NONE, .waker_pcpu = SP_NONE};
	struct scx_instance *in = instance_get();
	struct effects fx = {.kind = SCX_WAKE_STEP};

	if (!in)
		return 0;
	STEP(in, &fx, now, vcpu_get(in, vcpu)->is_blocked = 0;
	     CALL(in, &fx, P.vcpu_wake(ST, vcpu, &wake, now, OUT)));
	act(&fx);
	return 0;
}

SP_NOINLINE int step_block(sp_u32 vcpu)
{
	struct scx_instance *in = instance_get();
	struct effects fx = {.kind = SCX_OTHER_STEP};

	if (!in)
		return 0;
	STEP(in, &fx, now, vcpu_get(in, vcpu)->is_blocked = 1;
	     CALL(in, &fx, P.vcpu_block(ST, vcpu, now, OUT)));
	act(&fx);
	return 0;
}

/* The stint of vcpu ends, if one is under way that the policy knows of. */
SP_NOINLINE int step_stop(sp_u32 vcpu, sp_u32 why)
{
	struct scx_instance *in = instance_get();
	struct effects fx = {.kind = SCX_STOPPED_STEP};

	if (!in)
		return 0;
	STEP(in, &fx, now, stint_end(in, &fx, vcpu, why, now));
	act(&fx);
	return 0;
}

SP_NOINLINE int step_remove(sp_u32 vcpu)
{
	struct scx_instance *in = instance_get();
	struct effects fx = {.kind = SCX_OTHER_STEP};

	if (!in)
		return 0;
	STEP(
		in, &fx, now, if (vcpu_get(in, vcpu)->is_added) {
			CALL(in, &fx, P.vcpu_remove(ST, vcpu, now, OUT));
			vcpu_get(in, vcpu)->is_added = 0;
		});
	act(&fx);
	return 0;
}

/*
 * The answer is left in the pCPU's record: picked, run_until_ns, and in is_coming
 * whether the picked one's queue holds it, or will in a moment.
 */
SP_NOINLINE int step_pick(sp_u32 pcpu)
{
	struct scx_instance *in = instance_get();
	struct effects fx = {.kind = SCX_PICK_STEP};

	if (!in)
		return 0;
	STEP(
		in, &fx, now, if (in->online >> SP_IDX(pcpu, SP_NR_PCPUS) & 1) {
			struct scx_pcpu *c = pcpu_get(in, pcpu);

			if (now >= c->run_until_ns) {
				pub.counts.late_slot_ns += now - c->run_until_ns;
				pub.counts.slot_ends++;
			}
			pub.counts.picks++;
			c->is_kicked = 0;
			CALL(in, &fx, P.pick_next(ST, pcpu, now, OUT));
			c->run_until_ns = in->out.run_until_ns;
			c->picked = in->out.next;
			if (c->picked != SP_NONE) {
				c->is_coming = vcpu_get(in, c->picked)->is_queued;
				vcpu_get(in, c->picked)->wanted_by = pcpu;
			}
		});
	act(&fx);
	return 0;
}

SP_NOINLINE int step_timer(void)
{
	struct scx_instance *in = instance_get();
	struct effects fx = {.kind = SCX_OTHER_STEP};
	sp_u64 is_early = 0;

	if (!in || !P.timer)
		return 0;
	STEP(
		in, &fx, now,
		if (now >= in->timer_ns) {
			in->timer_ns = SP_NEVER_NS;
			CALL(in, &fx, P.timer(ST, now, OUT));
		} else { is_early = 1; });
	if (is_early)
		fx.is_timer_set = 1; /* it was put off meanwhile */
	act(&fx);
	return 0;
}

SP_NOINLINE int step_tick(sp_u32 vcpu)
{
	struct scx_instance *in = instance_get();
	struct sp_tick tick = {.vcpu = vcpu};
	struct effects fx = {.kind = SCX_OTHER_STEP};

	if (!in || !P.tick)
		return 0;
	STEP(
		in, &fx, now, if (vcpu_get(in, vcpu)->pcpu != SP_NONE) {
			tick.pcpu = vcpu_get(in, vcpu)->pcpu;
			tick.ran_ns = sp_sub0(now, vcpu_get(in, vcpu)->started_ns);
			CALL(in, &fx, P.tick(ST, &tick, now, OUT));
		});
	act(&fx);
	return 0;
}

/*
 * KVM's answer to a vCPU that spins (Linux 6.18, kvm_vcpu_on_spin): a directed yield to a
 * candidate of its own, which is not known to be the one that is waited for.
 */
SP_NOINLINE int step_spin(sp_u32 from, sp_u32 to)
{
	struct scx_instance *in = instance_get();
	struct effects fx = {.kind = SCX_OTHER_STEP};

	if (!in || !(P.vcpu_spin || P.vcpu_yield_to))
		return 0;
	STEP(in, &fx, now, if (P.vcpu_spin) CALL(in, &fx, P.vcpu_spin(ST, from, SP_NONE, now, OUT));
	     if (P.vcpu_yield_to) CALL(in, &fx, P.vcpu_yield_to(ST, from, to, now, OUT)));
	act(&fx);
	return P.vcpu_yield_to != 0;
}

#endif
