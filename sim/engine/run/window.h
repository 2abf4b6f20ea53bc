/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * window.h - the measured window begins, and ends.
 */
#ifndef CORUN_WINDOW_H
#define CORUN_WINDOW_H

#include "engine/core/state.h"

/* Everything is booked up to now, nothing changes otherwise. */
void window_book(struct sim *sim);
/* ... of a VM's threads. */
void window_book_threads(struct sim *sim, uint32_t vm);
/* The window begins: everything booked so far is forgotten. */
void window_begin(struct sim *sim);
/* The VM stops, or the run ends: what its vCPUs wait for, and hold, is booked. */
void window_open_vm(struct sim *sim, uint32_t vm);

#endif
