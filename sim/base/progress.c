/* SPDX-License-Identifier: BSD-2-Clause */
#include "progress.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#define REDRAW_NS UINT64_C(100000000)

void progress_init(struct progress *progress, bool quiet)
{
	const char *term = getenv("TERM");

	memset(progress, 0, sizeof(*progress));
	progress->on = !quiet && isatty(STDERR_FILENO) && term && strcmp(term, "dumb") != 0;
}

void progress_show(struct progress *progress, uint32_t done, uint32_t goal, const char *what)
{
	struct timespec now;
	uint64_t now_ns;

	if (!progress->on)
		return;
	clock_gettime(CLOCK_MONOTONIC, &now);
	now_ns = (uint64_t)now.tv_sec * 1000000000 + (uint64_t)now.tv_nsec;
	if (progress->drawn_ns && now_ns - progress->drawn_ns < REDRAW_NS)
		return;
	progress->drawn_ns = now_ns;
	fprintf(stderr, "\r\033[K%u of %u %s", done, goal, what);
	fflush(stderr);
}

void progress_clear(struct progress *progress)
{
	if (!progress->on || !progress->drawn_ns)
		return;
	fputs("\r\033[K", stderr);
	fflush(stderr);
	progress->drawn_ns = 0;
}
