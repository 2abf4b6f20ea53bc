/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * import_monitors.c - what monitors call the threads that are their guests' vCPUs.
 */
#include <string.h>

#include "import_group.h"
#include "import_span.h"

/* As the monitors' sources name them (QEMU 7.2, Firecracker 1.10, Cloud Hypervisor 40, crosvm, kvmtool, VirtualBox 7). */
static const struct vcpu_name names[] = {
	{"QEMU with KVM", "CPU ", "/KVM"}, {"QEMU without KVM", "CPU ", "/TCG"},
	{"Firecracker", "fc_vcpu ", ""},   {"Cloud Hypervisor", "vcpu", ""},
	{"crosvm", "crosvm_vcpu", ""},	   {"kvmtool", "kvm-vcpu-", ""},
	{"VirtualBox", "EMT-", ""},	   {"Xen (import_xen.c)", "xen vcpu ", ""},
};

static bool fits(const struct vcpu_name *name, const char *comm, uint32_t *index)
{
	struct span rest = {comm, comm + strlen(comm)};
	uint64_t value;

	if (!take_text(&rest, name->before) || !take_number(&rest, 65535, &value) ||
	    !take_text(&rest, name->after) || rest.at != rest.end)
		return false;
	*index = (uint32_t)value;
	return true;
}

const struct vcpu_name *vcpu_name_of(const char *comm, const struct vcpu_name *own, uint32_t *index)
{
	size_t i;

	if (own)
		return fits(own, comm, index) ? own : NULL;
	for (i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (fits(&names[i], comm, index))
			return &names[i];
	return NULL;
}

int vcpu_name_parse(struct vcpu_name *name, char *text)
{
	char *percent = strchr(text, '%');

	if (!percent || strchr(percent + 1, '%'))
		return -1;
	*percent = '\0';
	*name = (struct vcpu_name){"--vcpu-name", text, percent + 1};
	return 0;
}
