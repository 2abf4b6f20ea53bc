/* SPDX-License-Identifier: BSD-2-Clause */
/* trace_window.c - which part of a trace is wanted: a time, and the vCPUs of a VM. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/suggest.h"
#include "trace_read.h"

/* "web" is VM web, and all of web.0, web.1, ... */
static bool is_called(const char *vm, const char *name)
{
	size_t n = strlen(name);

	if (strncmp(vm, name, n))
		return false;
	return !vm[n] ||
	       (vm[n] == '.' && vm[n + 1] && !vm[n + 1 + strspn(vm + n + 1, "0123456789")]);
}

static int no_such_vm(const struct trace_reader *reader, const char *name, struct error *err)
{
	struct suggest suggest;
	uint32_t i;

	suggest_init(&suggest, name);
	for (i = 0; i < reader->header.nr_vms; i++)
		suggest_offer(&suggest, reader->vms[i].name);
	return error_set(err, STATUS_INPUT, "usage", "trace: no VM '%s' in %s%s%s%s", name,
			 reader->path, suggest.best ? "; did you mean '" : "",
			 suggest.best ? suggest.best : "", suggest.best ? "'?" : "");
}

int trace_window_vm(struct trace_reader *reader, const char *name, struct error *err)
{
	bool found = false;
	uint32_t i;

	reader->window.vms = calloc(reader->header.nr_vms + 1u, sizeof(*reader->window.vms));
	if (!reader->window.vms)
		return error_set(err, STATUS_IO, "memory", "%s: %s", reader->path,
				 strerror(ENOMEM));
	for (i = 0; i < reader->header.nr_vms; i++) {
		reader->window.vms[i] = is_called(reader->vms[i].name, name);
		found |= reader->window.vms[i];
	}
	return found ? 0 : no_such_vm(reader, name, err);
}

bool trace_wants_vcpu(const struct trace_reader *reader, uint16_t vcpu)
{
	uint32_t vm;

	if (!reader->window.vms)
		return true;
	if (vcpu == TRACE_NONE)
		return false;
	vm = reader->vcpus[vcpu].vm;
	return vm != UINT32_MAX && reader->window.vms[vm];
}

bool trace_wants(const struct trace_reader *reader, const struct trace_rec *rec)
{
	if (rec->at_ns < reader->window.from_ns)
		return false;
	if (reader->window.vms && (rec->type == TR_VM_START || rec->type == TR_VM_STOP))
		return reader->window.vms[rec->aux];
	return trace_wants_vcpu(reader, rec->vcpu);
}
