/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * upgrade.h - a scenario's text in the newest version of the format: the same experiment,
 * with what its version had for defaults written out.
 */
#ifndef CORUN_UPGRADE_H
#define CORUN_UPGRADE_H

#include "text/file.h"

/* Version, and keys with another default. */
#define UPGRADE_CHANGES_MAX 32

struct upgrade {
	struct file_text text; /* with the comments and the layout of the old one */
	char changes[UPGRADE_CHANGES_MAX][120]; /* "host.irregularity: regular" */
	unsigned nr_changes; /* 0: it was of the newest version */
};

/*
 * Upgrades the file at path; "-" is stdin.  It must be a whole scenario, with what it
 * includes; only its own text is changed.  0, or -1 with *err (as scenario_load, and
 * STATUS_INPUT where a program cannot edit it).  Then upgrade_fini.
 */
int upgrade_read(struct upgrade *upgrade, const char *path, struct error *err);

void upgrade_fini(struct upgrade *upgrade);

#endif
