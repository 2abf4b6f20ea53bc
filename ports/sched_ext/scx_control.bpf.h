/* SPDX-License-Identifier: GPL-2.0-only */
/* scx_control.bpf.h - what the loader asks of the policy: pCPUs, VMs, vCPUs, weights. */
#ifndef SCX_CONTROL_BPF_H
#define SCX_CONTROL_BPF_H

/* Nothing of this runs while the scheduler is attached, or may hurt if it does. */
static inline void clear_records(struct scx_instance *in)
{
	sp_u32 i;

	sp_for (i, SP_NR_VCPUS) {
		vcpu_get(in, i)->pcpu = SP_NONE;
		vcpu_get(in, i)->wanted_by = SP_NONE;
	}
	sp_for (i, SP_NR_PCPUS) {
		pcpu_get(in, i)->picked = SP_NONE;
		pcpu_get(in, i)->run_until_ns = SP_NEVER_NS;
	}
	in->timer_ns = SP_NEVER_NS;
}

SEC("syscall") int control_init(struct scx_control *c)
{
	struct scx_instance *in = instance_get();
	struct sp_config config = c->config;
	struct effects fx = {};
	sp_s32 ret;

	if (!in)
		return 1;
	clear_records(in);
	STEP(in, &fx, now, ret = P.init(ST, &config); (void)now);
	c->ret = ret;
	return 0;
}

SEC("syscall") int control_pcpu_online(struct scx_control *c)
{
	struct scx_instance *in = instance_get();
	struct sp_topo topo = c->topo;
	struct effects fx = {.kind = SCX_OTHER_STEP};
	sp_u32 pcpu = c->id;
	sp_s32 ret;

	if (!in || pcpu >= SP_NR_PCPUS)
		return 1;
	STEP(in, &fx, now, in->online |= 1ULL << pcpu;
	     CALL(in, &fx, ret = P.pcpu_online(ST, pcpu, &topo, now, OUT));
	     if (ret) in->online &= ~(1ULL << pcpu); else in->kicks |= 1ULL << pcpu);
	act(&fx);
	c->ret = ret;
	return 0;
}

SEC("syscall") int control_vm(struct scx_control *c)
{
	struct scx_instance *in = instance_get();
	struct sp_vm_config config = c->vm;
	struct effects fx = {.kind = SCX_OTHER_STEP};
	sp_u32 op = c->op, vm = c->id, weight = c->weight;
	sp_s32 ret = -SP_ENOTSUP;

	if (!in || vm >= SP_NR_VMS)
		return 1;
	if (op == SCX_NOTHING) {
		fx.kind = SCX_NOTHING_STEP;
		STEP(in, &fx, now, (void)now);
		ret = 0;
	} else if (op == SCX_VM_ADD)
		STEP(in, &fx, now, CALL(in, &fx, ret = P.vm_add(ST, vm, &config, now, OUT)));
	else if (op == SCX_VM_REMOVE)
		STEP(in, &fx, now, CALL(in, &fx, P.vm_remove(ST, vm, now, OUT)); ret = 0);
	else if (op == SCX_VM_SET_WEIGHT && P.vm_set_weight)
		STEP(in, &fx, now, CALL(in, &fx, ret = P.vm_set_weight(ST, vm, weight, now, OUT)));
	act(&fx);
	c->ret = ret;
	return 0;
}

SEC("syscall") int control_vcpu(struct scx_control *c)
{
	struct scx_instance *in = instance_get();
	struct sp_vcpu_config config = c->vcpu;
	struct effects fx = {.kind = SCX_OTHER_STEP};
	sp_u32 op = c->op, vcpu = c->id;
	sp_s32 ret = 0;

	if (!in || vcpu >= SP_NR_VCPUS)
		return 1;
	if (op == SCX_VCPU_ADD)
		STEP(in, &fx, now, CALL(in, &fx, ret = P.vcpu_add(ST, vcpu, &config, now, OUT));
		     vcpu_get(in, vcpu)->is_added = !ret; vcpu_get(in, vcpu)->is_blocked = 1);
	else if (op == SCX_VCPU_REMOVE)
		STEP(
			in, &fx, now, if (vcpu_get(in, vcpu)->is_added) {
				CALL(in, &fx, P.vcpu_remove(ST, vcpu, now, OUT));
				vcpu_get(in, vcpu)->is_added = 0;
			});
	act(&fx);
	c->ret = ret;
	return 0;
}

#endif
