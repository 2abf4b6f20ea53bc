/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What the tables of a policy from outside must be, before anything of it is called.
 * Those of policies/ are held to the same by tests/freestanding.
 */
#include <stdio.h>
#include <string.h>

#include "../../policies/module/sp_module.h"
#include "base/utf8.h"
#include "model/world.h"
#include "policies.h"

#define NAME_CHARS 9u /* as Xen wants it */
#define STATE_BYTES_MAX (1u << 30)

#define ALL_CAPS                                                                                   \
	(SP_CAP_WEIGHT_VCPU | SP_CAP_WEIGHT_VM | SP_CAP_WEIGHT | SP_CAP_AFFINITY | SP_CAP_LIMIT |  \
	 SP_CAP_SMT)

/* A policy under the checks, and what a message about it starts with. */
struct checked {
	const struct sp_policy *policy;
	const char *path;
	struct error *err;
};

static int refuse(const struct checked *c, const char *found, const char *expected)
{
	return error_set(c->err, STATUS_INPUT, "policy", "%.300s: found %s, expected %s", c->path,
			 found, expected);
}

static int refuse_number(const struct checked *c, const char *what, uint64_t found,
			 const char *expected)
{
	char text[160];

	snprintf(text, sizeof(text), "%s %llu", what, (unsigned long long)found);
	return refuse(c, text, expected);
}

/* -- names ------------------------------------------------------------------ */

/* Small letters, digits, _ and -, the first a letter; at most max. */
static bool is_name(const char *name, size_t max)
{
	size_t length = strspn(name, "abcdefghijklmnopqrstuvwxyz0123456789_-");

	return length > 0 && length <= max && !name[length] && name[0] >= 'a' && name[0] <= 'z';
}

/* There, of one line, and not endless. */
static bool is_line(const char *text)
{
	return text && strnlen(text, 200) < 200 && utf8_is_printable(text);
}

static int check_name(const struct checked *c)
{
	char found[80];

	if (!c->policy->name)
		return refuse(c, "no name in its table", "one");
	snprintf(found, sizeof(found), "the name '%.24s'", c->policy->name);
	if (!is_name(c->policy->name, NAME_CHARS))
		return refuse(c, found,
			      "at most 9 small letters, digits, _ and -, the first a letter");
	if (!is_line(c->policy->summary) || !*c->policy->summary)
		return refuse(c, "no summary in its table", "one line that says what it does");
	return 0;
}

/* -- callbacks -------------------------------------------------------------- */

static int check_callbacks(const struct checked *c)
{
	const struct sp_policy *p = c->policy;
	const struct {
		const char *name;
		bool there;
	} callbacks[] = {
		{"init", p->init},
		{"pcpu_online", p->pcpu_online},
		{"pcpu_offline", p->pcpu_offline},
		{"vm_add", p->vm_add},
		{"vm_remove", p->vm_remove},
		{"vcpu_add", p->vcpu_add},
		{"vcpu_remove", p->vcpu_remove},
		{"vcpu_wake", p->vcpu_wake},
		{"vcpu_block", p->vcpu_block},
		{"vcpu_stopped", p->vcpu_stopped},
		{"pick_next", p->pick_next},
	};
	char found[200] = "no ";
	size_t used = strlen(found), nr = 0;
	unsigned i;

	for (i = 0; i < sizeof(callbacks) / sizeof(callbacks[0]); i++) {
		if (callbacks[i].there)
			continue;
		used += (size_t)snprintf(found + used, sizeof(found) - used, "%s%s",
					 nr++ ? ", " : "", callbacks[i].name);
	}
	return nr ? refuse(c, found, "every mandatory callback of policy.h") : 0;
}

/* -- tunables --------------------------------------------------------------- */

static int refuse_tunable(const struct checked *c, const struct sp_tunable *t, const char *found,
			  const char *expected)
{
	char text[160];

	snprintf(text, sizeof(text), "the tunable '%.24s' %s", t->name, found);
	return refuse(c, text, expected);
}

static int check_tunable(const struct checked *c, uint32_t i)
{
	const struct sp_tunable *t = &c->policy->tunables[i];
	uint32_t before;

	if (!t->name)
		return refuse_number(c, "no name for tunable", i, "one");
	if (!is_name(t->name, 32) || !strcmp(t->name, "policy") || !strcmp(t->name, "build") ||
	    !strcmp(t->name, "own_process"))
		return refuse_tunable(c, t, "so named",
				      "small letters, digits, _ and -; not policy, build or "
				      "own_process");
	for (before = 0; before < i; before++)
		if (!strcmp(c->policy->tunables[before].name, t->name))
			return refuse_tunable(c, t, "twice", "each name once");
	if (!is_line(t->help))
		return refuse_tunable(c, t, "without help", "one line");
	if (t->unit > SP_UNIT_PCT)
		return refuse_tunable(c, t, "of an unknown unit", "one of enum sp_unit");
	if (t->min > t->max || t->preset < t->min || t->preset > t->max)
		return refuse_tunable(c, t, "with a default out of its range",
				      "min <= preset <= max");
	return 0;
}

