/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * suite_read.h - the parts of the suite's loader, for each other.
 *
 * Functions that return int return 0, or -1 with the loader's error set.
 */
#ifndef CORUN_SUITE_READ_H
#define CORUN_SUITE_READ_H

#include "suite.h"
#include "text/maps.h"

/* Is the name that this node has in its mapping fit for the name of a test? */
int suite_name(struct loader *loader, const struct node *node);

/* A scalar that is not empty. */
int suite_text(struct loader *loader, const struct node *node, const char *expected,
	       const char **text);
int suite_count(struct loader *loader, const struct node *node, uint32_t min, uint32_t max,
		uint32_t *value);
/* A percentage above 0, at most max (in percent), as a fraction. */
int suite_percent(struct loader *loader, const struct node *node, double max, double *fraction);
/* A value in the unit of the metric, not negative. */
int suite_value(struct loader *loader, const struct node *node, const struct metric *metric,
		double *value);

/* "found the WHAT 'x', expected one of a, b; did you mean a?": names one by one. */
int suite_unknown(struct loader *loader, const struct node *node, const char *what,
		  const char *const *names, uint32_t nr);

int suite_read_metric(struct loader *loader, const struct node *node, const struct metric **metric);

/* suite_checks.c: the `checks` and `margins`; the scenarios are loaded. */
int suite_read_checks(struct suite *suite, struct loader *loader, const struct node *root,
		      const char *only);

#endif
