/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * spoil.h - what the texts of spoils/ use, put in front of a policy that one of them
 * has changed.  How bad it is comes from outside, once for the whole run, so that a
 * run repeats.
 */
#ifndef GATE_SPOIL_H
#define GATE_SPOIL_H

extern unsigned gate_severity; /* 0: not spoiled; the unit is the spoil's */

/* In gate_severity of 1000 cases, told apart by anything that varies. */
static inline int gate_spoil(unsigned long long by)
{
	unsigned long long mixed = (by + 1) * 0x9e3779b97f4a7c15ull;

	mixed ^= mixed >> 29;
	mixed *= 0xbf58476d1ce4e5b9ull;
	return (mixed >> 32) % 1000 < gate_severity;
}

/* The weight of nice 5, too large by so many thousandths. */
static inline unsigned gate_weight(unsigned weight)
{
	return weight == 335 ? weight * (1000 + gate_severity) / 1000 : weight;
}

#endif
