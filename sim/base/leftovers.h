/* SPDX-License-Identifier: BSD-2-Clause */
/* leftovers.h - what results leave in a folder, of whatever kind they are. */
#ifndef CORUN_LEFTOVERS_H
#define CORUN_LEFTOVERS_H

#include "error.h"

/* Has this process read one of them, or of the points and pictures below?  Then -1 with *err. */
int leftovers_look(const char *dir, struct error *err);

/*
 * Removes them, what says that it is a result first; what nobody of ours has written stays.
 * 0, or -1 with *err.
 */
int leftovers_remove(const char *dir, struct error *err);

#endif
