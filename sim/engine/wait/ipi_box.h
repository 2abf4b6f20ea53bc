/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * ipi_box.h - the boxes in which interrupts wait, and who waits for their answers.
 *
 * sim.ipi is NULL where no program sends any or turns any off: then nothing of ipi_box.h,
 * ipi_target.h and ipi_send.h is called (ipi_setup and ipi_free apart).
 */
#ifndef CORUN_IPI_BOX_H
#define CORUN_IPI_BOX_H

#include "engine/core/state.h"

#define NO_MSG UINT32_MAX

struct msg {
	uint64_t at_ns; /* arrives */
	uint64_t handler_ns;
	uint32_t next; /* in the box, or among the free; NO_MSG */
	uint16_t from;
	bool waits; /* from does */
};

/* How it slept when it was woken for an interrupt. */
enum nap_kind { NAP_NONE, NAP_TIMER, NAP_BARRIER, NAP_END };

struct box {
	uint64_t until_ns; /* NAP_TIMER: would have slept until then */
	uint32_t head, tail; /* messages for it; the head is the one that it handles */
	uint16_t open; /* answers that it waits for */
	uint16_t nr_off; /* sections around it that keep interrupts off */
	uint8_t nap; /* enum nap_kind */
	bool handles; /* the head's handler is part of debt_ns */
	bool flagged; /* flushes when it next runs */
	bool tick_due; /* of the guest, while interrupts were off */
	bool may_ask; /* it has called several, and not looked yet who of them is off CPU */
};

struct ipi_vm {
	uint64_t open_at_window; /* messages in its boxes then */
	uint64_t dropped; /* since: it was stopped */
	uint32_t nr_senders; /* vCPUs that wait */
};

struct ipi {
	struct box *boxes; /* of all vCPUs */
	struct ipi_vm *vms;
	struct msg *msgs;
	uint32_t nr_msgs, size_msgs, free_msgs;
};

/* 0, or -1 without memory. */
int ipi_setup(struct sim *sim);
void ipi_free(struct sim *sim);

/* -- boxes ---------------------------------------------------------------------------- */

/* The message that it handles, or will; NULL: none. */
struct msg *ipi_box_head(const struct sim *sim, const struct box *box);
/* Room for one more behind the others; NULL: no memory, the run has failed. */
struct msg *ipi_box_push(struct sim *sim, uint32_t vcpu);
struct msg ipi_box_pop(struct sim *sim, uint32_t vcpu);
/* What its waits for answers are booked on: behind the VM's locks and barriers. */
struct sync *ipi_object_of(struct sim *sim, uint32_t vcpu);
/* It is about to answer an interrupt, perhaps at this very instant. */
bool ipi_handles(const struct sim *sim, uint32_t vcpu);
/* An interrupt has been sent to it that it has not handled yet. */
bool ipi_is_pending(const struct sim *sim, uint32_t vcpu);
/* It waits for several siblings and has yet to look for one to yield to: once a wait. */
bool ipi_may_ask(const struct sim *sim, uint32_t vcpu);
void ipi_asked(struct sim *sim, uint32_t vcpu);

/* -- whom the senders wait for ---------------------------------------------------------- */

/* Why o's sender spins: enum cause. */
uint32_t ipi_cause(struct sim *sim, uint32_t vm, const struct sync *o);
/* One that is off CPU and has yet to answer this sender, or SP_NONE. */
uint32_t ipi_culprit(const struct sim *sim, uint32_t vcpu);
/* It has begun to wait: fails the run if that is for something that only it can give. */
void ipi_check_deadlock(struct sim *sim, uint32_t vcpu);
/* Is an interrupt under way to one that can still take it? */
bool ipi_has_hope(struct sim *sim, uint32_t vm);

/* -- the books --------------------------------------------------------------------------- */

/* The VM stops. */
void ipi_reset(struct sim *sim, uint32_t vm);
/* The window begins. */
void ipi_window(struct sim *sim);
/* Law 10: 0, or by how many the interrupts sent and those answered or open differ. */
uint64_t ipi_lost(struct sim *sim, uint32_t vm);

#endif
