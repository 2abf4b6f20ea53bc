/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * json.h - writes JSON: nesting, commas, quoting, and never a NaN.
 */
#ifndef CORUN_JSON_H
#define CORUN_JSON_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

struct json {
	FILE *to;
	unsigned depth;
	bool first; /* nothing yet at this depth */
};

void json_init(struct json *json, FILE *to);

/* key: NULL inside an array (and at the top). */
void json_open(struct json *json, const char *key, char bracket); /* '{' or '[' */
void json_close(struct json *json, char bracket); /* '}' or ']' */
void json_string(struct json *json, const char *key, const char *value);
void json_number(struct json *json, const char *key,
		 double value); /* nine digits; null if not finite */
void json_count(struct json *json, const char *key, uint64_t value); /* exact */
void json_bool(struct json *json, const char *key, bool value);

#endif
