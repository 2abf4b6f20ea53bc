/* SPDX-License-Identifier: BSD-2-Clause */
#include "words.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

int words_index(struct words *words, unsigned max, const char *word, struct error *err)
{
	for (unsigned i = 0; i < words->nr; i++)
		if (!strcmp(words->words[i], word))
			return (int)i;
	if (words->nr == max)
		return (int)max;
	words->words[words->nr] = strdup(word);
	if (!words->words[words->nr])
		return error_set(err, STATUS_IO, "memory", "%s", strerror(ENOMEM));
	return (int)words->nr++;
}

void words_free(struct words *words)
{
	while (words->nr)
		free(words->words[--words->nr]);
}
