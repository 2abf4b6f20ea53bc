/* SPDX-License-Identifier: BSD-2-Clause */
/* import_kvm.c - the summary's table of vCPUs, of a recording that has KVM's events. */
#include <inttypes.h>

#include "import_out.h"

static void put_vcpu(FILE *out, const struct import_vm *vm, const struct import_lane *lane)
{
	const struct import_kvm *kvm = &lane->task->kvm;
	double wanted_ns = (double)kvm->run_ns + (double)kvm->steal_ns;
	char name[IMPORT_NAME + 16];

	if (lane->is_vcpu)
		snprintf(name, sizeof(name), "%s/%u", vm->name, lane->index);
	else
		snprintf(name, sizeof(name), "%s", vm->name);
	fprintf(out,
		"corun: import: %-24s %10.6f %10.6f %6.1f %10.6f %8" PRIu64 " %7" PRIu64
		" %9" PRIu64 " %8" PRIu64 " %7" PRIu64 " %7" PRIu64 " %8" PRIu64 " %10" PRIu64 "\n",
		name, (double)kvm->run_ns / 1e9, (double)kvm->steal_ns / 1e9,
		wanted_ns > 0 ? 100 * (double)kvm->steal_ns / wanted_ns : 0,
		(double)kvm->halt_ns / 1e9, kvm->halts, kvm->polls, kvm->preempts, kvm->spins,
		kvm->monitor_blocks, kvm->other_blocks, kvm->pauses, kvm->interrupts);
}

void import_put_kvm(FILE *out, const struct import *import, const struct import_plan *plan)
{
	const struct import_vm *vm;
	uint64_t poll_ns = 0;
	uint32_t i, unnamed = 0;

	if (!import->counts.kvm)
		return;
	fprintf(out, "corun: import: %-24s %10s %10s %6s %10s %8s %7s %9s %8s %7s %7s %8s %10s\n",
		"vCPU", "ran s", "stolen s", "%", "halted s", "halts", "polled", "preempted",
		"spinning", "monitor", "blocked", "pauses", "interrupts");
	for (vm = plan->vms; vm < plan->vms + plan->nr_vms; vm++)
		for (i = vm->first; i < vm->first + vm->nr; i++) {
			const struct import_lane *lane = &plan->lanes[i];

			if (!lane->task || !lane->task->kvm.last)
				continue;
			put_vcpu(out, vm, lane);
			poll_ns += lane->task->kvm.poll_ns;
			unnamed += !lane->is_vcpu;
		}
	if (poll_ns)
		fprintf(out,
			"corun: import: %10.6f s of polling in halts, which is no demand: left "
			"out\n",
			(double)poll_ns / 1e9);
	if (unnamed)
		fprintf(out,
			"corun: import: %10u threads enter a guest and are not called as vCPUs "
			"are: see --vcpu-name\n",
			unnamed);
}
