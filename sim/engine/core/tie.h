/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * tie.h - what decides between equals.
 */
#ifndef CORUN_TIE_H
#define CORUN_TIE_H

#include "state.h"

/* By id, by descending id, or by a seeded permutation; one to one on these bits. */
uint32_t sim_tie(const struct sim *sim, uint32_t id, uint32_t bits);

#endif
