/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A policy from a shared object: looked at, tried in a child, and then one like all others,
 * but that whoever runs it loads it first.
 */
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "../../policies/module/sp_module.h"
#include "base/child.h"
#include "policies_facts.h"
#include "text/file.h"

enum trial { TRIAL_FACTS = 1, TRIAL_ERROR };

bool policy_is_path(const char *name)
{
	size_t length = strlen(name);

	return strchr(name, '/') || (length > 3 && !strcmp(name + length - 3, ".so"));
}

static int look(struct policy_module *module, const char *path, struct error *err)
{
	struct file_text file;
	int failed;

	if (file_read(path, "a policy (a shared object)", &file, err)) {
		strcpy(err->kind, "policy");
		return -1;
	}
	failed = policy_elf_check(file.text, file.length, path, module->own_process, err);
	if (!failed)
		file_hash(file.text, file.length, module->build);
	free(file.text);
	return failed;
}

/* -- loading ---------------------------------------------------------------------- */

/*
 * A bare name would be looked for in the system's folders.  Where another file has taken
 * the place of the one that was opened, that one is still behind its descriptor.
 */
static void name_of(const struct policy_module *module, char *name, size_t size)
{
	char *real = realpath(module->path, NULL);
	struct stat now, then;

	if (real && !stat(real, &now) && !fstat(module->fd, &then) && now.st_ino == then.st_ino &&
	    now.st_dev == then.st_dev && strlen(real) < size)
		snprintf(name, size, "%s", real);
	else
		snprintf(name, size, "/proc/self/fd/%d", module->fd);
	free(real);
}

static const struct sp_module *load(struct policy_module *module, struct error *err)
{
	const struct sp_module *tables;
	char name[4200];

	name_of(module, name, sizeof(name));
	module->handle = dlopen(name, RTLD_NOW | RTLD_LOCAL);
	if (!module->handle) {
		error_set(err, STATUS_INPUT, "policy", "%.300s: it does not load: %.500s",
			  module->path, dlerror());
		return NULL;
	}
	tables = dlsym(module->handle, "sp_module");
	if (!tables)
		error_set(err, STATUS_INPUT, "policy",
			  "%.300s: found no symbol sp_module, expected a shared object built with "
			  "policy.mk (see `corun policies --makefile`)",
			  module->path);
	return tables && !policy_module_check(tables, module->path, err) ? tables : NULL;
}

static struct policy_module *module_of(const struct policy_entry *entry)
{
	return (struct policy_module *)((char *)(uintptr_t)entry -
					offsetof(struct policy_module, entry));
}

int policy_module_load(const struct policy_entry *entry, struct error *err)
{
	struct policy_module *module = module_of(entry);
	const struct sp_module *tables;
	struct module_facts facts;
	uint32_t i;

	if (module->handle)
		return 0;
	tables = load(module, err);
	if (!tables)
		return -1;
	facts_take(&facts, tables);
	if (!facts_are_same(&facts, module->facts))
		return error_set(err, STATUS_MODEL, "policy",
				 "%.300s: its tables are not those of its trial", module->path);
	for (i = 0; i < tables->nr_classes; i++)
		module->entry.classes[i].policy = tables->classes[i]->policy;
	return 0;
}

/* -- the trial --------------------------------------------------------------------- */

static void try_main(void *context, int in, int out, struct where *where)
{
	struct policy_module *module = context;
	const struct sp_module *tables;
	struct module_facts facts;
	struct error err;

	(void)in;
	where_enter(where, WHERE_LOADING, 0);
	tables = load(module, &err);
	where_leave(where);
	if (!tables) {
		message_send(out, TRIAL_ERROR, &err, sizeof(err));
		return;
	}
	facts_take(&facts, tables);
	message_send(out, TRIAL_FACTS, &facts, sizeof(facts));
}

static int take_facts(struct policy_module *module, const struct inbox *inbox, struct error *err)
{
	if (inbox->head.kind == TRIAL_ERROR && inbox->head.bytes == sizeof(*err)) {
		memcpy(err, inbox->data, sizeof(*err));
		err->kind[sizeof(err->kind) - 1] = err->text[sizeof(err->text) - 1] = '\0';
		return -1;
	}
	module->facts = malloc(sizeof(*module->facts));
	if (!module->facts)
		return error_set(err, STATUS_IO, "memory", "out of memory");
	if (inbox->head.bytes == sizeof(*module->facts))
		memcpy(module->facts, inbox->data, sizeof(*module->facts));
	if (inbox->head.bytes != sizeof(*module->facts) || !facts_are_sane(module->facts))
		return error_set(err, STATUS_MODEL, "policy",
				 "%.300s: its trial sent what is no table", module->path);
	facts_show(module->facts, &module->entry);
	return 0;
}

static int try_it(struct policy_module *module, uint64_t patience_ns, struct error *err)
{
	const int keep[CHILD_KEEP] = {module->fd, -1, -1};
	char where[WHERE_CHARS], fate[CHILD_FATE_CHARS];
	struct child child;
	struct inbox inbox;
	int failed;

	if (child_start(&child, try_main, module, keep, err))
		return -1;
	if (child_answer(&child, patience_ns, &inbox)) {
		failed = take_facts(module, &inbox, err);
	} else {
		child_fate(&child, fate);
		where_text(child.where, where);
		failed = error_set(err, STATUS_MODEL, "policy", "%.300s: %s %s", module->path,
				   where, fate);
	}
	inbox_clear(&inbox);
	child_end(&child);
	return failed;
}

/* -- life --------------------------------------------------------------------------- */

int policy_module_open(struct policy_module *module, const char *path,
		       const struct module_terms *terms, struct error *err)
{
	uint64_t patience_ns = terms->patience_ns ? terms->patience_ns : MODULE_PATIENCE_NS;

	memset(module, 0, sizeof(*module));
	module->fd = -1;
	module->own_process = terms->own_process;
	if (look(module, path, err))
		return -1;
	module->path = strdup(path);
	module->fd = open(path, O_RDONLY | O_CLOEXEC);
	if (!module->path || module->fd < 0)
		error_set(err, STATUS_IO, "policy", "%.300s: %s", path, strerror(errno));
	else if (!try_it(module, patience_ns, err))
		return 0;
	policy_module_close(module);
	return -1;
}

void policy_module_close(struct policy_module *module)
{
	if (module->handle)
		dlclose(module->handle);
	if (module->fd >= 0)
		close(module->fd);
	free(module->path);
	free(module->facts);
	memset(module, 0, sizeof(*module));
	module->fd = -1;
}
