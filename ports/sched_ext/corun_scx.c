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
#include <signal.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <bpf/libbpf.h>

#include "scx_watch.h"

#define MAX_VMS 64

struct options {
	const struct scx_entry *entry; /* NULL: the stock scheduler, watched only */
	struct sp_config config;
	uint64_t interval_ns; /* 0: figures at the end only */
	uint64_t warmup_ns;
	uint64_t duration_ns; /* 0: until Ctrl-C */
	enum watch_format format;
	uint32_t nr_vms;
	int is_verbose;
};

static volatile sig_atomic_t stop_asked;

static void ask_to_stop(int sig)
{
	stop_asked = sig;
}

static int complain(int status, const char *kind, const char *format, ...)
{
	va_list args;

	fflush(stdout);
	fprintf(stderr, "corun-scx: error[%s]: ", kind);
	va_start(args, format);
	vfprintf(stderr, format, args);
	va_end(args);
	fputc('\n', stderr);
	return status;
}

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
	       "Runs POLICY as this machine's sched_ext scheduler (corun_POLICY) for the vCPUs\n"
	       "of the VMs named, until Ctrl-C.  \"stock\" loads nothing and only measures.\n\n"
	       "  --vm NAME=pid:PID[,threads=GLOB][,weight=N]   threads of a process\n"
	       "  --vm NAME=kvm:PID[,weight=N]                  its KVM vCPUs, by QEMU's names\n"
	       "  --vm NAME=cgroup:PATH[,threads=GLOB][,weight=N]\n"
	       "  --set TUNABLE=VALUE   ns, us, ms and s are understood\n"
	       "  --interval SECONDS    figures that often (default 1; 0: at the end only)\n"
	       "  --warmup SECONDS      leave out the beginning (default 0)\n"
	       "  --duration SECONDS    end by itself\n"
	       "  --format table|csv\n"
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

static int set_tunable(struct options *o, const char *text)
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

static int find_policy(struct options *o, const char *name)
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
	OPT_VERBOSE,
	OPT_HELP
};

static int parse_option(struct options *o, int option, const char *value)
{
	uint64_t *seconds = option == OPT_INTERVAL ? &o->interval_ns
			    : option == OPT_WARMUP ? &o->warmup_ns
						   : &o->duration_ns;

	switch (option) {
	case OPT_VM:
	case OPT_SET:
		return 0; /* once the policy is known */
	case OPT_VERBOSE:
		o->is_verbose = 1;
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
	{"verbose", no_argument, NULL, OPT_VERBOSE},
	{"help", no_argument, NULL, OPT_HELP},
	{NULL, 0, NULL, 0},
};

static int parse_vms(struct options *o, struct scx_vm *vms, int argc, char **argv)
{
	char error[256];
	uint32_t vcpu = 0;
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
		vms[o->nr_vms].first_vcpu = vcpu;
		vcpu += vms[o->nr_vms++].nr;
		if (vcpu > SP_NR_VCPUS)
			return complain(5, "vm", "built for %d vCPUs in all", SP_NR_VCPUS);
	}
	return o->nr_vms ? 0 : complain(2, "usage", "name at least one VM: --vm NAME=pid:PID");
}

/* -- the run --------------------------------------------------------------------------- */

static int add_vms(struct scx_loaded *s, struct scx_watch *w, struct scx_vm *vms, uint32_t nr,
		   enum watch_format format)
{
	char error[256];
	uint32_t i;

	for (i = 0; i < nr; i++) {
		if (s && vm_read_affinity(&vms[i], s->online, error, sizeof(error)))
			return complain(5, "vm", "%s", error);
		if (s && scx_add_vm(s, i, &vms[i]))
			return complain(5, "vm", "%s", s->error);
		if (!s && watch_tag(w, i, &vms[i]))
			return complain(5, "vm", "%s: threads cannot be tagged", vms[i].name);
		watch_add_vm(w, i, &vms[i]);
	}
	for (i = 0; s && i < nr; i++)
		if (scx_take_threads(s, &vms[i]))
			return complain(5, "vm", "%s", s->error);
	watch_visit_cpus();
	if (format == WATCH_CSV)
		puts("#ready"); /* for whoever starts his guests only now */
	fflush(stdout);
	return 0;
}

static void sleep_ns(uint64_t ns)
{
	struct timespec t = {.tv_sec = (time_t)(ns / 1000000000u),
			     .tv_nsec = (long)(ns % 1000000000u)};

	nanosleep(&t, NULL);
}

