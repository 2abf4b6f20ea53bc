/* SPDX-License-Identifier: BSD-2-Clause */
/* suite_schema.c - the keys of a suite, and as a JSON Schema (draft 7) with their values. */
#include <string.h>

#include "base/json.h"
#include "study/metrics.h"
#include "suite.h"
#include "suite_keys.h"

const struct map_key suite_keys_root[] = {
	{"suite", true},     {"description", false}, {"level", false},
	{"reps", false},     {"baseline", false},    {"margins", false},
	{"scenarios", true}, {"checks", true},	     {0},
};
const struct map_key suite_keys_reps[] = {{"min", false}, {"max", false}, {0}};
const struct map_key suite_keys_scenario[] = {{"file", true}, {"set", false}, {0}};
const struct map_key suite_keys_check[] = {
	{"scenario", true}, {"policy", true},	 {"metric", true},
	{"scope", false},   {"at_most", false},	 {"at_least", false},
	{"margin", false},  {"baseline", false}, {0},
};
const struct map_key suite_keys_bound[] = {{"times", true}, {"of", true}, {0}};
const struct map_key suite_keys_margin[] = {{"relative", false}, {"absolute", false}, {0}};

/* What a value may be; NULL: a row of its own below. */
static const struct {
	const char *key;
	const char *schema;
} values[] = {
	{"suite", "{\"const\": 1}"},
	{"description", "{\"type\": [\"string\", \"number\", \"boolean\"]}"},
	{"level", "{\"$ref\": \"#/definitions/percent\"}"},
	{"reps", "{\"$ref\": \"#/definitions/reps\"}"},
	{"baseline", "{\"type\": \"string\", \"minLength\": 1}"},
	{"margins", "{\"type\": \"object\", \"minProperties\": 1, \"propertyNames\": {\"$ref\": "
		    "\"#/definitions/metric\"}, \"additionalProperties\": {\"$ref\": "
		    "\"#/definitions/margin\"}}"},
	{"scenarios", "{\"$ref\": \"#/definitions/scenarios\"}"},
	{"checks", "{\"$ref\": \"#/definitions/checks\"}"},
	{"reps.min", "{\"$ref\": \"#/definitions/count\"}"},
	{"reps.max", "{\"$ref\": \"#/definitions/count\"}"},
	{"scenario.file", "{\"type\": \"string\", \"minLength\": 1}"},
	{"scenario.set", "{\"type\": \"object\", \"minProperties\": 1}"},
	{"check.scenario", "{\"$ref\": \"#/definitions/names\"}"},
	{"check.policy", "{\"$ref\": \"#/definitions/names\"}"},
	{"check.metric", "{\"anyOf\": [{\"$ref\": \"#/definitions/metric\"}, {\"type\": "
			 "\"array\", \"minItems\": 1, \"items\": {\"$ref\": "
			 "\"#/definitions/metric\"}}]}"},
	{"check.scope", "{\"type\": [\"string\", \"integer\"]}"},
	{"check.at_most", "{\"$ref\": \"#/definitions/bound\"}"},
	{"check.at_least", "{\"$ref\": \"#/definitions/bound\"}"},
	{"check.margin", "{\"$ref\": \"#/definitions/margin\"}"},
	{"check.baseline", "{\"enum\": [true, \"yes\", \"true\"]}"},
	{"bound.times", "{\"type\": \"number\", \"minimum\": 0}"},
	{"bound.of", "{\"type\": [\"string\", \"integer\"], \"minLength\": 1}"},
	{"margin.relative", "{\"$ref\": \"#/definitions/percent\"}"},
	{"margin.absolute", "{\"$ref\": \"#/definitions/value\"}"},
};

static const char *value_of(const char *where, const char *key)
{
	char path[64];

	snprintf(path, sizeof(path), "%s%s%s", where, *where ? "." : "", key);
	for (size_t i = 0; i < sizeof(values) / sizeof(values[0]); i++)
		if (!strcmp(values[i].key, path))
			return values[i].schema;
	return "false"; /* a key without a row here: the schema refuses what the program takes */
}

