/* SPDX-License-Identifier: BSD-2-Clause */
/* Scalars: text is read by the type of its key, and by nothing else. */
#include <inttypes.h>
#include <math.h>
#include <string.h>

#include "base/suggest.h"
#include "base/units.h"
#include "base/utf8.h"
#include "scenario_parts.h"
#include "text/maps.h"

int value_unexpected(struct loader *loader, const struct node *node, const struct key *key)
{
	char expected[KEY_EXPECTED_CHARS];

	key_expected(key, expected);
	return node_fail(loader, node->place, "found %s, expected %s for %s",
			 node_found(loader, node), expected, key_name(key));
}

/* The unit that was meant, for a duration that is nearly right; NULL: no idea. */
static const char *meant_unit(const char *unit)
{
	static const char *const spellings[][2] = {
		{"\xc2\xb5s", "us"}, {"\xce\xbcs", "us"}, {"usec", "us"}, {"msec", "ms"},
		{"nsec", "ns"},	     {"sec", "s"},	  {"secs", "s"},  {"seconds", "s"},
		{"NS", "ns"},	     {"US", "us"},	  {"MS", "ms"},	  {"S", "s"},
		{"ns", "ns"},	     {"us", "us"},	  {"ms", "ms"},	  {"s", "s"},
	};

	for (size_t i = 0; i < sizeof(spellings) / sizeof(spellings[0]); i++)
		if (strcmp(unit, spellings[i][0]) == 0)
			return spellings[i][1];
	return NULL;
}

static int time_unexpected(struct loader *loader, const struct node *node, const struct key *key,
			   enum unit_error error)
{
	char expected[KEY_EXPECTED_CHARS];
	size_t digits = strspn(node->text, "0123456789.");
	const char *unit = node->text + digits + strspn(node->text + digits, " ");
	const char *meant = *unit ? meant_unit(unit) : NULL;
	uint64_t ns;

	if (meant)
		meant = arena_format(loader->arena, "%.*s%s", (int)digits, node->text, meant);
	key_expected(key, expected);
	if (error == UNIT_TOO_FINE)
		return node_fail(loader, node->place, "found %s, expected whole nanoseconds for %s",
				 node_found(loader, node), key_name(key));
	if (meant && unit_parse_ns(meant, &ns) == UNIT_OK && digits < 20)
		return node_fail(loader, node->place,
				 "found %s, expected %s for %s; did you mean %s?",
				 node_found(loader, node), expected, key_name(key), meant);
	return value_unexpected(loader, node, key);
}

/* Is it a word that stands instead of a number?  Then u is that word's value. */
static bool is_word(struct node *node, const struct key *key)
{
	size_t length = strlen(node->text);
	uint64_t value = KEY_WORD_VALUE;

	for (const char *at = key->words; at; at = strchr(at, '|'), value--) {
		at += *at == '|';
		if (length && strncmp(at, node->text, length) == 0 && strchr("|", at[length])) {
			node->u = value;
			return true;
		}
	}
	return false;
}

static int resolve_time(struct loader *loader, struct node *node, const struct key *key)
{
	char text[UNIT_NS_CHARS];
	enum unit_error error;

	if (is_word(node, key))
		return 0;
	error = unit_parse_ns(node->text, &node->u);
	if (error)
		return time_unexpected(loader, node, key, error);
	if ((double)node->u < key->min || (double)node->u > key->max)
		return value_unexpected(loader, node, key);
	unit_format_ns(text, node->u);
	node->text = arena_copy(loader->arena, text, strlen(text));
	return 0;
}

static int resolve_int(struct loader *loader, struct node *node, const struct key *key)
{
	int64_t value;

	if (is_word(node, key))
		return 0;
	if (unit_parse_int(node->text, &value) || (double)value < key->min ||
	    (double)value > key->max)
		return value_unexpected(loader, node, key);
	node->u = (uint64_t)value;
	node->text = arena_format(loader->arena, "%" PRId64, value);
	return 0;
}

static int resolve_real(struct loader *loader, struct node *node, const struct key *key)
{
	bool percent = key->type == KEY_PERCENT;
	enum unit_error error = percent ? unit_parse_pct(node->text, &node->d)
					: unit_parse_real(node->text, &node->d);

	if (error || node->d < key->min || node->d > key->max)
		return value_unexpected(loader, node, key);
	/* what is printed is what is used: a resolved scenario gives the same world */
	node->text = arena_format(loader->arena, "%.9g", node->d);
	if (unit_parse_real(node->text, &node->d))
		return value_unexpected(loader, node, key);
	if (percent && node->d != 0)
		node->text = arena_format(loader->arena, "%s%%", node->text);
	return 0;
}

