/* SPDX-License-Identifier: BSD-2-Clause */
#include "rtapp_json.h"

#include <string.h>

#define JSON_TEXT_MAX 512 /* bytes of a string or a number */

struct reader {
	struct loader *loader;
	const struct source *source;
	const char *at, *end;
	const char *line_start;
	uint32_t line;
};

static struct place here(const struct reader *reader)
{
	return (struct place){reader->source, reader->line,
			      (uint32_t)(reader->at - reader->line_start) + 1};
}

static bool is_at(const struct reader *reader, char c)
{
	return reader->at < reader->end && *reader->at == c;
}

static void step(struct reader *reader)
{
	if (*reader->at++ != '\n')
		return;
	reader->line++;
	reader->line_start = reader->at;
}

/* What stands here, for messages. */
static const char *found(struct reader *reader)
{
	char text[2] = {0, 0};

	if (reader->at == reader->end)
		return "the end of the file";
	text[0] = *reader->at;
	return arena_format(reader->loader->arena, "'%s'",
			    *text ? node_quote(reader->loader, text) : "\\x00");
}

static int unexpected(struct reader *reader, const char *expected)
{
	return node_fail(reader->loader, here(reader), "found %s, expected %s", found(reader),
			 expected);
}

/* A comment that begins here; -1 if it does not end. */
static int skip_comment(struct reader *reader)
{
	struct place begin = here(reader);
	bool to_the_line_end = reader->at[1] == '/';

	step(reader);
	step(reader);
	while (reader->at < reader->end) {
		if (to_the_line_end && *reader->at == '\n')
			return 0;
		if (!to_the_line_end && reader->end - reader->at >= 2 && reader->at[0] == '*' &&
		    reader->at[1] == '/') {
			step(reader);
			step(reader);
			return 0;
		}
		step(reader);
	}
	if (to_the_line_end)
		return 0;
	return node_fail(reader->loader, begin, "found a comment without end, expected */");
}

/* Blanks and comments. */
static int skip(struct reader *reader)
{
	for (;;) {
		while (reader->at < reader->end && *reader->at && strchr(" \t\r\n", *reader->at))
			step(reader);
		if (reader->end - reader->at < 2 || reader->at[0] != '/' ||
		    (reader->at[1] != '/' && reader->at[1] != '*'))
			return 0;
		if (skip_comment(reader))
			return -1;
	}
}

/* -- scalars -------------------------------------------------------------------- */

/* \uXXXX, the u being next: its character, or -1. */
static int read_unicode(struct reader *reader)
{
	int value = 0;

	for (int i = 0; i < 4; i++) {
		static const char digits[] = "0123456789abcdef";
		const char *digit;

		step(reader);
		digit = reader->at < reader->end && *reader->at
				? strchr(digits, *reader->at | (*reader->at >= 'A' ? 32 : 0))
				: NULL;
		if (!digit || !*digit)
			return unexpected(reader, "four hexadecimal digits");
		value = 16 * value + (int)(digit - digits);
	}
	if (value < ' ' || value > 126)
		return unexpected(reader, "an escape for a printable ASCII character");
	return value;
}

/* After a backslash: its character, or -1. */
static int read_escape(struct reader *reader)
{
	static const char names[] = "\"\\/bfnrt", values[] = "\"\\/\b\f\n\r\t";
	const char *name;

	if (is_at(reader, 'u'))
		return read_unicode(reader);
	name = reader->at < reader->end && *reader->at ? strchr(names, *reader->at) : NULL;
	if (!name)
		return unexpected(reader, "one of \" \\ / b f n r t u after a backslash");
	return values[name - names];
}

/* A string, its opening quote being here; NULL with the error set. */
static const char *read_string(struct reader *reader)
{
	struct place begin = here(reader);
	char text[JSON_TEXT_MAX];
	size_t n = 0;

	step(reader);
	for (;;) {
		int c = reader->at < reader->end ? (unsigned char)*reader->at : '\n';

		if (c == '"')
			break;
		if (c < ' ') {
			node_fail(reader->loader, begin,
				  "found a text without end, expected \" on the same line");
			return NULL;
		}
		if (c == '\\') {
			step(reader);
			c = read_escape(reader);
			if (c < 0)
				return NULL;
		}
		if (n == sizeof(text) - 1) {
			node_fail(reader->loader, begin,
				  "found a text of more than %d bytes, expected a shorter one",
				  JSON_TEXT_MAX - 1);
			return NULL;
		}
		text[n++] = (char)c;
		step(reader);
	}
	step(reader);
	return arena_copy(reader->loader->arena, text, n);
}

