/* SPDX-License-Identifier: BSD-2-Clause */
#include "metrics_value.h"

#include <math.h>

static const struct sample nothing = {0, 0};

static struct sample over(double num, double den)
{
	return den > 0 ? (struct sample){num, den} : nothing;
}

static double seconds(const struct metric_input *in)
{
	return (double)in->result->window_ns / 1e9;
}

/* Sum of the entries first to last of the scope's vCPU time. */
static double time_sum(const struct metric_input *in, uint32_t first, uint32_t last)
{
	uint64_t sum = 0;
	uint32_t i;

	for (i = first; i <= last; i++)
		sum += in->sum.time[i];
	return (double)sum;
}

static double running(const struct metric_input *in)
{
	return time_sum(in, VT_USEFUL, VT_OVERHEAD);
}

static double wanting(const struct metric_input *in)
{
	return running(in) + time_sum(in, VT_STEAL, VT_HELD);
}

/* -- vCPU time -------------------------------------------------------------- */

METRIC_VALUE(value_time)
{
	return over((double)in->sum.time[metric->of], time_sum(in, 0, NR_VT - 1));
}

METRIC_VALUE(value_thread_time)
{
	double all = 0;
	uint32_t i;

	for (i = 0; i < NR_TT; i++)
		all += (double)in->sum.thread_time[i];
	return over((double)in->sum.thread_time[metric->of], all);
}

METRIC_VALUE(value_of_running)
{
	return over((double)in->sum.time[metric->of], running(in));
}

METRIC_VALUE(value_of_wanting)
{
	return over((double)in->sum.time[metric->of], wanting(in));
}

METRIC_VALUE(value_spin)
{
	(void)metric;
	return over(time_sum(in, VT_SPIN_CONTENTION, VT_SPIN_PARTNER), running(in));
}

METRIC_VALUE(value_work)
{
	(void)metric;
	return over(time_sum(in, VT_USEFUL, VT_CRITICAL), running(in));
}

/* -- counts ----------------------------------------------------------------- */

METRIC_VALUE(value_rate)
{
	return over((double)in->sum.count[metric->of], in->nr_vms ? seconds(in) : 0);
}

METRIC_VALUE(value_count)
{
	return over((double)in->sum.count[metric->of], in->nr_vms ? 1 : 0);
}

/* -- pCPUs ------------------------------------------------------------------ */

static double pcpu_sum(const struct metric_input *in, uint32_t entry)
{
	uint64_t sum = 0;
	uint32_t p;

	for (p = 0; p < in->result->nr_pcpus; p++)
		sum += in->result->pcpus[p][entry];
	return (double)sum;
}

static double pcpu_all(const struct metric_input *in)
{
	double sum = 0;
	uint32_t i;

	for (i = 0; i < NR_PT; i++)
		sum += pcpu_sum(in, i);
	return sum;
}

static double pcpu_had(const struct metric_input *in)
{
	return pcpu_all(in) - pcpu_sum(in, PT_OFFLINE) - pcpu_sum(in, PT_STOLEN);
}

METRIC_VALUE(value_pcpu)
{
	return over(pcpu_sum(in, metric->of), pcpu_all(in));
}

METRIC_VALUE(value_pcpu_had)
{
	return over(pcpu_sum(in, metric->of), pcpu_had(in));
}

METRIC_VALUE(value_utilisation)
{
	(void)metric;
	return over(pcpu_had(in) - pcpu_sum(in, PT_IDLE), pcpu_had(in));
}

METRIC_VALUE(value_forced_idle)
{
	(void)metric;
	return over((double)in->result->forced_idle_ns, pcpu_had(in));
}

METRIC_VALUE(value_frag_idle)
{
	(void)metric;
	return over((double)in->result->frag_idle_ns, pcpu_had(in));
}

METRIC_VALUE(value_frag_wait)
{
	(void)metric;
	return over((double)in->sum.frag_wait_ns, wanting(in));
}

/* -- locks, gangs ----------------------------------------------------------- */

METRIC_VALUE(value_lock_wait)
{
	(void)metric;
	return over((double)in->sum.lock_wait_ns / 1000, (double)in->sum.count[VC_SECTIONS]);
}

METRIC_VALUE(value_lock_held)
{
	(void)metric;
	return over((double)in->sum.lock_held_ns, in->lock_life_ns);
}

METRIC_VALUE(value_convoy)
{
	(void)metric;
	return over(in->nr_convoys, in->nr_locking);
}

