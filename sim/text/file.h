/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * file.h - texts as files: read whole, told apart by a hash, found beside each other.
 */
#ifndef CORUN_FILE_H
#define CORUN_FILE_H

#include <stddef.h>

#include "base/error.h"
#include "node.h"

#define FILE_BYTES_MAX (16u << 20)

struct file_text {
	char *text; /* malloced and terminated */
	size_t length;
};

/* A whole regular file, or stdin for "-".  wanted: "a scenario", for messages. */
int file_read(const char *path, const char *wanted, struct file_text *out, struct error *err);
/* FNV-1a, 64 bits, hexadecimal: tells files apart, and is no protection. */
void file_hash(const char *text, size_t length, char hash[17]);
/* The source that a file is; its folder is where relative paths start. */
struct source *file_source(struct arena *arena, const char *path);
/* path as it is seen from the file at place. */
const char *file_beside(struct arena *arena, struct place place, const char *path);

#endif
