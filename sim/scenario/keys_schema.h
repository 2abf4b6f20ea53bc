/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * keys_schema.h - the key table as a JSON Schema: `corun schema scenario`.
 */
#ifndef CORUN_KEYS_SCHEMA_H
#define CORUN_KEYS_SCHEMA_H

#include <stdio.h>

#include "keys.h"

void keys_print_schema(FILE *to);

#endif
