/* SPDX-License-Identifier: BSD-2-Clause */
/* cmd_keys.c - corun keys: what a scenario may say. */
#include <getopt.h>
#include <string.h>

#include "base/outfile.h"
#include "base/suggest.h"
#include "cli.h"
#include "scenario/keys.h"

extern const struct verb verb_keys; /* at the end */

static const char *const format_names[] = {[KEY_FORMAT_TABLE] = "table",
					   [KEY_FORMAT_MARKDOWN] = "markdown",
					   [KEY_FORMAT_JSON] = "json"};

#define NR_FORMATS (sizeof(format_names) / sizeof(format_names[0]))

static int parse_format(const char *name, enum key_format *format, struct error *err)
{
	const char *near = suggest_nearest(name, format_names, NR_FORMATS);

	for (unsigned i = 0; i < NR_FORMATS; i++) {
		if (strcmp(name, format_names[i]) == 0) {
			*format = (enum key_format)i;
			return 0;
		}
	}
	return error_set(err, STATUS_INPUT, "usage",
			 "keys: found the format '%s', expected table, markdown or json%s%s%s",
			 name, near ? "; did you mean " : "", near ? near : "", near ? "?" : "");
}

/* Nothing at that path: the nearest one, or the nearest last name. */
static int unknown_path(const char *path, struct error *err)
{
	struct suggest suggest;

	suggest_init(&suggest, path);
	for (uint32_t i = 0; i < nr_key_table; i++) {
		suggest_offer(&suggest, key_table[i].path);
		suggest_offer(&suggest, key_name(&key_table[i]));
	}
	return error_set(err, STATUS_INPUT, "usage",
			 "keys: found no key '%s', expected a path such as host.costs or "
			 "vms.*.nice%s%s%s (a policy's own: corun policies NAME)",
			 path, suggest.best ? "; did you mean " : "",
			 suggest.best ? suggest.best : "", suggest.best ? "?" : "");
}

static int parse_options(int argc, char **argv, enum key_format *format, struct error *err)
{
	static const struct option options[] = {{"format", required_argument, NULL, 'f'}, {0}};
	int option;

	opterr = 0;
	optind = 0;
	while ((option = getopt_long(argc, argv, ":f:", options, NULL)) != -1) {
		if (option != 'f')
			return cli_bad_option(&verb_keys, options, argv[optind - 1], err);
		if (parse_format(optarg, format, err))
			return -1;
	}
	if (optind + 1 < argc)
		return error_set(err, STATUS_INPUT, "usage", "keys: found %d paths, expected one",
				 argc - optind);
	return 0;
}

static int cmd_keys(int argc, char **argv, struct error *err)
{
	enum key_format format = KEY_FORMAT_TABLE;
	struct outfile out;
	const char *path;

	if (parse_options(argc, argv, &format, err))
		return -1;
	path = optind < argc ? argv[optind] : "";
	if (*path && !keys_known(path))
		return unknown_path(path, err);
	if (outfile_open(&out, NULL, err))
		return -1;
	keys_print(out.file, path, format);
	return outfile_close(&out, err) ? -1 : STATUS_OK;
}

const struct verb verb_keys = {
	.name = "keys",
	.rank = 70,
	.arguments = "[PATH] [--format table|markdown|json]",
	.summary = "what a scenario may say: keys, ranges, defaults and their sources",
	.help = "PATH is a key and what is below it (host.costs, vms.build.nice), or the last\n"
		"name of one (kick). STEP is what a program is made of, DIST how a duration is\n"
		"drawn at random.\n"
		"  -f, --format FORMAT  table (default), markdown (docs/scenario.md), json\n",
	.run = cmd_keys,
};
