/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * import_group.c - which lanes are the vCPUs of one VM, and what the host gave it.
 *
 * A vCPU is told by its thread's name.  Its guest is the process of the thread, if the
 * recording or /proc says which that is, else the cgroup; else monitors start the threads
 * of a guest one after another, so in the order of thread ids a number that is not higher
 * than the one before begins another guest.  That is a guess, and said so.  All other
 * threads are the host's: each is a VM of one vCPU, as the host schedules it like one.
 */
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "import_out.h"

#define NICE_0_PRIO 120
#define RT_PRIOS 100
/* cpu.weight of a cgroup that was not told otherwise, and of a vCPU with nice 0 */
#define CGROUP_WEIGHT 100u
#define VCPU_WEIGHT 1024u
#define VCPU_WEIGHT_MAX 262144u

/* -- what is known of each lane --------------------------------------------- */

static void know(struct import_plan *plan, const struct import_wanted *wanted)
{
	uint32_t i;

	for (i = 0; i < plan->nr_lanes; i++) {
		struct import_lane *lane = &plan->lanes[i];

		lane->vm = lane->order = i;
		if (!lane->task)
			continue;
		if (wanted->who)
			lane->who = who_find(wanted->who, lane->task->pid);
		lane->tgid = lane->task->tgid;
		if (!lane->tgid && lane->who)
			lane->tgid = lane->who->tgid;
		lane->is_vcpu = vcpu_name_of(lane->task->comm, wanted->vcpu_name, &lane->index);
	}
}

static uint32_t cgroup_of(const struct import_lane *lane)
{
	return lane->who ? lane->who->cgroup : WHO_NONE;
}

/* -- groups: lane->vm becomes the number of the group's first lane ------------- */

/* Lanes with the same key, other than none; at most 1024 lanes. */
static void join_by(struct import_plan *plan, bool only_vcpus,
		    uint32_t (*key)(const struct import_lane *lane), uint32_t none)
{
	uint32_t i, k;

	for (i = 0; i < plan->nr_lanes; i++) {
		struct import_lane *lane = &plan->lanes[i];

		if (lane->vm != i || (only_vcpus && !lane->is_vcpu) || key(lane) == none)
			continue;
		for (k = i + 1; k < plan->nr_lanes; k++)
			if (plan->lanes[k].vm == k && (!only_vcpus || plan->lanes[k].is_vcpu) &&
			    key(&plan->lanes[k]) == key(lane))
				plan->lanes[k].vm = i;
	}
}

static uint32_t tgid_of(const struct import_lane *lane)
{
	return lane->tgid;
}

/* The cgroup only of those whose process is not known. */
static uint32_t cgroup_alone(const struct import_lane *lane)
{
	return lane->tgid ? WHO_NONE : cgroup_of(lane);
}

static int by_pid(const void *a, const void *b)
{
	const struct import_lane *x = *(struct import_lane *const *)a;
	const struct import_lane *y = *(struct import_lane *const *)b;

	if (x->task->pid != y->task->pid)
		return x->task->pid < y->task->pid ? -1 : 1;
	return x->task->life < y->task->life ? -1 : x->task->life > y->task->life;
}

/* vCPUs of which nothing but name and thread id is known. */
static int join_by_order(struct import_plan *plan, struct error *err)
{
	struct import_lane **lanes = calloc(plan->nr_lanes + 1u, sizeof(*lanes));
	uint32_t i, nr = 0, first = 0;

	if (!lanes)
		return error_set(err, STATUS_IO, "memory", "%s", strerror(ENOMEM));
	for (i = 0; i < plan->nr_lanes; i++) {
		struct import_lane *lane = &plan->lanes[i];

		if (lane->is_vcpu && !lane->tgid && cgroup_of(lane) == WHO_NONE)
			lanes[nr++] = lane;
	}
	qsort(lanes, nr, sizeof(*lanes), by_pid);
	for (i = 1; i < nr; i++) {
		if (lanes[i]->index <= lanes[i - 1]->index)
			first = i;
		lanes[i]->vm = lanes[first]->vm;
	}
	/* one vCPU alone leaves nothing to guess */
	plan->doubts.by_order = nr > 1 ? nr : 0;
	free(lanes);
	return 0;
}

static bool any_vcpu(const struct import_plan *plan)
{
	uint32_t i;

	for (i = 0; i < plan->nr_lanes; i++)
		if (plan->lanes[i].is_vcpu)
			return true;
	return false;
}

