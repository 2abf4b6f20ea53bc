/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * tempfile.h - TARGET.PID.tmp, which becomes TARGET or is no more: whether its writer
 * fails or a signal ends it.  What a killed one left goes when TARGET is written next.
 */
#ifndef CORUN_TEMPFILE_H
#define CORUN_TEMPFILE_H

#include <stdbool.h>
#include <sys/types.h>

struct tempfile {
	char *path;
	int fd; /* open for writing; its lock tells others that we live */
	struct tempfile *next;
};

/* NULL with errno. */
struct tempfile *tempfile_make(const char *target);

/* 0 and TARGET is this file, or an errno and it is gone.  Frees it. */
int tempfile_rename(struct tempfile *temp, const char *target);

void tempfile_drop(struct tempfile *temp);

/* Removes what killed processes left in a folder; so with only: of this name there. */
void tempfile_sweep(const char *dir, const char *only);

/*
 * A process that writes a tempfile: a signal that ends us ends it first.  0: none.
 * One at a time.
 */
void tempfile_set_writer(pid_t pid);

#endif
