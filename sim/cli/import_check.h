/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * import_check.h - the honest check of an import: the policy that was recorded, simulated,
 * against the recording.
 */
#ifndef CORUN_IMPORT_CHECK_H
#define CORUN_IMPORT_CHECK_H

#include <stdio.h>

#include "base/error.h"
#include "import/import_out.h"

/*
 * Simulates plan->policy of the scenario at path, and prints a line a VM: run time, waiting
 * and switches as recorded and as simulated.  The errors are then in the plan.  0, or -1 with *err.
 */
int import_check(const char *path, struct import_plan *plan, FILE *out, struct error *err);

#endif
