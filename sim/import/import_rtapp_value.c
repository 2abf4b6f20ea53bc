/* SPDX-License-Identifier: BSD-2-Clause */
/* import_rtapp_value.c - numbers, texts and names of a workload of rt-app. */
#include "import_rtapp.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int rtapp_unexpected(struct rtapp *app, const struct node *node, const char *expected)
{
	return node_fail(app->loader, node->place, "found %s, expected %s",
			 node_found(app->loader, node), expected);
}

/* An integer of [min, max], or -1 with the error set. */
int rtapp_read_int(struct rtapp *app, const struct node *node, int64_t min, int64_t max,
		   const char *unit, int64_t *value)
{
	char expected[128], *end = NULL;

	snprintf(expected, sizeof(expected), "an integer from %lld to %lld%s%s", (long long)min,
		 (long long)max, *unit ? ", in " : "", unit);
	errno = 0;
	if (node->kind == NODE_SCALAR && node->plain && *node->text)
		*value = strtoll(node->text, &end, 10);
	if (!end || *end || errno || *value < min || *value > max)
		return rtapp_unexpected(app, node, expected);
	return 0;
}

int rtapp_read_us(struct rtapp *app, const struct node *node, uint64_t *us)
{
	int64_t value;

	if (rtapp_read_int(app, node, 0, 86400000000, "microseconds", &value))
		return -1;
	*us = (uint64_t)value;
	return 0;
}

/* The text of a string, or NULL with the error set. */
const char *rtapp_read_text(struct rtapp *app, const struct node *node, const char *expected)
{
	if (node->kind == NODE_SCALAR && !node->plain && *node->text)
		return node->text;
	rtapp_unexpected(app, node, expected);
	return NULL;
}

/* A name as a scenario takes it, different from those of all other tasks, or objects. */
const char *rtapp_make_name(struct rtapp *app, const char *text, bool is_task)
{
	char name[61];
	bool taken = true;

	for (unsigned copy = 1; taken; copy++) {
		size_t n = 0;

		while (n < 50 && text[n]) {
			unsigned char c = (unsigned char)text[n];
			bool fit = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
				   (c >= '0' && c <= '9') || c == '_' || (c == '-' && n);

			name[n++] = fit ? (char)c : '_';
		}
		if (n == 0)
			name[n++] = '_';
		name[n] = '\0';
		if (copy > 1)
			snprintf(name + n, sizeof(name) - n, "_%u", copy);
		taken = is_task && strcmp(name, "noise") == 0;
		for (uint32_t i = 0; i < (is_task ? app->nr_tasks : app->nr_objects); i++)
			taken |= !strcmp(name, is_task ? app->tasks[i].name : app->objects[i].word);
	}
	return arena_copy(app->loader->arena, name, strlen(name));
}
