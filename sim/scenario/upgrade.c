/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A scenario is upgraded as text, so that its comments and its layout stay.  The edit is
 * made at the places that the YAML reader tells, and then believed only if the new text
 * gives the same resolved scenario as the old one.
 */
#include "upgrade.h"

#include <stdlib.h>
#include <string.h>

#include "base/utf8.h"
#include "scenario_parts.h"
#include "text/yaml_tree.h"

/* One change of the text. */
struct edit {
	size_t at, dropped; /* bytes there that go */
	const char *added; /* in the arena */
};

/* A key that the file has to say from now on. */
struct want {
	const struct node *map; /* the last mapping on its path that the file has; NULL: done */
	const char *path; /* from there on: "noise.level" */
	const char *value;
};

struct editor {
	struct upgrade *upgrade;
	struct loader loader;
	const char *path;
	const struct file_text *old;
	const struct node *own; /* the file alone, as written */
	const struct node *merged; /* with its includes */
	struct want wants[UPGRADE_CHANGES_MAX];
	unsigned nr_wants;
	struct edit edits[UPGRADE_CHANGES_MAX];
	unsigned nr_edits;
};

/* -- where in the text ------------------------------------------------------- */

/* The start of the line after the one at `at`. */
static size_t next_line(const char *text, size_t at)
{
	at += strcspn(text + at, "\r\n");
	if (text[at] == '\r' && text[at + 1] == '\n')
		at++;
	return at + (text[at] != '\0');
}

/* The byte at a place, which counts code points as the YAML reader does. */
static size_t offset_of(const struct file_text *file, struct place place)
{
	size_t at = strncmp(file->text, "\xef\xbb\xbf", 3) ? 0 : 3;

	for (uint32_t line = 1; line < place.line; line++)
		at = next_line(file->text, at);
	for (uint32_t column = 1; column < place.column && file->text[at]; column++) {
		unsigned n = utf8_length(file->text + at);

		at += n ? n : 1;
	}
	return at;
}

/* The line break that the text uses. */
static const char *line_break(const struct file_text *file)
{
	size_t at = strcspn(file->text, "\r\n");

	return file->text[at] != '\r' ? "\n" : file->text[at + 1] == '\n' ? "\r\n" : "\r";
}

/* -- what to change ----------------------------------------------------------- */

static int cannot_edit(struct editor *e, struct place place, const char *what)
{
	return node_fail(&e->loader, place,
			 "found a way to write it that upgrade cannot edit, expected %s in plain "
			 "YAML",
			 what);
}

/* Notes that the key at path has this value now. */
static int tell(struct editor *e, const char *path, const char *value)
{
	struct upgrade *up = e->upgrade;

	if (up->nr_changes == UPGRADE_CHANGES_MAX)
		return error_set(e->loader.err, STATUS_BUG, "upgrade", "too many changes");
	snprintf(up->changes[up->nr_changes++], sizeof(up->changes[0]), "%s: %s", path, value);
	return 0;
}

static void add_edit(struct editor *e, size_t at, size_t dropped, const char *added)
{
	e->edits[e->nr_edits++] = (struct edit){at, dropped, added};
}

/* The key at path is wanted, wherever the file has the mappings that it belongs into. */
static int want(struct editor *e, const char *path, const char *value)
{
	const struct node *map = e->own;
	const char *rest = path;

	for (;;) {
		size_t n = strcspn(rest, ".");
		const struct node *child =
			rest[n] ? node_get(map, arena_copy(e->loader.arena, rest, n)) : NULL;

		if (!child || child->kind != NODE_MAP)
			break;
		map = child;
		rest += n + 1;
	}
	if (tell(e, path, value))
		return -1;
	e->wants[e->nr_wants++] = (struct want){map, rest, value};
	return 0;
}

