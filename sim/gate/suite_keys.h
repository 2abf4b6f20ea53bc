/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * suite_keys.h - which keys stand where in a suite: read by the loader, and written as a JSON
 * Schema (suite_schema.c).  Each list ends with a NULL name.
 */
#ifndef CORUN_SUITE_KEYS_H
#define CORUN_SUITE_KEYS_H

#include <stdio.h>

#include "text/maps.h"

extern const struct map_key suite_keys_root[], suite_keys_reps[], suite_keys_scenario[],
	suite_keys_check[], suite_keys_bound[], suite_keys_margin[];

/* `corun schema suite` */
void suite_print_schema(FILE *to);

#endif
