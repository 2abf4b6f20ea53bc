/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * corun_scx.c - the command: a policy as this machine's sched_ext scheduler, for the
 * threads that are named as vCPUs, until Ctrl-C.
 *
 * Exit: 0 fine, 2 usage, 4 the kernel threw the policy out, 5 cannot (no sched_ext, not
 * allowed, no such thread).
 */
#include <ctype.h>
#include <getopt.h>
#include <stdlib.h>
#include <string.h>

#include "scx_live.h"
#include "scx_run.h"

#define MAX_VMS 64

/* -- usage ----------------------------------------------------------------------------- */

static void print_policies(void)
{
	const struct scx_entry *e;
	uint32_t i;

	for (e = scx_entries; e->name; e++) {
		printf("  %-10s %s\n", e->name, e->policy->summary);
		for (i = 0; i < e->policy->nr_tunables; i++)
			printf("    %s=%llu  %s\n", e->policy->tunables[i].name,
			       (unsigned long long)e->policy->tunables[i].preset,
			       e->policy->tunables[i].help);
	}
}

static void print_help(void)
{
	printf("usage: corun-scx [options] --vm NAME=WHERE... POLICY\n"
	       "       corun-scx --weight NAME=N... [--socket PATH]\n"
	       "Runs POLICY as this machine's sched_ext scheduler (corun_POLICY) for the vCPUs\n"
	       "of the VMs named, until Ctrl-C.  \"stock\" loads nothing and only measures.\n"
	       "With --weight, tells the one that runs a VM's new weight.\n\n"
	       "  --vm NAME=pid:PID[,threads=GLOB][,weight=N]   threads of a process\n"
	       "  --vm NAME=kvm:PID[,weight=N]                  its KVM vCPUs, by QEMU's names\n"
	       "  --vm NAME=cgroup:PATH[,threads=GLOB][,weight=N]\n"
	       "  --set TUNABLE=VALUE   ns, us, ms and s are understood\n"
	       "  --interval SECONDS    figures that often (default 1; 0: at the end only)\n"
	       "  --warmup SECONDS      leave out the beginning (default 0)\n"
	       "  --duration SECONDS    end by itself\n"
	       "  --format table|csv\n"
	       "  --socket PATH         where weights are asked for (default " LIVE_PATH ")\n"
	       "  --verbose             what each program cost the verifier\n\n"
	       "policies, with their tunables and defaults (ns):\n");
	print_policies();
}

static int parse_seconds(const char *text, uint64_t *ns)
{
	char *end;
	double s = strtod(text, &end);

	if (*end || end == text || !(s >= 0 && s < 1e9))
		return -1;
	*ns = (uint64_t)(s * 1e9);
	return 0;
}

static int parse_amount(const char *text, uint64_t *value)
{
	static const struct {
		const char *unit;
		uint64_t factor;
	} units[] = {{"", 1}, {"ns", 1}, {"us", 1000}, {"ms", 1000000}, {"s", 1000000000}};
	char *end;
	uint64_t n = strtoull(text, &end, 10);
	size_t i;

	if (!isdigit((unsigned char)text[0]))
		return -1;
	for (i = 0; i < sizeof(units) / sizeof(units[0]); i++)
		if (!strcmp(end, units[i].unit) && n <= UINT64_MAX / units[i].factor) {
			*value = n * units[i].factor;
			return 0;
		}
	return -1;
}

static int set_tunable(struct scx_options *o, const char *text)
{
	const struct sp_policy *p = o->entry ? o->entry->policy : NULL;
	size_t length = strcspn(text, "=");
	uint64_t value;
	uint32_t i;

	for (i = 0; p && i < p->nr_tunables; i++) {
		const struct sp_tunable *t = &p->tunables[i];

		if (strlen(t->name) != length || strncmp(t->name, text, length))
			continue;
		if (!text[length] || parse_amount(text + length + 1, &value) || value < t->min ||
		    value > t->max)
			return complain(2, "usage", "--set %s: %s is %llu to %llu", text, t->name,
					(unsigned long long)t->min, (unsigned long long)t->max);
		o->config.tunables[i] = value;
		return 0;
	}
	return complain(2, "usage", "--set %s: %s has no such tunable", text,
			p ? p->name : "stock");
}

static int find_policy(struct scx_options *o, const char *name)
{
	const struct scx_entry *e;
	uint32_t i;

	if (!strncmp(name, "corun_", 6))
		name += 6;
	for (e = scx_entries; e->name && strcmp(e->name, name); e++)
		;
	if (!e->name)
		return !strcmp(name, "stock")
			       ? 0
			       : complain(2, "usage", "no policy \"%s\"; see --help", name);
	o->entry = e;
	for (i = 0; i < e->policy->nr_tunables; i++)
		o->config.tunables[i] = e->policy->tunables[i].preset;
	return 0;
}

enum {
	OPT_VM = 1,
	OPT_SET,
	OPT_INTERVAL,
	OPT_WARMUP,
	OPT_DURATION,
	OPT_FORMAT,
	OPT_SOCKET,
	OPT_WEIGHT,
	OPT_VERBOSE,
	OPT_HELP
};

