/* SPDX-License-Identifier: BSD-2-Clause */
/* utf8.h - what may be sent to a terminal: text, and nothing that steers it. */
#ifndef CORUN_UTF8_H
#define CORUN_UTF8_H

#include <stdbool.h>

/* Length of the printable UTF-8 sequence at text; 0: a control character, or no text. */
static inline unsigned utf8_length(const char *text)
{
	const unsigned char *at = (const unsigned char *)text;
	unsigned n = at[0] < 0x80 ? 1 : at[0] >= 0xf0 ? 4 : at[0] >= 0xe0 ? 3 : 2, i;

	if (at[0] < 0x20 || at[0] == 0x7f || (n > 1 && (at[0] < 0xc2 || at[0] > 0xf4)))
		return 0;
	for (i = 1; i < n; i++)
		if ((at[i] & 0xc0) != 0x80)
			return 0;
	/* too long, surrogates, above U+10ffff; and C1 controls: U+0080 to U+009f */
	if ((at[0] == 0xe0 && at[1] < 0xa0) || (at[0] == 0xed && at[1] > 0x9f) ||
	    (at[0] == 0xf0 && at[1] < 0x90) || (at[0] == 0xf4 && at[1] > 0x8f) ||
	    (at[0] == 0xc2 && at[1] < 0xa0))
		return 0;
	return n;
}

/* All of it? */
static inline bool utf8_is_printable(const char *text)
{
	unsigned n;

	while (*text && (n = utf8_length(text)))
		text += n;
	return !*text;
}

/* ... but for the ends of lines and tabs? */
static inline bool utf8_is_text(const char *text)
{
	unsigned n;

	while (*text && (n = *text == '\n' || *text == '\t' ? 1 : utf8_length(text)))
		text += n;
	return !*text;
}

#endif
