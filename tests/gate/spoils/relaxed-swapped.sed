# SPDX-License-Identifier: BSD-2-Clause
# The thresholds are swapped: to stop at the smaller skew, to start at the larger one.
# policy: relaxed
# file: relaxed/relaxed.c
# unit: of the way, in 1/1000
# caught: 300
# milder: 10
s/r->start_ns = config->tunables\[RELAXED_START\];/r->start_ns = config->tunables[RELAXED_START] + (r->stop_ns - config->tunables[RELAXED_START]) * gate_severity \/ 1000; r->stop_ns -= r->start_ns - config->tunables[RELAXED_START];/
s/return r->sample_ns > r->start_ns || r->start_ns > r->stop_ns ? -SP_EINVAL : 0;/return 0;/
