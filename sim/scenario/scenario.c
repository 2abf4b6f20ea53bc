/* SPDX-License-Identifier: BSD-2-Clause */
#include "scenario.h"

#include <stdlib.h>
#include <string.h>

#include "registry/policies.h"
#include "scenario_parts.h"
#include "text/yaml_tree.h"

/* What a world from the loader is a part of. */
struct scenario {
	struct world world; /* first: see scenario_of */
	struct arena arena; /* everything that world and root point to */
	const struct node *root; /* resolved */
	struct loaded_policy *policies; /* open while the world is */
};

static const struct scenario *scenario_of(const struct world *world)
{
	return (const struct scenario *)world;
}

const struct node *scenario_root(const struct world *world)
{
	return scenario_of(world)->root;
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
	file_hash(text, length, scenario->world.hash);
	free(text);
	return 0;
}

/* Entries for the policies that the scenario does not have. */
static int add_stand_ins(struct loader *loader, struct node *root, const char *folder)
{
	for (unsigned i = 0; i < loader->nr_stand_ins; i++) {
		const char *name = loader->stand_ins[i].name;

		if (!loader->stand_ins[i].add || node_get(node_get(root, "policies"), name))
			continue;
		loader->stand_ins[i].added = true;
		if (merge_set(loader, root, arena_format(loader->arena, "policies.%s=", name),
			      folder))
			return -1;
	}
	return 0;
}

static bool is_wanted(const struct scenario_options *options, const char *name)
{
	for (unsigned i = 0; i < options->nr_only; i++)
		if (strcmp(options->only[i], name) == 0)
			return true;
	return options->nr_only == 0;
}

/* Shared objects that nobody asked for. */
static void drop_unwanted(struct node *root, const struct scenario_options *options)
{
	struct node *policies = node_get(root, "policies"), *baseline = node_get(root, "baseline");
	struct node *at = policies && policies->kind == NODE_MAP ? policies->first : NULL, *next;

	for (; at; at = next) {
		const struct node *name = at->kind == NODE_MAP ? node_get(at, "policy") : NULL;

		next = at->next;
		if (!name || name->kind != NODE_SCALAR || !policy_is_path(name->text) ||
		    is_wanted(options, at->name))
			continue;
		if (baseline && baseline->kind == NODE_SCALAR &&
		    strcmp(baseline->text, at->name) == 0)
			baseline->text = options->only[0];
		node_remove(at);
	}
}

static int load(struct scenario *scenario, const struct source *source, const char *text,
		size_t length, const struct scenario_options *options, struct error *err)
{
	struct loader loader = {.arena = &scenario->arena, .err = err};
	struct build build = {.loader = &loader,
			      .arena = &scenario->arena,
			      .world = &scenario->world};
	struct node *root;
	int failed;

	loader.no_files = options && options->no_files;
	loader.stand_ins = options ? options->stand_ins : NULL;
	loader.nr_stand_ins = options ? options->nr_stand_ins : 0;
	loader.patience_ns = options ? options->patience_ns : 0;
	root = yaml_parse(&loader, source, text, length);
	if (!root || merge_includes(&loader, root))
		return -1;
	for (unsigned i = 0; options && i < options->nr_sets; i++)
		if (merge_set(&loader, root, options->sets[i], source->folder))
			return -1;
	if (add_stand_ins(&loader, root, source->folder))
		return -1;
	if (options)
		drop_unwanted(root, options);
	failed = resolve_root(&loader, root);
	scenario->policies = loader.policies;
	if (failed)
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
	for (struct loaded_policy *at = scenario->policies; at; at = at->next)
		policy_module_close(&at->module);
	arena_free(&scenario->arena);
	free(scenario);
}

void scenario_note_version(FILE *to, const struct world *world, const char *file)
{
	struct arena arena = {0};

	if (world->version < SCENARIO_VERSION)
		fprintf(to,
			"corun: note: %s says corun: %u, whose defaults hold; `corun upgrade` "
			"writes it as corun: %d\n",
			node_escape(&arena, file, 300), world->version, SCENARIO_VERSION);
	arena_free(&arena);
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
