/* SPDX-License-Identifier: BSD-2-Clause */
#include "scenario.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "scenario_parts.h"
#include "yaml_tree.h"

/* What a world from the loader is a part of. */
struct scenario {
	struct world world; /* first: see scenario_of */
	struct arena arena; /* everything that world and root point to */
	const struct node *root; /* resolved */
};

static const struct scenario *scenario_of(const struct world *world)
{
	return (const struct scenario *)world;
}

/* FNV-1a over the canonical text, 64 bits. */
static void hash_text(const char *text, size_t length, char hash[17])
{
	uint64_t value = UINT64_C(14695981039346656037);

	for (size_t i = 0; i < length; i++)
		value = (value ^ (unsigned char)text[i]) * UINT64_C(1099511628211);
	snprintf(hash, 17, "%016" PRIx64, value);
}

static int hash_world(struct scenario *scenario, struct error *err)
{
	char *text = NULL;
	size_t length = 0;
	FILE *to = open_memstream(&text, &length);

	if (!to)
		return error_set(err, STATUS_IO, "memory", "out of memory");
	print_tree(to, scenario->root, PRINT_FOR_HASH);
	if (fclose(to)) {
		free(text);
		return error_set(err, STATUS_IO, "memory", "out of memory");
	}
	hash_text(text, length, scenario->world.hash);
	free(text);
	return 0;
}

static int load(struct scenario *scenario, const struct source *source, const char *text,
		size_t length, const struct scenario_options *options, struct error *err)
{
	struct loader loader = {.arena = &scenario->arena, .err = err};
	struct build build = {.loader = &loader,
			      .arena = &scenario->arena,
			      .world = &scenario->world};
	struct node *root;

	loader.no_files = options && options->no_files;
	root = yaml_parse(&loader, source, text, length);
	if (!root || merge_includes(&loader, root))
		return -1;
	for (unsigned i = 0; options && i < options->nr_sets; i++)
		if (merge_set(&loader, root, options->sets[i], source->folder))
			return -1;
	if (resolve_root(&loader, root))
		return -1;
	scenario->root = build.root = root;
	if (build_world(&build))
		return -1;
	return hash_world(scenario, err);
}

struct world *scenario_load_text(const char *name, const char *text, size_t length,
				 const struct scenario_options *options, struct error *err)
{
	struct scenario *scenario = calloc(1, sizeof(*scenario));

	if (!scenario) {
		error_set(err, STATUS_IO, "memory", "out of memory");
		return NULL;
	}
	if (load(scenario, file_source(&scenario->arena, name), text, length, options, err)) {
		scenario_free(&scenario->world);
		return NULL;
	}
	return &scenario->world;
}

struct world *scenario_load(const char *path, const struct scenario_options *options,
			    struct error *err)
{
	struct file_text file;
	struct world *world;

	if (file_read(path, "a scenario", &file, err))
		return NULL;
	world = scenario_load_text(path, file.text, file.length, options, err);
	free(file.text);
	return world;
}

void scenario_free(struct world *world)
{
	struct scenario *scenario = (struct scenario *)world;

	if (!scenario)
		return;
	arena_free(&scenario->arena);
	free(scenario);
}

int scenario_print(FILE *to, const struct world *world)
{
	fprintf(to,
		"# resolved by corun: every key, with the source of each default\n"
		"# hash %s\n",
		world->hash);
	print_tree(to, scenario_of(world)->root, PRINT_FOR_READERS);
	return ferror(to) ? -1 : 0;
}
