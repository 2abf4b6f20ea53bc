/* SPDX-License-Identifier: BSD-2-Clause */
#include "progress.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#define SECOND_NS UINT64_C(1000000000)
#define REDRAW_NS (SECOND_NS / 10)
#define LINE_NS (30 * SECOND_NS)
#define LEAST_NS (2 * SECOND_NS) /* what less time has shown is no measurement */
#define LEFT_CHARS 40

static uint64_t clock_ns(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (uint64_t)now.tv_sec * SECOND_NS + (uint64_t)now.tv_nsec;
}

void progress_init_with(struct progress *progress, FILE *to, bool redraws, uint64_t (*now_ns)(void))
{
	*progress = (struct progress){.to = to, .redraws = redraws, .now_ns = now_ns};
	progress->begun_ns = progress->said_ns = now_ns();
}

void progress_init(struct progress *progress, bool quiet)
{
	const char *term = getenv("TERM");
	bool redraws = isatty(STDERR_FILENO) && term && strcmp(term, "dumb") != 0;

	progress_init_with(progress, quiet ? NULL : stderr, redraws, clock_ns);
}

void progress_part(struct progress *progress, const char *name, uint32_t part, uint32_t nr_parts)
{
	progress->part_name = nr_parts > 1 ? name : NULL;
	progress->part = part;
	progress->nr_parts = nr_parts;
	if (!part)
		progress->begun_ns = progress->now_ns();
}

/* ", about 25 s left", or "" where nobody knows. */
static void time_left(const struct progress *progress, double share, uint64_t took_ns,
		      char text[LEFT_CHARS])
{
	double left_s;

	*text = '\0';
	if (!(share > 0) || share > 1 || took_ns < LEAST_NS)
		return;
	left_s = (double)took_ns / (double)SECOND_NS * (1 - share) / share;
	if (left_s < 90)
		snprintf(text, LEFT_CHARS, ", about %.0f s left", left_s);
	else if (left_s < 90 * 60)
		snprintf(text, LEFT_CHARS, ", about %.0f min left", left_s / 60);
	else
		snprintf(text, LEFT_CHARS, ", about %.1f h left", left_s / 3600);
}

static void put(struct progress *progress, uint32_t done, uint32_t goal, const char *what,
		uint64_t now_ns)
{
	uint64_t took_ns = now_ns - progress->begun_ns;
	double share = goal ? (double)done / goal : 0;
	char left[LEFT_CHARS];

	fputs(progress->redraws ? "\r\033[K" : "corun: ", progress->to);
	if (progress->part_name) {
		fprintf(progress->to, "%s %u of %u, ", progress->part_name, progress->part + 1,
			progress->nr_parts);
		share = (progress->part + share) / progress->nr_parts;
	}
	fprintf(progress->to, "%u of %u %s", done, goal, what);
	if (!progress->redraws)
		fprintf(progress->to, " after %llu s", (unsigned long long)(took_ns / SECOND_NS));
	time_left(progress, share, took_ns, left);
	fprintf(progress->to, "%s%s", left, progress->redraws ? "" : "\n");
	fflush(progress->to);
}

void progress_show(struct progress *progress, uint32_t done, uint32_t goal, const char *what)
{
	uint64_t now_ns, least_ns = progress->redraws ? REDRAW_NS : LINE_NS;

	if (!progress->to)
		return;
	now_ns = progress->now_ns();
	if (now_ns - progress->said_ns < least_ns && (progress->drawn || !progress->redraws))
		return;
	progress->said_ns = now_ns;
	progress->drawn = progress->redraws;
	put(progress, done, goal, what, now_ns);
}

void progress_clear(struct progress *progress)
{
	if (!progress->drawn)
		return;
	fputs("\r\033[K", progress->to);
	fflush(progress->to);
	progress->drawn = false;
}
