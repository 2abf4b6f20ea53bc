/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * import_options.h - what `import` understands on the command line.
 */
#ifndef CORUN_IMPORT_OPTIONS_H
#define CORUN_IMPORT_OPTIONS_H

#include <stdbool.h>
#include <stdint.h>

#include "cli.h"
#include "import/import_out.h"
#include "import/import_rtapp.h"

struct import_options {
	const char *log;
	const char *folder; /* -o */
	const char *bursts; /* --bursts */
	const char *host; /* --host */
	struct import_wanted wanted;
	struct vcpu_name vcpu_name; /* --vcpu-name */
	const char *who; /* --who */
	uint64_t bridge_ns;
	bool keep_cut, force;
	enum ftrace_layout layout; /* --format */
	bool is_xen; /* --format xentrace */
	uint64_t khz; /* 0: not said */
	bool from_rtapp;
	bool only_ftrace; /* an option was given that is about logs */
	struct rtapp_options rtapp;
};

/* 0, or -1 with *err. */
int import_options_parse(const struct verb *verb, int argc, char **argv, struct import_options *o,
			 struct error *err);

#endif
