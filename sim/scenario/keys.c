/* SPDX-License-Identifier: BSD-2-Clause */
#include "keys.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/units.h"

static const struct key key_root = {"", KEY_MAP, KEY_REQUIRED, .help = "a scenario"};

/* What must follow the parent's path in that of a direct child; NULL: no descendant. */
static const char *path_below(const struct key *parent, const struct key *key)
{
	size_t length = strlen(parent->path);

	if (length == 0) /* STEP and DIST are no keys of the scenario itself */
		return key->path[0] >= 'a' && key->path[0] <= 'z' ? key->path : NULL;
	if (strncmp(parent->path, key->path, length) != 0)
		return NULL;
	if (key->path[length] == '[')
		return key->path + length;
	return key->path[length] == '.' ? key->path + length + 1 : NULL;
}

const struct key *key_find(const char *path)
{
	if (*path == '\0')
		return &key_root;
	for (uint32_t i = 0; i < nr_key_table; i++)
		if (strcmp(key_table[i].path, path) == 0)
			return &key_table[i];
	return NULL;
}

static const struct key *child_called(const struct key *parent, const char *name)
{
	for (uint32_t i = 0; i < nr_key_table; i++) {
		const char *below = path_below(parent, &key_table[i]);

		if (below && strcmp(below, name) == 0)
			return &key_table[i];
	}
	return NULL;
}

const struct key *key_child(const struct key *parent, const char *name)
{
	return child_called(parent, parent->type == KEY_NAMES ? "*" : name);
}

const struct key *key_item(const struct key *list)
{
	return child_called(list, "[]");
}

const struct key *key_next_child(const struct key *parent, uint32_t *at)
{
	while (*at < nr_key_table) {
		const struct key *key = &key_table[(*at)++];
		const char *below = path_below(parent, key);

		if (below && !strpbrk(below, ".[*"))
			return key;
	}
	return NULL;
}

const char *key_name(const struct key *key)
{
	const char *dot = strrchr(key->path, '.');

	return dot ? dot + 1 : key->path;
}

/* What `earlier` has for this version: behind the '='; NULL: nothing. */
static const char *earlier_preset(const struct key *key, unsigned version)
{
	for (const char *at = key->earlier; at && *at; at += strcspn(at, "|"), at += *at == '|') {
		char *end;

		if (version <= strtoul(at, &end, 10))
			return end + 1;
	}
	return NULL;
}

bool key_is_earlier(const struct key *key, unsigned version)
{
	return earlier_preset(key, version) != NULL;
}

const char *key_preset(const struct key *key, unsigned version, size_t *length)
{
	const char *earlier = earlier_preset(key, version);
	const char *preset = earlier ? earlier : key->preset;

	*length = !preset ? 0 : earlier ? strcspn(preset, "|") : strlen(preset);
	return preset;
}

const char *key_type_name(const struct key *key)
{
	switch (key->type) {
	case KEY_MAP:
		return "mapping";
	case KEY_NAMES:
		return "mapping by name";
	case KEY_LIST:
		return "list";
	case KEY_STEPS:
		return "list of STEP";
	case KEY_DIST:
		return "duration or DIST";
	case KEY_INT:
		return "integer";
	case KEY_REAL:
		return "number";
	case KEY_TIME:
		return "duration";
	case KEY_PERCENT:
		return "percentage";
	case KEY_BOOL:
		return "true or false";
	case KEY_WORD:
		return "word";
	case KEY_TEXT:
		return "text";
	case KEY_NAME:
		return "name";
	case KEY_FILES:
		return "path, or a list of them";
	case KEY_FILE:
		return "path";
	case KEY_TIMES:
		return "list of durations, or path";
	case KEY_INSTANTS:
		return "word, or list of durations";
	case KEY_RANGE:
		return "pCPU or range of them";
	case KEY_POLICY:
		return "policy";
	}
	return "?";
}

/* A bound of the key, in its unit. */
static void print_bound(const struct key *key, double bound, char text[UNIT_NS_CHARS])
{
	if (key->type == KEY_TIME || key->type == KEY_DIST || key->type == KEY_TIMES)
		unit_format_ns(text, bound < 0x1p63 ? (uint64_t)bound : UINT64_MAX);
	else if (key->type == KEY_PERCENT)
		snprintf(text, UNIT_NS_CHARS, "%.16g%%", bound);
	else
		snprintf(text, UNIT_NS_CHARS, "%.16g", bound);
}

/* "one of a, b, c" from "a|b|c". */
static void print_words(const char *words, const char *between, char *text, size_t size)
{
	size_t used = 0;

	for (; *words && used + 1 < size; words++) {
		if (*words == '|')
			used += (size_t)snprintf(text + used, size - used, "%s", between);
		else
			text[used++] = *words;
	}
	text[used < size ? used : size - 1] = '\0';
}

/* "0 to 3", or "0 to 3, or all, or others". */
static void print_number_range(const char *words, const char *low, const char *high, char *text)
{
	size_t used = (size_t)snprintf(text, KEY_EXPECTED_CHARS, "%s to %s%s", low, high,
				       words ? ", or " : "");

	if (words)
		print_words(words, ", or ", text + used, KEY_EXPECTED_CHARS - used);
}

