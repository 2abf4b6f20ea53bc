/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * engine.c - the event loop: each event goes to the file that knows it.
 */
#include "engine.h"

#include "dispatch.h"
#include "engine/core/fail.h"
#include "engine/core/guard.h"
#include "engine/core/pcpu.h"
#include "engine/guest/ipi_send.h"
#include "engine/guest/program.h"
#include "engine/host/port.h"
#include "engine/host/vcpu.h"
#include "half.h"
#include "life.h"
#include "vcpu_off.h"
#include "window.h"

/* A runnable vCPU beside an idle pCPU is called forgotten after this long. */
#define FORGOTTEN_NS UINT64_C(1000000000)

/* -- the agenda: what the scenario wants at given instants --------------------- */

static void agenda_do(struct sim *sim, const struct agenda_item *item)
{
	switch (item->kind) {
	case AGENDA_VM_STOP:
		life_vm_stop(sim, item->id);
		break;
	case AGENDA_PCPU_OFF:
		life_pcpu_off(sim, item->id);
		break;
	case AGENDA_PCPU_ON:
		life_pcpu_on(sim, item->id);
		break;
	case AGENDA_VM_START:
		life_vm_start(sim, item->id);
		break;
	case AGENDA_HALF:
		sim->nr_events--; /* it is none of the run's */
		half_take(sim);
		break;
	default:
		window_begin(sim);
		break;
	}
}

static void agenda_arm(struct sim *sim)
{
	queue_arm(&sim->queue, sim->slot_host,
		  sim->at_agenda < sim->nr_agenda
			  ? queue_key(sim->agenda[sim->at_agenda].at_ns, EV_HOST, 0)
			  : QUEUE_NEVER);
}

static void agenda_next(struct sim *sim)
{
	agenda_do(sim, &sim->agenda[sim->at_agenda++]);
	agenda_arm(sim);
}

/* -- events -------------------------------------------------------------------- */

static void event_step(struct sim *sim, struct pcpu *p)
{
	enum guest_outcome outcome;

	if (is_polling(sim, p)) {
		halt_poll_step(sim, p);
		return;
	}
	outcome = guest_step(sim, p->current);
	if (outcome == GUEST_RUNS)
		pcpu_arm_step(sim, p);
	else if (outcome == GUEST_BLOCKS && halt_poll_begin(sim, p))
		pcpu_arm(sim, p);
	else
		pcpu_resched(sim, p, outcome == GUEST_BLOCKS ? SP_STOP_BLOCKED : SP_STOP_YIELDED);
}

static void event_resched(struct sim *sim, struct pcpu *p)
{
	pcpu_resched(sim, p, p->until_ns <= sim->now ? SP_STOP_SLICE : SP_STOP_PREEMPTED);
}

/*
 * In a large host no event finds its records in the cache: it waits for its pCPU, then for
 * the vCPU there, then for the VM and its lock.  So that these waits overlap with the event
 * before, the records of the next one are asked for now.  A wrong guess (3 in 100) only
 * costs the fetch.  Always inline: gcc drops the call of a function that only prefetches.
 */
static inline __attribute__((always_inline)) void fetch_ahead(const struct sim *sim, uint64_t key)
{
	const struct last_on *on;
	const char *p, *v, *m;

	if (queue_key_class(key) == EV_HOST || queue_key_class(key) == EV_TIMER)
		return;
	on = &sim->last_on[sim->pcpu_of_tie[queue_key_tie(key)]];
	p = (const char *)&sim->pcpus[on - sim->last_on];
	v = (const char *)&sim->vcpus[on->vcpu];
	m = (const char *)&sim->vms[on->vm];
	__builtin_prefetch(p, 1);
	__builtin_prefetch(p + 64, 1);
	__builtin_prefetch(v, 1);
	__builtin_prefetch(v + 64, 1);
	__builtin_prefetch(m, 1);
	__builtin_prefetch(m + 64, 1);
	__builtin_prefetch(m + 128, 1);
	__builtin_prefetch(&sim->syncs[on->object], 1);
}

