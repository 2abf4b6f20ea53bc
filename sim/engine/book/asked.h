/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * asked.h - writes down what vCPUs ask for and which pCPUs are there, for fairness by demand.
 *
 * Only if the scenario asks for that measure (sim.asked is not NULL), and only in the window:
 * it begins with what each vCPU is about, so nobody is owed anything from before.
 */
#ifndef CORUN_ASKED_H
#define CORUN_ASKED_H

#include "engine/core/state.h"
#include "fair/demand.h"

struct asked_vcpu {
	struct demand demand;
	struct ask last; /* its last wait, as it was written down */
	uint64_t from_ran_ns; /* its running time when it last began to want to run */
	struct ask next; /* the wait that it is about to begin ... */
	bool is_next; /* ... if it is about to */
	uint64_t since_ns; /* when the last wait began */
	uint64_t until_ns; /* when the last wait ends, in the run */
	bool runs; /* it wants to run */
	bool unknown; /* it waits for something that has no instant: known when it wakes */
};

/* pCPU time that was not there: offline or stolen, by steps of the window. */
struct asked_supply {
	uint64_t step_ns;
	uint32_t nr_steps;
	bool any_lost;
	bool by_pcpu; /* lost_ns has a line a pCPU; else one a pool */
	double *lost_ns;
	uint64_t *gone_ns; /* [pCPU] since then; NEVER: it is there */
};

struct asked {
	struct asked_vcpu *vcpus;
	struct asked_supply supply;
	uint64_t half_ns; /* when the half was taken; 0: it was not */
};

/* 0, or -1: out of memory. */
int asked_setup(struct sim *sim);
void asked_free(struct sim *sim);

/* The window begins; all is booked up to now. */
void asked_window(struct sim *sim);
/* It will be blocked for so long, however late the host's timer is. */
void asked_sleep(struct sim *sim, uint32_t vcpu, uint64_t for_ns);
/* It goes on at that instant: will be blocked until then, or is late for it. */
void asked_instant(struct sim *sim, uint32_t vcpu, uint64_t at_ns);
/* A vCPU becomes unblocked or blocked. */
void asked_unblocked(struct sim *sim, uint32_t vcpu, bool on);
/* A pCPU goes, or comes back. */
void asked_online(struct sim *sim, const struct pcpu *p, bool on);
/* The run is over: all that is open is closed. */
void asked_end(struct sim *sim);

#endif
