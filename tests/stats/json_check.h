/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * json_check.h - is this text one JSON value and nothing else?
 */
#ifndef STATS_JSON_CHECK_H
#define STATS_JSON_CHECK_H

#include <stdbool.h>
#include <string.h>

static const char *json_value(const char *at, int depth);

static const char *json_space(const char *at)
{
	return at ? at + strspn(at, " \t\r\n") : NULL;
}

static const char *json_text(const char *at)
{
	if (!at || *at++ != '"')
		return NULL;
	for (; *at && *at != '"'; at++) {
		if ((unsigned char)*at < 0x20)
			return NULL;
		if (*at != '\\')
			continue;
		at++;
		if (*at == 'u' && strspn(at + 1, "0123456789abcdefABCDEF") >= 4)
			at += 4;
		else if (!*at || !strchr("\"\\/bfnrt", *at))
			return NULL;
	}
	return *at == '"' ? at + 1 : NULL;
}

static const char *json_digits(const char *at)
{
	size_t n = at ? strspn(at, "0123456789") : 0;

	return n ? at + n : NULL;
}

static const char *json_a_number(const char *at)
{
	at += *at == '-';
	at = at[0] == '0' ? at + 1 : json_digits(at);
	if (at && *at == '.')
		at = json_digits(at + 1);
	if (at && (*at == 'e' || *at == 'E')) {
		at++;
		at = json_digits(at + (*at == '+' || *at == '-'));
	}
	return at;
}

/* An object or an array. */
static const char *json_nest(const char *at, int depth)
{
	char end = *at == '{' ? '}' : ']';

	at = json_space(at + 1);
	if (at && *at == end)
		return at + 1;
	while (at) {
		if (end == '}') {
			at = json_space(json_text(at));
			if (!at || *at++ != ':')
				return NULL;
		}
		at = json_space(json_value(json_space(at), depth + 1));
		if (!at || *at == end)
			return at ? at + 1 : NULL;
		if (*at++ != ',')
			return NULL;
		at = json_space(at);
	}
	return NULL;
}

static const char *json_value(const char *at, int depth)
{
	static const char *const words[] = {"true", "false", "null"};
	int i;

	if (!at || depth > 30)
		return NULL;
	if (*at == '{' || *at == '[')
		return json_nest(at, depth);
	if (*at == '"')
		return json_text(at);
	for (i = 0; i < 3; i++)
		if (!strncmp(at, words[i], strlen(words[i])))
			return at + strlen(words[i]);
	return json_a_number(at);
}

static bool json_is_valid(const char *text)
{
	const char *end = json_space(json_value(json_space(text), 0));

	return end && !*end;
}

#endif
