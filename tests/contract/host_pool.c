/* SPDX-License-Identifier: BSD-2-Clause */
/* host_pool.c - pCPUs, VMs and vCPUs of the model host come, go and change. */
#include <string.h>

#include "host.h"

void host_pcpu_online(struct host *h, uint32_t p, const struct sp_topo *topo)
{
	struct pcpu *pcpu = &h->pcpus[p];
	struct call c = {.pcpu = p};

	pcpu->topo = *topo;
	pcpu->exists = pcpu->online = 1;
	pcpu->running = pcpu->wanted = SP_NONE;
	h->nr_online++;
	c.u.topo = *topo;
	host_call(h, OP_pcpu_online, &c);
	if (h->policy->tick)
		agenda_set(&h->agenda, SLOT_TICK(p), h->now_ns + pcpu->tick_phase_ns);
	if (!h->broken)
		host_pick(h, p);
}

void host_pcpu_offline(struct host *h, uint32_t p)
{
	struct pcpu *pcpu = &h->pcpus[p];
	struct call c = {.pcpu = p};

	host_stop(h, p, SP_STOP_PREEMPTED);
	pcpu->online = 0;
	pcpu->wanted = SP_NONE;
	h->nr_online--;
	agenda_set(&h->agenda, SLOT_KICK(p), AGENDA_NEVER);
	agenda_set(&h->agenda, SLOT_UNTIL(p), AGENDA_NEVER);
	agenda_set(&h->agenda, SLOT_TICK(p), AGENDA_NEVER);
	host_call(h, OP_pcpu_offline, &c);
}

int32_t host_vm_add(struct host *h, uint32_t vm, const struct sp_vm_config *config,
		    const struct program *program)
{
	struct call c = {.vm = vm};
	int32_t ret;

	c.u.vm = *config;
	ret = host_call(h, OP_vm_add, &c);
	if (ret || h->broken)
		return ret;
	h->vms[vm] = (struct vm){.exists = 1,
				 .width = config->width,
				 .weight = config->weight,
				 .config = *config,
				 .added_ns = h->now_ns,
				 .program = *program};
	return 0;
}

int32_t host_vcpu_add(struct host *h, uint32_t v, const struct sp_vcpu_config *config)
{
	struct call c = {.vcpu = v, .vm = config->vm};
	int32_t ret;

	c.u.vcpu = *config;
	ret = host_call(h, OP_vcpu_add, &c);
	if (ret || h->broken)
		return ret;
	memset(&h->vcpus[v], 0, sizeof(h->vcpus[v]));
	h->vcpus[v].state = V_BLOCKED;
	h->vcpus[v].vm = config->vm;
	h->vcpus[v].weight = config->weight;
	h->vcpus[v].affinity = config->affinity;
	h->vcpus[v].pcpu = SP_NONE;
	h->vms[config->vm].nr++;
	h->nr_vcpus++;
	return 0;
}

void host_quiesce(struct host *h, uint32_t v)
{
	uint32_t p = h->vcpus[v].pcpu;

	if (h->vcpus[v].state == V_RUNNING) {
		host_stop(h, p, SP_STOP_BLOCKED);
		if (!h->broken)
			host_pick(h, p);
	}
	if (h->vcpus[v].state == V_RUNNABLE && !h->broken)
		host_block(h, v);
}

void host_vcpu_remove(struct host *h, uint32_t v)
{
	struct call c = {.vcpu = v, .vm = h->vcpus[v].vm};

	host_quiesce(h, v);
	if (h->broken)
		return;
	host_save(h, v);
	h->vms[h->vcpus[v].vm].nr--;
	h->nr_vcpus--;
	h->vcpus[v].state = V_ABSENT;
	agenda_set(&h->agenda, SLOT_VCPU(v), AGENDA_NEVER);
	host_call(h, OP_vcpu_remove, &c);
}

void host_vm_remove(struct host *h, uint32_t vm)
{
	struct call c = {.vm = vm};
	uint32_t v;

	for (v = 0; v < SP_NR_VCPUS; v++)
		if (h->vcpus[v].state != V_ABSENT && h->vcpus[v].vm == vm)
			host_vcpu_remove(h, v);
	if (h->broken)
		return;
	h->vms[vm].exists = 0;
	host_call(h, OP_vm_remove, &c);
}

void host_set_affinity(struct host *h, uint32_t v, const struct sp_affinity *affinity)
{
	struct call c = {.vcpu = v};

	c.u.affinity = *affinity;
	if (!host_call(h, OP_vcpu_set_affinity, &c) && !h->broken)
		h->vcpus[v].affinity = *affinity;
}

void host_vm_set_weight(struct host *h, uint32_t vm, uint32_t weight)
{
	struct call c = {.vm = vm, .weight = weight};

	if (!host_call(h, OP_vm_set_weight, &c) && !h->broken)
		h->vms[vm].weight = weight;
}

void host_vcpu_set_weight(struct host *h, uint32_t v, uint32_t weight)
{
	struct call c = {.vcpu = v, .vm = h->vcpus[v].vm, .weight = weight};

	if (!host_call(h, OP_vcpu_set_weight, &c) && !h->broken)
		h->vcpus[v].weight = weight;
}
