/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * text.c - printing, words and numbers; and the two functions that a compiler calls by
 * itself.
 */
#include <stdarg.h>
#include <stddef.h>

#include "host.h"

void *memcpy(void *to, const void *from, size_t size);
void *memset(void *at, int value, size_t size);

void *memcpy(void *to, const void *from, size_t size)
{
	sp_u8 *t = to;
	const sp_u8 *f = from;

	while (size--)
		*t++ = *f++;
	return to;
}

void *memset(void *at, int value, size_t size)
{
	sp_u8 *a = at;

	while (size--)
		*a++ = (sp_u8)value;
	return at;
}

/* At least `width` digits. */
static void put_number(sp_u32 number, sp_u32 base, sp_u32 width)
{
	char digits[10];
	sp_u32 nr = 0;

	while (number || nr < width || !nr) {
		digits[nr++] = "0123456789abcdef"[number % base];
		number /= base;
	}
	while (nr)
		serial_put(digits[--nr]);
}

static void put_fraction(sp_u32 number, sp_u32 scale, sp_u32 width)
{
	put_number(number / scale, 10, 1);
	serial_put('.');
	put_number(number % scale, 10, width);
}

static void put_share(sp_u64 part, sp_u64 whole)
{
	put_fraction(whole ? (sp_u32)((part * 10000 + whole / 2) / whole) : 0, 100, 2);
}

void say(const char *format, ...)
{
	va_list args;
	const char *s;
	sp_s32 d;
	sp_u64 part;

	va_start(args, format);
	for (; *format; format++) {
		if (*format != '%') {
			serial_put(*format);
			continue;
		}
		switch (*++format) {
		case 's':
			for (s = va_arg(args, const char *); *s; s++)
				serial_put(*s);
			break;
		case 'u':
			put_number(va_arg(args, sp_u32), 10, 1);
			break;
		case 'd':
			d = va_arg(args, sp_s32);
			if (d < 0)
				serial_put('-');
			put_number((sp_u32)(d < 0 ? -d : d), 10, 1);
			break;
		case 'x':
			put_number(va_arg(args, sp_u32), 16, 8);
			break;
		case 't':
			put_fraction((sp_u32)(va_arg(args, sp_u64) / 1000000), 1000, 3);
			break;
		case 'p':
			part = va_arg(args, sp_u64);
			put_share(part, va_arg(args, sp_u64));
			break;
		default:
			serial_put('%');
		}
	}
	va_end(args);
}

int text_is(const char *a, const char *b)
{
	while (*a && *a == *b)
		a++, b++;
	return *a == *b;
}

void text_split(struct words *w, const char *line)
{
	sp_u32 at = 0, i;

	w->nr = 0;
	for (i = 0; i < MOST_WORDS; i++)
		w->word[i] = "";
	while (*line && at + 2 < LINE_SIZE) {
		while (*line == ' ')
			line++;
		if (!*line || w->nr == MOST_WORDS)
			break;
		w->word[w->nr++] = &w->text[at];
		while (*line && *line != ' ' && at + 2 < LINE_SIZE)
			w->text[at++] = *line++;
		w->text[at++] = 0;
	}
}

int text_number(const char *text, sp_u64 *number)
{
	static const struct {
		const char *name;
		sp_u32 scale;
	} units[] = {{"", 1}, {"us", 1000}, {"ms", 1000000}, {"s", 1000000000}};
	sp_u32 i;

	if (*text < '0' || *text > '9')
		return -1;
	for (*number = 0; *text >= '0' && *text <= '9'; text++) {
		if (*number > 1000000000)
			return -1;
		*number = *number * 10 + (sp_u32)(*text - '0');
	}
	for (i = 0; i < sizeof(units) / sizeof(units[0]); i++)
		if (text_is(text, units[i].name)) {
			*number *= units[i].scale;
			return 0;
		}
	return -1;
}
