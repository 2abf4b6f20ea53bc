/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * programs.c - the standalone guests, all in one image: each guest has a copy of it in an
 * address space of its own, and runs one of the programs.  No C library, no interrupts;
 * four hypercalls.
 */
#include "guest.h"
#include "regs.h"

typedef __UINT32_TYPE__ u32;

void guest_main(u32 program, u32 id);

#define TICKS_PER_US 400u
#define NR_WALKED 100u
#define WORDS_PER_PAGE 1024u

/* Where a walker walks: pages behind all that the image has. */
#define WALKED ((volatile u32 *)(GUEST_BASE + 0x10000))

/* The host starts a guest here: r3 the program, r4 its id, r1 the end of its memory. */
__asm__(".section .start,\"ax\"\n"
	"	.long text_end\n"
	"	bl guest_main\n"
	"	.text\n");

static u32 call(u32 number, u32 a, u32 b)
{
	register u32 r0 __asm__("r0") = number;
	register u32 r3 __asm__("r3") = a;
	register u32 r4 __asm__("r4") = b;

	__asm__ volatile("sc" : "+r"(r3) : "r"(r0), "r"(r4) : "memory");
	return r3;
}

static u32 ticks(void)
{
	u32 low;

	__asm__ volatile("mfspr %0, %1" : "=r"(low) : "i"(SPR_TBL_READ));
	return low;
}

static void compute(u32 us)
{
	u32 from = ticks();

	while (ticks() - from < us * TICKS_PER_US)
		;
}

static void print(const char *text)
{
	u32 size = 0;

	while (text[size])
		size++;
	call(CALL_PRINT, (u32)text, size);
}

/* TEXT NUMBER REST, as one line. */
static void print_number(const char *text, u32 number, const char *rest)
{
	char line[80];
	u32 at = 0, scale = 1;

	while (*text)
		line[at++] = *text++;
	while (number / scale > 9)
		scale *= 10;
	for (; scale; scale /= 10)
		line[at++] = (char)('0' + number / scale % 10);
	while (*rest)
		line[at++] = *rest++;
	call(CALL_PRINT, (u32)line, at);
}

static void guest_hog(u32 id)
{
	for (;;)
		;
}

/* Each 40 naps it says by how much the latest of them was late. */
static void guest_nap(u32 id)
{
	u32 i, late, latest;

	for (;;) {
		latest = 0;
		for (i = 0; i < 40; i++) {
			u32 from = ticks();

			call(CALL_SLEEP, 17000, 0);
			late = (ticks() - from) / TICKS_PER_US - 17000;
			if (late > latest)
				latest = late;
			compute(3000);
		}
		print_number("40 naps, late by ", latest, " us at most");
	}
}

static void guest_polite(u32 id)
{
	for (;;) {
		compute(1000);
		call(CALL_YIELD, 0, 0);
	}
}

/* More pages than the TLB has entries, and none of another guest's words in them. */
static void guest_walk(u32 id)
{
	u32 round, page;

	for (round = 0;; round++) {
		for (page = 0; page < NR_WALKED; page++)
			WALKED[page * WORDS_PER_PAGE] = round << 16 | id << 8 | page;
		for (page = 0; page < NR_WALKED; page++)
			if (WALKED[page * WORDS_PER_PAGE] != (round << 16 | id << 8 | page)) {
				print_number("page ", page, " is another's");
				call(CALL_EXIT, 0, 0);
			}
		if (round % 100 == 99)
			print_number("pages kept for ", round + 1, " rounds");
	}
}

static void guest_hello(u32 id)
{
	print("hello from problem state");
}

static void guest_priv(u32 id)
{
	__asm__ volatile("mtspr %0, %1" : : "i"(SPR_PID), "r"(0));
}

static void guest_peek(u32 id)
{
	(void)*(volatile u32 *)0x00010000;
}

static void guest_poke(u32 id)
{
	*(volatile u32 *)0x00010000 = 0;
}

static void guest_spy(u32 id)
{
	(void)*(volatile u32 *)(GUEST_MEMORY + (id ^ 1) * GUEST_SIZE);
}

static void guest_scrawl(u32 id)
{
	*(volatile u32 *)GUEST_BASE = 0;
}

static void guest_stray(u32 id)
{
	((void (*)(void))0x66666664)();
}

static void guest_astray(u32 id)
{
	*WALKED = 0x48000000; /* b . */
	((void (*)(void))WALKED)();
}

static void guest_fraud(u32 id)
{
	u32 answers = call(CALL_PRINT, 0x00010000, 4) &
		      call(CALL_PRINT, GUEST_BASE, GUEST_SIZE + 1) &
		      call(CALL_PRINT, GUEST_BASE + 4, ~0u);

	print(answers == ~0u ? "all refused" : "the host has printed it");
}

#define PROGRAM(name, what) guest_##name,
void guest_main(u32 program, u32 id)
{
	static void (*const programs[])(u32 id) = {GUEST_PROGRAMS(PROGRAM)};

	programs[program](id);
	call(CALL_EXIT, 0, 0);
}