/* corun: 1 */
static int want_version(struct editor *e)
{
	const char *now = arena_format(e->loader.arena, "%d", SCENARIO_VERSION);
	const struct node *version = node_get(e->own, "corun");
	size_t at;

	if (!version) /* in an include: said here, it lies over that */
		return want(e, "corun", now);
	at = offset_of(e->old, version->place);
	at += e->old->text[at] == '"' || e->old->text[at] == '\'';
	if (strncmp(e->old->text + at, version->text, strlen(version->text)) != 0)
		return cannot_edit(e, version->place, "the version");
	add_edit(e, at, strlen(version->text), now);
	return tell(e, "corun", now);
}

/* The defaults that held so far, where the scenario says nothing else. */
static int want_all(struct editor *e, unsigned version)
{
	struct arena *arena = e->loader.arena;
	size_t length;

	if (want_version(e))
		return -1;
	for (uint32_t i = 0; i < nr_key_table; i++) {
		const struct key *key = &key_table[i];
		const char *preset = key_preset(key, version, &length);

		if (key_is_earlier(key, version) && !build_get(e->merged, key->path) &&
		    want(e, key->path, arena_copy(arena, preset, length)))
			return -1;
	}
	return 0;
}

/* -- the edits ------------------------------------------------------------------ */

/*
 * The next entry of a mapping, "noise: {level: 1, vcpus: 2}", with all that is wanted below
 * it; NULL: no more.
 */
static const char *next_entry(struct editor *e, struct want *wants, unsigned nr,
			      const struct node *map)
{
	struct arena *arena = e->loader.arena;
	struct want below[UPGRADE_CHANGES_MAX];
	const char *text = "", *entry, *name;
	unsigned first = 0, nr_below = 0;
	size_t length;

	while (first < nr && wants[first].map != map)
		first++;
	if (first == nr)
		return NULL;
	name = wants[first].path;
	length = strcspn(name, ".");
	if (name[length] == '\0') {
		wants[first].map = NULL;
		return arena_format(arena, "%s: %s", name, wants[first].value);
	}
	for (unsigned i = first; i < nr; i++) {
		if (wants[i].map != map || strncmp(wants[i].path, name, length + 1) != 0)
			continue;
		below[nr_below] = wants[i];
		below[nr_below++].path += length + 1;
		wants[i].map = NULL;
	}
	while ((entry = next_entry(e, below, nr_below, map)))
		text = arena_format(arena, "%s%s%s", text, *text ? ", " : "", entry);
	return arena_format(arena, "%.*s: {%s}", (int)length, name, text);
}

/* First entries of a mapping in brackets, behind the '{' at `at`. */
static void edit_flow(struct editor *e, const struct node *map, size_t at)
{
	const char *text = e->old->text, *entry;
	size_t next = at + 1 + strspn(text + at + 1, " ");
	bool breaks = strchr("\r\n#", text[next]) != NULL; /* a line ends there */

	while ((entry = next_entry(e, e->wants, e->nr_wants, map)))
		add_edit(e, breaks ? at + 1 : next, 0,
			 arena_format(e->loader.arena, "%s%s,%s", breaks ? " " : "", entry,
				      breaks ? "" : " "));
}

/* Lines of their own: the first ones of a mapping that is written line by line. */
static void edit_block(struct editor *e, const struct node *map)
{
	const struct node *version = map->parent ? NULL : node_get(map, "corun");
	size_t at = offset_of(e->old, map->place);
	int indent = (int)map->first->name_place.column - 1;
	const char *entry;

	if (map->parent || version)
		at = next_line(e->old->text,
			       offset_of(e->old, version ? version->name_place : map->name_place));
	while ((entry = next_entry(e, e->wants, e->nr_wants, map)))
		add_edit(e, at, 0,
			 arena_format(e->loader.arena, "%*s%s%s", indent, "", entry,
				      line_break(e->old)));
}

/* All that is wanted in a mapping of the file. */
static int edit_map(struct editor *e, const struct node *map)
{
	const char *text = e->old->text;
	size_t at = offset_of(e->old, map->place);

	if (text[at] == '&') {
		at += strcspn(text + at, " \t\r\n");
		at += strspn(text + at, " \t");
	}
	if (text[at] == '{')
		edit_flow(e, map, at);
	else if (text[at] != '*' && map->nr)
		edit_block(e, map);
	else
		return cannot_edit(e, map->place, "a mapping");
	return 0;
}

