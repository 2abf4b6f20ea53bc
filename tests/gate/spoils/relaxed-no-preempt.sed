# SPDX-License-Identifier: BSD-2-Clause
# Who wakes waits for the end of the period.
# policy: relaxed
# file: relaxed/relaxed.c
# unit: of times, in 1/1000
# caught: 20
# milder: 2
s/if (!sp_idle_kick_near(r->idle, v->pcpu, out))/if (!sp_idle_kick_near(r->idle, v->pcpu, out) \&\& !gate_spoil(now_ns))/
