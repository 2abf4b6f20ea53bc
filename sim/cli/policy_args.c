/* SPDX-License-Identifier: BSD-2-Clause */
#include "policy_args.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "registry/policies.h"
#include "scenario/scenario_parts.h"
#include "text/maps.h"

static int usage(struct error *err, const char *what, const char *given)
{
	return error_set(err, STATUS_INPUT, "usage", "--policy: %s'%.200s'", what, given);
}

/* The name that a shared object gives itself. */
static int own_name(struct policy_args *args, const char *path, const struct module_terms *terms,
		    const char **name, struct error *err)
{
	char *own = args->own[args->nr];
	struct policy_module module;

	if (policy_module_open(&module, path, terms, err))
		return -1;
	snprintf(own, sizeof(args->own[0]), "%s", module.entry.name);
	policy_module_close(&module);
	*name = own;
	return 0;
}

static int add_file(struct policy_args *args, const char *name, const char *path, bool add,
		    const struct module_terms *terms, struct error *err)
{
	if (!name && own_name(args, path, terms, &name, err))
		return -1;
	args->names[args->nr] = name;
	args->nr_files++;
	args->stand_ins[args->nr_stand_ins++] = (struct stand_in){.name = name,
								  .path = path,
								  .own_process = terms->own_process,
								  .add = add};
	return 0;
}

static void add_name(struct policy_args *args, const char *name, bool add)
{
	args->names[args->nr] = name;
	if (add && policy_find(name))
		args->stand_ins[args->nr_stand_ins++] =
			(struct stand_in){.name = name, .add = true};
}

static int add_one(struct policy_args *args, char *text, bool add, const struct module_terms *terms,
		   struct error *err)
{
	char *equals = strchr(text, '=');
	unsigned i;

	if (args->nr == POLICY_ARGS_MAX)
		return usage(err, "found more than 64, with ", text);
	if (equals)
		*equals = '\0';
	if (equals && !map_is_name(text))
		return usage(err, "expected NAME=FILE.so, found as a name ", text);
	if (equals && !policy_is_path(equals + 1))
		return usage(err, "expected a shared object, such as ./mine.so, found ",
			     equals + 1);
	if (!equals && !policy_is_path(text))
		add_name(args, text, add);
	else if (add_file(args, equals ? text : NULL, equals ? equals + 1 : text, add, terms, err))
		return -1;
	for (i = 0; i < args->nr; i++)
		if (!strcmp(args->names[i], args->names[args->nr]))
			return error_set(err, STATUS_INPUT, "usage",
					 "--policy: '%s' stands there twice%s", args->names[i],
					 args->nr_files ? "; NAME=FILE.so gives another name" : "");
	args->nr++;
	return 0;
}

int policy_args_parse(struct policy_args *args, const char *list, bool add,
		      const struct module_terms *terms, struct error *err)
{
	char *rest, *text;

	memset(args, 0, sizeof(*args));
	args->memory = rest = strdup(list);
	if (!rest)
		return error_set(err, STATUS_IO, "memory", "out of memory");
	while ((text = strsep(&rest, ",")))
		if (add_one(args, text, add, terms, err))
			return -1;
	return 0;
}

void policy_args_note_added(const struct policy_args *args)
{
	for (unsigned i = 0; i < args->nr_stand_ins; i++)
		if (!args->stand_ins[i].path && args->stand_ins[i].added)
			fprintf(stderr,
				"corun: note: the scenario has no policy '%s'; taking the shipped "
				"one, all its tunables at their defaults\n",
				args->stand_ins[i].name);
}

void policy_args_fini(struct policy_args *args)
{
	free(args->memory);
	memset(args, 0, sizeof(*args));
}
