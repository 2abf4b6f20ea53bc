/* SPDX-License-Identifier: BSD-2-Clause */
#include "json.h"

#include <math.h>

void json_init(struct json *json, FILE *to)
{
	*json = (struct json){.to = to, .first = true};
}

static void quoted(FILE *to, const char *text)
{
	fputc('"', to);
	for (; *text; text++) {
		unsigned char c = (unsigned char)*text;

		if (c == '"' || c == '\\')
			fprintf(to, "\\%c", c);
		else if (c < 0x20 || c == 0x7f)
			fprintf(to, "\\u%04x", c);
		else if (c == 0xc2 && (unsigned char)text[1] < 0xa0 && text[1]) /* a C1 control */
			fprintf(to, "\\u%04x", (unsigned char)*++text);
		else
			fputc(c, to);
	}
	fputc('"', to);
}

/* Comma, line and key of the next value. */
static void lead(struct json *json, const char *key)
{
	if (json->depth) {
		if (!json->first)
			fputc(',', json->to);
		fprintf(json->to, "\n%*s", (int)(2 * json->depth), "");
	}
	json->first = false;
	if (key) {
		quoted(json->to, key);
		fputs(": ", json->to);
	}
}

void json_open(struct json *json, const char *key, char bracket)
{
	lead(json, key);
	fputc(bracket, json->to);
	json->depth++;
	json->first = true;
}

void json_close(struct json *json, char bracket)
{
	json->depth--;
	if (!json->first)
		fprintf(json->to, "\n%*s", (int)(2 * json->depth), "");
	fputc(bracket, json->to);
	json->first = false;
	if (!json->depth)
		fputc('\n', json->to);
}

void json_string(struct json *json, const char *key, const char *value)
{
	lead(json, key);
	quoted(json->to, value);
}

void json_number(struct json *json, const char *key, double value)
{
	lead(json, key);
	if (isfinite(value))
		fprintf(json->to, "%.9g", value == 0 ? 0.0 : value);
	else
		fputs("null", json->to);
}

void json_count(struct json *json, const char *key, uint64_t value)
{
	lead(json, key);
	fprintf(json->to, "%llu", (unsigned long long)value);
}

void json_bool(struct json *json, const char *key, bool value)
{
	lead(json, key);
	fputs(value ? "true" : "false", json->to);
}
