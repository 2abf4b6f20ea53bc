# SPDX-License-Identifier: BSD-2-Clause
# Does not co-start who has been co-stopped.
# policy: relaxed
# file: relaxed/skew.c
# unit: of times, in 1/1000
# caught: 500
# milder: 10
s/if (v->state != RELAXED_HELD || /if (v->state != RELAXED_HELD || gate_spoil(now_ns + vcpu) || /
