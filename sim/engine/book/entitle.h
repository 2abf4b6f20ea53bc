/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * entitle.h - what each VM is entitled to while its vCPUs are not blocked.
 */
#ifndef CORUN_ENTITLE_H
#define CORUN_ENTITLE_H

#include "engine/core/state.h"

/* A vCPU becomes unblocked or blocked. */
void entitle_unblocked(struct sim *sim, uint32_t vcpu, bool on);
/* A pCPU of the pool comes (+1) or goes (-1): what its VMs are entitled to changes. */
void entitle_online(struct sim *sim, struct pool *pool, int by);

#endif