METRIC_VALUE(value_lhp_wall)
{
	(void)metric;
	return over((double)in->sum.lhp_wall_ns, in->lock_life_ns);
}

METRIC_VALUE(value_lhp_exposed)
{
	(void)metric;
	return over((double)in->sum.lhp_exposed_ns, in->lock_life_ns);
}

METRIC_VALUE(value_corun)
{
	(void)metric;
	return over((double)in->sum.corun_all_ns, (double)in->sum.corun_any_ns);
}

METRIC_VALUE(value_corun_all_n)
{
	(void)metric;
	return over((double)in->sum.corun_all_n_ns, (double)in->sum.corun_any_ns);
}

METRIC_VALUE(value_skew)
{
	(void)metric;
	return over((double)in->sum.max_skew_ns / 1000, in->nr_vcpus > in->nr_vms ? 1 : 0);
}

/* -- fairness --------------------------------------------------------------- */

static double capacity(const struct metric_input *in)
{
	return pcpu_all(in) - pcpu_sum(in, PT_OFFLINE);
}

METRIC_VALUE(value_received)
{
	(void)metric;
	return over((double)in->sum.received_ns, capacity(in));
}

METRIC_VALUE(value_entitled)
{
	(void)metric;
	return over(in->sum.entitled_ns, capacity(in));
}

METRIC_VALUE(value_received_of_entitled)
{
	(void)metric;
	return over((double)in->sum.received_ns, in->sum.entitled_ns);
}

METRIC_VALUE(value_unfair_siblings)
{
	(void)metric;
	return over(in->sum.sibling_short, in->nr_vcpus > in->nr_vms && in->sum.entitled_ns > 0);
}

/*
 * received / entitled of the guest VM, or -1 where it is entitled to nothing.  By demand
 * at most 1: who is served before the fluid schedule would is not treated unfairly.
 */
static double fairness_of(const struct metric_input *in, uint32_t vm)
{
	const struct vm_result *v = &in->result->vms[vm];
	double x;

	if (in->world->vms[vm].noise || !(v->entitled_ns > 0))
		return -1;
	x = (double)v->received_ns / v->entitled_ns;
	return in->world->fairness == FAIRNESS_BACKLOG ? x : fmin(x, 1);
}

METRIC_VALUE(value_jain)
{
	double sum = 0, squares = 0;
	uint32_t vm, nr = 0;

	(void)metric;
	for (vm = 0; vm < in->result->nr_vms; vm++) {
		double x = fairness_of(in, vm);

		if (x < 0)
			continue;
		sum += x;
		squares += x * x;
		nr++;
	}
	return over(sum * sum, nr * squares);
}

METRIC_VALUE(value_unfair_max)
{
	double worst = 0;
	uint32_t vm, nr = 0;

	(void)metric;
	for (vm = 0; vm < in->result->nr_vms; vm++) {
		double x = fairness_of(in, vm);

		if (x < 0)
			continue;
		if (fabs(x - 1) > worst)
			worst = fabs(x - 1);
		nr++;
	}
	return over(worst, nr ? 1 : 0);
}

/* -- latencies -------------------------------------------------------------- */

METRIC_VALUE(value_hist_mean)
{
	const struct hist *h = in->hist ? &in->hist[metric->hist] : NULL;

	return h ? over((double)h->sum / 1000, (double)h->count) : nothing;
}

METRIC_VALUE(value_hist_max)
{
	const struct hist *h = in->hist ? &in->hist[metric->hist] : NULL;

	return h ? over((double)h->max / 1000, h->count ? 1 : 0) : nothing;
}

METRIC_VALUE(value_completion)
{
	bool complete = in->nr_finite && in->nr_done == in->nr_finite;

	(void)metric;
	return over((double)in->sum.done_at_ns / 1000, complete ? 1 : 0);
}

/* -- the host's own counters ------------------------------------------------ */

METRIC_VALUE(value_switches)
{
	(void)metric;
	return over((double)in->result->nr_switches, seconds(in));
}

METRIC_VALUE(value_picks)
{
	(void)metric;
	return over((double)in->result->nr_picks, seconds(in));
}

METRIC_VALUE(value_kicks)
{
	(void)metric;
	return over((double)in->result->nr_kicks, seconds(in));
}

METRIC_VALUE(value_violations)
{
	(void)metric;
	return over((double)in->result->nr_violations, 1);
}
