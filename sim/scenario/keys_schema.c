/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * keys_schema.c - the key table as a JSON Schema (draft 7), for editors and other programs.
 *
 * It says what a key's own value may be and which keys go together.  What hangs on the rest of
 * the scenario (is there a lock of that name?) only the loader knows.  Parsers of YAML give
 * bare values types of their own, so that words which one of them takes for a boolean are
 * allowed as one, too.
 */
#include <string.h>

#include "base/json.h"
#include "keys_schema.h"
#include "registry/policies.h"
#include "text/maps.h"

#define NUMBER "(0|[1-9][0-9]*)(\\.[0-9]+)?"

static void put_key(struct json *json, const char *name, const struct key *key);

static void put_ref(struct json *json, const char *name, const char *to)
{
	json_open(json, name, '{');
	json_string(json, "$ref", to);
	json_close(json, '}');
}

static void put_const(struct json *json, const char *text)
{
	json_open(json, NULL, '{');
	json_string(json, "const", text);
	json_close(json, '}');
}

static void put_type(struct json *json, const char *type)
{
	json_open(json, NULL, '{');
	json_string(json, "type", type);
	json_close(json, '}');
}

/* {"enum": [a, b]} of "a|b"; on and off may have become booleans. */
static void put_words(struct json *json, const char *words)
{
	bool is_switch = false;
	char word[64];
	size_t n;

	json_open(json, NULL, '{');
	json_open(json, "enum", '[');
	for (; *words; words += n, words += *words == '|') {
		n = strcspn(words, "|");
		snprintf(word, sizeof(word), "%.*s", (int)n, words);
		is_switch |= !strcmp(word, "on") || !strcmp(word, "off");
		json_string(json, NULL, word);
	}
	if (is_switch) {
		json_bool(json, NULL, false);
		json_bool(json, NULL, true);
	}
	json_close(json, ']');
	json_close(json, '}');
}

/* -- values ------------------------------------------------------------------------ */

/* Whole nanoseconds, and no more digits than a day has; a smaller range is left to the loader. */
#define TIME                                                                                       \
	"((0|[1-9][0-9]{0,4})(\\.[0-9]{1,9}0*)?s|(0|[1-9][0-9]{0,7})(\\.[0-9]{1,6}0*)?ms|"         \
	"(0|[1-9][0-9]{0,10})(\\.[0-9]{1,3}0*)?us|(0|[1-9][0-9]{0,13})(\\.0+)?ns)"

static void put_time(struct json *json, bool may_be_0)
{
	json_open(json, NULL, '{');
	json_string(json, "type", "string");
	json_string(json, "pattern", may_be_0 ? "^(0|" TIME ")$" : "^(?!0(\\.0+)?[a-z])" TIME "$");
	json_close(json, '}');
	if (!may_be_0)
		return;
	json_open(json, NULL, '{');
	json_count(json, "const", 0);
	json_close(json, '}');
}

static void put_number(struct json *json, const struct key *key)
{
	json_open(json, NULL, '{');
	json_string(json, "type", key->type == KEY_INT ? "integer" : "number");
	json_number(json, "minimum", key->min);
	json_number(json, "maximum", key->max);
	json_close(json, '}');
}

static void put_percent(struct json *json, const struct key *key)
{
	json_open(json, NULL, '{');
	json_string(json, "type", "string");
	json_string(json, "pattern", "^-?" NUMBER "(e[-+]?[0-9]+)?%$");
	json_close(json, '}');
	if (key->min > 0)
		return;
	json_open(json, NULL, '{');
	json_count(json, "const", 0);
	json_close(json, '}');
}

static void put_text(struct json *json, const struct key *key)
{
	json_open(json, NULL, '{');
	json_string(json, "type", "string");
	json_count(json, "maxLength", (uint64_t)key->max);
	json_close(json, '}');
	put_type(json, "number");
	put_type(json, "boolean");
	put_type(json, "null");
}

