/* SPDX-License-Identifier: BSD-2-Clause */
#include "report_text.h"

#include <math.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#define MAX_DIGITS 9

/* -- numbers ---------------------------------------------------------------- */

/*
 * Decimal exponent of x after rounding to so many digits.  By printf, which is
 * exact, rather than by log10, which may differ in the last bit between machines.
 */
static int exponent_of(double x, int digits)
{
	char text[40];
	const char *e;

	snprintf(text, sizeof(text), "%.*e", digits - 1, x);
	e = strchr(text, 'e');
	return e ? atoi(e + 1) : 0;
}

static int clamp(int x, int low, int high)
{
	return x < low ? low : x > high ? high : x;
}

/* Decimals so that half shows two digits, and nothing more than nine. */
static int decimals_for(double value, double half, int digits)
{
	int before = value != 0 ? exponent_of(value, MAX_DIGITS) + 1 : 1, decimals;

	if (half > 0)
		decimals = 1 - exponent_of(half, 2);
	else
		decimals = value != 0 ? digits - 1 - exponent_of(value, digits) : 0;
	return clamp(decimals, 0, MAX_DIGITS - clamp(before, 1, MAX_DIGITS));
}

/* No negative zero: "-0.00" says nothing. */
static void print_number(char to[TEXT_MAX], double value, int decimals)
{
	snprintf(to, TEXT_MAX, "%.*f", decimals, value);
	if (to[0] == '-' && strspn(to + 1, "0.") == strlen(to + 1))
		memmove(to, to + 1, strlen(to));
}

static void strip_zeros(char *text)
{
	size_t length = strlen(text);

	if (!strchr(text, '.'))
		return;
	while (text[length - 1] == '0')
		text[--length] = '\0';
	if (text[length - 1] == '.')
		text[length - 1] = '\0';
}

void text_number(char to[TEXT_MAX], double value, double half, int digits)
{
	if (fabs(value) >= 1e9)
		snprintf(to, TEXT_MAX, "%.*g", digits, value);
	else
		print_number(to, value, decimals_for(value, half, digits));
}

struct text_scale text_scale(enum metric_unit unit, double largest)
{
	bool per_second = unit == UNIT_RATE || unit == UNIT_OPS;

	largest = fabs(largest);
	if (unit == UNIT_SHARE)
		return (struct text_scale){100, "%"};
	if (unit == UNIT_TIME) {
		if (largest < 1 && largest > 0)
			return (struct text_scale){1e3, "ns"};
		if (largest < 1e3)
			return (struct text_scale){1, "us"};
		return largest < 1e6 ? (struct text_scale){1e-3, "ms"}
				     : (struct text_scale){1e-6, "s"};
	}
	if (!per_second)
		return (struct text_scale){1, ""};
	if (largest < 1e4)
		return (struct text_scale){1, "/s"};
	return largest < 1e7 ? (struct text_scale){1e-3, "k/s"} : (struct text_scale){1e-6, "M/s"};
}

static const char *na_text(enum na_reason reason)
{
	switch (reason) {
	case NA_SAMPLES:
		return "n/a (samples)";
	case NA_MISSING:
		return "n/a (in some)";
	default:
		return "n/a";
	}
}

void text_estimate(char to[TEXT_MAX], const struct estimate *e, struct text_scale scale)
{
	double value = e->value * scale.factor, half = estimate_half(e) * scale.factor;
	const char *bound = e->at_least ? ">=" : "";
	char number[TEXT_MAX], width[TEXT_MAX];

	switch (e->kind) {
	case EST_NA:
		snprintf(to, TEXT_MAX, "%s", na_text(e->reason));
		return;
	case EST_INTERVAL:
		text_number(number, value, half, 4);
		text_number(width, half, half, 2);
		if (decimals_for(value, half, 4) < decimals_for(half, half, 2))
			print_number(width, half, decimals_for(value, half, 4));
		if (strspn(width, "0.") == strlen(width))
			snprintf(width, sizeof(width), "%.0e", half);
		snprintf(to, TEXT_MAX, "%s%.30s ±%.30s", bound, number, width);
		return;
	case EST_EXACT:
		text_number(number, value, 0, MAX_DIGITS);
		strip_zeros(number);
		snprintf(to, TEXT_MAX, "%s%.30s exact", bound, number);
		return;
	default:
		text_number(number, value, 0, 4);
		snprintf(to, TEXT_MAX, "%s%.30s", bound, number);
	}
}

