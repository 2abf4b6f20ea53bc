/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * schema.h - parts of the key table as a JSON Schema, for keys_schema.c.
 *
 * `name` is the member that is written; NULL: an item of an array.
 */
#ifndef CORUN_SCHEMA_H
#define CORUN_SCHEMA_H

#include <stdbool.h>

#include "base/json.h"
#include "keys.h"

/* -- schema_values.c ---------------------------------------------------------------- */

/* {"$ref": to}, {"const": text}, {"type": type} */
void schema_ref(struct json *json, const char *name, const char *to);
void schema_const(struct json *json, const char *text);
void schema_type(struct json *json, const char *type);

/* {"enum": [a, b]} of "a|b"; on and off may have become booleans. */
void schema_words(struct json *json, const char *words);

/* "required": [name] */
void schema_required(struct json *json, const char *name);

/* "propertyNames": what a name that a user chooses may be. */
void schema_property_names(struct json *json);

/* What a scalar of this type may be: schemas for an anyOf. */
void schema_scalar(struct json *json, const struct key *key);

/* -- schema_policies.c -------------------------------------------------------------- */

/* What `policies` may be: schemas for an anyOf. */
void schema_policies(struct json *json);

/* An entry that says which policy it is: what is beside it are that one's tunables. */
void schema_named_policy(struct json *json);

/* -- schema_maps.c ------------------------------------------------------------------ */

/* What stands at this key. */
void schema_key(struct json *json, const char *name, const struct key *key);

/* The inside of a mapping with these keys. */
void schema_children(struct json *json, const struct key *parent);

/* Has it a child that must be there? */
bool schema_needs_children(const struct key *parent);

#endif
