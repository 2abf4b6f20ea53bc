/* SPDX-License-Identifier: BSD-2-Clause */
/* build_policy.h - from mine.c to mine.so, by the rules of policies/module/policy.mk. */
#ifndef CORUN_BUILD_POLICY_H
#define CORUN_BUILD_POLICY_H

#include "base/error.h"

/* A policy's text, and what it becomes. */
struct policy_text {
	char *dir; /* absolute: the folder of its file */
	char *name; /* "mine": of mine.c */
	char *object; /* DIR/mine.so */
};

/*
 * path: a file mine.c; or a folder with mine/mine.c in it, or with one file *.c, such as one
 * of `corun init`.  0, or -1 with *err; policy_text_fini either way.
 */
int policy_text_find(struct policy_text *text, const char *path, struct error *err);
void policy_text_fini(struct policy_text *text);

/*
 * Builds it anew, beside its text.  What the compiler says goes to standard error.
 * 0, or -1 with *err: STATUS_INPUT (kind "build") for a text that does not build.
 */
int policy_text_build(const struct policy_text *text, struct error *err);

#endif
