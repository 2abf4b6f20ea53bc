/* SPDX-License-Identifier: BSD-2-Clause */
/* moved.h - of two results, what differs by more than chance. */
#ifndef CORUN_MOVED_H
#define CORUN_MOVED_H

#include <stdbool.h>
#include <stdio.h>

#include "study/diff.h"

/*
 * The figures of the first pair that have moved, at 95 % for all of them together: among
 * forty that have not, two would seem to at 95 % each.  all: not the headlines only.
 * 0, or -1: no memory.
 */
int moved_print(FILE *to, struct diff *diff, bool all);

#endif
