/* SPDX-License-Identifier: BSD-2-Clause */
#include "yaml_tree.h"

#include <string.h>
#include <yaml.h>

#include "base/utf8.h"

struct anchor {
	const char *name;
	const struct node *node; /* NULL while it is still being read */
	struct anchor *next;
};

struct reader {
	struct loader *loader;
	const struct source *source;
	const char *text; /* behind a byte order mark */
	size_t length;
	yaml_parser_t parser;
	yaml_event_t event; /* the current one, if has_event */
	bool has_event;
	struct anchor *anchors; /* newest first: a name may be given again */
};

static struct place event_place(const struct reader *reader)
{
	return (struct place){reader->source, (uint32_t)reader->event.start_mark.line + 1,
			      (uint32_t)reader->event.start_mark.column + 1};
}

/* Of the byte at offset; what is no text counts as one column a byte. */
static struct place byte_place(const struct reader *reader, size_t offset)
{
	struct place place = {reader->source, 1, 1};
	size_t at = 0;

	while (at < offset && at < reader->length) {
		unsigned n = utf8_length(reader->text + at);

		place.column++;
		if (reader->text[at] == '\n') {
			place.line++;
			place.column = 1;
		}
		at += n ? n : 1;
	}
	return place;
}

/* What libyaml has to say, in our form. */
static int syntax_error(struct reader *reader)
{
	const yaml_parser_t *parser = &reader->parser;
	struct loader *loader = reader->loader;
	struct place place = {reader->source, (uint32_t)parser->problem_mark.line + 1,
			      (uint32_t)parser->problem_mark.column + 1};
	const char *problem = parser->problem ? parser->problem : "unknown problem";

	if (parser->error == YAML_MEMORY_ERROR)
		return error_set(loader->err, STATUS_IO, "memory", "out of memory");
	if (parser->error == YAML_READER_ERROR) {
		place = byte_place(reader, parser->problem_offset);
		if (parser->problem_value == -1)
			return node_fail(loader, place,
					 "found bytes that are no text (%s), expected UTF-8",
					 problem);
		return node_fail(loader, place,
				 "found bytes that are no text (%s: 0x%02x), expected UTF-8",
				 problem, (unsigned)parser->problem_value);
	}
	return node_fail(loader, place, "found no YAML (%s%s%s), expected a scenario",
			 parser->context ? parser->context : "", parser->context ? ": " : "",
			 problem);
}

/* On to the next event. */
static int next_event(struct reader *reader)
{
	if (reader->has_event)
		yaml_event_delete(&reader->event);
	reader->has_event = false;
	if (!yaml_parser_parse(&reader->parser, &reader->event))
		return syntax_error(reader);
	reader->has_event = true;
	return 0;
}

static struct anchor *anchor_find(struct reader *reader, const char *name)
{
	struct anchor *at = reader->anchors;

	while (at && strcmp(at->name, name) != 0)
		at = at->next;
	return at;
}

static struct anchor *anchor_add(struct reader *reader, const yaml_char_t *name)
{
	struct anchor *anchor;

	if (!name)
		return NULL;
	anchor = arena_alloc(reader->loader->arena, sizeof(*anchor));
	anchor->name =
		arena_copy(reader->loader->arena, (const char *)name, strlen((const char *)name));
	anchor->next = reader->anchors;
	reader->anchors = anchor;
	return anchor;
}

static int refuse_tag(struct reader *reader, const yaml_char_t *tag)
{
	if (!tag)
		return 0;
	return node_fail(reader->loader, event_place(reader),
			 "found the tag '%s', expected a value without a tag",
			 node_quote(reader->loader, (const char *)tag));
}

/* The current event's scalar, copied; NULL with the error set if it is unfit. */
static const char *scalar_text(struct reader *reader)
{
	const char *value = (const char *)reader->event.data.scalar.value;
	size_t length = reader->event.data.scalar.length;

	if (length > YAML_SCALAR_MAX) {
		node_fail(reader->loader, event_place(reader),
			  "found a text of %zu bytes, expected at most %d", length,
			  YAML_SCALAR_MAX);
		return NULL;
	}
	if (memchr(value, '\0', length)) {
		node_fail(reader->loader, event_place(reader),
			  "found a NUL character, expected a text without");
		return NULL;
	}
	return arena_copy(reader->loader->arena, value, length);
}

static struct node *read_node(struct reader *reader, unsigned depth);

static struct node *read_scalar(struct reader *reader)
{
	struct anchor *anchor = anchor_add(reader, reader->event.data.scalar.anchor);
	struct node *node;
	const char *text;

	if (refuse_tag(reader, reader->event.data.scalar.tag))
		return NULL;
	text = scalar_text(reader);
	node = text ? node_scalar(reader->loader, text, event_place(reader)) : NULL;
	if (!node)
		return NULL;
	node->plain = reader->event.data.scalar.style == YAML_PLAIN_SCALAR_STYLE;
	if (anchor)
		anchor->node = node;
	return node;
}

static struct node *read_alias(struct reader *reader)
{
	const char *name = (const char *)reader->event.data.alias.anchor;
	const struct anchor *anchor = anchor_find(reader, name);
	struct place place = event_place(reader);
	struct node *copy;

	if (!anchor || !anchor->node) {
		node_fail(reader->loader, place,
			  "found the alias '*%s', expected one of an anchor %s",
			  node_quote(reader->loader, name),
			  anchor ? "that is complete" : "given before");
		return NULL;
	}
	copy = node_copy(reader->loader, anchor->node);
	if (copy)
		copy->place = place;
	return copy;
}

