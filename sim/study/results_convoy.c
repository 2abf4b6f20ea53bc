/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Folders in which no run had a convoy do not say so, and those of an older corun do not
 * know the word: it is worked out from the spinning of each VM, as metrics.c does.
 */
#include <math.h>

#include "results.h"

static struct sample sample_of(const struct study *study, const struct study_rep *rep,
			       const char *metric, uint32_t vm)
{
	struct scope scope = scope_vm(vm);

	return rep->samples[study_column(study, metric_find(metric), &scope)];
}

/* num: is it in a convoy?  den: has it locks at all? */
static struct sample convoy_of(const struct study *study, const struct study_rep *rep, uint32_t vm)
{
	struct sample lhp = sample_of(study, rep, "lhp_spin", vm);
	struct sample lwp = sample_of(study, rep, "lwp_spin", vm);
	bool locks = sample_of(study, rep, "lhp_wall", vm).den > 0;

	/* numerators are ns, and the denominator is the running time */
	return (struct sample){locks && lhp.den > 0 && lhp.num + lwp.num > floor(lhp.den / 2),
			       locks};
}

void results_fill_convoy(const struct study *study, struct study_rep *rep)
{
	const struct metric *metric = metric_find("convoy");
	uint32_t i, vm;

	for (i = 0; i < study->nr_columns; i++) {
		const struct study_column *c = &study->columns[i];
		struct sample sum = {0, 0};

		if (c->metric != metric || rep->samples[i].den >= 0)
			continue;
		for (vm = c->scope.first_vm; vm < c->scope.first_vm + c->scope.nr_vms; vm++) {
			struct sample x;

			if (c->scope.kind == SCOPE_HOST && study->world->vms[vm].noise)
				continue;
			x = convoy_of(study, rep, vm);
			sum.num += x.num;
			sum.den += x.den;
		}
		rep->samples[i] = sum;
	}
}
