/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * maps.h - mappings with few keys, for texts that the key table does not describe: suites,
 * baselines, studies.
 *
 * Functions return 0, or -1 with the loader's error set.
 */
#ifndef CORUN_MAPS_H
#define CORUN_MAPS_H

#include <stdbool.h>

#include "node.h"

/* A name that a mapping may hold. */
struct map_key {
	const char *name;
	bool required;
};

/* Is it a mapping of these keys (ended by a NULL name), with all that are required? */
int map_keys(struct loader *loader, const struct node *node, const char *what,
	     const struct map_key *keys);

/* A mapping that is not empty. */
int map_names(struct loader *loader, const struct node *node, const char *what);

#define MAP_NAME_MAX 60 /* bytes */

/* May a user choose this name? */
bool map_is_name(const char *name);

#endif