static void put_name(struct json *json)
{
	json_open(json, NULL, '{');
	json_string(json, "type", "string");
	json_string(json, "pattern", "^[A-Za-z0-9_][A-Za-z0-9_.-]*$");
	json_close(json, '}');
	put_type(json, "integer");
	put_type(json, "boolean");
}

static void put_file(struct json *json)
{
	json_open(json, NULL, '{');
	json_string(json, "type", "string");
	json_count(json, "minLength", 1);
	json_close(json, '}');
}

static void put_list_of(struct json *json, void (*item)(struct json *json, bool arg), bool arg)
{
	json_open(json, NULL, '{');
	json_string(json, "type", "array");
	json_count(json, "minItems", 1);
	json_open(json, "items", '{');
	json_open(json, "anyOf", '[');
	item(json, arg);
	json_close(json, ']');
	json_close(json, '}');
	json_close(json, '}');
}

static void put_file_item(struct json *json, bool unused)
{
	(void)unused;
	put_file(json);
}

static void put_range(struct json *json)
{
	json_open(json, NULL, '{');
	json_string(json, "type", "string");
	json_string(json, "pattern", "^(0|[1-9][0-9]*)(-(0|[1-9][0-9]*))?$");
	json_close(json, '}');
	json_open(json, NULL, '{');
	json_string(json, "type", "integer");
	json_count(json, "minimum", 0);
	json_close(json, '}');
}

static void put_bool(struct json *json)
{
	put_type(json, "boolean");
	put_words(json, "false|true|off|on|no|yes");
}

/* What a scalar of this type may be: schemas for an anyOf. */
static void put_scalar(struct json *json, const struct key *key)
{
	switch (key->type) {
	case KEY_INT:
	case KEY_REAL:
		put_number(json, key);
		break;
	case KEY_TIME:
	case KEY_DIST:
		put_time(json, !(key->min > 0));
		break;
	case KEY_PERCENT:
		put_percent(json, key);
		break;
	case KEY_BOOL:
		put_bool(json);
		break;
	case KEY_TEXT:
		put_text(json, key);
		break;
	case KEY_NAME:
		put_name(json);
		break;
	case KEY_FILE:
		put_file(json);
		break;
	case KEY_FILES:
		put_file(json);
		put_list_of(json, put_file_item, false);
		break;
	case KEY_TIMES:
		put_file(json);
		put_list_of(json, put_time, !(key->min > 0));
		break;
	case KEY_INSTANTS:
		put_list_of(json, put_time, true);
		break;
	case KEY_RANGE:
		put_range(json);
		break;
	default:
		break;
	}
	if (key->words)
		put_words(json, key->words);
}

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
		json_open(json, "required", '[');
		json_string(json, NULL, key_name(key));
		json_close(json, ']');
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
			json_open(json, "required", '[');
			json_string(json, NULL, key_name(key));
			json_close(json, ']');
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
	json_open(json, "required", '[');
	json_string(json, NULL, key_name(key));
	json_close(json, ']');
	json_close(json, '}');
	json_open(json, "then", '{');
	json_open(json, "properties", '{');
	json_open(json, "kind", '{');
	json_open(json, "anyOf", '[');
	put_words(json, key->only);
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
static bool needs_children(const struct key *parent)
{
	const struct key *key;
	uint32_t at = 0;

	while ((key = key_next_child(parent, &at)))
		if (key->flags & KEY_REQUIRED)
			return true;
	return false;
}

/* The inside of a mapping with these keys. */
static void put_children(struct json *json, const struct key *parent)
{
	const struct key *key;
	uint32_t at = 0;

	json_string(json, "type", "object");
	json_open(json, "properties", '{');
	while ((key = key_next_child(parent, &at)))
		put_key(json, key_name(key), key);
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
	put_children(json, key);
	json_close(json, '}');
	if (!needs_children(key) && !key->shorthand)
		put_type(json, "null"); /* `key:` is an empty one */
	if (key->shorthand)
		put_key(json, NULL, key_child(key, key->shorthand));
}

