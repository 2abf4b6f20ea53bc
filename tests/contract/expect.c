/* SPDX-License-Identifier: BSD-2-Clause */
/* expect.c - claims of single policies; whoever is not listed claims nothing. */
#include <stdlib.h>
#include <string.h>

#include "call.h"
#include "expect.h"

static const struct {
	const char *name;
	enum conserve conserve;
} claims[] = {
	{"rr", CONSERVE_AT_ONCE},   {"nice", CONSERVE_AT_ONCE}, {"cfs", CONSERVE_SOON},
	{"balance", CONSERVE_SOON}, {"demand", CONSERVE_SOON},	{"relaxed", CONSERVE_SOON},
	{"eevdf", CONSERVE_SOON},
	/* gang: fragmentation is what it pays with */
};

/* Does a pool of one pCPU refuse a VM of two vCPUs? */
static sp_u32 is_width_bound(const struct sp_policy *policy)
{
	struct call init = {.op = OP_init}, pcpu = {.op = OP_pcpu_online},
		    vm = {.op = OP_vm_add, .u.vm = {.width = 2, .weight = SP_WEIGHT_NICE_0}};
	struct sp_out *out = calloc(1, sizeof(*out));
	void *state = calloc(1, policy->state_size + 8);
	struct sp_config config = {0};
	sp_u32 i;

	if (!out || !state)
		abort();
	for (i = 0; i < policy->nr_tunables && i < SP_MAX_TUNABLES; i++)
		config.tunables[i] = policy->tunables[i].preset;
	call_make(policy, state, &config, &init, out);
	sp_out_reset(out);
	call_make(policy, state, &config, &pcpu, out);
	sp_out_reset(out);
	call_make(policy, state, &config, &vm, out);
	free(out);
	free(state);
	return vm.ret == -SP_ENOSPC;
}

void expect_of(struct expect *expect, const struct sp_policy *policy)
{
	sp_u32 i;

	expect->conserve = CONSERVE_NOT;
	for (i = 0; i < sizeof(claims) / sizeof(claims[0]); i++)
		if (!strcmp(policy->name, claims[i].name))
			expect->conserve = claims[i].conserve;
	expect->width_bound = is_width_bound(policy);
}
