/* SPDX-License-Identifier: BSD-2-Clause */
/* guest.h - what host and guests agree upon: hypercalls, and the programs there are. */
#ifndef GUEST_H
#define GUEST_H

/* `sc` with the number in r0, arguments from r3 on, the answer in r3. */
#define CALL_PRINT 1 /* address, bytes: 0, or -1 if that is not the guest's memory */
#define CALL_SLEEP 2 /* microseconds */
#define CALL_YIELD 3
#define CALL_EXIT 4

/*
 * X(name, what it does).  Each is a function guest_NAME in programs.c; a guest is told
 * the position of its own.
 */
#define GUEST_PROGRAMS(X)                                                                          \
	X(hog, "computes, and never gives way")                                                    \
	X(nap, "sleeps 17 ms, computes 3 ms")                                                      \
	X(polite, "yields after each ms")                                                          \
	X(walk, "writes and checks 100 pages of its memory, over and over")                        \
	X(hello, "prints, and exits")                                                              \
	X(priv, "executes a privileged instruction")                                               \
	X(peek, "reads the host's memory")                                                         \
	X(poke, "writes the host's memory")                                                        \
	X(spy, "reads a neighbour's memory")                                                       \
	X(scrawl, "writes over its own instructions")                                              \
	X(stray, "jumps to where nothing is")                                                      \
	X(astray, "jumps into its data")                                                           \
	X(fraud, "has the host print memory that is not its own")

#endif
