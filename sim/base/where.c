/* SPDX-License-Identifier: BSD-2-Clause */
#include "where.h"

#include <stdio.h>

const char *where_name(uint32_t callback)
{
	static const char *const names[NR_WHERE] = {
		[WHERE_NOWHERE] = "nothing",
		[WHERE_LOADING] = "a constructor",
		[WHERE_INIT] = "init",
		[WHERE_PCPU_ONLINE] = "pcpu_online",
		[WHERE_PCPU_OFFLINE] = "pcpu_offline",
		[WHERE_VM_ADD] = "vm_add",
		[WHERE_VM_REMOVE] = "vm_remove",
		[WHERE_VCPU_ADD] = "vcpu_add",
		[WHERE_VCPU_REMOVE] = "vcpu_remove",
		[WHERE_VCPU_WAKE] = "vcpu_wake",
		[WHERE_VCPU_BLOCK] = "vcpu_block",
		[WHERE_VCPU_STOPPED] = "vcpu_stopped",
		[WHERE_PICK_NEXT] = "pick_next",
		[WHERE_TIMER] = "timer",
		[WHERE_TICK] = "tick",
		[WHERE_VCPU_SPIN] = "vcpu_spin",
		[WHERE_VCPU_YIELD_TO] = "vcpu_yield_to",
		[WHERE_VCPU_IPI] = "vcpu_ipi",
		[WHERE_VM_SET_WEIGHT] = "vm_set_weight",
		[WHERE_VCPU_SET_WEIGHT] = "vcpu_set_weight",
		[WHERE_VCPU_SET_AFFINITY] = "vcpu_set_affinity",
	};

	return callback < NR_WHERE ? names[callback] : "an unknown callback";
}

void where_text(const struct where *where, char text[WHERE_CHARS])
{
	uint32_t callback = where->callback;

	if (callback == WHERE_NOWHERE)
		snprintf(text, WHERE_CHARS, "before its first callback it");
	else if (callback == WHERE_LOADING)
		snprintf(text, WHERE_CHARS, "%s", where_name(callback));
	else
		snprintf(text, WHERE_CHARS, "%s%s at %llu ns%s",
			 where_is_inside(where) ? "" : "after ", where_name(callback),
			 (unsigned long long)where->now_ns, where_is_inside(where) ? "" : " it");
}
