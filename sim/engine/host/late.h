/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * late.h - the host serves a timer, the end of a slice or a kick a little late.
 *
 * How late is drawn from the pCPU and the instant that was asked for, and from nothing
 * else.  So all policies of a replication meet the same host, and who asks again for the
 * same instant does not put it off.
 */
#ifndef CORUN_LATE_H
#define CORUN_LATE_H

#include "engine/core/state.h"

/* When a timer is served that was asked for at_ns; NEVER is never. */
uint64_t late_timer_drawn(const struct sim *sim, uint32_t pcpu, uint64_t at_ns);
/* How late a kick of that pCPU is which is sent at sent_ns. */
uint64_t late_kick_drawn(const struct sim *sim, uint32_t pcpu, uint64_t sent_ns);

static inline uint64_t late_timer(const struct sim *sim, uint32_t pcpu, uint64_t at_ns)
{
	return sim->world->host.late_timer.max_ns ? late_timer_drawn(sim, pcpu, at_ns) : at_ns;
}

static inline uint64_t late_kick_ns(const struct sim *sim, uint32_t pcpu, uint64_t sent_ns)
{
	return sim->world->host.late_kick.max_ns ? late_kick_drawn(sim, pcpu, sent_ns) : 0;
}

#endif
