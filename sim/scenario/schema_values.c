/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * schema_values.c - what a value of each type may be, as a JSON Schema.
 */
#include <stdio.h>
#include <string.h>

#include "schema.h"
#include "text/maps.h"

#define NUMBER "(0|[1-9][0-9]*)(\\.[0-9]+)?"

void schema_ref(struct json *json, const char *name, const char *to)
{
	json_open(json, name, '{');
	json_string(json, "$ref", to);
	json_close(json, '}');
}

void schema_const(struct json *json, const char *text)
{
	json_open(json, NULL, '{');
	json_string(json, "const", text);
	json_close(json, '}');
}

void schema_type(struct json *json, const char *type)
{
	json_open(json, NULL, '{');
	json_string(json, "type", type);
	json_close(json, '}');
}

/* {"enum": [a, b]} of "a|b"; on and off may have become booleans. */
void schema_words(struct json *json, const char *words)
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

/* "required": [name] */
void schema_required(struct json *json, const char *name)
{
	json_open(json, "required", '[');
	json_string(json, NULL, name);
	json_close(json, ']');
}

void schema_property_names(struct json *json)
{
	json_open(json, "propertyNames", '{');
	json_string(json, "pattern", "^[A-Za-z0-9_][A-Za-z0-9_-]*$");
	json_count(json, "maxLength", MAP_NAME_MAX);
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
	schema_type(json, "number");
	schema_type(json, "boolean");
	schema_type(json, "null");
}

static void put_name(struct json *json)
{
	json_open(json, NULL, '{');
	json_string(json, "type", "string");
	json_string(json, "pattern", "^[A-Za-z0-9_][A-Za-z0-9_.-]*$");
	json_close(json, '}');
	schema_type(json, "integer");
	schema_type(json, "boolean");
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
	schema_type(json, "boolean");
	schema_words(json, "false|true|off|on|no|yes");
}

/* What a scalar of this type may be: schemas for an anyOf. */
void schema_scalar(struct json *json, const struct key *key)
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
		schema_words(json, key->words);
}