static void put_property_names(struct json *json)
{
	json_open(json, "propertyNames", '{');
	json_string(json, "pattern", "^[A-Za-z0-9_][A-Za-z0-9_-]*$");
	json_count(json, "maxLength", MAP_NAME_MAX);
	json_close(json, '}');
}

static void put_names(struct json *json, const struct key *key)
{
	json_open(json, NULL, '{');
	json_string(json, "type", "object");
	put_property_names(json);
	if (key->flags & KEY_REQUIRED)
		json_count(json, "minProperties", 1);
	if (key->max > 0)
		json_count(json, "maxProperties", (uint64_t)key->max);
	put_key(json, "additionalProperties", key_child(key, ""));
	json_close(json, '}');
	if (!(key->flags & KEY_REQUIRED))
		put_type(json, "null");
}

static void put_list(struct json *json, const struct key *key)
{
	json_open(json, NULL, '{');
	json_string(json, "type", "array");
	json_count(json, "minItems", (uint64_t)key->min);
	json_count(json, "maxItems", (uint64_t)key->max);
	put_key(json, "items", key_item(key));
	json_close(json, '}');
	if (key->shorthand)
		put_key(json, NULL, key_item(key));
}

static void put_steps(struct json *json)
{
	json_open(json, NULL, '{');
	json_string(json, "type", "array");
	put_ref(json, "items", "#/definitions/STEP");
	json_close(json, '}');
}

/* -- policies -------------------------------------------------------------------------- */

static void put_tunables(struct json *json, const struct sp_policy *policy)
{
	const struct key *entry = key_find("policies.*"), *key;
	uint32_t at = 0;

	json_open(json, "properties", '{');
	while ((key = key_next_child(entry, &at)))
		put_key(json, key_name(key), key);
	for (uint32_t i = 0; i < policy->nr_tunables; i++) {
		struct key_tunable made;

		key_of_tunable(&policy->tunables[i], &made);
		put_key(json, policy->tunables[i].name, &made.key);
	}
	json_close(json, '}');
	json_bool(json, "additionalProperties", false);
}

/* Shipped policies under their own names; each with its tunables, as "tunables NAME". */
static void define_policies(struct json *json)
{
	char name[64];

	for (uint32_t i = 0; i < nr_policy_registry; i++) {
		snprintf(name, sizeof(name), "tunables-%s", policy_registry[i].name);
		json_open(json, name, '{');
		put_tunables(json, policy_registry[i].classes[0].policy);
		json_close(json, '}');
	}
}

/* An entry that says which policy it is. */
static void put_named(struct json *json)
{
	char to[96];

	json_open(json, "allOf", '[');
	for (uint32_t i = 0; i < nr_policy_registry; i++) {
		json_open(json, NULL, '{');
		json_open(json, "if", '{');
		json_open(json, "properties", '{');
		json_open(json, "policy", '{');
		json_string(json, "const", policy_registry[i].name);
		json_close(json, '}');
		json_close(json, '}');
		json_open(json, "required", '[');
		json_string(json, NULL, "policy");
		json_close(json, ']');
		json_close(json, '}');
		snprintf(to, sizeof(to), "#/definitions/tunables-%s", policy_registry[i].name);
		put_ref(json, "then", to);
		json_close(json, '}');
	}
	json_close(json, ']');
	json_open(json, "properties", '{');
	json_open(json, "policy", '{');
	json_open(json, "anyOf", '[');
	for (uint32_t i = 0; i < nr_policy_registry; i++)
		put_const(json, policy_registry[i].name);
	json_open(json, NULL, '{');
	json_string(json, "type", "string");
	json_string(json, "pattern", "/|.\\.so$"); /* a shared object */
	json_close(json, '}');
	json_close(json, ']');
	json_close(json, '}');
	json_close(json, '}');
}

