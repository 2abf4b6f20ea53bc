/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * gate_spoils.h - the table of spoiled policies, made by build_spoils.sh.
 */
#ifndef GATE_SPOILS_H
#define GATE_SPOILS_H

#include "../../sim/registry/policies.h"

struct gate_spoil {
	const char *spoil; /* "gang-lost-kick" */
	struct policy_entry entry; /* of one size class, as the suite needs no other */
};

extern const struct gate_spoil gate_spoils[];
extern const uint32_t nr_gate_spoils;

#endif