void text_difference(char to[TEXT_MAX], const struct estimate *e, struct text_scale scale)
{
	char text[TEXT_MAX];

	text_estimate(text, e, scale);
	snprintf(to, TEXT_MAX, "%s%.70s",
		 e->kind != EST_NA && e->value > 0 && text[0] != '>' ? "+" : "", text);
}

void text_duration(char to[TEXT_MAX], uint64_t ns)
{
	struct text_scale scale = text_scale(UNIT_TIME, (double)ns / 1000);
	char number[TEXT_MAX];

	text_number(number, (double)ns / 1000 * scale.factor, 0, MAX_DIGITS);
	strip_zeros(number);
	snprintf(to, TEXT_MAX, "%.40s %s", number, ns ? scale.unit : "s");
}

/* -- tables ----------------------------------------------------------------- */

void text_table_init(struct text_table *table, unsigned nr_columns)
{
	memset(table, 0, sizeof(*table));
	table->nr_columns = nr_columns;
}

void text_table_fini(struct text_table *table)
{
	free(table->cells);
	memset(table, 0, sizeof(*table));
}

void text_table_cell(struct text_table *table, const char *format, ...)
{
	va_list args;

	if (table->nr_cells == table->size) {
		unsigned size = table->size ? 2 * table->size : 64;
		void *cells = realloc(table->cells, size * sizeof(*table->cells));

		if (!cells) {
			table->failed = true;
			return;
		}
		table->cells = cells;
		table->size = size;
	}
	va_start(args, format);
	vsnprintf(table->cells[table->nr_cells++], TEXT_MAX, format, args);
	va_end(args);
	table->nr_rows = table->nr_cells / table->nr_columns;
}

/* Columns on screen: bytes that start a UTF-8 character. */
static int text_width(const char *text)
{
	int width = 0;

	for (; *text; text++)
		width += ((unsigned char)*text & 0xc0) != 0x80;
	return width;
}

static int column_width(const struct text_table *table, unsigned column)
{
	int widest = 0;
	unsigned r;

	for (r = 0; r < table->nr_rows; r++) {
		int width = text_width(table->cells[r * table->nr_columns + column]);

		if (width > widest)
			widest = width;
	}
	return widest;
}

static void print_cell(FILE *to, const char *text, int width, bool left, bool last)
{
	int pad = width - text_width(text);

	if (left)
		fprintf(to, "%s%*s", text, last ? 0 : pad, "");
	else
		fprintf(to, "%*s%s", pad, "", text);
	if (!last)
		fputs("  ", to);
}

int text_columns(FILE *to)
{
	struct winsize size;
	int fd = fileno(to);

	if (fd < 0 || !isatty(fd) || ioctl(fd, TIOCGWINSZ, &size) || !size.ws_col)
		return TEXT_COLUMNS;
	return size.ws_col;
}

/* The columns from..upto-1, behind those that stand left. */
static void print_part(FILE *to, const struct text_table *table, const int *widths,
		       unsigned nr_left, unsigned from, unsigned upto)
{
	unsigned r, c;

	for (r = 0; r < table->nr_rows; r++) {
		for (c = 0; c < upto; c++)
			if (c < nr_left || c >= from)
				print_cell(to, table->cells[r * table->nr_columns + c], widths[c],
					   c < nr_left, c == upto - 1);
		fputc('\n', to);
	}
}

/* A part: as many columns behind the left ones as there is room for, and at least one. */
static unsigned part_end(const int *widths, unsigned nr_columns, unsigned nr_left, unsigned from,
			 int room)
{
	int width = 0;
	unsigned c;

	for (c = 0; c < nr_left; c++)
		width += widths[c] + 2;
	for (c = from; c < nr_columns; c++) {
		width += widths[c] + (c > from ? 2 : 0);
		if (width > room && c > from)
			break;
	}
	return c;
}

int text_table_print(FILE *to, const struct text_table *table, unsigned nr_left)
{
	int *widths = calloc(table->nr_columns + 1, sizeof(*widths));
	unsigned c, from, upto;

	if (!widths || table->failed) {
		free(widths);
		return -1;
	}
	for (c = 0; c < table->nr_columns; c++)
		widths[c] = column_width(table, c);
	for (from = nr_left; from < table->nr_columns || from == nr_left; from = upto) {
		upto = part_end(widths, table->nr_columns, nr_left, from, text_columns(to));
		if (from > nr_left)
			fputc('\n', to);
		print_part(to, table, widths, nr_left, from, upto);
		if (upto >= table->nr_columns)
			break;
	}
	free(widths);
	return 0;
}
