/* SPDX-License-Identifier: BSD-2-Clause */
/* cmd_policies.c - corun policies: what there is to choose from, and its tunables. */
#include <getopt.h>
#include <stdlib.h>

#include "base/datadir.h"
#include "base/outfile.h"
#include "base/suggest.h"
#include "cli.h"
#include "registry/policies.h"
#include "scenario/keys.h"

extern const struct verb verb_policies; /* at the end */

static const struct {
	uint32_t cap;
	const char *text;
} cap_texts[] = {
	{SP_CAP_WEIGHT, "weights that differ between VMs"},
	{SP_CAP_WEIGHT_VCPU, "weights that differ between the vCPUs of a VM"},
	{SP_CAP_WEIGHT_VM, "weights of VMs as a whole (by a tunable)"},
	{SP_CAP_AFFINITY, "pinning"},
	{SP_CAP_LIMIT, "caps"},
	{SP_CAP_SMT, "hardware threads of a core are told apart"},
};

static void print_list(FILE *to)
{
	for (uint32_t i = 0; i < nr_policy_registry; i++)
		fprintf(to, "%-10s %s\n", policy_registry[i].name,
			policy_registry[i].classes[0].policy->summary);
}

static void print_tunable(FILE *to, const struct sp_tunable *tunable)
{
	struct key_tunable made;
	char range[KEY_EXPECTED_CHARS];

	key_of_tunable(tunable, &made);
	key_range(&made.key, range);
	fprintf(to, "  %s  %s%s%s; default %s\n      %s\n", tunable->name, key_type_name(&made.key),
		*range ? ", " : "", range, made.preset, tunable->help);
}

static void print_policy(FILE *to, const struct sp_policy *policy)
{
	fprintf(to, "%s: %s\n\nTunables (policies.NAME.TUNABLE of a scenario):%s\n", policy->name,
		policy->summary, policy->nr_tunables ? "" : " none");
	for (uint32_t i = 0; i < policy->nr_tunables; i++)
		print_tunable(to, &policy->tunables[i]);
	fprintf(to, "\nHonours (a scenario that asks for more is refused):%s\n",
		policy->caps ? "" : " nothing beyond running vCPUs");
	for (unsigned i = 0; i < sizeof(cap_texts) / sizeof(cap_texts[0]); i++)
		if (policy->caps & cap_texts[i].cap)
			fprintf(to, "  %s\n", cap_texts[i].text);
}

/* A policy of somebody else's, from a file: it opens only if it is fine. */
static int print_file(FILE *to, const char *path, bool own_process, struct error *err)
{
	const struct module_terms terms = {.own_process = own_process};
	struct policy_module module;

	if (policy_module_open(&module, path, &terms, err))
		return -1;
	print_policy(to, module.entry.classes[0].policy);
	fprintf(to, "\nBuild %s of %s\n", module.build, path);
	policy_module_close(&module);
	return 0;
}

static int print_makefile(struct error *err)
{
	char *folder = datadir_find("policies/module", "policy.mk", err);

	if (!folder)
		return -1;
	printf("%s/policy.mk\n", folder);
	free(folder);
	return STATUS_OK;
}

static int unknown_policy(const char *name, struct error *err)
{
	struct suggest suggest;

	suggest_init(&suggest, name);
	for (uint32_t i = 0; i < nr_policy_registry; i++)
		suggest_offer(&suggest, policy_registry[i].name);
	return error_set(err, STATUS_INPUT, "usage",
			 "policies: found no policy '%s', expected one that `corun policies` lists"
			 "%s%s%s",
			 name, suggest.best ? "; did you mean " : "",
			 suggest.best ? suggest.best : "", suggest.best ? "?" : "");
}

static int cmd_policies(int argc, char **argv, struct error *err)
{
	static const struct option options[] = {{"makefile", no_argument, NULL, 'm'},
						{"own-process", no_argument, NULL, 'p'},
						{0}};
	const struct policy_entry *entry = NULL;
	const char *name;
	struct outfile out;
	bool makefile = false, own_process = false;
	int option, failed = 0;

	opterr = 0;
	optind = 0;
	while ((option = getopt_long(argc, argv, ":", options, NULL)) != -1) {
		if (option != 'm' && option != 'p')
			return cli_bad_option(&verb_policies, options, argv[optind - 1], err);
		makefile |= option == 'm';
		own_process |= option == 'p';
	}
	if (makefile)
		return print_makefile(err);
	if (optind + 1 < argc)
		return error_set(err, STATUS_INPUT, "usage",
				 "policies: found %d names, expected one", argc - optind);
	name = optind < argc ? argv[optind] : NULL;
	if (name && !policy_is_path(name)) {
		entry = policy_find(name);
		if (!entry)
			return unknown_policy(name, err);
	}
	if (outfile_open(&out, NULL, err))
		return -1;
	if (name && !entry)
		failed = print_file(out.file, name, own_process, err);
	else if (entry)
		print_policy(out.file, entry->classes[0].policy);
	else
		print_list(out.file);
	if (failed) {
		outfile_abort(&out);
		return -1;
	}
	return outfile_close(&out, err) ? -1 : STATUS_OK;
}

const struct verb verb_policies = {
	.name = "policies",
	.rank = 80,
	.arguments = "[NAME | ./FILE.so] [--own-process] [--makefile]",
	.summary = "the scheduling policies; with NAME its tunables and what it honours",
	.help = "A policy is one C file; its header comment is its manual.  ./FILE.so is one "
		"built\n"
		"outside of corun, which is checked as it is when a scenario uses it.\n"
		"\n"
		"  --own-process  FILE.so may have state of its own, as each of its replications "
		"gets\n"
		"               a process of its own\n"
		"  --makefile   where the make rules are that build one: mine.so from mine.c by\n"
		"               make -f \"$(corun policies --makefile)\" mine.so\n",
	.run = cmd_policies,
};
