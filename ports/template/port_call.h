/* SPDX-License-Identifier: BSD-2-Clause */
/* port_call.h - what comes before and after every call of the policy. */
#ifndef PORT_CALL_H
#define PORT_CALL_H

#include "port.h"

/* One call under way. */
struct port_call {
	struct port_pool *pool;
	struct sp_out *out; /* this CPU's */
	sp_u64 now_ns;
};

/* Steps 2 to 4: c is then ready for the policy's callback. */
void port_call_begin(struct port_call *c, struct port_pool *pool);
/* Steps 6 and 9 to 11: all that sp_out asks for but the pick. */
void port_call_end(struct port_call *c);
/* [lock] The policy broke the contract. */
void port_violate(struct port_pool *pool, const char *what, sp_u32 number);

#endif
