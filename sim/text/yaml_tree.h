/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * yaml_tree.h - from YAML text to a tree; the one place that knows libyaml.
 *
 * A plain subset: one document; mappings, lists and scalars, whose meaning is
 * decided later by the key they belong to.  Tags, merge keys, duplicate keys and
 * keys that are not scalars are errors; anchors and aliases are fine up to
 * NODES_MAX values.  (Not called yaml.h: that is libyaml's own name.)
 */
#ifndef CORUN_YAML_TREE_H
#define CORUN_YAML_TREE_H

#include <stddef.h>

#include "node.h"

#define YAML_DEPTH_MAX 40 /* mappings and lists inside each other */
#define YAML_NAMES_MAX 1024 /* keys of one mapping */
#define YAML_SCALAR_MAX 4096 /* bytes of one scalar */

/* The tree of text[length], or NULL with the error set. */
struct node *yaml_parse(struct loader *loader, const struct source *source, const char *text,
			size_t length);

#endif
