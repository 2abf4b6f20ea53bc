/* SPDX-License-Identifier: BSD-2-Clause */
#include "csv.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "inputs.h"

static int bad_row(const struct csv *csv, const char *what, struct error *err)
{
	return error_set(err, STATUS_INPUT, "plot", "%s:%lu:1: %s", csv->path, csv->nr, what);
}

/* Splits a line in place; quoted fields lose their quotes.  The number of fields, or 0. */
static unsigned split(char *line, char **fields)
{
	unsigned nr = 0;
	char *to = line;

	for (;;) {
		bool quoted = *line == '"';

		if (nr == CSV_FIELDS)
			return 0;
		fields[nr++] = to;
		for (line += quoted; *line && (quoted || *line != ','); line++) {
			if (quoted && *line == '"' && *++line != '"')
				break; /* the closing one; a doubled one stands for itself */
			*to++ = *line;
		}
		if (*line != ',') {
			*to = '\0';
			return *line ? 0 : nr;
		}
		line++;
		*to++ = '\0';
	}
}

/* 1 and a line without its end, 0 at the end of the file, -1. */
static int read_line(struct csv *csv, struct error *err)
{
	ssize_t n = getline(&csv->line, &csv->room, csv->file);

	if (n < 0) {
		if (!ferror(csv->file))
			return 0;
		return error_set(err, STATUS_IO, "plot", "%s: %s", csv->path, strerror(errno));
	}
	csv->nr++;
	if (n && csv->line[n - 1] == '\n')
		csv->line[--n] = '\0';
	if (n && csv->line[n - 1] == '\r')
		csv->line[--n] = '\0';
	if (strlen(csv->line) != (size_t)n)
		return bad_row(csv, "found a zero byte", err);
	return 1;
}

int csv_open(struct csv *csv, const char *dir, const char *name, struct error *err)
{
	size_t room = strlen(dir) + strlen(name) + 2;
	int more;

	memset(csv, 0, sizeof(*csv));
	csv->path = malloc(room);
	if (!csv->path)
		return error_set(err, STATUS_IO, "memory", "%s", strerror(ENOMEM));
	snprintf(csv->path, room, "%s/%s", dir, name);
	csv->file = fopen(csv->path, "re");
	if (!csv->file) {
		more = errno == ENOENT ? 0
				       : error_set(err, STATUS_INPUT, "plot", "%s: %s", csv->path,
						   strerror(errno));
		csv_close(csv);
		return more;
	}
	inputs_add(fileno(csv->file));
	do /* a table that is kept in a tree begins with its licence */
		more = read_line(csv, err);
	while (more > 0 && *csv->line == '#');
	if (more > 0) {
		csv->header = csv->line;
		csv->line = NULL;
		csv->room = 0;
		csv->nr_columns = split(csv->header, csv->columns);
	}
	if (more >= 0 && !csv->nr_columns)
		more = bad_row(csv, "expected a line with the names of the columns", err);
	if (more < 0)
		csv_close(csv);
	return more < 0 ? -1 : 1;
}

void csv_close(struct csv *csv)
{
	if (csv->file)
		fclose(csv->file);
	free(csv->path);
	free(csv->line);
	free(csv->header);
	memset(csv, 0, sizeof(*csv));
}

int csv_column(const struct csv *csv, const char *name, struct error *err)
{
	unsigned i;

	for (i = 0; i < csv->nr_columns; i++)
		if (!strcmp(csv->columns[i], name))
			return (int)i;
	return error_set(err, STATUS_INPUT, "plot", "%s:1:1: no column '%s'", csv->path, name);
}

int csv_next(struct csv *csv, struct error *err)
{
	int more = read_line(csv, err);

	if (more <= 0)
		return more;
	csv->nr_fields = split(csv->line, csv->fields);
	if (csv->nr_fields != csv->nr_columns)
		return bad_row(csv, "another number of fields than columns", err);
	return 1;
}

bool csv_number(const struct csv *csv, int column, double *value)
{
	const char *text = csv->fields[column];
	char *end;

	*value = strtod(text, &end);
	return *text && !*end && isfinite(*value);
}
