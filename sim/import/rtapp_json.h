/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * rtapp_json.h - JSON as rt-app's files have it, to a tree of nodes.
 *
 * Not quite JSON: there are comments (C's, both kinds) and commas behind the last item,
 * and a mapping may have the same name several times (a sequence of events).  libyaml
 * takes none of these, hence a reader of our own.
 */
#ifndef CORUN_RTAPP_JSON_H
#define CORUN_RTAPP_JSON_H

#include "text/node.h"

#define JSON_DEPTH_MAX 16

/*
 * The tree of text[length], or NULL with the error set.  Scalars have their text: plain
 * for numbers, true, false and null, else a string's, its escapes resolved (\u only up
 * to 7f: names and paths of other letters are refused).
 */
struct node *rtapp_json_parse(struct loader *loader, const struct source *source, const char *text,
			      size_t length);

#endif
