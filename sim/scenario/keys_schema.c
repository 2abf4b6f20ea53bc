/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * keys_schema.c - the key table as a JSON Schema (draft 7), for editors and other programs.
 *
 * It says what a key's own value may be and which keys go together.  What hangs on the rest of
 * the scenario (is there a lock of that name?) only the loader knows.  Parsers of YAML give
 * bare values types of their own, so that words which one of them takes for a boolean are
 * allowed as one, too.
 */
#include "keys_schema.h"
#include "registry/policies.h"
#include "schema.h"

/* -- policies -------------------------------------------------------------------------- */

static void put_tunables(struct json *json, const struct sp_policy *policy)
{
	const struct key *entry = key_find("policies.*"), *key;
	uint32_t at = 0;

	json_open(json, "properties", '{');
	while ((key = key_next_child(entry, &at)))
		schema_key(json, key_name(key), key);
	for (uint32_t i = 0; i < policy->nr_tunables; i++) {
		struct key_tunable made;

		key_of_tunable(&policy->tunables[i], &made);
		schema_key(json, policy->tunables[i].name, &made.key);
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

/* -- all ----------------------------------------------------------------------------- */

/* A step, or the bare word of one that needs nothing. */
static void define_step(struct json *json)
{
	const struct key *step = key_find("STEP"), *key;
	uint32_t at = 0;

	json_open(json, "STEP", '{');
	json_open(json, "anyOf", '[');
	json_open(json, NULL, '{');
	schema_children(json, step);
	json_close(json, '}');
	while ((key = key_next_child(step, &at)))
		if (key->type == KEY_MAP && !schema_needs_children(key) && !key->shorthand)
			schema_const(json, key_name(key));
	json_close(json, ']');
	json_close(json, '}');
}

static void put_definitions(struct json *json)
{
	json_open(json, "definitions", '{');
	define_step(json);
	json_open(json, "DIST", '{');
	schema_children(json, key_find("DIST"));
	json_close(json, '}');
	define_policies(json);
	json_open(json, "POLICY", '{');
	json_string(json, "type", "object");
	schema_required(json, "policy");
	schema_named_policy(json);
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
	schema_required(json, "include");
	json_close(json, '}');
	json_open(json, "then", '{');
	json_open(json, "properties", '{');
	while ((key = key_next_child(root, &at)))
		if (key->type != KEY_MAP && key->type != KEY_NAMES) {
			schema_key(json, key_name(key), key);
		} else {
			json_open(json, key_name(key), '{');
			json_string(json, "description", key->help);
			json_close(json, '}');
		}
	json_close(json, '}');
	schema_required(json, "corun");
	json_bool(json, "additionalProperties", false);
	json_close(json, '}');
	json_open(json, "else", '{');
	schema_children(json, root);
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
