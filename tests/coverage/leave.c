/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * leave.c - _exit of a build that counts lines (make coverage): workers leave by it, and would
 * leave without what they have counted.
 */
extern void __gcov_dump(void);
void __real__exit(int status) __attribute__((noreturn));
void __wrap__exit(int status) __attribute__((noreturn));

void __wrap__exit(int status)
{
	__gcov_dump();
	__real__exit(status);
}
