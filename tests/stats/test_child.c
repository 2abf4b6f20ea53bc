/* SPDX-License-Identifier: BSD-2-Clause */
/* A child for code that cannot be trusted: whatever becomes of it, its parent can tell. */
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "../../sim/base/child.h"

#define PATIENCE_NS 100000000u

/* What it did, in words; its message, if there was one, in text. */
static const char *tell(child_main *main, char text[CHILD_FATE_CHARS], char where[WHERE_CHARS])
{
	struct child child;
	struct inbox inbox;
	struct error err;
	const char *kind = "answer";

	assert_int_equal(child_start(&child, main, NULL, NULL, &err), 0);
	if (child_answer(&child, PATIENCE_NS, &inbox))
		snprintf(text, CHILD_FATE_CHARS, "%.*s", (int)inbox.head.bytes, (char *)inbox.data);
	else
		kind = child_fate(&child, text);
	where_text(child.where, where);
	inbox_clear(&inbox);
	child_end(&child);
	return kind;
}

static void says_hello(void *context, int in, int out, struct where *where)
{
	(void)context;
	(void)in;
	(void)where;
	message_send(out, 7, "hello", 5);
}

static void crashes(void *context, int in, int out, struct where *where)
{
	(void)context;
	(void)in;
	(void)out;
	where_enter(where, WHERE_TICK, 17);
	raise(SIGSEGV);
}

static void leaves(void *context, int in, int out, struct where *where)
{
	(void)context;
	(void)in;
	(void)out;
	where_enter(where, WHERE_INIT, 0);
	where_leave(where);
	_exit(3);
}

static void never_returns(void *context, int in, int out, struct where *where)
{
	(void)context;
	(void)in;
	(void)out;
	where_enter(where, WHERE_PICK_NEXT, 1500);
	for (;;)
		__asm__ volatile("");
}

static void stands_still(void *context, int in, int out, struct where *where)
{
	(void)context;
	(void)in;
	(void)out;
	for (;;) {
		where_enter(where, WHERE_TIMER, 1500);
		where_leave(where);
	}
}

static void sleeps(void *context, int in, int out, struct where *where)
{
	(void)context;
	(void)in;
	(void)out;
	where_enter(where, WHERE_VCPU_WAKE, 99);
	for (;;)
		pause();
}

/* Outside of a callback it may take its time: so long as it gets on. */
static void works(void *context, int in, int out, struct where *where)
{
	volatile uint64_t i;

	(void)context;
	(void)in;
	for (i = 0; i < 400000000; i++)
		if (i % 1000000 == 0)
			where->now_ns++;
	message_send(out, 1, "done", 4);
}

static void lies(void *context, int in, int out, struct where *where)
{
	struct message head = {.bytes = 5, .checksum = 1, .kind = 1};

	(void)context;
	(void)in;
	(void)where;
	if (write(out, &head, sizeof(head)) < 0 || write(out, "hello", 5) < 0)
		_exit(1);
	pause();
}

static void promises_too_much(void *context, int in, int out, struct where *where)
{
	struct message head = {.bytes = UINT64_MAX, .kind = 1};

	(void)context;
	(void)in;
	(void)where;
	if (write(out, &head, sizeof(head)) < 0)
		_exit(1);
	pause();
}

static void fates(void **state)
{
	static const struct {
		child_main *main;
		const char *kind, *fate, *where;
	} cases[] = {
		{says_hello, "answer", "hello", "before its first callback it"},
		{crashes, "crash", "crashed (Segmentation fault)", "tick at 17 ns"},
		{leaves, "exit", "ended its process (exit status 3)", "after init at 0 ns it"},
		{never_returns, "hang", "did not return", "pick_next at 1500 ns"},
		{stands_still, "hang", "let no simulated time pass", NULL},
		{sleeps, "hang", "fell asleep", "vcpu_wake at 99 ns"},
		{works, "answer", "done", NULL},
		{lies, "hang", "closed its pipe and went on", NULL},
		{promises_too_much, "hang", "closed its pipe and went on", NULL},
	};
	char text[CHILD_FATE_CHARS], where[WHERE_CHARS];
	unsigned i;

	(void)state;
	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		assert_string_equal(tell(cases[i].main, text, where), cases[i].kind);
		assert_string_equal(text, cases[i].fate);
		if (cases[i].where)
			assert_string_equal(where, cases[i].where);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(fates)};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
