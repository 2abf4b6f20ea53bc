/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * host.c - main: a stack as Xen's code wants it, and the C library.
 *
 * Xen's smp_processor_id() looks at the top of a stack that is aligned to its size.
 */
#define _GNU_SOURCE
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <ucontext.h>

#include "host.h"

#define CPU_INFO_ROOM 4096 /* more than Xen's struct cpu_info */

static char stack[HARNESS_STACK] __attribute__((aligned(HARNESS_STACK)));
static char signal_stack[65536];
static ucontext_t outside, inside;
static struct {
	int argc;
	char **argv;
	int status;
} args;

void host_vprintf(const char *fmt, __builtin_va_list ap)
{
	vprintf(fmt, ap);
}

void host_printf(const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	vprintf(fmt, ap);
	va_end(ap);
}

void host_fail(const char *fmt, ...)
{
	va_list ap;

	printf("harness: ");
	va_start(ap, fmt);
	vprintf(fmt, ap);
	va_end(ap);
	printf("\n");
	fflush(stdout);
	_Exit(1);
}

void *host_zalloc(unsigned long size)
{
	void *p = aligned_alloc(64, (size + 63) & ~63ul);

	if (!p)
		host_fail("out of memory");
	return memset(p, 0, (size + 63) & ~63ul);
}

void host_free(void *p)
{
	free(p);
}

const char *host_ratio(unsigned long long part, unsigned long long whole)
{
	static char text[16][24];
	static int at;
	char *s = text[at++ % 16];

	snprintf(s, sizeof(text[0]), "%.3f", whole ? (double)part / (double)whole : 0.0);
	return s;
}

/* rtds has hypercalls of its own; nobody makes them here, so any type will do. */
#define UNUSED(name)                                                                               \
	void name(void);                                                                           \
	void name(void)                                                                            \
	{                                                                                          \
		host_fail("%s was called", #name);                                                 \
	}
UNUSED(copy_from_guest_pv)
UNUSED(copy_from_user_hvm)
UNUSED(copy_to_guest_pv)
UNUSED(copy_to_user_hvm)
UNUSED(hvm_local_events_need_delivery)

static void on_fault(int sig, siginfo_t *info, void *context)
{
	fflush(stdout);
	fprintf(stderr, "harness: signal %d at %p; an ASSERT or BUG of Xen is an ud2\n", sig,
		(void *)((ucontext_t *)context)->uc_mcontext.gregs[REG_RIP]);
	(void)info;
	_Exit(1);
}

static void enter(void)
{
	args.status = harness_main(args.argc, args.argv);
}

int main(int argc, char **argv)
{
	struct sigaction action = {.sa_sigaction = on_fault, .sa_flags = SA_SIGINFO | SA_ONSTACK};
	stack_t alternate = {.ss_sp = signal_stack, .ss_size = sizeof(signal_stack)};

	args.argc = argc;
	args.argv = argv;
	sigaltstack(&alternate, NULL);
	sigaction(SIGSEGV, &action, NULL);
	sigaction(SIGILL, &action, NULL);
	getcontext(&inside);
	inside.uc_stack.ss_sp = stack;
	inside.uc_stack.ss_size = sizeof(stack) - CPU_INFO_ROOM;
	inside.uc_link = &outside;
	makecontext(&inside, enter, 0);
	swapcontext(&outside, &inside);
	fflush(stdout);
	return args.status;
}
