/* SPDX-License-Identifier: BSD-2-Clause */
#include "trace_handover.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "model/world.h"

int trace_handover_init(struct trace_handover *handover, const struct trace_reader *reader,
			struct error *err)
{
	const struct trace_header *h = &reader->header;
	uint32_t i;

	handover->releases =
		calloc((size_t)h->nr_vms * WORLD_MAX_LOCKS + 1, sizeof(*handover->releases));
	handover->waits = malloc((h->nr_vcpus + 1u) * sizeof(*handover->waits));
	if (!handover->releases || !handover->waits)
		return error_set(err, STATUS_IO, "memory", "%s: %s", reader->path,
				 strerror(ENOMEM));
	for (i = 0; i < h->nr_vcpus; i++)
		handover->waits[i] = UINT32_MAX;
	return 0;
}

void trace_handover_free(struct trace_handover *handover)
{
	free(handover->releases);
	free(handover->waits);
}

bool trace_handover_apply(struct trace_handover *handover, const struct trace_reader *reader,
			  const struct trace_rec *rec, struct trace_release *from)
{
	struct trace_release *release;
	uint32_t vm, *waits;
	bool is_handover = false;

	if (rec->type != TR_LOCK_WAIT && rec->type != TR_LOCK_ACQUIRED &&
	    rec->type != TR_LOCK_RELEASED)
		return false;
	vm = reader->vcpus[rec->vcpu].vm;
	waits = &handover->waits[rec->vcpu];
	if (vm == UINT32_MAX || rec->aux >= WORLD_MAX_LOCKS)
		return false;
	release = &handover->releases[vm * WORLD_MAX_LOCKS + rec->aux];
	if (rec->type == TR_LOCK_WAIT) {
		*waits = rec->aux;
	} else if (rec->type == TR_LOCK_RELEASED) {
		*release = (struct trace_release){rec->at_ns, rec->vcpu, true};
	} else {
		is_handover = *waits == rec->aux && release->any && release->vcpu != rec->vcpu;
		*from = *release;
		*waits = UINT32_MAX;
		release->any = false;
	}
	return is_handover;
}