/* Is the process (or the cgroup) of every lane known? */
static bool all_known(const struct import_plan *plan,
		      uint32_t (*key)(const struct import_lane *lane), uint32_t none)
{
	uint32_t i;

	for (i = 0; i < plan->nr_lanes; i++)
		if (key(&plan->lanes[i]) == none)
			return false;
	return true;
}

static void deal(struct import_plan *plan, uint32_t nr_vms)
{
	uint32_t i;

	for (i = 0; i < plan->nr_lanes; i++)
		plan->lanes[i].vm = i % nr_vms;
	plan->doubts.dealt = plan->nr_lanes;
}

static int missing_key(const char *what, const char *how, struct error *err)
{
	return error_set(err, STATUS_INPUT, "import", "not every task's %s is known: %s", what,
			 how);
}

static int join_lanes(struct import_plan *plan, const struct import_wanted *wanted,
		      struct error *err)
{
	enum import_by by = wanted->by;

	if (by == IMPORT_BY_AUTO && any_vcpu(plan))
		by = IMPORT_BY_NAME;
	else if (by == IMPORT_BY_AUTO && wanted->nr_vms && all_known(plan, tgid_of, 0))
		by = IMPORT_BY_PROCESS;
	switch (by) {
	case IMPORT_BY_NAME:
		if (!any_vcpu(plan))
			return error_set(err, STATUS_INPUT, "import",
					 "no thread has the name of a vCPU: see --vcpu-name");
		join_by(plan, true, tgid_of, 0);
		join_by(plan, true, cgroup_alone, WHO_NONE);
		return join_by_order(plan, err);
	case IMPORT_BY_PROCESS:
		if (!all_known(plan, tgid_of, 0))
			return missing_key("process",
					   "record with the option record-tgid, or by perf, or see "
					   "--who",
					   err);
		join_by(plan, false, tgid_of, 0);
		return 0;
	case IMPORT_BY_CGROUP:
		if (!all_known(plan, cgroup_of, WHO_NONE))
			return missing_key("cgroup", "see --who", err);
		join_by(plan, false, cgroup_of, WHO_NONE);
		return 0;
	case IMPORT_BY_TASK:
	case IMPORT_BY_AUTO:
		break;
	}
	if (wanted->nr_vms)
		deal(plan, wanted->nr_vms);
	return 0;
}

/* -- VMs ----------------------------------------------------------------------- */

/* VMs in the order of their first lanes; within a guest by the vCPU's number. */
static int by_vm(const void *a, const void *b)
{
	const struct import_lane *x = a, *y = b;

	if (x->vm != y->vm)
		return x->vm < y->vm ? -1 : 1;
	if (x->is_vcpu && y->is_vcpu && x->index != y->index)
		return x->index < y->index ? -1 : 1;
	return x->order < y->order ? -1 : x->order > y->order;
}

static void name_vm(struct import_plan *plan, struct import_vm *vm,
		    const struct import_wanted *wanted)
{
	const struct import_lane *lane = &plan->lanes[vm->first];
	bool has_guests = plan->nr_guests > 0;

	if (has_guests && lane->is_vcpu && !strncmp(lane->task->comm, "xen vcpu ", 9))
		snprintf(vm->name, sizeof(vm->name), "dom%u", lane->tgid - 1);
	else if (has_guests && lane->is_vcpu)
		snprintf(vm->name, sizeof(vm->name), "guest_%u",
			 lane->tgid ? lane->tgid : lane->task->pid);
	else if (has_guests)
		snprintf(vm->name, sizeof(vm->name), "host_%.*s", IMPORT_NAME - 6, lane->name);
	else if (plan->doubts.dealt)
		snprintf(vm->name, sizeof(vm->name), "replay%u", lane->vm);
	else if (wanted->by == IMPORT_BY_CGROUP)
		snprintf(vm->name, sizeof(vm->name), "cgroup%u", lane->who->cgroup);
	else if (wanted->by == IMPORT_BY_PROCESS || wanted->nr_vms)
		snprintf(vm->name, sizeof(vm->name), "process_%u", lane->tgid);
	else
		memcpy(vm->name, lane->name, sizeof(vm->name));
}

