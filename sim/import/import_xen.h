/* SPDX-License-Identifier: BSD-2-Clause */
/* import_xen.h - what xentrace writes, as it lies on disk. */
#ifndef CORUN_IMPORT_XEN_H
#define CORUN_IMPORT_XEN_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include "base/error.h"
#include "import.h"

/* Do these bytes begin such a file? */
bool xen_begins(const char *bytes, size_t length);

/*
 * Reads a whole recording, as import_read does of text.  Its times are cycles of a counter
 * that runs at khz; 0: not said, which is an error.
 */
int xen_read(struct import *import, FILE *file, const char *name, uint64_t khz, struct error *err);

#endif