static void put_policies(struct json *json, const struct key *key)
{
	char to[96];

	json_open(json, NULL, '{');
	json_string(json, "type", "object");
	put_property_names(json);
	json_count(json, "minProperties", 1);
	json_open(json, "properties", '{');
	for (uint32_t i = 0; i < nr_policy_registry; i++) {
		json_open(json, policy_registry[i].name, '{');
		json_open(json, "anyOf", '[');
		put_ref(json, NULL, "#/definitions/POLICY");
		put_type(json, "null");
		json_open(json, NULL, '{');
		json_open(json, "not", '{');
		json_open(json, "required", '[');
		json_string(json, NULL, "policy");
		json_close(json, ']');
		json_close(json, '}');
		snprintf(to, sizeof(to), "#/definitions/tunables-%s", policy_registry[i].name);
		json_open(json, "allOf", '[');
		put_ref(json, NULL, to);
		json_close(json, ']');
		json_close(json, '}');
		json_close(json, ']');
		json_close(json, '}');
	}
	json_close(json, '}');
	put_ref(json, "additionalProperties", "#/definitions/POLICY");
	json_close(json, '}');
	(void)key;
}

/* -- all ----------------------------------------------------------------------------- */

/* What stands at this key, under that name (NULL: in an array). */
static void put_key(struct json *json, const char *name, const struct key *key)
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
			put_policies(json, key);
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
		put_scalar(json, key);
		put_ref(json, NULL, "#/definitions/DIST");
		break;
	default:
		put_scalar(json, key);
	}
	json_close(json, ']');
	json_close(json, '}');
}

/* A step, or the bare word of one that needs nothing. */
static void define_step(struct json *json)
{
	const struct key *step = key_find("STEP"), *key;
	uint32_t at = 0;

	json_open(json, "STEP", '{');
	json_open(json, "anyOf", '[');
	json_open(json, NULL, '{');
	put_children(json, step);
	json_close(json, '}');
	while ((key = key_next_child(step, &at)))
		if (key->type == KEY_MAP && !needs_children(key) && !key->shorthand)
			put_const(json, key_name(key));
	json_close(json, ']');
	json_close(json, '}');
}

static void put_definitions(struct json *json)
{
	json_open(json, "definitions", '{');
	define_step(json);
	json_open(json, "DIST", '{');
	put_children(json, key_find("DIST"));
	json_close(json, '}');
	define_policies(json);
	json_open(json, "POLICY", '{');
	json_string(json, "type", "object");
	json_open(json, "required", '[');
	json_string(json, NULL, "policy");
	json_close(json, ']');
	put_named(json);
	json_close(json, '}');
	json_close(json, '}');
}

/* What is included may bring anything that is missing: then only the names are looked at. */
static void put_root(struct json *json)
{
	const struct key *root = key_find(""), *key;
	uint32_t at = 0;

	json_open(json, "if", '{');
	json_string(json, "type", "object");
	json_open(json, "required", '[');
	json_string(json, NULL, "include");
	json_close(json, ']');
	json_close(json, '}');
	json_open(json, "then", '{');
	json_open(json, "properties", '{');
	while ((key = key_next_child(root, &at)))
		if (key->type != KEY_MAP && key->type != KEY_NAMES) {
			put_key(json, key_name(key), key);
		} else {
			json_open(json, key_name(key), '{');
			json_string(json, "description", key->help);
			json_close(json, '}');
		}
	json_close(json, '}');
	json_open(json, "required", '[');
	json_string(json, NULL, "corun");
	json_close(json, ']');
	json_bool(json, "additionalProperties", false);
	json_close(json, '}');
	json_open(json, "else", '{');
	put_children(json, root);
	json_close(json, '}');
}

void keys_print_schema(FILE *to)
{
	struct json json;

	json_init(&json, to);
	json_open(&json, NULL, '{');
	json_string(&json, "$schema", "http://json-schema.org/draft-07/schema#");
	json_string(&json, "title", "a scenario of corun");
	put_root(&json);
	put_definitions(&json);
	json_close(&json, '}');
	fputc('\n', to);
}
