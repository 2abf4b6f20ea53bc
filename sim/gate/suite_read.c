/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What stands in a suite, piece by piece, each with its own mistake.
 */
#include "suite_read.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/suggest.h"
#include "base/units.h"
#include "base/utf8.h"
#include "scenario/scenario_parts.h"

int suite_name(struct loader *loader, const struct node *node)
{
	if (map_is_name(node->name))
		return 0;
	return node_fail(loader, node->name_place,
			 "found '%s', expected a name of letters, digits, - and _",
			 node_quote(loader, node->name));
}

int suite_text(struct loader *loader, const struct node *node, const char *expected,
	       const char **text)
{
	if (node->kind != NODE_SCALAR || !node->text[0] || !utf8_is_text(node->text))
		return node_fail(loader, node->place, "found %s, expected %s",
				 node_found(loader, node), expected);
	*text = node->text;
	return 0;
}

int suite_count(struct loader *loader, const struct node *node, uint32_t min, uint32_t max,
		uint32_t *value)
{
	int64_t n;

	if (node->kind != NODE_SCALAR || unit_parse_int(node->text, &n) != UNIT_OK ||
	    n < (int64_t)min || n > (int64_t)max)
		return node_fail(loader, node->place, "found %s, expected an integer from %u to %u",
				 node_found(loader, node), min, max);
	*value = (uint32_t)n;
	return 0;
}

int suite_percent(struct loader *loader, const struct node *node, double max, double *fraction)
{
	double percent;

	if (node->kind != NODE_SCALAR || unit_parse_pct(node->text, &percent) != UNIT_OK ||
	    !(percent > 0) || percent > max)
		return node_fail(loader, node->place,
				 "found %s, expected a percentage above 0 and up to %g%%",
				 node_found(loader, node), max);
	*fraction = percent / 100;
	return 0;
}

/* "1500/s" */
static enum unit_error parse_rate(const char *text, double *value)
{
	size_t length = strlen(text);
	char number[64];

	if (!strcmp(text, "0")) {
		*value = 0;
		return UNIT_OK;
	}
	if (length < 3 || length >= sizeof(number) || strcmp(text + length - 2, "/s") != 0)
		return UNIT_MISSING;
	snprintf(number, sizeof(number), "%.*s", (int)(length - 2), text);
	return unit_parse_real(number, value);
}

static const char *value_expected(const struct metric *metric)
{
	switch (metric->unit) {
	case UNIT_SHARE:
		return "a share such as 1.5%";
	case UNIT_TIME:
		return "a duration such as 20us";
	case UNIT_RATE:
	case UNIT_OPS:
		return "a rate such as 1500/s";
	default:
		return "a number that is not negative";
	}
}

int suite_value(struct loader *loader, const struct node *node, const struct metric *metric,
		double *value)
{
	enum unit_error failed = UNIT_MALFORMED;
	uint64_t ns = 0;

	if (node->kind == NODE_SCALAR && metric->unit == UNIT_SHARE) {
		failed = unit_parse_pct(node->text, value);
		*value /= 100;
	} else if (node->kind == NODE_SCALAR && metric->unit == UNIT_TIME) {
		failed = unit_parse_ns(node->text, &ns);
		*value = (double)ns / 1000;
	} else if (node->kind == NODE_SCALAR &&
		   (metric->unit == UNIT_RATE || metric->unit == UNIT_OPS)) {
		failed = parse_rate(node->text, value);
	} else if (node->kind == NODE_SCALAR) {
		failed = unit_parse_real(node->text, value);
	}
	if (failed != UNIT_OK || !(*value >= 0))
		return node_fail(loader, node->place, "found %s, expected for %s %s",
				 node_found(loader, node), metric->name, value_expected(metric));
	return 0;
}

int suite_unknown(struct loader *loader, const struct node *node, const char *what,
		  const char *const *names, uint32_t nr)
{
	const char *all = "";
	struct suggest suggest;
	uint32_t i;

	suggest_init(&suggest, node->text);
	for (i = 0; i < nr; i++) {
		suggest_offer(&suggest, names[i]);
		if (i < 12)
			all = arena_format(loader->arena, "%s%s%s", all, i ? ", " : "", names[i]);
	}
	return node_fail(loader, node->place, "found the %s '%s', expected one of %s%s%s%s%s", what,
			 node_quote(loader, node->text), all, nr > 12 ? ", ..." : "",
			 suggest.best ? "; did you mean '" : "", suggest.best ? suggest.best : "",
			 suggest.best ? "'?" : "");
}

int suite_read_metric(struct loader *loader, const struct node *node, const struct metric **metric)
{
	const char **names, *name = "";
	uint32_t i;

	if (suite_text(loader, node, "the name of a metric, see `corun metrics`", &name))
		return -1;
	*metric = metric_find(name);
	if (*metric)
		return 0;
	names = arena_array(loader->arena, nr_metric_registry, sizeof(*names));
	for (i = 0; i < nr_metric_registry; i++)
		names[i] = metric_registry[i].name;
	return suite_unknown(loader, node, "metric", names, nr_metric_registry);
}
