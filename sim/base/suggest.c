/* SPDX-License-Identifier: BSD-2-Clause */
#include "suggest.h"

#include <string.h>

static unsigned min3(unsigned a, unsigned b, unsigned c)
{
	unsigned ab = a < b ? a : b;

	return ab < c ? ab : c;
}

/* Letters that count as the same: people forget how a name was written. */
static char fold(char c)
{
	if (c >= 'A' && c <= 'Z')
		return (char)(c - 'A' + 'a');
	return c == '-' ? '_' : c;
}

unsigned suggest_distance(const char *a, const char *b)
{
	unsigned rows[3][SUGGEST_MAX + 1]; /* the row before the last, the last, this one */
	size_t na = strlen(a), nb = strlen(b);

	if (na > SUGGEST_MAX || nb > SUGGEST_MAX)
		return SUGGEST_MAX + 1;
	for (unsigned j = 0; j <= nb; j++)
		rows[1][j] = j;
	memset(rows[0], 0, sizeof(rows[0]));
	for (unsigned i = 1; i <= na; i++) {
		rows[2][0] = i;
		for (unsigned j = 1; j <= nb; j++) {
			unsigned same = fold(a[i - 1]) == fold(b[j - 1]);

			rows[2][j] =
				min3(rows[1][j] + 1, rows[2][j - 1] + 1, rows[1][j - 1] + !same);
			if (i > 1 && j > 1 && fold(a[i - 1]) == fold(b[j - 2]) &&
			    fold(a[i - 2]) == fold(b[j - 1]) && rows[0][j - 2] + 1 < rows[2][j])
				rows[2][j] = rows[0][j - 2] + 1;
		}
		memcpy(rows[0], rows[1], sizeof(rows[0]));
		memcpy(rows[1], rows[2], sizeof(rows[1]));
	}
	return rows[1][nb];
}

unsigned suggest_limit(const char *given)
{
	size_t third = strlen(given) / 3;

	return third > 1 ? (unsigned)third : 1;
}

void suggest_init(struct suggest *suggest, const char *given)
{
	suggest->given = given;
	suggest->best = NULL;
	suggest->distance = suggest_limit(given) + 1;
}

void suggest_offer(struct suggest *suggest, const char *name)
{
	unsigned distance = suggest_distance(suggest->given, name);

	/* "a" for "b" is no suggestion: something of the name must remain */
	if (distance >= suggest->distance || distance >= strlen(name))
		return;
	suggest->distance = distance;
	suggest->best = name;
}

const char *suggest_nearest(const char *given, const char *const *names, unsigned n)
{
	struct suggest suggest;

	suggest_init(&suggest, given);
	for (unsigned i = 0; i < n; i++)
		suggest_offer(&suggest, names[i]);
	return suggest.best;
}