/* Events of a pCPU happen there; a pool's timer and the agenda, nowhere. */
static void event(struct sim *sim, uint32_t class, uint32_t tie)
{
	struct pcpu *p;

	sim->here = SP_NONE;
	if (class == EV_HOST) {
		agenda_next(sim);
		return;
	}
	if (class == EV_TIMER) {
		port_timer(sim, &sim->pools[sim->pool_of_tie[tie]]);
		return;
	}
	sim->here = sim->pcpu_of_tie[tie];
	p = &sim->pcpus[sim->here];
	if (sim->last_on)
		fetch_ahead(sim, queue_second(&sim->queue, sim->here));
	switch (class) {
	case EV_IPI:
		ipi_event(sim, p);
		break;
	case EV_STEP:
		event_step(sim, p);
		break;
	case EV_WAKE:
		vcpu_nap_over(sim, p);
		break;
	case EV_GUEST_TICK:
		dispatch_guest_tick(sim, p);
		break;
	case EV_TICK:
		dispatch_tick(sim, p);
		break;
	case EV_STOLEN:
		life_stolen(sim, p);
		break;
	default:
		event_resched(sim, p);
		break;
	}
}

static void count_instant(struct sim *sim)
{
	if (++sim->instant_events > sim->instant_limit)
		sim_fail(sim, STATUS_MODEL, "livelock",
			 "livelock at %llu ns: %llu events without time passing (policy %s)",
			 (unsigned long long)sim->now, (unsigned long long)sim->instant_events,
			 sim->world->policies[sim->job->policy].name);
}

static void fail_backwards(struct sim *sim, uint64_t key)
{
	sim_fail(sim, STATUS_BUG, "law",
		 "time goes back: at %llu ns an event of class %u is due at %llu ns",
		 (unsigned long long)sim->now, queue_key_class(key),
		 (unsigned long long)queue_key_ns(key));
}

/* Runs until the end of the scenario, of all finite programs, or a failure. */
void engine_loop(struct sim *sim)
{
	while (!sim->failed && !sim->finished) {
		uint64_t key = queue_first(&sim->queue);
		uint32_t class = queue_key_class(key);

		if (queue_key_ns(key) != sim->now) {
			if (queue_key_ns(key) < sim->now)
				fail_backwards(sim, key);
			sim->now = queue_key_ns(key);
			sim->instant_events = 0;
		} else {
			count_instant(sim);
		}
		if (class == EV_END)
			return;
		sim->nr_events++;
		event(sim, class, queue_key_tie(key));
		if ((sim->nr_events & 4095) == 0)
			sim->where->now_ns = sim->now; /* it is alive */
	}
}

/* -- the end ------------------------------------------------------------------- */

/* Will anything make this pool pick again? */
static bool pool_is_armed(const struct sim *sim, const struct pool *pool)
{
	if (pool->timer_ns != NEVER)
		return true;
	for (uint32_t i = 0; i < pool->nr_pcpus; i++) {
		const struct pcpu *p = &sim->pcpus[pool->first_pcpu + i];

		if (p->state != PS_OFFLINE && (p->kick_ns != NEVER || p->until_ns != NEVER))
			return true;
	}
	return false;
}

/* A runnable vCPU that nobody will ever pick, beside an idle pCPU. */
void engine_check_forgotten(struct sim *sim)
{
	char name[128];

	for (uint32_t i = 0; i < sim->world->nr_vcpus && !sim->failed; i++) {
		const struct vcpu *v = &sim->vcpus[i];
		const struct pool *pool = &sim->pools[sim->vms[v->vm].pool];

		if (v->state != VS_RUNNABLE || sim->now - v->wait_ns < FORGOTTEN_NS ||
		    !pool->nr_idle || sim->cold[i].affinity != SP_NONE || pool_is_armed(sim, pool))
			continue;
		sim_fail(sim, STATUS_MODEL, "forgotten",
			 "policy %s forgot %s: runnable since %llu ns beside an idle pCPU, with "
			 "nothing armed",
			 sim->world->policies[sim->job->policy].name, sim_vcpu_name(sim, i, name),
			 (unsigned long long)v->wait_ns);
	}
}

int engine_start(struct sim *sim)
{
	const struct host_spec *host = &sim->world->host;

	for (uint32_t i = 0; i < host->nr_pcpus && !sim->failed; i++)
		life_pcpu_on(sim, i);
	queue_arm(&sim->queue, sim->slot_host + 1, queue_key(sim->end_ns, EV_END, 0));
	agenda_arm(sim);
	return sim->failed ? -1 : 0;
}

void engine_look(struct sim *sim)
{
	if (sim->pools)
		guard_look(sim);
}
