/* SPDX-License-Identifier: BSD-2-Clause */
/* A policy from a shared object: looked at, loaded, checked; then it is one like all others. */
#include <dlfcn.h>
#include <stdlib.h>
#include <string.h>

#include "../../policies/module/sp_module.h"
#include "policies.h"
#include "text/file.h"

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
	failed = policy_elf_check(file.text, file.length, path, err);
	if (!failed)
		file_hash(file.text, file.length, module->build);
	free(file.text);
	return failed;
}

static void fill_entry(struct policy_entry *entry, const struct sp_module *tables)
{
	uint32_t i;

	entry->name = tables->classes[0]->policy->name;
	for (i = 0; i < tables->nr_classes && i < POLICY_CLASSES; i++) {
		const struct sp_module_class *class = tables->classes[i];

		entry->classes[i] =
			(struct policy_class){class->nr_pcpus, class->nr_vcpus, class->policy};
	}
}

/* A bare name would be looked for in the system's folders. */
static void *load(const char *path)
{
	char *real = realpath(path, NULL);
	void *handle = dlopen(real ? real : path, RTLD_NOW | RTLD_LOCAL);

	free(real);
	return handle;
}

int policy_module_open(struct policy_module *module, const char *path, struct error *err)
{
	const struct sp_module *tables;

	memset(module, 0, sizeof(*module));
	if (look(module, path, err))
		return -1;
	module->handle = load(path);
	if (!module->handle)
		return error_set(err, STATUS_INPUT, "policy", "%.300s: it does not load: %.500s",
				 path, dlerror());
	tables = dlsym(module->handle, "sp_module");
	if (!tables)
		error_set(err, STATUS_INPUT, "policy",
			  "%.300s: found no symbol sp_module, expected a shared object built with "
			  "policy.mk (see `corun policies --makefile`)",
			  path);
	if (!tables || policy_module_check(tables, path, err)) {
		policy_module_close(module);
		return -1;
	}
	fill_entry(&module->entry, tables);
	return 0;
}

void policy_module_close(struct policy_module *module)
{
	if (module->handle)
		dlclose(module->handle);
	memset(module, 0, sizeof(*module));
}
