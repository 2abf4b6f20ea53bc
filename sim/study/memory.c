/* SPDX-License-Identifier: BSD-2-Clause */
#include "memory.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include <gsl/gsl_cdf.h>

void memory_of_pairs(const double *x, const double *y, uint32_t nr, struct memory *memory)
{
	double mx = 0, my = 0, xx = 0, yy = 0, xy = 0, z, half;
	uint32_t i;

	memset(memory, 0, sizeof(*memory));
	memory->nr = nr;
	for (i = 0; i < nr; i++) {
		mx += x[i] / nr;
		my += y[i] / nr;
	}
	for (i = 0; i < nr; i++) {
		xx += (x[i] - mx) * (x[i] - mx);
		yy += (y[i] - my) * (y[i] - my);
		xy += (x[i] - mx) * (y[i] - my);
	}
	/* what is left of rounding is no variance */
	if (nr < MEMORY_LEAST || !(xx > 1e-20 * nr * mx * mx) || !(yy > 1e-20 * nr * my * my))
		return;
	memory->known = true;
	memory->correlation = fmax(-1, fmin(1, xy / sqrt(xx) / sqrt(yy)));
	z = atanh(fmax(-1 + 1e-12, fmin(1 - 1e-12, memory->correlation)));
	half = gsl_cdf_ugaussian_Pinv((1 + STATS_LEVEL) / 2) / sqrt(nr - 3.0);
	memory->low = tanh(z - half);
	memory->high = tanh(z + half);
	memory->speaks = memory->correlation > MEMORY_SPEAKS && memory->low > 0;
}

int memory_of(const struct study *study, uint32_t column, uint32_t policy, struct memory *memory)
{
	uint32_t nr = study_nr_reps(study, policy), r, k;
	double *x = calloc(2 * (size_t)nr + 1, sizeof(*x));
	bool whole = column < study->nr_halves;

	memset(memory, 0, sizeof(*memory));
	if (!x)
		return -1;
	for (r = 0; r < nr && whole; r++) {
		const struct study_rep *rep = *study_slot(study, r, policy);

		for (k = 0; k < 2 && whole; k++) {
			whole = rep->halves && rep->halves[column][k].den > 0;
			if (whole)
				x[k * nr + r] =
					rep->halves[column][k].num / rep->halves[column][k].den;
		}
	}
	if (whole)
		memory_of_pairs(x, x + nr, nr, memory);
	free(x);
	return 0;
}

/* -- halves ---------------------------------------------------------------------- */

/* What is a largest, or an instant, is of the whole window. */
static bool has_halves(const struct metric *metric)
{
	static const char *const whole[] = {"skew", "completion", "unfair_siblings"};
	uint32_t i;

	for (i = 0; i < sizeof(whole) / sizeof(*whole); i++)
		if (!strcmp(metric->name, whole[i]))
			return false;
	return !metric->largest;
}

static void subtract_vm(struct vm_result *r, const struct vm_result *first)
{
	uint32_t i;

	for (i = 0; i < NR_VT; i++)
		r->time[i] -= first->time[i];
	for (i = 0; i < NR_VC; i++)
		r->count[i] -= first->count[i];
	for (i = 0; i < NR_TT; i++)
		r->thread_time[i] -= first->thread_time[i];
	r->corun_any_ns -= first->corun_any_ns;
	r->corun_all_ns -= first->corun_all_ns;
	r->corun_all_n_ns -= first->corun_all_n_ns;
	r->lhp_wall_ns -= first->lhp_wall_ns;
	r->lhp_exposed_ns -= first->lhp_exposed_ns;
	r->lock_held_ns -= first->lock_held_ns;
	r->lock_wait_ns -= first->lock_wait_ns;
	r->entitled_ns -= first->entitled_ns;
	r->received_ns -= first->received_ns;
	r->frag_wait_ns -= first->frag_wait_ns;
}

static void subtract_hist(struct hist *h, const struct hist *first)
{
	uint32_t i;

	for (i = 0; i < HIST_BUCKETS; i++)
		h->bucket[i] -= first->bucket[i];
	h->count -= first->count;
	h->censored -= first->censored;
	h->sum -= first->sum;
}

static void free_parts(struct sim_result *r)
{
	free(r->vms);
	free(r->pcpus);
	free(r->groups);
}

static int second_half(const struct sim_result *all, const struct sim_result *first,
		       struct sim_result *second)
{
	uint32_t i, k;

	*second = *all;
	second->window_ns -= first->window_ns;
	second->nr_groups = first->nr_groups;
	second->vms = calloc(all->nr_vms + 1, sizeof(*second->vms));
	second->pcpus = calloc(all->nr_pcpus + 1, sizeof(*second->pcpus));
	second->groups = calloc(first->nr_groups + 1, sizeof(*second->groups));
	if (!second->vms || !second->pcpus || !second->groups) {
		free_parts(second);
		return -1;
	}
	memcpy(second->vms, all->vms, all->nr_vms * sizeof(*second->vms));
	memcpy(second->pcpus, all->pcpus, all->nr_pcpus * sizeof(*second->pcpus));
	memcpy(second->groups, all->groups, first->nr_groups * sizeof(*second->groups));
	for (i = 0; i < all->nr_vms; i++)
		subtract_vm(&second->vms[i], &first->vms[i]);
	for (i = 0; i < all->nr_pcpus; i++)
		for (k = 0; k < NR_PT; k++)
			second->pcpus[i][k] -= first->pcpus[i][k];
	for (i = 0; i < first->nr_groups; i++)
		for (k = 0; k < NR_GH; k++)
			subtract_hist(&second->groups[i].hist[k], &first->groups[i].hist[k]);
	second->frag_idle_ns -= first->frag_idle_ns;
	second->forced_idle_ns -= first->forced_idle_ns;
	second->nr_switches -= first->nr_switches;
	second->nr_picks -= first->nr_picks;
	second->nr_kicks -= first->nr_kicks;
	second->nr_violations -= first->nr_violations;
	return 0;
}

static int digest_half(const struct study *study, const struct sim_result *half, uint32_t which,
		       struct study_rep *rep)
{
	struct hist *merged = study_merge_guests(study, half);
	struct scope host = scope_host(study->world);
	struct metric_input in;
	uint32_t i;

	if (!merged)
		return -1;
	metric_input_init(&in, study->world, half, &host, half->nr_groups ? merged : NULL);
	for (i = 0; i < study->nr_halves; i++)
		if (has_halves(study->columns[i].metric))
			rep->halves[i][which] = metric_sample(study->columns[i].metric, &in);
	free(merged);
	return 0;
}

int memory_digest(const struct study *study, struct study_rep *rep, const struct sim_result *all,
		  const struct sim_result *first)
{
	struct sim_result second;
	int failed;

	if (!first->window_ns || first->window_ns >= all->window_ns)
		return 0;
	rep->halves = calloc(study->nr_halves + 1, sizeof(*rep->halves));
	if (!rep->halves || second_half(all, first, &second))
		return -1;
	failed = digest_half(study, first, 0, rep) || digest_half(study, &second, 1, rep);
	free_parts(&second);
	return failed ? -1 : 0;
}
