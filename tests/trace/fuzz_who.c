/* SPDX-License-Identifier: BSD-2-Clause */
/* Any bytes at all as what /proc says of threads. */
#include <stdlib.h>

#include "../../sim/import/import_who.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	FILE *file = size ? fmemopen((void *)data, size, "r") : NULL;
	struct import_who who;
	struct error err;
	uint32_t i;

	if (!file)
		return 0;
	if (who_read(&who, file, "fuzz", &err) == 0)
		for (i = 0; i < who.nr_threads; i++) {
			const struct who_thread *thread = &who.threads[i];

			if (who_find(&who, thread->tid) != thread ||
			    (thread->cgroup != WHO_NONE && thread->cgroup >= who.nr_cgroups) ||
			    (thread->has_cpus && thread->first_cpu > thread->last_cpu))
				abort();
		}
	who_free(&who);
	fclose(file);
	return 0;
}
