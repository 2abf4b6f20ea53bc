/* SPDX-License-Identifier: BSD-2-Clause */
/* Has nothing more for the pCPU that was away last, though it is back. */
#include "spoil.h"

struct grudge {
	struct rr rr; /* first */
	sp_u64 away; /* 1 + its id, or 0 */
};

static void leave_and_remember(void *st, sp_u32 pcpu, sp_u64 now_ns, struct sp_out *out)
{
	struct grudge *grudge = st;

	rr_pcpu_offline(st, pcpu, now_ns, out);
	grudge->away = 1 + pcpu;
}

static void pick_for_the_faithful(void *st, sp_u32 pcpu, sp_u64 now_ns, struct sp_out *out)
{
	struct grudge *grudge = st;
	struct rr *rr = st;

	if (grudge->away != 1 + pcpu) {
		rr_pick_next(st, pcpu, now_ns, out);
		return;
	}
	rr_put_back(rr, pcpu);
	if (rr->queue.head != SP_NONE)
		sp_idle_kick(rr->idle, out); /* it came for someone: let another one come */
	out->run_until_ns = now_ns + rr->slice_ns;
}

static sp_s32 return_unused(void *st, sp_u32 pcpu, const struct sp_topo *topo, sp_u64 now_ns,
			    struct sp_out *out)
{
	struct grudge *grudge = st;

	if (grudge->away == 1 + pcpu)
		return 0;
	return rr_pcpu_online(st, pcpu, topo, now_ns, out);
}

SPOILED("returns", .name = "returns", .state_size = sizeof(struct grudge),
	.pcpu_offline = leave_and_remember, .pcpu_online = return_unused,
	.pick_next = pick_for_the_faithful);
