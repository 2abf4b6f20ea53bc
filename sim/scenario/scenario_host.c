/* SPDX-License-Identifier: BSD-2-Clause */
/* host: topology, pools, costs, events. */
#include <stdlib.h>
#include <string.h>

#include "scenario_parts.h"

enum { POOL_HOST, POOL_SOCKET, POOL_LLC }; /* as in the words of host.pool */

static int build_topology(struct build *build, const struct node *node)
{
	struct host_spec *host = &build->world->host;
	uint64_t nr;

	host->sockets = (uint32_t)build_u(node, "sockets");
	host->llcs = (uint32_t)build_u(node, "llcs");
	host->cores = (uint32_t)build_u(node, "cores");
	host->threads = (uint32_t)build_u(node, "threads");
	nr = (uint64_t)host->sockets * host->llcs * host->cores * host->threads;
	if (nr > WORLD_MAX_PCPUS)
		return node_fail(build->loader, node_get(node, "cores")->place,
				 "found a host of %llu pCPUs (sockets x llcs x cores x threads), "
				 "expected at most %d",
				 (unsigned long long)nr, WORLD_MAX_PCPUS);
	host->nr_pcpus = (uint32_t)nr;
	host->topo = arena_array(build->arena, nr, sizeof(*host->topo));
	for (uint32_t p = 0; p < nr; p++) {
		host->topo[p].core = p / host->threads;
		host->topo[p].llc = host->topo[p].core / host->cores;
		host->topo[p].socket = host->topo[p].llc / host->llcs;
	}
	return 0;
}

static void build_pools(struct build *build, const struct node *node)
{
	struct host_spec *host = &build->world->host;
	uint64_t kind = build_u(node, "pool");

	host->nr_pools = kind == POOL_HOST     ? 1
			 : kind == POOL_SOCKET ? host->sockets
					       : host->sockets * host->llcs;
	host->pools = arena_array(build->arena, host->nr_pools, sizeof(*host->pools));
	for (uint32_t i = 0; i < host->nr_pools; i++) {
		host->pools[i].nr_pcpus = host->nr_pcpus / host->nr_pools;
		host->pools[i].first_pcpu = i * host->pools[i].nr_pcpus;
	}
}

/* A host that does nothing but tick is a typing error. */
#define TICK_MIN_NS 10000

static int build_costs(struct build *build, const struct node *node)
{
	struct host_spec *host = &build->world->host;
	const struct node *period = build_get(node, "tick.period");

	host->context_switch_ns = build_u(node, "costs.context_switch");
	host->migration_ns = build_u(node, "costs.migration");
	host->cold_cache_max_ns = build_u(node, "costs.cold_cache.max");
	host->cold_cache_full_ns = build_u(node, "costs.cold_cache.full_after");
	host->kick_ns = build_u(node, "costs.kick");
	host->smt_rate = (uint32_t)(build_get(node, "smt.speed")->d * SMT_FULL + 0.5);
	if (host->smt_rate == SMT_FULL)
		host->smt_rate = 0;
	host->ipi_send_ns = build_u(node, "costs.ipi.send");
	host->ipi_deliver_ns = build_u(node, "costs.ipi.deliver");
	host->ipi_receive_ns = build_u(node, "costs.ipi.receive");
	host->ipi_flush_ns = build_u(node, "costs.ipi.flush");
	host->tick_ns = period->u;
	host->tick_cost_ns = build_u(node, "tick.cost");
	if (period->u && period->u < TICK_MIN_NS)
		return node_fail(build->loader, period->place,
				 "found a tick every %s, expected 0 (none) or at least 10us",
				 period->text);
	return 0;
}

/* Ties keep the order of the file. */
struct event_order {
	struct host_event event;
	uint32_t at;
};

static int compare_events(const void *a, const void *b)
{
	const struct event_order *x = a, *y = b;

	if (x->event.at_ns != y->event.at_ns)
		return x->event.at_ns < y->event.at_ns ? -1 : 1;
	return x->at < y->at ? -1 : x->at > y->at;
}