static int check_tunables(const struct checked *c)
{
	uint32_t i;

	if (c->policy->nr_tunables > SP_MAX_TUNABLES)
		return refuse_number(c, "nr_tunables", c->policy->nr_tunables, "16 at most");
	if (c->policy->nr_tunables && !c->policy->tunables)
		return refuse(c, "nr_tunables without a table of them", "both or neither");
	for (i = 0; i < c->policy->nr_tunables; i++)
		if (check_tunable(c, i))
			return -1;
	return 0;
}

static int check_policy(const struct checked *c)
{
	const struct sp_policy *p = c->policy;

	if (check_name(c))
		return -1;
	if (p->contract != SP_CONTRACT_VERSION)
		return refuse_number(c, "contract", p->contract,
				     "SP_CONTRACT_VERSION in its table");
	if (p->caps & ~ALL_CAPS)
		return refuse(c, "caps with bits that mean nothing", "SP_CAP_* of policy.h");
	if (check_callbacks(c))
		return -1;
	return check_tunables(c);
}

/* -- sizes ------------------------------------------------------------------ */

static bool is_size(uint32_t n, uint32_t max)
{
	return n && !(n & (n - 1)) && n <= max;
}

/* The layouts that both sides must share, as this size was compiled. */
static int check_layout(const struct checked *c, const struct sp_module_class *class)
{
	if (class->table_size != sizeof(struct sp_policy))
		return refuse_number(c, "a table (struct sp_policy) of bytes:", class->table_size,
				     "that of this corun's policy.h: build it again");
	if (class->out_pcpus != SP_OUT_PCPUS || class->out_size != sizeof(struct sp_out))
		return refuse_number(c, "an sp_out for pCPUs:", class->out_pcpus,
				     "-DSP_OUT_PCPUS=4096, as policy.mk gives it");
	if (!is_size(class->nr_pcpus, WORLD_MAX_PCPUS) ||
	    !is_size(class->nr_vcpus, WORLD_MAX_VCPUS) || class->nr_vms != class->nr_vcpus)
		return refuse_number(c, "a size with SP_NR_VCPUS", class->nr_vcpus,
				     "powers of two, at most 4096 pCPUs and 16384 vCPUs, and as "
				     "many VMs as vCPUs");
	if (!class->policy)
		return refuse(c, "a size without a policy", "one");
	return 0;
}

/* Each size is as the first one but for its state, which grows. */
static int check_class(struct checked *c, const struct sp_module *m, uint32_t i)
{
	const struct sp_module_class *class = m->classes[i], *before = i ? m->classes[i - 1] : NULL;
	const struct sp_policy *p;

	if (!class)
		return refuse_number(c, "no size number", i, "as many as nr_classes says");
	if (check_layout(c, class))
		return -1;
	p = c->policy = class->policy;
	if (check_policy(c))
		return -1;
	if (!p->state_size || p->state_size % 8 || p->state_size > STATE_BYTES_MAX)
		return refuse_number(c, "state_size", p->state_size,
				     "sizeof its state: a multiple of 8, at most 1 GiB");
	if (!before)
		return 0;
	if (class->nr_pcpus < before->nr_pcpus || class->nr_vcpus < before->nr_vcpus)
		return refuse(c, "a size smaller than the one before it", "ascending sizes");
	if (p->state_size < before->policy->state_size)
		return refuse_number(c, "for more vCPUs a smaller state_size", p->state_size,
				     "a state that follows SP_NR_PCPUS and SP_NR_VCPUS");
	if (strcmp(p->name, before->policy->name) != 0 || p->caps != before->policy->caps ||
	    p->nr_tunables != before->policy->nr_tunables)
		return refuse(c, "sizes that differ in name, caps or tunables",
			      "one policy, compiled several times");
	return 0;
}

int policy_module_check(const struct sp_module *tables, const char *path, struct error *err)
{
	struct checked c = {.path = path, .err = err};
	uint32_t i;

	if (tables->version != SP_MODULE_VERSION)
		return refuse_number(&c, "version of sp_module.h:", tables->version,
				     "1: build it again with this corun's policy.mk");
	if (tables->contract != SP_CONTRACT_VERSION) {
		char expected[80];

		snprintf(expected, sizeof(expected), "%u: build it again with this corun's headers",
			 SP_CONTRACT_VERSION);
		return refuse_number(&c, "version of the contract:", tables->contract, expected);
	}
	if (!tables->nr_classes || tables->nr_classes > SP_MODULE_CLASSES)
		return refuse_number(&c, "nr_classes", tables->nr_classes, "1 to 3");
	for (i = 0; i < tables->nr_classes; i++)
		if (check_class(&c, tables, i))
			return -1;
	return 0;
}
