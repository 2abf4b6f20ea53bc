# SPDX-License-Identifier: BSD-2-Clause
# Does not choose siblings of who was chosen before.
# policy: relaxed
# file: relaxed/relaxed.c
# unit: of times, in 1/1000
# caught: 100
# milder: 5
s/if (r->favour != SP_NONE)/if (r->favour != SP_NONE \&\& !gate_spoil(r->period_end_ns + pcpu))/