static int build_events(struct build *build, const struct node *list)
{
	struct host_spec *host = &build->world->host;
	struct event_order *order;
	uint32_t n = 0;

	if (!list)
		return 0;
	order = arena_array(build->arena, list->nr, sizeof(*order));
	for (const struct node *at = list->first; at; at = at->next, n++) {
		const struct node *off = node_get(at, "pcpu_off"), *pcpu = off;

		if (!pcpu)
			pcpu = node_get(at, "pcpu_on");
		if (pcpu->u >= host->nr_pcpus)
			return node_fail(build->loader, pcpu->place,
					 "found the pCPU %s, expected one of the host's, 0 to %u",
					 pcpu->text, host->nr_pcpus - 1);
		order[n].event.at_ns = build_u(at, "at");
		order[n].event.kind = off ? HOST_PCPU_OFF : HOST_PCPU_ON;
		order[n].event.pcpu = (uint32_t)pcpu->u;
		order[n].at = n;
	}
	if (n)
		qsort(order, n, sizeof(*order), compare_events);
	host->nr_events = n;
	host->events = arena_array(build->arena, n, sizeof(*host->events));
	for (uint32_t i = 0; i < n; i++)
		host->events[i] = order[i].event;
	return 0;
}

/* Of a distribution: then there is none, and nothing is drawn. */
static bool is_zero(const struct node *dist)
{
	return dist->kind == NODE_SCALAR && !dist->u;
}

static int build_ple(struct build *build, const struct node *node)
{
	struct ple_spec *ple = &build->world->host.ple;
	const struct node *window = node_get(node, "window"), *max = node_get(node, "max");
	uint64_t pause = build_u(node, "pause");
	double cycle_ns = 1 / node_get(node, "ghz")->d;

	if (max->u < window->u)
		return node_fail(build->loader, max->place,
				 "found a max of %s, expected no less than the window, %s",
				 max->text, window->text);
	/* a loop so slow is none for the CPU */
	ple->window = pause <= build_u(node, "gap") ? window->u : 0;
	ple->unit_ns = build_u(node, "unit") ? cycle_ns * (double)pause : cycle_ns;
	ple->max = max->u;
	ple->grow = build_u(node, "grow");
	ple->shrink = build_u(node, "shrink");
	ple->cost_ns = build_u(node, "cost");
	ple->react = (enum ple_react)build_u(node, "react");
	ple->candidates = (enum yield_candidates)build_u(node, "candidates");
	ple->user = build_u(node, "user");
	return 0;
}

static int build_late(struct build *build, const struct node *node)
{
	struct host_spec *host = &build->world->host;
	const struct node *timer = node_get(node, "timer"), *kick = node_get(node, "kick");

	host->late_next_ns = build_u(node, "next");
	if (!is_zero(timer) && build_dist(build, timer, 1, &host->late_timer))
		return -1;
	return is_zero(kick) ? 0 : build_dist(build, kick, 1, &host->late_kick);
}

static int build_mechanisms(struct build *build, const struct node *node)
{
	struct host_spec *host = &build->world->host;
	const struct node *poll = node_get(node, "halt_poll"), *stolen = node_get(node, "stolen");
	double level = node_get(stolen, "level")->d;

	host->halt_poll.max_ns = build_u(poll, "max");
	host->halt_poll.grow_start_ns = build_u(poll, "grow_start");
	host->halt_poll.grow = (uint32_t)build_u(poll, "grow");
	host->halt_poll.shrink = (uint32_t)build_u(poll, "shrink");
	host->pv_yield.lock_ns = build_u(node, "pv_yield.lock");
	host->pv_yield.ipi = build_u(node, "pv_yield.ipi");
	host->pv_yield.cost_ns = build_u(node, "pv_yield.cost");
	build->world->hints = (enum hints)build_u(build->root, "hints");
	build->world->irregularity = (enum irregularity)build_u(node, "irregularity");
	host->stolen_spread = node_get(stolen, "spread")->d;
	if (build_ple(build, node_get(node, "ple")) || build_late(build, node_get(node, "late")))
		return -1;
	if (level <= 0)
		return 0;
	if (build_dist(build, node_get(stolen, "run"), 1, &host->stolen_run))
		return -1;
	return build_dist(build, node_get(stolen, "every"), 1 / level, &host->stolen_every);
}

int build_host(struct build *build)
{
	const struct node *node = node_get(build->root, "host");

	if (build_topology(build, node))
		return -1;
	build_pools(build, node);
	if (build_costs(build, node) || build_mechanisms(build, node))
		return -1;
	return build_events(build, node_get(node, "events"));
}
