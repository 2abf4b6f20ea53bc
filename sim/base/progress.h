/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * progress.h - how far a long run is, and how long it still takes, on stderr: on a terminal a
 * line that is drawn anew, elsewhere (a log of CI) a line every half minute.
 *
 * The time left is measured: what is left takes as long, bit by bit, as what is done has.
 */
#ifndef CORUN_PROGRESS_H
#define CORUN_PROGRESS_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

struct progress {
	FILE *to; /* NULL: quiet */
	uint64_t (*now_ns)(void);
	bool redraws; /* it is a terminal */
	uint64_t begun_ns;
	uint64_t said_ns; /* when it was shown last; without a terminal, when that was due last */
	bool drawn; /* there is something on the line */
	/* several runs, one after the other: */
	const char *part_name; /* "point"; NULL: there is only one */
	uint32_t part, nr_parts;
};

/* quiet: nothing is ever shown. */
void progress_init(struct progress *progress, bool quiet);

/* The same with a clock and a place of one's own. */
void progress_init_with(struct progress *progress, FILE *to, bool redraws,
			uint64_t (*now_ns)(void));

/* What follows is part number `part` (from 0) of so many; from part 0 on the time counts anew. */
void progress_part(struct progress *progress, const char *name, uint32_t part, uint32_t nr_parts);

/* done of goal; shown at most ten times a second, or twice a minute. */
void progress_show(struct progress *progress, uint32_t done, uint32_t goal, const char *what);

/* Leaves the line as it was. */
void progress_clear(struct progress *progress);

#endif