/* A number or a word; what it may be is for others to say. */
static const char *read_plain(struct reader *reader)
{
	const char *begin = reader->at;

	while (reader->at < reader->end && *reader->at &&
	       strchr("+-.0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ_",
		      *reader->at) &&
	       reader->at - begin < JSON_TEXT_MAX)
		step(reader);
	if (reader->at == begin) {
		unexpected(reader, "a value");
		return NULL;
	}
	return arena_copy(reader->loader->arena, begin, (size_t)(reader->at - begin));
}

static struct node *read_scalar(struct reader *reader)
{
	struct place place = here(reader);
	bool plain = !is_at(reader, '"');
	const char *text = plain ? read_plain(reader) : read_string(reader);
	struct node *node = text ? node_scalar(reader->loader, text, place) : NULL;

	if (node)
		node->plain = plain;
	return node;
}

/* -- mappings and lists ----------------------------------------------------------- */

static struct node *read_value(struct reader *reader, unsigned depth);

/* "name": value; rt-app's own examples also have "suspend" alone, which is a text of no bytes. */
static int read_entry(struct reader *reader, struct node *map, unsigned depth)
{
	struct place place = here(reader);
	struct node *child;
	const char *name;

	if (!is_at(reader, '"'))
		return unexpected(reader, "a name in quotes, or }");
	name = read_string(reader);
	if (!name || skip(reader))
		return -1;
	if (!strncmp(name, "suspend", 7) && (is_at(reader, ',') || is_at(reader, '}'))) {
		child = node_scalar(reader->loader, "", place);
	} else {
		if (!is_at(reader, ':'))
			return unexpected(reader, "a colon behind the name");
		step(reader);
		child = read_value(reader, depth);
	}
	if (!child)
		return -1;
	node_put(map, name, place, child);
	return 0;
}

static int read_item(struct reader *reader, struct node *list, unsigned depth)
{
	struct node *child = read_value(reader, depth);

	if (child)
		node_append(list, child);
	return child ? 0 : -1;
}

/* From the opening bracket to the closing one. */
static struct node *read_group(struct reader *reader, unsigned depth)
{
	bool is_map = is_at(reader, '{');
	char close = is_map ? '}' : ']';
	struct node *group = node_new(reader->loader, is_map ? NODE_MAP : NODE_LIST, here(reader));

	if (!group)
		return NULL;
	if (depth == JSON_DEPTH_MAX) {
		node_fail(reader->loader, group->place,
			  "found more than %d levels of brackets, expected fewer", JSON_DEPTH_MAX);
		return NULL;
	}
	step(reader);
	for (;;) {
		if (skip(reader))
			return NULL;
		if (is_at(reader, close))
			break;
		if (is_map ? read_entry(reader, group, depth + 1)
			   : read_item(reader, group, depth + 1))
			return NULL;
		if (skip(reader))
			return NULL;
		if (is_at(reader, ','))
			step(reader);
		else if (!is_at(reader, close)) {
			unexpected(reader, is_map ? "a comma or }" : "a comma or ]");
			return NULL;
		}
	}
	step(reader);
	return group;
}

static struct node *read_value(struct reader *reader, unsigned depth)
{
	if (skip(reader))
		return NULL;
	return is_at(reader, '{') || is_at(reader, '[') ? read_group(reader, depth)
							: read_scalar(reader);
}

struct node *rtapp_json_parse(struct loader *loader, const struct source *source, const char *text,
			      size_t length)
{
	struct reader reader = {.loader = loader,
				.source = source,
				.at = text,
				.end = text + length,
				.line_start = text,
				.line = 1};
	struct node *root = read_value(&reader, 0);

	if (!root || skip(&reader))
		return NULL;
	if (reader.at < reader.end) {
		unexpected(&reader, "the end of the file");
		return NULL;
	}
	return root;
}
