/* SPDX-License-Identifier: BSD-2-Clause */
/* Claims weights, and refuses them. */
#include "spoil.h"

SPOILED("accepts", .caps = SP_CAP_WEIGHT);