/* -- the new text --------------------------------------------------------------- */

/* The earliest edit from `at` on that is not made yet; of several there, the first. */
static const struct edit *next_edit(const struct editor *e, size_t at, const bool *made)
{
	const struct edit *best = NULL;

	for (unsigned i = 0; i < e->nr_edits; i++)
		if (!made[i] && e->edits[i].at >= at && (!best || e->edits[i].at < best->at))
			best = &e->edits[i];
	return best;
}

static int write_text(struct editor *e)
{
	struct file_text *out = &e->upgrade->text;
	bool made[UPGRADE_CHANGES_MAX] = {false};
	FILE *to = open_memstream(&out->text, &out->length);
	const struct edit *edit;
	size_t at = 0;

	if (!to)
		return error_set(e->loader.err, STATUS_IO, "memory", "out of memory");
	while ((edit = next_edit(e, at, made))) {
		fwrite(e->old->text + at, 1, edit->at - at, to);
		fputs(edit->added, to);
		at = edit->at + edit->dropped;
		made[edit - e->edits] = true;
	}
	fwrite(e->old->text + at, 1, e->old->length - at, to);
	if (fclose(to))
		return error_set(e->loader.err, STATUS_IO, "memory", "out of memory");
	return 0;
}

/* Do both say the same, but for the version? */
static int compare(struct editor *e, const struct world *old, struct error *err)
{
	const struct file_text *text = &e->upgrade->text;
	struct world *fresh = scenario_load_text(e->path, text->text, text->length, NULL, err);
	const struct node *a = scenario_root(old)->first, *b;
	bool same = fresh && fresh->version == SCENARIO_VERSION;

	b = fresh ? scenario_root(fresh)->first : NULL;
	while (same && a && b) {
		same = !strcmp(a->name, b->name) && (!strcmp(a->name, "corun") || node_equal(a, b));
		a = a->next;
		b = b->next;
	}
	same = same && !a && !b;
	if (fresh)
		scenario_free(fresh);
	return same ? 0 : cannot_edit(e, e->own->place, "a scenario");
}

static int edit_all(struct editor *e, const struct world *old, struct error *err)
{
	if (want_all(e, old->version))
		return -1;
	for (unsigned i = 0; i < e->nr_wants; i++)
		if (e->wants[i].map && edit_map(e, e->wants[i].map))
			return -1;
	if (write_text(e))
		return -1;
	return compare(e, old, err);
}

static int upgrade_text(struct upgrade *upgrade, const char *path, const struct file_text *file,
			struct error *err)
{
	struct arena arena = {0};
	struct editor e = {.upgrade = upgrade,
			   .loader = {.arena = &arena, .err = err},
			   .path = path,
			   .old = file};
	struct world *old = scenario_load_text(path, file->text, file->length, NULL, err);
	const struct source *source = file_source(&arena, path);
	struct node *merged;
	int failed = old ? 0 : -1;

	if (old && old->version < SCENARIO_VERSION) {
		e.own = yaml_parse(&e.loader, source, file->text, file->length);
		e.merged = merged = yaml_parse(&e.loader, source, file->text, file->length);
		failed = !e.own || !merged || merge_includes(&e.loader, merged) ||
			 edit_all(&e, old, err);
	} else if (old) {
		upgrade->text.length = file->length;
		upgrade->text.text = strndup(file->text, file->length);
		if (!upgrade->text.text)
			failed = error_set(err, STATUS_IO, "memory", "out of memory");
	}
	scenario_free(old);
	arena_free(&arena);
	return failed ? -1 : 0;
}

int upgrade_read(struct upgrade *upgrade, const char *path, struct error *err)
{
	struct file_text file;
	int failed;

	memset(upgrade, 0, sizeof(*upgrade));
	if (file_read(path, "a scenario", &file, err))
		return -1;
	failed = upgrade_text(upgrade, path, &file, err);
	free(file.text);
	return failed;
}

void upgrade_fini(struct upgrade *upgrade)
{
	free(upgrade->text.text);
	upgrade->text.text = NULL;
}
