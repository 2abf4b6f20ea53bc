/* SPDX-License-Identifier: BSD-2-Clause */
#include "fixture.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void add_vm(struct fixture *f, uint32_t vm, const char *name, uint32_t group,
		   uint32_t first_vcpu, uint32_t width, uint32_t program)
{
	struct vm_spec *spec = &f->vms[vm];
	uint32_t v;

	snprintf(spec->name, sizeof(spec->name), "%s", name);
	spec->group = group;
	spec->first_vcpu = first_vcpu;
	spec->width = width;
	spec->stop_ns = WORLD_MAX_NS;
	spec->noise = f->groups[group].noise;
	for (v = 0; v < width; v++)
		f->vcpus[first_vcpu + v] =
			(struct vcpu_spec){.vm = vm, .index = v, .program = program};
}

void fixture_init(struct fixture *f)
{
	memset(f, 0, sizeof(*f));
	f->lock.kind = OBJECT_TICKET;
	f->programs[0].objects = &f->lock;
	f->programs[0].nr_objects = 1;
	f->programs[1].finite = true;
	f->groups[0] = (struct vm_group){"web", 0, 2, false};
	f->groups[1] = (struct vm_group){"batch", 2, 1, false};
	f->groups[2] = (struct vm_group){"noise", 3, 1, true};
	add_vm(f, 0, "web.0", 0, 0, 2, 0);
	add_vm(f, 1, "web.1", 0, 2, 2, 0);
	add_vm(f, 2, "batch", 1, 4, 2, 1);
	add_vm(f, 3, "noise", 2, 6, 1, 0);
	strcpy(f->policies[0].name, "base");
	strcpy(f->policies[0].policy, "rr");
	strcpy(f->policies[1].name, "other");
	strcpy(f->policies[1].policy, "gang");
	strcpy(f->world.description, "made by hand");
	strcpy(f->world.hash, "0123456789abcdef");
	f->world.host.nr_pcpus = FIXTURE_PCPUS;
	f->world.run = (struct run_spec){
		.duration_ns = FIXTURE_WINDOW_NS,
		.warmup_ns = 1000000000,
		.seed = 42,
	};
	f->world.policies = f->policies;
	f->world.nr_policies = 2;
	f->world.programs = f->programs;
	f->world.nr_programs = 2;
	f->world.groups = f->groups;
	f->world.nr_groups = FIXTURE_GROUPS;
	f->world.vms = f->vms;
	f->world.nr_vms = FIXTURE_VMS;
	f->world.vcpus = f->vcpus;
	f->world.nr_vcpus = 7;
}

void fixture_result_init(struct sim_result *r)
{
	memset(r, 0, sizeof(*r));
	r->window_ns = FIXTURE_WINDOW_NS;
	r->nr_vms = FIXTURE_VMS;
	r->nr_pcpus = FIXTURE_PCPUS;
	r->nr_groups = FIXTURE_GROUPS;
	r->vms = calloc(r->nr_vms, sizeof(*r->vms));
	r->pcpus = calloc(r->nr_pcpus, sizeof(*r->pcpus));
	r->groups = calloc(r->nr_groups, sizeof(*r->groups));
	if (!r->vms || !r->pcpus || !r->groups)
		abort();
}

void fixture_result_fini(struct sim_result *r)
{
	free(r->vms);
	free(r->pcpus);
	free(r->groups);
	memset(r, 0, sizeof(*r));
}
