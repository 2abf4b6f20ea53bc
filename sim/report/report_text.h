/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * report_text.h - numbers as people read them, and tables of them.
 *
 * A number carries as many digits as its interval leaves sure (two of the half
 * width), never more than nine.
 */
#ifndef CORUN_REPORT_TEXT_H
#define CORUN_REPORT_TEXT_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include "study/metrics.h"
#include "study/stats.h"

#define TEXT_MAX 80

/* What a metric's numbers are multiplied by for display, and what they are then. */
struct text_scale {
	double factor;
	const char *unit; /* "%", "ms", "k/s", "" */
};

/* Fits the largest absolute value of a row. */
struct text_scale text_scale(enum metric_unit unit, double largest);

/* value with the decimals that half calls for; half 0: digits significant ones. */
void text_number(char to[TEXT_MAX], double value, double half, int digits);

/* "0.971 ±0.003", "62.5 exact", "n/a (samples)", ">=12.1 ±0.4" */
void text_estimate(char to[TEXT_MAX], const struct estimate *e, struct text_scale scale);

/* The same with its sign: "+12.1 ±0.4". */
void text_difference(char to[TEXT_MAX], const struct estimate *e, struct text_scale scale);

/* "10 s", "1.5 ms", "300 ns" */
void text_duration(char to[TEXT_MAX], uint64_t ns);

/* -- tables ----------------------------------------------------------------- */

struct text_table {
	unsigned nr_columns, nr_rows;
	unsigned nr_cells, size; /* cells are added row by row */
	char (*cells)[TEXT_MAX];
	bool failed; /* out of memory */
};

void text_table_init(struct text_table *table, unsigned nr_columns);
void text_table_fini(struct text_table *table);
void text_table_cell(struct text_table *table, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

#define TEXT_COLUMNS 100 /* what is no terminal is so wide */

/* How many characters fit on a line of it. */
int text_columns(FILE *to);

/*
 * The first row is the heading; nr_left columns stand left, the others right.  What is too
 * wide for a line is folded: the left columns again, and the next of the others below the
 * first ones.  Returns 0, or -1 if memory ran out.
 */
int text_table_print(FILE *to, const struct text_table *table, unsigned nr_left);

#endif
