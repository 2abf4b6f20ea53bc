/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * wait.h - a wait begins, is spun, and ends.
 *
 * The storey wait knows who waits for whom, and why: locks and barriers as objects that
 * are waited for, the kinds of lock that wake nobody, spinning, and the boxes in which
 * interrupts lie.  It lets vCPUs wait and go on, but blocks and wakes none: that is host's.
 * Above are only pointers that set-up has filled: a lock's kind, the sources of spin events.
 */
#ifndef CORUN_WAIT_H
#define CORUN_WAIT_H

#include "engine/core/state.h"

/* A running vCPU waits for object `index` of its VM from now on, as act says. */
void sync_wait_begin(struct sim *sim, uint32_t vcpu, uint32_t index, enum vcpu_act act);
/* The wait is over: the vCPU may take the next step once it has paid pay_ns. */
void sync_wait_end(struct sim *sim, uint32_t vcpu, uint64_t pay_ns);
/* A running vCPU does not wait for it any more, without having it. */
void sync_wait_drop(struct sim *sim, uint32_t vcpu);
/* A waiting vCPU that runs begins or ends to burn time for its object. */
void sync_spin_begin(struct sim *sim, uint32_t vcpu);
void sync_spin_end(struct sim *sim, uint32_t vcpu);
/* The vCPU has come to run, or left its pCPU: causes change. */
void sync_vcpu_moved(struct sim *sim, uint32_t vcpu, bool runs);
/* A blocked vCPU is runnable again, perhaps with locks in its hands. */
void sync_vcpu_woke(struct sim *sim, uint32_t vcpu);
/* Nobody of this VM can go on?  Then that is a deadlock. */
void sync_check_stuck(struct sim *sim, uint32_t vm);
/* Everything of this VM as new. */
void sync_reset(struct sim *sim, uint32_t vm);

#endif
