/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * schema_policies.c - `policies:` as a JSON Schema: shipped ones under their own names, with their
 * tunables; other names say which policy they are.
 */
#include <stdio.h>

#include "registry/policies.h"
#include "schema.h"

/* An entry that says which policy it is: what is beside it are that one's tunables. */
void schema_named_policy(struct json *json)
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
		schema_required(json, "policy");
		json_close(json, '}');
		snprintf(to, sizeof(to), "#/definitions/tunables-%s", policy_registry[i].name);
		schema_ref(json, "then", to);
		json_close(json, '}');
	}
	json_close(json, ']');
	json_open(json, "properties", '{');
	json_open(json, "policy", '{');
	json_open(json, "anyOf", '[');
	for (uint32_t i = 0; i < nr_policy_registry; i++)
		schema_const(json, policy_registry[i].name);
	json_open(json, NULL, '{');
	json_string(json, "type", "string");
	json_string(json, "pattern", "/|.\\.so$"); /* a shared object */
	json_close(json, '}');
	json_close(json, ']');
	json_close(json, '}');
	json_close(json, '}');
}

void schema_policies(struct json *json)
{
	char to[96];

	json_open(json, NULL, '{');
	json_string(json, "type", "object");
	schema_property_names(json);
	json_count(json, "minProperties", 1);
	json_open(json, "properties", '{');
	for (uint32_t i = 0; i < nr_policy_registry; i++) {
		json_open(json, policy_registry[i].name, '{');
		json_open(json, "anyOf", '[');
		schema_ref(json, NULL, "#/definitions/POLICY");
		schema_type(json, "null");
		json_open(json, NULL, '{');
		json_open(json, "not", '{');
		schema_required(json, "policy");
		json_close(json, '}');
		snprintf(to, sizeof(to), "#/definitions/tunables-%s", policy_registry[i].name);
		json_open(json, "allOf", '[');
		schema_ref(json, NULL, to);
		json_close(json, ']');
		json_close(json, '}');
		json_close(json, ']');
		json_close(json, '}');
	}
	json_close(json, '}');
	schema_ref(json, "additionalProperties", "#/definitions/POLICY");
	json_close(json, '}');
}