/* The inside of a mapping with these keys. */
static void put_map(FILE *to, const char *where, const struct map_key *keys)
{
	const struct map_key *key;
	const char *comma = "";

	fputs("\"type\": \"object\", \"additionalProperties\": false,\n  \"properties\": {", to);
	for (key = keys; key->name; key++, comma = ",")
		fprintf(to, "%s\n    \"%s\": %s", comma, key->name, value_of(where, key->name));
	fputs("},\n  \"required\": [", to);
	for (key = keys, comma = ""; key->name; key++) {
		if (!key->required)
			continue;
		fprintf(to, "%s\"%s\"", comma, key->name);
		comma = ", ";
	}
	fputc(']', to);
}

static void put_metrics(FILE *to)
{
	fputs(" \"metric\": {\"enum\": [", to);
	for (uint32_t i = 0; i < nr_metric_registry; i++)
		fprintf(to, "%s\"%s\"", i ? ", " : "", metric_registry[i].name);
	fputs("]},\n", to);
}

/* A name that a user chooses, with what stands behind it. */
static void put_named(FILE *to, const char *name, const char *where, const struct map_key *keys,
		      const char *rules, const char *also)
{
	fprintf(to,
		" \"%s\": {\"type\": \"object\", \"minProperties\": 1,\n"
		"  \"propertyNames\": {\"pattern\": \"^[A-Za-z0-9_][A-Za-z0-9_-]*$\", "
		"\"maxLength\": %d},\n  \"additionalProperties\": {\"anyOf\": [%s{",
		name, MAP_NAME_MAX, also);
	put_map(to, where, keys);
	fprintf(to, "%s}]}},\n", rules);
}

static void put_values(FILE *to)
{
	fprintf(to,
		" \"count\": {\"type\": \"integer\", \"minimum\": %u, \"maximum\": %u},\n"
		" \"percent\": {\"type\": \"string\", \"pattern\": "
		"\"^(?!0(\\\\.0+)?%%)[0-9.]+(e[-+]?[0-9]+)?%%$\"},\n"
		" \"value\": {\"anyOf\": [{\"type\": \"number\", \"minimum\": 0},\n"
		"  {\"type\": \"string\", \"pattern\": "
		"\"^[0-9][0-9.]*(e[-+]?[0-9]+)?(%%|s|ms|us|ns|/s)?$\"}]},\n"
		" \"names\": {\"anyOf\": [{\"type\": [\"string\", \"integer\"]}, {\"type\": "
		"\"array\", \"minItems\": 1,\n"
		"  \"items\": {\"type\": [\"string\", \"integer\"]}}]},\n",
		SUITE_MIN_REPS, SUITE_MAX_REPS);
}

/* Exactly one bound: at_most, at_least, or a baseline (by its word or its margin). */
#define ONE_BOUND                                                                                  \
	",\n  \"oneOf\": [{\"required\": [\"at_most\"]}, {\"required\": [\"at_least\"]}, "         \
	"{\"anyOf\": [{\"required\": [\"baseline\"]}, {\"required\": [\"margin\"]}]}]"

void suite_print_schema(FILE *to)
{
	fputs("{\"$schema\": \"http://json-schema.org/draft-07/schema#\",\n"
	      "\"title\": \"a suite of corun\",\n",
	      to);
	put_map(to, "", suite_keys_root);
	fputs(",\n\"definitions\": {\n", to);
	put_metrics(to);
	put_values(to);
	put_named(to, "scenarios", "scenario", suite_keys_scenario, "",
		  "{\"type\": \"string\", \"minLength\": 1}, ");
	put_named(to, "checks", "check", suite_keys_check, ONE_BOUND, "");
	fputs(" \"reps\": {", to);
	put_map(to, "reps", suite_keys_reps);
	fputs("},\n \"margin\": {\"minProperties\": 1, ", to);
	put_map(to, "margin", suite_keys_margin);
	fputs("},\n \"bound\": {\"anyOf\": [{\"$ref\": \"#/definitions/value\"}, {", to);
	put_map(to, "bound", suite_keys_bound);
	fputs("}]}\n}}\n", to);
}