static int resolve_bool(struct loader *loader, struct node *node, const struct key *key)
{
	static const char *const words[] = {"false", "true", "off", "on", "no", "yes"};

	for (unsigned i = 0; i < 6; i++) {
		if (strcmp(node->text, words[i]) == 0) {
			node->u = i % 2;
			node->text = words[i % 2];
			return 0;
		}
	}
	return value_unexpected(loader, node, key);
}

static int resolve_word(struct loader *loader, struct node *node, const struct key *key)
{
	char expected[KEY_EXPECTED_CHARS];
	struct suggest suggest;
	const char *at = key->words;

	suggest_init(&suggest, node->text);
	node->u = 0;
	while (*at) {
		size_t length = strcspn(at, "|");
		const char *word = arena_copy(loader->arena, at, length);

		if (strcmp(word, node->text) == 0)
			return 0;
		suggest_offer(&suggest, word);
		node->u++;
		at += length + (at[length] == '|');
	}
	key_expected(key, expected);
	return node_fail(loader, node->place, "found %s, expected %s for %s%s%s%s",
			 node_found(loader, node), expected, key_name(key),
			 suggest.best ? "; did you mean " : "", suggest.best ? suggest.best : "",
			 suggest.best ? "?" : "");
}

/* "2" or "0-3": first and last in the halves of u. */
static int resolve_range(struct loader *loader, struct node *node, const struct key *key)
{
	size_t dash = strcspn(node->text, "-");
	const char *low = arena_copy(loader->arena, node->text, dash);
	const char *high = node->text[dash] ? node->text + dash + 1 : low;
	int64_t first, last;

	if (unit_parse_int(low, &first) || unit_parse_int(high, &last) || first < 0 ||
	    last < first || last >= WORLD_MAX_PCPUS)
		return value_unexpected(loader, node, key);
	node->u = (uint64_t)first << 32 | (uint64_t)last;
	if (first == last)
		node->text = low;
	return 0;
}

static int resolve_text(struct loader *loader, struct node *node, const struct key *key)
{
	size_t length = strlen(node->text);

	if ((double)length < key->min || (double)length > key->max)
		return node_fail(loader, node->place,
				 "found %zu bytes, expected %.0f to %.0f for %s", length, key->min,
				 key->max, key_name(key));
	if (!utf8_is_text(node->text))
		return node_fail(loader, node->place,
				 "found %s, expected text without control characters for %s",
				 node_found(loader, node), key_name(key));
	return 0;
}

int value_resolve(struct loader *loader, struct node *node, const struct key *key)
{
	node->key = key;
	if (node->kind != NODE_SCALAR)
		return value_unexpected(loader, node, key);
	switch (key->type) {
	case KEY_TIME:
	case KEY_DIST:
	case KEY_TIMES:
		return resolve_time(loader, node, key);
	case KEY_INT:
		return resolve_int(loader, node, key);
	case KEY_REAL:
	case KEY_PERCENT:
		return resolve_real(loader, node, key);
	case KEY_BOOL:
		return resolve_bool(loader, node, key);
	case KEY_WORD:
	case KEY_INSTANTS:
		return resolve_word(loader, node, key);
	case KEY_TEXT:
		return resolve_text(loader, node, key);
	case KEY_RANGE:
		return resolve_range(loader, node, key);
	case KEY_FILES: /* those in files have been dealt with */
		return node_fail(loader, node->place, "found %s, expected an include in a file",
				 node_found(loader, node));
	case KEY_NAME:
		return map_is_name(node->text) ? 0 : value_unexpected(loader, node, key);
	default:
		return value_unexpected(loader, node, key);
	}
}

int value_resolve_alone(struct loader *loader, struct node *node, const struct key *key,
			const char *preset)
{
	struct node *standard;

	node->key = key;
	if (value_resolve(loader, node, key))
		return -1;
	if (!preset)
		return 0;
	standard = node_scalar(loader, preset, node->place);
	if (!standard || value_resolve(loader, standard, key))
		return -1;
	node->preset = node_equal(node, standard);
	return 0;
}
