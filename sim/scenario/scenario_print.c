/* SPDX-License-Identifier: BSD-2-Clause */
/* A resolved tree as text that loads again; no libyaml needed to write it. */
#include <string.h>

#include "scenario_parts.h"

#define FLOW_WIDTH 92 /* long lists of values wrap about here */

struct printer {
	FILE *to;
	bool comments;
	bool hashed; /* what has no effect on the run is left out */
};

static bool is_default(const struct node *node)
{
	if (node->preset)
		return !node->by; /* what a preset stands for is part of the scenario */
	if (node->kind != NODE_MAP || !node->key || node->key->type != KEY_MAP)
		return false;
	for (const struct node *at = node->first; at; at = at->next)
		if (!is_default(at))
			return false;
	return true;
}

/*
 * A mechanism that is off: the scenario is the one that it was before there was any.  And
 * what says where something is from.
 */
static bool is_left_out(const struct printer *printer, const struct node *node)
{
	if (!printer->hashed || !node->key)
		return false;
	return node->key->flags & KEY_UNHASHED || (node->key->flags & KEY_LATE && is_default(node));
}

/* The code point at *at (valid UTF-8, see yaml_tree.h), which moves on. */
static uint32_t next_code(const unsigned char **at)
{
	const unsigned char *s = *at;
	unsigned n = s[0] < 0x80 ? 1 : s[0] < 0xe0 ? 2 : s[0] < 0xf0 ? 3 : 4;
	uint32_t code = n == 1 ? s[0] : s[0] & (0x7fu >> n);

	for (unsigned i = 1; i < n && s[i]; i++)
		code = code << 6 | (s[i] & 0x3fu);
	*at += strnlen((const char *)s, n);
	return code;
}

/* Can it stand in quotes as it is? */
static bool is_printable(uint32_t code)
{
	if (code < 0x20 || (code >= 0x7f && code < 0xa0))
		return false;
	return code != 0x2028 && code != 0x2029 && code != 0xfeff && code != 0xfffe &&
	       code != 0xffff;
}

static void print_quoted(FILE *to, const char *text)
{
	const unsigned char *at = (const unsigned char *)text;

	putc('"', to);
	while (*at) {
		const unsigned char *from = at;
		uint32_t code = next_code(&at);

		if (code == '"' || code == '\\')
			fprintf(to, "\\%c", (char)code);
		else if (is_printable(code))
			fwrite(from, 1, (size_t)(at - from), to);
		else if (code < 0x100)
			fprintf(to, "\\x%02x", code);
		else
			fprintf(to, "\\u%04x", code);
	}
	putc('"', to);
}

static void print_scalar(const struct printer *printer, const struct node *node)
{
	if (printer->hashed && node->hashed)
		fputs(node->hashed, printer->to);
	else if (node->hashed || (node->key && node->key->type == KEY_TEXT))
		print_quoted(printer->to, node->text);
	else
		fputs(node->text, printer->to);
}

/* The only child that is printed, or NULL. */
static const struct node *only_child(const struct printer *printer, const struct node *node)
{
	const struct node *only = NULL;

	for (const struct node *at = node->first; at; at = at->next) {
		if (is_left_out(printer, at))
			continue;
		if (only)
			return NULL;
		only = at;
	}
	return only;
}

/* {kind: ticket} may be written ticket. */
static const struct node *collapse(const struct printer *printer, const struct node *node)
{
	const struct node *only;

	while (node->kind == NODE_MAP && node->key && node->key->type == KEY_MAP &&
	       node->key->shorthand) {
		only = only_child(printer, node);
		if (!only || strcmp(only->name, node->key->shorthand) != 0)
			return node;
		node = only;
	}
	return node;
}

/* On one line, in brackets? */
static bool is_flow(const struct node *node)
{
	if (node->kind == NODE_SCALAR || node->nr == 0)
		return true;
	if (node->kind == NODE_LIST)
		return node->first->kind == NODE_SCALAR;
	return node->key && node->key->type == KEY_DIST;
}

/* Returns the number of bytes written, roughly: enough to wrap by. */
static size_t print_flow(struct printer *printer, const struct node *node, unsigned indent)
{
	bool is_list = node->kind == NODE_LIST;
	size_t used = 0;

	node = collapse(printer, node);
	is_list = node->kind == NODE_LIST;
	if (node->kind == NODE_SCALAR) {
		print_scalar(printer, node);
		return strlen(node->text);
	}
	putc(is_list ? '[' : '{', printer->to);
	for (const struct node *at = node->first; at; at = at->next) {
		if (!is_list) {
			fprintf(printer->to, "%s: ", at->name);
			used += strlen(at->name) + 2;
		}
		used += print_flow(printer, at, indent);
		if (!at->next)
			break;
		used += 2;
		if (used + indent > FLOW_WIDTH) {
			fprintf(printer->to, ",\n%*s", (int)indent, "");
			used = 0;
		} else {
			fputs(", ", printer->to);
		}
	}
	putc(is_list ? ']' : '}', printer->to);
	return used;
}

static void print_comment(struct printer *printer, const struct node *node)
{
	const struct key *key = node->key;

	if (!printer->comments || !node->preset)
		return;
	if (node->by)
		fprintf(printer->to, "  # default with %s", node->by);
	else if (node->earlier)
		fputs("  # default of earlier versions of the format", printer->to);
	else
		fprintf(printer->to, "  # default: %s", key->source ? key->source : key->preset);
}

static void print_block(struct printer *printer, const struct node *node, unsigned indent);

/* What follows "name:" or "-". */
static void print_value(struct printer *printer, const struct node *node, unsigned indent)
{
	const struct node *shown = collapse(printer, node);

	if (is_flow(shown)) {
		putc(' ', printer->to);
		print_flow(printer, shown, indent + 2);
		print_comment(printer, shown);
		putc('\n', printer->to);
		return;
	}
	putc('\n', printer->to);
	print_block(printer, shown, indent + 2);
}

/* A mapping or a list, an entry a line; first: where the cursor already is. */
static void print_entries(struct printer *printer, const struct node *node, unsigned indent,
			  bool first)
{
	for (const struct node *at = node->first; at; at = at->next) {
		const struct node *shown = collapse(printer, at);

		if (is_left_out(printer, at))
			continue;
		if (!first)
			fprintf(printer->to, "%*s", (int)indent, "");
		if (node->kind == NODE_MAP) {
			fprintf(printer->to, "%s:", at->name);
			print_value(printer, at, indent);
		} else if (shown->kind == NODE_MAP && !is_flow(shown)) {
			fputs("- ", printer->to);
			print_entries(printer, shown, indent + 2, true);
		} else {
			putc('-', printer->to);
			print_value(printer, at, indent);
		}
		first = false;
	}
}

static void print_block(struct printer *printer, const struct node *node, unsigned indent)
{
	print_entries(printer, node, indent, false);
}

void print_tree(FILE *to, const struct node *root, enum print_for what_for)
{
	struct printer printer = {.to = to,
				  .comments = what_for == PRINT_FOR_READERS,
				  .hashed = what_for == PRINT_FOR_HASH};

	print_block(&printer, root, 0);
}
