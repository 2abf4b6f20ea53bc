/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * sp_weight.h - from CPU time to weighted ("virtual") time, without losing any.
 *
 * A vCPU of weight w that ran d ns advances by d * 1024 / w virtual ns.  The
 * division leaves a remainder; thrown away, it is a gift to a vCPU that runs in
 * short stints: at weight 88761 (nice -20) a stint of 100 ns is worth 1.15 and
 * would be charged 1, a gain of 13 %.  So the remainder is carried.
 */
#ifndef SP_WEIGHT_H
#define SP_WEIGHT_H

#include "sp_types.h"

/* Weights: 1 to SP_WEIGHT_MAX, 1024 is nice 0. */
#define SP_WEIGHT_NICE_0 1024u
#define SP_WEIGHT_MAX 262144u

static inline int sp_is_weight(sp_u32 weight)
{
	return weight > 0 && weight <= SP_WEIGHT_MAX;
}

/* Virtual time: the whole part, and what was left of the last division. */
struct sp_vtime {
	sp_u64 ns;
	sp_u32 rem; /* in 1/weight virtual ns, below the weight */
	sp_u32 zero;
};

/* Longest charge that cannot overflow: 2^64 / 1024, that is 208 days. */
#define SP_CHARGE_MAX_NS ((~(sp_u64)0 >> 10) - SP_WEIGHT_MAX)

/* Let v advance by ran_ns of a vCPU of this weight. */
static inline void sp_vtime_charge(struct sp_vtime *v, sp_u64 ran_ns, sp_u32 weight)
{
	sp_u64 scaled;

	if (weight == SP_WEIGHT_NICE_0 || weight == 0) {
		v->ns += ran_ns; /* a remainder from another weight waits its turn */
		return;
	}
	if (ran_ns > SP_CHARGE_MAX_NS)
		ran_ns = SP_CHARGE_MAX_NS;
	scaled = ran_ns * SP_WEIGHT_NICE_0 + v->rem;
	v->ns += scaled / weight;
	v->rem = (sp_u32)(scaled % weight);
}

/* What ran_ns would be worth, remainder dropped: for comparisons only. */
static inline sp_u64 sp_vtime_of(sp_u64 ran_ns, sp_u32 weight)
{
	if (weight == SP_WEIGHT_NICE_0 || weight == 0)
		return ran_ns;
	if (ran_ns > SP_CHARGE_MAX_NS)
		ran_ns = SP_CHARGE_MAX_NS;
	return ran_ns * SP_WEIGHT_NICE_0 / weight;
}

#endif
