/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * metrics_value.h - the functions behind the registry: one sample of one scope.
 * `of` says which entry of an array; see metric_registry for what each means.
 */
#ifndef CORUN_METRICS_VALUE_H
#define CORUN_METRICS_VALUE_H

#include "metrics.h"

#define METRIC_VALUE(name)                                                                         \
	struct sample name(const struct metric *metric, const struct metric_input *in)

/* vCPU time: of is enum vcpu_time */
METRIC_VALUE(value_time); /* over all vCPU time */
METRIC_VALUE(value_of_running); /* over running time */
METRIC_VALUE(value_of_wanting); /* over running, waiting and held */
METRIC_VALUE(value_thread_time); /* over all thread time */
METRIC_VALUE(value_spin); /* the four spins over running time */
METRIC_VALUE(value_work); /* useful and critical over running time */

/* counts: of is enum vm_count */
METRIC_VALUE(value_rate); /* a second */
METRIC_VALUE(value_count);

/* pCPU time: of is enum pcpu_time */
METRIC_VALUE(value_pcpu); /* over all pCPU time */
METRIC_VALUE(value_pcpu_had); /* over what the policy had: all but offline and stolen */
METRIC_VALUE(value_utilisation);
METRIC_VALUE(value_frag_idle);
METRIC_VALUE(value_forced_idle);
METRIC_VALUE(value_frag_wait);

/* locks, gangs */
METRIC_VALUE(value_lock_wait);
METRIC_VALUE(value_lock_held);
METRIC_VALUE(value_convoy);
METRIC_VALUE(value_lhp_wall);
METRIC_VALUE(value_lhp_exposed);
METRIC_VALUE(value_corun);
METRIC_VALUE(value_corun_all_n);
METRIC_VALUE(value_skew);

/* fairness */
METRIC_VALUE(value_received);
METRIC_VALUE(value_entitled);
METRIC_VALUE(value_received_of_entitled);
METRIC_VALUE(value_unfair_siblings);
METRIC_VALUE(value_jain);
METRIC_VALUE(value_unfair_max);

/* latencies: hist of the metric */
METRIC_VALUE(value_hist_mean);
METRIC_VALUE(value_hist_max);
METRIC_VALUE(value_completion);

/* the host's own counters */
METRIC_VALUE(value_switches);
METRIC_VALUE(value_picks);
METRIC_VALUE(value_kicks);
METRIC_VALUE(value_violations);

#endif
