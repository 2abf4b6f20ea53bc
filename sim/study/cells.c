/* SPDX-License-Identifier: BSD-2-Clause */
#include "cells.h"

#include <stdio.h>

void cells_add(struct cells *cells, const struct metric *metric, const struct estimate *difference)
{
	cells->nr++;
	cells->nr_of[study_verdict(metric, difference)]++;
}

enum verdict cells_verdict(const struct cells *cells)
{
	uint32_t better = cells->nr_of[VERDICT_BETTER], worse = cells->nr_of[VERDICT_WORSE];
	uint32_t same = cells->nr_of[VERDICT_SAME];

	if (!cells->nr || cells->nr_of[VERDICT_NONE])
		return VERDICT_NONE;
	if (same == cells->nr)
		return VERDICT_SAME;
	if (better + same == cells->nr)
		return VERDICT_BETTER;
	return worse + same == cells->nr ? VERDICT_WORSE : VERDICT_UNDECIDED;
}

const char *cells_text(const struct cells *cells, char text[CELLS_CHARS])
{
	enum verdict verdict = cells_verdict(cells);
	int at = snprintf(text, CELLS_CHARS, "%s (",
			  verdict == VERDICT_NONE ? "no verdict" : verdict_name(verdict));
	const char *comma = "";

	/* CELLS_CHARS is more than all of it can take */
	for (uint32_t i = 0; i < NR_VERDICTS; i++) {
		if (!cells->nr_of[i] || cells->nr_of[i] == cells->nr)
			continue;
		at += snprintf(text + at, CELLS_CHARS - (size_t)at, "%s%u %s", comma,
			       cells->nr_of[i],
			       i == VERDICT_NONE ? "without" : verdict_name((enum verdict)i));
		comma = ", ";
	}
	if (!*comma)
		at += snprintf(text + at, CELLS_CHARS - (size_t)at, "%u cell%s", cells->nr,
			       cells->nr == 1 ? "" : "s");
	snprintf(text + at, CELLS_CHARS - (size_t)at, ")");
	return text;
}