static int parse_option(struct scx_options *o, int option, const char *value)
{
	uint64_t *seconds = option == OPT_INTERVAL ? &o->interval_ns
			    : option == OPT_WARMUP ? &o->warmup_ns
						   : &o->duration_ns;

	switch (option) {
	case OPT_VM:
	case OPT_SET:
	case OPT_WEIGHT:
		return 0; /* once the policy is known */
	case OPT_VERBOSE:
		o->is_verbose = 1;
		return 0;
	case OPT_SOCKET:
		o->socket = value;
		return 0;
	case OPT_FORMAT:
		if (strcmp(value, "csv") && strcmp(value, "table"))
			return complain(2, "usage", "--format is table or csv, not \"%s\"", value);
		o->format = !strcmp(value, "csv") ? WATCH_CSV : WATCH_TABLE;
		return 0;
	case OPT_INTERVAL:
	case OPT_WARMUP:
	case OPT_DURATION:
		if (parse_seconds(value, seconds))
			return complain(2, "usage", "\"%s\" is no number of seconds", value);
		return 0;
	}
	return 2;
}

static const struct option long_options[] = {
	{"vm", required_argument, NULL, OPT_VM},
	{"set", required_argument, NULL, OPT_SET},
	{"interval", required_argument, NULL, OPT_INTERVAL},
	{"warmup", required_argument, NULL, OPT_WARMUP},
	{"duration", required_argument, NULL, OPT_DURATION},
	{"format", required_argument, NULL, OPT_FORMAT},
	{"socket", required_argument, NULL, OPT_SOCKET},
	{"weight", required_argument, NULL, OPT_WEIGHT},
	{"verbose", no_argument, NULL, OPT_VERBOSE},
	{"help", no_argument, NULL, OPT_HELP},
	{NULL, 0, NULL, 0},
};

static int parse_vms(struct scx_options *o, struct scx_vm *vms, int argc, char **argv)
{
	char error[256];
	uint32_t vcpu = 0, i;
	int option;

	optind = 1;
	while ((option = getopt_long(argc, argv, "", long_options, NULL)) != -1) {
		if (option == OPT_SET && set_tunable(o, optarg))
			return 2;
		if (option != OPT_VM)
			continue;
		if (o->nr_vms == MAX_VMS)
			return complain(2, "usage", "more than %d VMs", MAX_VMS);
		if (vm_parse(&vms[o->nr_vms], optarg, error, sizeof(error)))
			return complain(5, "vm", "%s", error);
		for (i = 0; i < o->nr_vms; i++)
			if (!strcmp(vms[i].name, vms[o->nr_vms].name))
				return complain(2, "usage", "two VMs \"%s\"", vms[i].name);
		vms[o->nr_vms].first_vcpu = vcpu;
		vcpu += vms[o->nr_vms++].nr;
		if (vcpu > SP_NR_VCPUS)
			return complain(5, "vm", "built for %d vCPUs in all", SP_NR_VCPUS);
	}
	return o->nr_vms ? 0 : complain(2, "usage", "name at least one VM: --vm NAME=pid:PID");
}

/* -- a word with the one that runs ----------------------------------------------------- */

/* NAME=N, checked here, for its own reasons are of policies and VMs. */
static int ask_weight(const struct scx_options *o, const char *text)
{
	const char *equals = strchr(text, '=');
	char line[128], error[320], *end;
	unsigned long weight;

	weight = equals ? strtoul(equals + 1, &end, 10) : 0;
	if (!equals || equals == text || equals - text > 31 || !isdigit((unsigned char)equals[1]) ||
	    *end || !weight || weight > SP_WEIGHT_MAX)
		return complain(2, "usage", "--weight is NAME=N, N 1 to %u, not \"%s\"",
				SP_WEIGHT_MAX, text);
	snprintf(line, sizeof(line), "weight %.*s %lu", (int)(equals - text), text, weight);
	if (live_ask(o->socket, line, error, sizeof(error)))
		return complain(5, "weight", "%s", error);
	return 0;
}

/* -1: no --weight is there, it is an ordinary call. */
static int ask_weights(const struct scx_options *o, int argc, char **argv)
{
	int option, status = -1, has_policy = optind != argc;

	optind = 1;
	while ((option = getopt_long(argc, argv, "", long_options, NULL)) != -1) {
		if (option != OPT_WEIGHT || status > 0)
			continue;
		if (has_policy)
			return complain(2, "usage",
					"--weight goes to the one that runs: no policy here");
		status = ask_weight(o, optarg);
	}
	return status;
}

int main(int argc, char **argv)
{
	struct scx_options o = {.interval_ns = 1000000000u,
				.config = {.seed = 1},
				.socket = LIVE_PATH};
	struct scx_vm *vms = calloc(MAX_VMS, sizeof(*vms));
	const char *refusal;
	int option, status;

	if (!vms)
		return complain(5, "memory", "out of memory");
	while ((option = getopt_long(argc, argv, "", long_options, NULL)) != -1) {
		if (option == OPT_HELP) {
			print_help();
			return 0;
		}
		if (parse_option(&o, option, optarg))
			return 2;
	}
	status = ask_weights(&o, argc, argv);
	if (status >= 0)
		return status;
	if (optind != argc - 1)
		return complain(2, "usage", "one policy is wanted, or \"stock\"; see --help");
	if (find_policy(&o, argv[optind]))
		return 2;
	refusal = o.entry ? scx_refusal() : NULL;
	if (refusal)
		return complain(5, "kernel", "%s", refusal);
	status = parse_vms(&o, vms, argc, argv);
	if (!status)
		status = scx_run(&o, vms);
	free(vms);
	return status;
}
