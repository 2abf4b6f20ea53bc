/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * example.c - what the hooks of a hypervisor do, in the order of a life, with the
 * host that does nothing.
 *
 *	example			every policy that was compiled in
 *	example --list		their names and tunables
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "port.h"

#define NR_PCPUS 2
#define WIDTH 2

/* One VM of two vCPUs, both awake: each pCPU must be given one of them. */
static int live(struct port_pool *pool)
{
	const struct sp_vm_config vm = {.width = WIDTH, .weight = SP_WEIGHT_NICE_0};
	const struct sp_vcpu_config vcpu = {.vm = 3};
	const struct sp_wake wake = {.waker = SP_NONE, .waker_pcpu = SP_NONE};
	sp_u32 picked[NR_PCPUS], p, v;
	sp_u64 until_ns;

	for (p = 0; p < NR_PCPUS; p++) {
		const struct sp_topo topo = {.core = p};

		if (port_pcpu_online(pool, p, &topo))
			return -1;
		port_pick(pool, p, &until_ns); /* nobody is there yet */
	}
	if (port_vm_add(pool, 3, &vm))
		return -1;
	for (v = 5; v < 5 + WIDTH; v++)
		if (port_vcpu_add(pool, v, &vcpu))
			return -1;
	for (v = 5; v < 5 + WIDTH; v++)
		port_vcpu_wake(pool, v, &wake);
	for (p = 0; p < NR_PCPUS; p++)
		picked[p] = port_pick(pool, p, &until_ns);
	for (p = 0; p < NR_PCPUS; p++) {
		const struct sp_stint stint = {.vcpu = picked[p],
					       .pcpu = p,
					       .why = SP_STOP_BLOCKED,
					       .ran_ns = 1000};

		if (picked[p] == SP_NONE)
			return -1;
		port_vcpu_stopped(pool, &stint);
		port_context_saved(pool, picked[p]);
	}
	for (v = 5; v < 5 + WIDTH; v++)
		port_vcpu_remove(pool, v);
	port_vm_remove(pool, 3);
	for (p = 0; p < NR_PCPUS; p++)
		port_pcpu_offline(pool, p);
	return picked[0] == picked[1] || pool->nr_violations ? -1 : 0;
}

static int try_policy(const struct sp_policy *policy)
{
	struct port_pool *pool = calloc(1, sizeof(*pool));
	void *state = calloc(1, policy->state_size);
	struct sp_config config;
	int failed = 1;

	port_config_init(&config, policy, 42);
	if (pool && state && !port_pool_init(pool, policy, state, &config))
		failed = live(pool) != 0;
	printf("%s %s: a VM of two on two pCPUs\n", failed ? "not ok" : "ok", policy->name);
	free(state);
	free(pool);
	return failed;
}

static void list(const struct sp_policy *policy)
{
	sp_u32 i;

	printf("%s", policy->name);
	for (i = 0; i < policy->nr_tunables; i++)
		printf(" %s=%llu", policy->tunables[i].name,
		       (unsigned long long)policy->tunables[i].preset);
	printf("\n");
}

int main(int argc, char **argv)
{
	int failed = nr_port_policies == 0;
	sp_u32 i;

	for (i = 0; i < nr_port_policies; i++) {
		if (port_policy_find(port_policies[i]->name) != port_policies[i])
			failed = 1;
		if (argc > 1 && !strcmp(argv[1], "--list"))
			list(port_policies[i]);
		else
			failed |= try_policy(port_policies[i]);
	}
	return failed;
}