static void set_nice(struct import_plan *plan, struct import_vm *vm)
{
	bool is_set = false, is_mixed = false;
	uint32_t i;

	for (i = vm->first; i < vm->first + vm->nr; i++) {
		const struct import_task *task = plan->lanes[i].task;
		int nice;

		if (!task)
			continue;
		if (task->prio < RT_PRIOS || task->prio > NICE_0_PRIO + 19) {
			plan->doubts.real_time++;
			continue;
		}
		nice = task->prio - NICE_0_PRIO;
		if (is_set && nice != vm->nice)
			is_mixed = true;
		if (!is_set)
			vm->nice = nice;
		is_set = true;
	}
	plan->doubts.mixed_nice += is_mixed;
}

/* A cgroup's weight is that of all its threads together. */
static void set_weight(struct import_plan *plan, struct import_vm *vm,
		       const struct import_wanted *wanted)
{
	uint32_t cgroup = cgroup_of(&plan->lanes[vm->first]), weight;
	uint64_t each;

	if (!plan->lanes[vm->first].is_vcpu || cgroup == WHO_NONE)
		return;
	weight = wanted->who->cgroups[cgroup].weight;
	if (!weight)
		return;
	each = (uint64_t)weight * VCPU_WEIGHT / (CGROUP_WEIGHT * (uint64_t)vm->nr);
	vm->weight = each < 1 ? 1 : each > VCPU_WEIGHT_MAX ? VCPU_WEIGHT_MAX : (uint32_t)each;
	plan->doubts.weights++;
}

/* vCPUs whose number was not seen, or seen twice. */
static void doubt_numbers(struct import_plan *plan, const struct import_vm *vm)
{
	uint32_t i, expected = 0;

	for (i = vm->first; i < vm->first + vm->nr; i++) {
		uint32_t index = plan->lanes[i].index;

		if (index < expected)
			plan->doubts.twice++;
		else
			plan->doubts.missing += index - expected;
		expected = index + 1;
	}
}

static void make_vms(struct import_plan *plan, const struct import_wanted *wanted, bool by_name)
{
	uint32_t i;

	for (i = 0; i < plan->nr_lanes; i++) {
		const struct import_lane *lane = &plan->lanes[i];

		if (i && lane->vm == plan->lanes[i - 1].vm) {
			plan->vms[plan->nr_vms - 1].nr++;
			continue;
		}
		plan->vms[plan->nr_vms++] = (struct import_vm){.first = i, .nr = 1};
		plan->nr_guests += by_name && lane->is_vcpu;
	}
	for (i = 0; i < plan->nr_vms; i++) {
		struct import_vm *vm = &plan->vms[i];

		name_vm(plan, vm, wanted);
		set_nice(plan, vm);
		set_weight(plan, vm, wanted);
		if (by_name && plan->lanes[vm->first].is_vcpu)
			doubt_numbers(plan, vm);
	}
}

static void count_pins(struct import_plan *plan)
{
	uint32_t i;

	for (i = 0; i < plan->nr_lanes; i++) {
		const struct who_thread *who = plan->lanes[i].who;

		if (!who || !who->has_cpus)
			continue;
		plan->doubts.scattered += who->is_scattered;
		plan->has_pins |= !who->is_scattered;
	}
}

int import_group(struct import_plan *plan, const struct import_wanted *wanted, struct error *err)
{
	bool by_name;
	uint32_t found;

	plan->vms = calloc(plan->nr_lanes + 1u, sizeof(*plan->vms));
	if (!plan->vms)
		return error_set(err, STATUS_IO, "memory", "%s", strerror(ENOMEM));
	know(plan, wanted);
	if (join_lanes(plan, wanted, err))
		return -1;
	by_name = wanted->by <= IMPORT_BY_NAME && any_vcpu(plan);
	if (plan->nr_lanes)
		qsort(plan->lanes, plan->nr_lanes, sizeof(*plan->lanes), by_vm);
	make_vms(plan, wanted, by_name);
	count_pins(plan);
	found = by_name ? plan->nr_guests : plan->nr_vms;
	if (wanted->nr_vms && found != wanted->nr_vms && !plan->doubts.dealt)
		return error_set(err, STATUS_INPUT, "import",
				 "the recording shows %u %s, --vms says %u: choose by --task, or "
				 "leave "
				 "--vms out",
				 found, by_name ? "guests" : "processes", wanted->nr_vms);
	return 0;
}
