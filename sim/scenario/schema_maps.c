/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * schema_maps.c - what stands at a key, as a JSON Schema: mappings with their rules, lists, names.
 */
#include <string.h>

#include "schema.h"

/* -- mappings ------------------------------------------------------------------------- */

/* Is this the first key of its group? */
static bool leads_group(const struct key *parent, const struct key *key)
{
	const struct key *other;
	uint32_t at = 0;

	while ((other = key_next_child(parent, &at)) && other != key)
		if (other->group && !strcmp(other->group, key->group))
			return false;
	return true;
}

/* Exactly one of the group, or where none is required at most one. */
static void put_group(struct json *json, const struct key *parent, const struct key *first)
{
	const struct key *key;
	uint32_t at = 0;

	json_open(json, NULL, '{');
	json_open(json, "oneOf", '[');
	while ((key = key_next_child(parent, &at))) {
		if (!key->group || strcmp(key->group, first->group) != 0)
			continue;
		json_open(json, NULL, '{');
		schema_required(json, key_name(key));
		json_close(json, '}');
	}
	if (!(first->flags & KEY_REQUIRED)) {
		json_open(json, NULL, '{');
		json_open(json, "not", '{');
		json_open(json, "anyOf", '[');
		for (at = 0; (key = key_next_child(parent, &at));) {
			if (!key->group || strcmp(key->group, first->group) != 0)
				continue;
			json_open(json, NULL, '{');
			schema_required(json, key_name(key));
			json_close(json, '}');
		}
		json_close(json, ']');
		json_close(json, '}');
		json_close(json, '}');
	}
	json_close(json, ']');
	json_close(json, '}');
}

/* If this key is there, `kind` beside it is one that has it. */
static void put_only(struct json *json, const struct key *key)
{
	json_open(json, NULL, '{');
	json_open(json, "if", '{');
	schema_required(json, key_name(key));
	json_close(json, '}');
	json_open(json, "then", '{');
	json_open(json, "properties", '{');
	json_open(json, "kind", '{');
	json_open(json, "anyOf", '[');
	schema_words(json, key->only);
	json_close(json, ']');
	json_close(json, '}');
	json_close(json, '}');
	json_close(json, '}');
	json_close(json, '}');
}

static void put_rules(struct json *json, const struct key *parent)
{
	const struct key *key;
	uint32_t at = 0;
	bool any = false;

	while ((key = key_next_child(parent, &at)))
		any |= key->group || key->only;
	if (!any)
		return;
	json_open(json, "allOf", '[');
	for (at = 0; (key = key_next_child(parent, &at));) {
		if (key->group && leads_group(parent, key))
			put_group(json, parent, key);
		if (key->only)
			put_only(json, key);
	}
	json_close(json, ']');
}

/* Has it a child that must be there? */
bool schema_needs_children(const struct key *parent)
{
	const struct key *key;
	uint32_t at = 0;

	while ((key = key_next_child(parent, &at)))
		if (key->flags & KEY_REQUIRED)
			return true;
	return false;
}

/* The inside of a mapping with these keys. */
void schema_children(struct json *json, const struct key *parent)
{
	const struct key *key;
	uint32_t at = 0;

	json_string(json, "type", "object");
	json_open(json, "properties", '{');
	while ((key = key_next_child(parent, &at)))
		schema_key(json, key_name(key), key);
	json_close(json, '}');
	json_bool(json, "additionalProperties", false);
	json_open(json, "required", '[');
	for (at = 0; (key = key_next_child(parent, &at));)
		if (key->flags & KEY_REQUIRED && !key->group && !key->only)
			json_string(json, NULL, key_name(key));
	json_close(json, ']');
	put_rules(json, parent);
}

static void put_map(struct json *json, const struct key *key)
{
	json_open(json, NULL, '{');
	schema_children(json, key);
	json_close(json, '}');
	if (!schema_needs_children(key) && !key->shorthand)
		schema_type(json, "null"); /* `key:` is an empty one */
	if (key->shorthand)
		schema_key(json, NULL, key_child(key, key->shorthand));
}

static void put_names(struct json *json, const struct key *key)
{
	json_open(json, NULL, '{');
	json_string(json, "type", "object");
	schema_property_names(json);
	if (key->flags & KEY_REQUIRED)
		json_count(json, "minProperties", 1);
	if (key->max > 0)
		json_count(json, "maxProperties", (uint64_t)key->max);
	schema_key(json, "additionalProperties", key_child(key, ""));
	json_close(json, '}');
	if (!(key->flags & KEY_REQUIRED))
		schema_type(json, "null");
}

static void put_list(struct json *json, const struct key *key)
{
	json_open(json, NULL, '{');
	json_string(json, "type", "array");
	json_count(json, "minItems", (uint64_t)key->min);
	json_count(json, "maxItems", (uint64_t)key->max);
	schema_key(json, "items", key_item(key));
	json_close(json, '}');
	if (key->shorthand)
		schema_key(json, NULL, key_item(key));
}

static void put_steps(struct json *json)
{
	json_open(json, NULL, '{');
	json_string(json, "type", "array");
	schema_ref(json, "items", "#/definitions/STEP");
	json_close(json, '}');
}

/* What stands at this key, under that name (NULL: in an array). */
void schema_key(struct json *json, const char *name, const struct key *key)
{
	json_open(json, name, '{');
	if (key->help)
		json_string(json, "description", key->help);
	json_open(json, "anyOf", '[');
	switch (key->type) {
	case KEY_MAP:
		put_map(json, key);
		break;
	case KEY_NAMES:
		if (!strcmp(key->path, "policies"))
			schema_policies(json);
		else
			put_names(json, key);
		break;
	case KEY_LIST:
		put_list(json, key);
		break;
	case KEY_STEPS:
		put_steps(json);
		break;
	case KEY_DIST:
		schema_scalar(json, key);
		schema_ref(json, NULL, "#/definitions/DIST");
		break;
	default:
		schema_scalar(json, key);
	}
	json_close(json, ']');
	json_close(json, '}');
}
