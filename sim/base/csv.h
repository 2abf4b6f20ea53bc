/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * csv.h - the tidy CSV files of a result folder, row by row.  Lines before the names of the
 * columns that begin with # are comments.
 */
#ifndef CORUN_CSV_H
#define CORUN_CSV_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

#include "error.h"

#define CSV_FIELDS 24

struct csv {
	FILE *file;
	char *path; /* for messages */
	char *line;
	size_t room;
	unsigned long nr; /* of the line */
	char *fields[CSV_FIELDS]; /* of the row */
	unsigned nr_fields;
	char *header; /* the names of the columns */
	char *columns[CSV_FIELDS];
	unsigned nr_columns;
};

/* 1, or 0 where dir has no such file, or -1 with *err. */
int csv_open(struct csv *csv, const char *dir, const char *name, struct error *err);
void csv_close(struct csv *csv);

/* The column of that name, or -1 with *err (STATUS_INPUT). */
int csv_column(const struct csv *csv, const char *name, struct error *err);

/* 1 and a row of as many fields as the header, 0 at the end, -1 with *err. */
int csv_next(struct csv *csv, struct error *err);

/* The field as a number; false for an empty or a malformed one. */
bool csv_number(const struct csv *csv, int column, double *value);

#endif