static struct node *read_list(struct reader *reader, unsigned depth)
{
	struct anchor *anchor = anchor_add(reader, reader->event.data.sequence_start.anchor);
	struct node *list;

	if (refuse_tag(reader, reader->event.data.sequence_start.tag))
		return NULL;
	list = node_new(reader->loader, NODE_LIST, event_place(reader));
	if (!list)
		return NULL;
	for (;;) {
		struct node *item;

		if (next_event(reader))
			return NULL;
		if (reader->event.type == YAML_SEQUENCE_END_EVENT)
			break;
		item = read_node(reader, depth);
		if (!item)
			return NULL;
		node_append(list, item);
	}
	if (anchor)
		anchor->node = list;
	return list;
}

/* The current event as a key of this map, or NULL. */
static const char *read_name(struct reader *reader, const struct node *map)
{
	struct loader *loader = reader->loader;
	struct place place = event_place(reader);
	const struct node *before;
	const char *name;

	if (reader->event.type != YAML_SCALAR_EVENT) {
		node_fail(loader, place, "found a key that is no plain text, expected a name");
		return NULL;
	}
	if (refuse_tag(reader, reader->event.data.scalar.tag))
		return NULL;
	name = scalar_text(reader);
	if (!name)
		return NULL;
	if (strcmp(name, "<<") == 0) {
		node_fail(loader, place,
			  "found the merge key '<<', expected a name; "
			  "write the keys out, or use include");
		return NULL;
	}
	before = node_get(map, name);
	if (before) {
		node_fail(loader, place,
			  "found the key '%s' again, expected it once; "
			  "it was given in line %u",
			  node_quote(loader, name), before->name_place.line);
		return NULL;
	}
	if (map->nr >= YAML_NAMES_MAX) {
		node_fail(loader, place, "found more than %d keys in one mapping, expected fewer",
			  YAML_NAMES_MAX);
		return NULL;
	}
	return name;
}

static struct node *read_map(struct reader *reader, unsigned depth)
{
	struct anchor *anchor = anchor_add(reader, reader->event.data.mapping_start.anchor);
	struct node *map;

	if (refuse_tag(reader, reader->event.data.mapping_start.tag))
		return NULL;
	map = node_new(reader->loader, NODE_MAP, event_place(reader));
	if (!map)
		return NULL;
	for (;;) {
		struct place name_place;
		const char *name;
		struct node *value;

		if (next_event(reader))
			return NULL;
		if (reader->event.type == YAML_MAPPING_END_EVENT)
			break;
		name_place = event_place(reader);
		name = read_name(reader, map);
		if (!name || next_event(reader))
			return NULL;
		value = read_node(reader, depth);
		if (!value)
			return NULL;
		node_put(map, name, name_place, value);
	}
	if (anchor)
		anchor->node = map;
	return map;
}

/* The node that the current event begins; afterwards its last event is current. */
static struct node *read_node(struct reader *reader, unsigned depth)
{
	if (depth >= YAML_DEPTH_MAX) {
		node_fail(reader->loader, event_place(reader),
			  "found more than %d levels of nesting, expected fewer", YAML_DEPTH_MAX);
		return NULL;
	}
	switch (reader->event.type) {
	case YAML_SCALAR_EVENT:
		return read_scalar(reader);
	case YAML_ALIAS_EVENT:
		return read_alias(reader);
	case YAML_SEQUENCE_START_EVENT:
		return read_list(reader, depth + 1);
	case YAML_MAPPING_START_EVENT:
		return read_map(reader, depth + 1);
	default:
		node_fail(reader->loader, event_place(reader), "found no value, expected one");
		return NULL;
	}
}

/* Stream start, one document, stream end. */
static struct node *read_stream(struct reader *reader)
{
	struct node *root;

	if (next_event(reader) || next_event(reader))
		return NULL;
	if (reader->event.type == YAML_STREAM_END_EVENT) {
		node_fail(reader->loader, event_place(reader),
			  "found nothing, expected a scenario that begins with 'corun: 2'");
		return NULL;
	}
	if (reader->event.data.document_start.tag_directives.start !=
	    reader->event.data.document_start.tag_directives.end) {
		node_fail(reader->loader, event_place(reader),
			  "found a %%TAG directive, expected none");
		return NULL;
	}
	if (next_event(reader))
		return NULL;
	root = read_node(reader, 0);
	if (!root || next_event(reader) || next_event(reader))
		return NULL;
	if (reader->event.type != YAML_STREAM_END_EVENT) {
		node_fail(reader->loader, event_place(reader),
			  "found a second document, expected one scenario in a file");
		return NULL;
	}
	return root;
}

struct node *yaml_parse(struct loader *loader, const struct source *source, const char *text,
			size_t length)
{
	struct reader reader = {.loader = loader, .source = source};
	struct node *root;

	if (!yaml_parser_initialize(&reader.parser)) {
		error_set(loader->err, STATUS_IO, "memory", "out of memory");
		return NULL;
	}
	if (length >= 3 && memcmp(text, "\xef\xbb\xbf", 3) == 0) { /* a byte order mark */
		text += 3;
		length -= 3;
	}
	reader.text = text;
	reader.length = length;
	yaml_parser_set_encoding(&reader.parser, YAML_UTF8_ENCODING);
	yaml_parser_set_input_string(&reader.parser, (const unsigned char *)text, length);
	root = read_stream(&reader);
	if (reader.has_event)
		yaml_event_delete(&reader.event);
	yaml_parser_delete(&reader.parser);
	return root;
}
