/* SPDX-License-Identifier: BSD-2-Clause */
#include "fluid_pool.h"

/* Equals by vCPU: the order of insertion does not count. */
static bool before(const struct fluid_due *a, const struct fluid_due *b)
{
	return a->at < b->at || (!(a->at > b->at) && a->vcpu < b->vcpu);
}

void fluid_push(struct fluid_heap *heap, double at, uint32_t vcpu)
{
	const struct fluid_due due = {at, vcpu};
	uint32_t i = heap->nr++;

	for (; i && before(&due, &heap->due[(i - 1) / 2]); i = (i - 1) / 2)
		heap->due[i] = heap->due[(i - 1) / 2];
	heap->due[i] = due;
}

void fluid_pop(struct fluid_heap *heap)
{
	const struct fluid_due last = heap->due[--heap->nr];
	uint32_t i = 0;

	for (;;) {
		uint32_t child = 2 * i + 1;

		if (child + 1 < heap->nr && before(&heap->due[child + 1], &heap->due[child]))
			child++;
		if (child >= heap->nr || !before(&heap->due[child], &last))
			break;
		heap->due[i] = heap->due[child];
		i = child;
	}
	heap->due[i] = last;
}