/* Has the kernel thrown it out?  Then 4. */
static int judge(const struct scx_loaded *s)
{
	struct scx_public pub;

	if (!s || scx_read_public(s, &pub) || !pub.exit_kind)
		return 0;
	return complain(4, "policy", "%s was thrown out by the kernel: %.*s: %.*s", s->entry->name,
			(int)sizeof(pub.exit_reason), pub.exit_reason, (int)sizeof(pub.exit_detail),
			pub.exit_detail);
}

static int watch_loop(const struct options *o, const struct scx_loaded *s, struct scx_watch *w,
		      const struct scx_vm *vms)
{
	uint64_t begin_ns = clock_ns() + o->warmup_ns, next_ns = begin_ns + o->interval_ns, now_ns;
	uint64_t end_ns = o->duration_ns ? begin_ns + o->duration_ns : UINT64_MAX;
	int is_warm = 0;

	while (!stop_asked && (now_ns = clock_ns()) < end_ns) {
		if (judge(s))
			return 4;
		watch_poll(w);
		if (!is_warm && now_ns >= begin_ns) {
			watch_reset(w, s);
			is_warm = 1;
			if (o->format == WATCH_CSV)
				puts("#window"); /* whoever measures with us begins here */
			fflush(stdout);
		}
		if (is_warm && o->interval_ns && now_ns >= next_ns) {
			watch_print(w, s, vms, o->nr_vms, o->format);
			watch_reset(w, s);
			next_ns += o->interval_ns;
		}
		now_ns = sp_min(end_ns - now_ns, 50000000);
		sleep_ns(is_warm ? now_ns : sp_min(now_ns, sp_sub0(begin_ns, clock_ns())));
	}
	if (!o->interval_ns)
		watch_print(w, s, vms, o->nr_vms, o->format);
	return 0;
}

static int run(const struct options *o, struct scx_vm *vms, struct scx_watch *w)
{
	struct scx_loaded loaded, *s = o->entry ? &loaded : NULL;
	char error[256];
	uint32_t i;
	int status;

	if (watch_start(w, error, sizeof(error)))
		return complain(5, "kernel", "%s", error);
	if (s && (scx_load(s, o->entry, &o->config, w->tags_fd, o->is_verbose) || scx_attach(s)))
		return complain(5, "kernel", "%s: %s", o->entry->name, s->error);
	fprintf(stderr, "corun-scx: %s%s is on, %u VMs\n", s ? "corun_" : "stock",
		s ? o->entry->name : " scheduler", o->nr_vms);
	status = add_vms(s, w, vms, o->nr_vms, o->format);
	if (!status)
		status = watch_loop(o, s, w, vms);
	for (i = 0; s && i < o->nr_vms; i++) {
		scx_give_back_threads(&vms[i]);
		scx_remove_vm(s, i, &vms[i]);
	}
	if (!status)
		status = judge(s);
	if (s)
		scx_detach(s);
	watch_stop(w);
	if (!status)
		fprintf(stderr, "corun-scx: detached\n");
	return status;
}

int main(int argc, char **argv)
{
	struct options o = {.interval_ns = 1000000000u, .config = {.seed = 1}};
	struct scx_vm *vms = calloc(MAX_VMS, sizeof(*vms));
	struct scx_watch *w = calloc(1, sizeof(*w));
	struct sigaction action = {.sa_handler = ask_to_stop};
	const char *refusal;
	int option, status;

	if (!vms || !w)
		return complain(5, "memory", "out of memory");
	while ((option = getopt_long(argc, argv, "", long_options, NULL)) != -1) {
		if (option == OPT_HELP) {
			print_help();
			return 0;
		}
		if (parse_option(&o, option, optarg))
			return 2;
	}
	if (optind != argc - 1)
		return complain(2, "usage", "one policy is wanted, or \"stock\"; see --help");
	if (find_policy(&o, argv[optind]))
		return 2;
	refusal = o.entry ? scx_refusal() : NULL;
	if (refusal)
		return complain(5, "kernel", "%s", refusal);
	status = parse_vms(&o, vms, argc, argv);
	if (status)
		return status;
	sigaction(SIGINT, &action, NULL);
	sigaction(SIGTERM, &action, NULL);
	status = run(&o, vms, w);
	free(vms);
	free(w);
	return status;
}
