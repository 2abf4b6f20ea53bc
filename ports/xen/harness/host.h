/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * host.h - what the Xen side of the harness asks of the C library.
 *
 * The Xen side is compiled with Xen's headers and flags (no SSE, a stack aligned
 * to 8), the host side with the system's; only these plain functions cross.
 */
#ifndef CORUN_HARNESS_HOST_H
#define CORUN_HARNESS_HOST_H

#define HARNESS_STACK 32768 /* Xen's STACK_SIZE: its cpu_info is found at the top */

void host_printf(const char *fmt, ...);
void host_vprintf(const char *fmt, __builtin_va_list args);
/* Ends the program with status 1 after a line. */
void host_fail(const char *fmt, ...) __attribute__((__noreturn__));
void *host_zalloc(unsigned long size);
void host_free(void *p);
/* Percent with three digits, as a string that the next calls overwrite in turn. */
const char *host_ratio(unsigned long long part, unsigned long long whole);

/* The Xen side's main; arguments as of main(). */
int harness_main(int argc, char **argv);

#endif
