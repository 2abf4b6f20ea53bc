/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * progress.h - one line on stderr that tells how far a long run is; on a
 * terminal only.
 */
#ifndef CORUN_PROGRESS_H
#define CORUN_PROGRESS_H

#include <stdbool.h>
#include <stdint.h>

struct progress {
	bool on;
	uint64_t drawn_ns; /* when it was drawn last, 0: the line is clear */
};

/* quiet, or stderr is no terminal (or a dumb one): nothing is ever shown. */
void progress_init(struct progress *progress, bool quiet);

/* done of goal; drawn at most ten times a second. */
void progress_show(struct progress *progress, uint32_t done, uint32_t goal, const char *what);

/* Leaves the line as it was. */
void progress_clear(struct progress *progress);

#endif