void key_range(const struct key *key, char text[KEY_EXPECTED_CHARS])
{
	char low[UNIT_NS_CHARS], high[UNIT_NS_CHARS];

	text[0] = '\0';
	switch (key->type) {
	case KEY_WORD:
	case KEY_INSTANTS:
		print_words(key->words, ", ", text, KEY_EXPECTED_CHARS);
		return;
	case KEY_INT:
	case KEY_REAL:
	case KEY_TIME:
	case KEY_DIST:
	case KEY_TIMES:
	case KEY_PERCENT:
		print_bound(key, key->min, low);
		print_bound(key, key->max, high);
		if (key->min >= key->max)
			snprintf(text, KEY_EXPECTED_CHARS, "%s", low);
		else
			print_number_range(key->words, low, high, text);
		return;
	case KEY_TEXT:
		snprintf(text, KEY_EXPECTED_CHARS, "up to %.0f bytes", key->max);
		return;
	case KEY_LIST:
	case KEY_NAMES:
		if (key->max > 0)
			snprintf(text, KEY_EXPECTED_CHARS, "up to %.0f", key->max);
		return;
	default:
		return;
	}
}

/* A number in words: "an integer from 1 to 4, or all". */
static void expect_number(const struct key *key, const char *what, char *text)
{
	char range[KEY_EXPECTED_CHARS];
	const char *from = key->min < key->max ? "from " : "";

	key_range(key, range);
	snprintf(text, KEY_EXPECTED_CHARS, "%s %s%.100s", what, from, range);
}

/* What needs no range; NULL: see key_expected. */
static const char *const expected_texts[] = {
	[KEY_MAP] = "a mapping (key: value)",
	[KEY_NAMES] = "a mapping by name (NAME: ...)",
	[KEY_STEPS] = "a list of steps (- compute: 60us)",
	[KEY_DIST] = "a duration with its unit (ns, us, ms, s), or a distribution such as "
		     "{exponential: 60us}",
	[KEY_BOOL] = "true or false",
	[KEY_NAME] = "a name",
	[KEY_FILES] = "a path, or a list of paths",
	[KEY_FILE] = "a path",
	[KEY_TIMES] = "a list of durations, or the path of a file with one a line",
	[KEY_RANGE] = "a pCPU or a range of them, such as 2 or 0-3",
	[KEY_POLICY] = "a mapping of tunables, such as {}",
};

void key_expected(const struct key *key, char text[KEY_EXPECTED_CHARS])
{
	char words[KEY_EXPECTED_CHARS / 2];

	switch (key->type) {
	case KEY_INT:
		expect_number(key, "an integer", text);
		return;
	case KEY_REAL:
		expect_number(key, "a number", text);
		return;
	case KEY_PERCENT:
		expect_number(key, "a percentage", text);
		return;
	case KEY_TIME:
		expect_number(key, "a duration with its unit (ns, us, ms, s)", text);
		return;
	case KEY_WORD:
		memcpy(text, "one of ", 8);
		print_words(key->words, ", ", text + 7, KEY_EXPECTED_CHARS - 7);
		return;
	case KEY_INSTANTS:
		print_words(key->words, ", ", words, sizeof(words));
		snprintf(text, KEY_EXPECTED_CHARS, "one of %s, or a list of durations", words);
		return;
	case KEY_LIST:
		if (key->min >= key->max)
			snprintf(text, KEY_EXPECTED_CHARS, "a list of %.0f", key->min);
		else
			snprintf(text, KEY_EXPECTED_CHARS, "a list of %.0f to %.0f", key->min,
				 key->max);
		return;
	case KEY_TEXT:
		snprintf(text, KEY_EXPECTED_CHARS, "a text of %.0f to %.0f bytes", key->min,
			 key->max);
		return;
	default:
		snprintf(text, KEY_EXPECTED_CHARS, "%s", expected_texts[key->type]);
		return;
	}
}

void key_of_tunable(const struct sp_tunable *tunable, struct key_tunable *out)
{
	static const enum key_type types[] = {[SP_UNIT_NONE] = KEY_INT,
					      [SP_UNIT_NS] = KEY_TIME,
					      [SP_UNIT_BOOL] = KEY_BOOL,
					      [SP_UNIT_PCT] = KEY_PERCENT};
	char text[UNIT_NS_CHARS];

	memset(out, 0, sizeof(*out));
	snprintf(out->path, sizeof(out->path), "policies.*.%s", tunable->name);
	out->key.path = out->path;
	out->key.type = types[tunable->unit];
	out->key.min = (double)tunable->min;
	out->key.max = (double)tunable->max;
	print_bound(&out->key, (double)tunable->preset, text);
	if (out->key.type == KEY_BOOL)
		snprintf(text, sizeof(text), "%s", tunable->preset ? "true" : "false");
	memcpy(out->preset, text, sizeof(text));
	out->key.preset = out->preset;
	out->key.source = "the policy's own default";
	out->key.help = tunable->help;
}
