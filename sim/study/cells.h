/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * cells.h - one row over several cells: the same comparison under other starts, hosts, hints.
 *
 * A row says "better" only if it is better in every cell.  One whose sign differs between
 * cells, or that is undecided in one, says "undecided", and in which cells it is what.
 */
#ifndef CORUN_CELLS_H
#define CORUN_CELLS_H

#include "study.h"

struct cells {
	uint32_t nr; /* that have been added */
	uint32_t nr_of[NR_VERDICTS];
};

/* One more cell, whose difference to the baseline is this. */
void cells_add(struct cells *cells, const struct metric *metric, const struct estimate *difference);

/*
 * VERDICT_SAME if it is so in all cells; VERDICT_BETTER or _WORSE if it is that in some and
 * the same in the rest; VERDICT_NONE if some cell has no verdict; else VERDICT_UNDECIDED.
 */
enum verdict cells_verdict(const struct cells *cells);

/* "undecided (5 better, 2 worse, 1 undecided)"; "better (8 cells)". */
#define CELLS_CHARS 160
const char *cells_text(const struct cells *cells, char text[CELLS_CHARS]);

#endif
