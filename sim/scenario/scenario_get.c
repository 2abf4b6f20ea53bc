/* SPDX-License-Identifier: BSD-2-Clause */
/* How the builders read the resolved tree. */
#include <stdio.h>
#include <string.h>

#include "base/suggest.h"
#include "scenario_parts.h"

const struct node *build_get(const struct node *node, const char *path)
{
	char name[64];

	while (node && *path) {
		size_t length = strcspn(path, ".");

		if (length >= sizeof(name))
			return NULL;
		memcpy(name, path, length);
		name[length] = '\0';
		node = node_get(node, name);
		path += length + (path[length] == '.');
	}
	return node;
}

uint64_t build_u(const struct node *node, const char *path)
{
	return build_get(node, path)->u;
}

int build_unknown(struct build *build, const struct node *node, const char *what,
		  const struct node *names)
{
	struct suggest suggest;
	char known[300] = "";
	size_t used = 0;

	suggest_init(&suggest, node->text);
	for (const struct node *at = names ? names->first : NULL; at; at = at->next) {
		suggest_offer(&suggest, at->name);
		if (used < sizeof(known))
			used += (size_t)snprintf(known + used, sizeof(known) - used, "%s%s",
						 used ? ", " : "", at->name);
	}
	return node_fail(build->loader, node->place, "found the %s '%s', expected %s%s%s%s%s", what,
			 node_quote(build->loader, node->text),
			 used ? "one of " : "it to be defined", known,
			 suggest.best ? "; did you mean " : "", suggest.best ? suggest.best : "",
			 suggest.best ? "?" : "");
}
