/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * check_bless.h - a new baseline from what was recorded, and what is new in it.
 */
#ifndef CORUN_CHECK_BLESS_H
#define CORUN_CHECK_BLESS_H

#include "check.h"

/*
 * What check_record measured, as a baseline; notes are the comments for its top.
 * To be freed with baseline_fini.  0, or -1 with *err: a metric that has no value
 * (STATUS_INPUT), since nothing could ever be compared with it.
 */
int bless_collect(const struct check *check, const char *notes, struct baseline *baseline,
		  struct error *err);

/*
 * Shows how they differ, series by series; old may be NULL.  Returns whether they
 * do, or -1 when memory runs out.
 */
int bless_show(FILE *to, const struct check *check, const struct baseline *old,
	       const struct baseline *fresh);

#endif
