/* SPDX-License-Identifier: BSD-2-Clause */
/* words.h - the different words of a column, in the order in which they come: a figure's axis. */
#ifndef CORUN_PLOT_WORDS_H
#define CORUN_PLOT_WORDS_H

#include "base/error.h"

#define MAX_WORDS 256u

struct words {
	char *words[MAX_WORDS];
	unsigned nr;
};

/* The index of the word, added if it is new; max (at most MAX_WORDS) where there are that many
 * others; -1 with *err. */
int words_index(struct words *words, unsigned max, const char *word, struct error *err);

void words_free(struct words *words);

#endif
