/* SPDX-License-Identifier: BSD-2-Clause */
/* import_options.c - the command line of `import`. */
#include "import_options.h"

#include <errno.h>
#include <getopt.h>
#include <stdlib.h>
#include <string.h>

#include "base/units.h"

static int parse_count(const char *option, const char *text, uint32_t *value, struct error *err)
{
	char *end;
	unsigned long v;

	errno = 0;
	v = strtoul(text, &end, 10);
	if (*text < '0' || *text > '9' || *end || errno || v < 1 || v > IMPORT_MAX_KEPT)
		return error_set(err, STATUS_INPUT, "usage",
				 "import: --%s '%s': expected a number from 1 to %u", option, text,
				 IMPORT_MAX_KEPT);
	*value = (uint32_t)v;
	return 0;
}

static int parse_bridge(const char *text, uint64_t *bridge_ns, struct error *err)
{
	if (!unit_parse_ns(text, bridge_ns))
		return 0;
	return error_set(err, STATUS_INPUT, "usage",
			 "import: --bridge '%s': expected a time with its unit, such as 5ms", text);
}

static int parse_mhz(const char *text, uint64_t *khz, struct error *err)
{
	char *end;
	double mhz = strtod(text, &end);

	if (end == text || *end || !(mhz >= 1 && mhz <= 100000))
		return error_set(err, STATUS_INPUT, "usage",
				 "import: --mhz '%s': expected a number, such as 2400 or 2394.5",
				 text);
	*khz = (uint64_t)(mhz * 1000 + 0.5);
	return 0;
}

static int parse_format(const char *text, struct import_options *o, struct error *err)
{
	const char *names[FTRACE_NR_LAYOUTS + 1];
	enum ftrace_layout layout;
	unsigned nr = 0, found;

	for (layout = FTRACE_ANY + 1; layout < FTRACE_NR_LAYOUTS; layout++)
		names[nr++] = ftrace_layout_name(layout);
	names[nr++] = "xentrace";
	names[nr++] = "rt-app";
	if (cli_find_word("import: --format", text, names, nr, &found, err))
		return -1;
	o->from_rtapp = found == nr - 1;
	o->is_xen = found == nr - 2;
	o->layout = o->from_rtapp || o->is_xen ? FTRACE_ANY : FTRACE_ANY + 1 + found;
	return 0;
}

static int parse_by(const char *text, enum import_by *by, struct error *err)
{
	static const char *const words[] = {"auto", "name", "process", "cgroup", "task"};
	uint32_t i;

	for (i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		if (!strcmp(text, words[i])) {
			*by = (enum import_by)i;
			return 0;
		}
	return error_set(err, STATUS_INPUT, "usage",
			 "import: --by '%s': expected name, process, cgroup or task", text);
}

static int parse_vcpu_name(char *text, struct import_options *o, struct error *err)
{
	if (vcpu_name_parse(&o->vcpu_name, text))
		return error_set(err, STATUS_INPUT, "usage",
				 "import: --vcpu-name '%s': expected a name with one %% where the "
				 "vCPU's number stands, such as 'CPU %%/KVM'",
				 text);
	o->wanted.vcpu_name = &o->vcpu_name;
	if (o->wanted.by == IMPORT_BY_AUTO)
		o->wanted.by = IMPORT_BY_NAME;
	return 0;
}

static int check_options(const struct import_options *o, int nr_arguments, struct error *err)
{
	if (nr_arguments != 1)
		return error_set(err, STATUS_INPUT, "usage", "import: expected one log, got %d",
				 nr_arguments);
	if (o->from_rtapp && (o->only_ftrace || o->bursts))
		return error_set(err, STATUS_INPUT, "usage",
				 "import: a workload of rt-app has no bursts: expected -o, "
				 "--vcpus, "
				 "--separate and --force only");
	if (!o->from_rtapp && (o->rtapp.nr_vcpus || o->rtapp.separate))
		return error_set(err, STATUS_INPUT, "usage",
				 "import: --vcpus and --separate are for --format rt-app");
	if (o->folder && o->bursts)
		return error_set(err, STATUS_INPUT, "usage",
				 "import: -o and --bursts exclude one another");
	if (o->wanted.policy && !o->folder)
		return error_set(err, STATUS_INPUT, "usage",
				 "import: --check is about the scenario, which needs -o");
	if (o->wanted.nr_vms && !o->folder)
		return error_set(err, STATUS_INPUT, "usage",
				 "import: --vms is about the scenario, which needs -o");
	return 0;
}

int import_options_parse(const struct verb *verb, int argc, char **argv, struct import_options *o,
			 struct error *err)
{
	static const struct option options[] = {{"output", required_argument, NULL, 'o'},
						{"bursts", required_argument, NULL, 'b'},
						{"task", required_argument, NULL, 't'},
						{"top", required_argument, NULL, 'n'},
						{"vms", required_argument, NULL, 'v'},
						{"bridge", required_argument, NULL, 'g'},
						{"join", no_argument, NULL, 'j'},
						{"keep-cut", no_argument, NULL, 'k'},
						{"force", no_argument, NULL, 'f'},
						{"format", required_argument, NULL, 'F'},
						{"vcpus", required_argument, NULL, 'c'},
						{"separate", no_argument, NULL, 's'},
						{"host", required_argument, NULL, 'h'},
						{"by", required_argument, NULL, 'y'},
						{"vcpu-name", required_argument, NULL, 'V'},
						{"who", required_argument, NULL, 'w'},
						{"check", required_argument, NULL, 'C'},
						{"mhz", required_argument, NULL, 'm'},
						{0}};
	int option;

	opterr = 0;
	optind = 0;
	while ((option = getopt_long(argc, argv, ":o:", options, NULL)) != -1) {
		o->only_ftrace |= strchr("tnvgjkhyVwCm", option) != NULL;
		switch (option) {
		case 'o':
			o->folder = optarg;
			if (cli_check_output("-o", optarg, "folder", err))
				return -1;
			break;
		case 'b':
			o->bursts = optarg;
			break;
		case 't':
			o->wanted.regex = optarg;
			break;
		case 'n':
			if (parse_count("top", optarg, &o->wanted.top, err))
				return -1;
			break;
		case 'v':
			if (parse_count("vms", optarg, &o->wanted.nr_vms, err))
				return -1;
			break;
		case 'g':
			if (parse_bridge(optarg, &o->bridge_ns, err))
				return -1;
			break;
		case 'j':
			o->wanted.join = true;
			break;
		case 'k':
			o->keep_cut = true;
			break;
		case 'f':
			o->force = true;
			break;
		case 'F':
			if (parse_format(optarg, o, err))
				return -1;
			break;
		case 'h':
			o->host = optarg;
			break;
		case 'y':
			if (parse_by(optarg, &o->wanted.by, err))
				return -1;
			break;
		case 'V':
			if (parse_vcpu_name(optarg, o, err))
				return -1;
			break;
		case 'C':
			o->wanted.policy = optarg;
			break;
		case 'm':
			if (parse_mhz(optarg, &o->khz, err))
				return -1;
			break;
		case 'w':
			o->who = optarg;
			break;
		case 'c':
			if (parse_count("vcpus", optarg, &o->rtapp.nr_vcpus, err))
				return -1;
			break;
		case 's':
			o->rtapp.separate = true;
			break;
		default:
			return cli_bad_option(verb, options, argv[optind - 1], err);
		}
	}
	o->log = argv[optind];
	return check_options(o, argc - optind, err);
}
