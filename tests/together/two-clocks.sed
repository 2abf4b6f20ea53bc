# SPDX-License-Identifier: BSD-2-Clause
# relaxed with a clock for skew and one for shares: what a vCPU slept is forgiven in the first
# alone.  (state.h and skew.c)
s/^	sp_u64 since_ns;.*/&\n	sp_u64 forgiven_ns;/
s/v->v.ns + ran_ns/v->v.ns + v->forgiven_ns + ran_ns/
s/v->v.ns = sp_max(v->v.ns, sp_sub0(m->floor_ns, m->start_ns));/v->forgiven_ns = sp_sub0(m->floor_ns, v->v.ns);/
s/v->v.ns < m->floor_ns/v->v.ns + v->forgiven_ns < m->floor_ns/
