/* SPDX-License-Identifier: BSD-2-Clause */
/* replay.h - a record played into some build of the policy: does it answer the same? */
#ifndef REPLAY_H
#define REPLAY_H

#include "record_file.h"

struct replay_target {
	const char *name; /* "native", an object's path, ... */
	/* A new instance, its state zeroed.  0, or -1. */
	int (*start)(struct replay_target *target);
	/* Make call c (config: for init alone), fill c->ret and *out.  0, or -1. */
	int (*call)(struct replay_target *target, const struct sp_config *config, struct call *c,
		    struct sp_out *out);
};

/*
 * Every instance of the record, one after the other.  0 if each answer is the
 * recorded one, byte by byte; else 1, and the first call that differs is printed,
 * the recorded answer before the given one.
 */
int replay(const struct record_file *file, const char *path, struct replay_target *target);

#endif
