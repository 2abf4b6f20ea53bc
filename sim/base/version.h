/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * version.h - which corun this is; the Makefile makes the texts.  Results are a function of
 * scenario, seed and number: commit and compiler are told, and decide nothing.
 */
#ifndef CORUN_VERSION_H
#define CORUN_VERSION_H

extern const char version_number[]; /* "0.1.0" */
extern const char version_commit[]; /* "34d969b1f2aa", with "-dirty" behind it, or "unknown" */
extern const char version_compiler[]; /* the first line that it says of itself */

#endif
