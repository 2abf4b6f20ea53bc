/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * inputs.h - the files that this process has read, so that it overwrites none of them:
 * `corun run s.yaml --trace s.yaml` is a slip, whatever verb it is made with.
 */
#ifndef CORUN_INPUTS_H
#define CORUN_INPUTS_H

#include <stdbool.h>

/* From now on: what reads and writes in one process on purpose (a test) does not ask. */
void inputs_watch(void);

/* The file behind fd is read.  (Without memory it is not remembered.) */
void inputs_add(int fd);

/* The same of what somebody else has opened. */
void inputs_add_path(const char *path);

/* Is this the path of one? */
bool inputs_has(const char *path);

/* The same in a folder that is open. */
bool inputs_has_at(int dir, const char *path);

#endif
