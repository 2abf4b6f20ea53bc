/* SPDX-License-Identifier: BSD-2-Clause */
/* guest.c - guests come and go, ask for something, and do what they must not. */
#include "host.h"
#include "guest/guest.h"

#define NAME(name, what) #name,
#define WHAT(name, what) what,
static const char *const names[] = {GUEST_PROGRAMS(NAME)};
static const char *const whats[] = {GUEST_PROGRAMS(WHAT)};
#define NR_PROGRAMS (sizeof(names) / sizeof(names[0]))

#define MOST_PRINTED 120u
#define CACHE_LINE 32

const char *guest_program(sp_u32 program)
{
	return names[program];
}

void guest_help(void)
{
	sp_u32 i;

	for (i = 0; i < NR_PROGRAMS; i++)
		say("  %s\t%s\n", names[i], whats[i]);
}

/* Linux's, of the 40 nice levels; level 0 is 1024, each is 1.25 times the next. */
sp_u32 nice_weight(sp_s32 nice)
{
	static const sp_u32 weights[40] = {88761, 71755, 56483, 46273, 36291, 29154, 23254, 18705,
					   14949, 11916, 9548,	7620,  6100,  4904,  3906,  3121,
					   2501,  1991,	 1586,	1277,  1024,  820,   655,   526,
					   423,	  335,	 272,	215,   172,   137,   110,   87,
					   70,	  56,	 45,	36,    29,    23,    18,    15};

	return weights[nice + 20];
}

/* -- come and go ---------------------------------------------------------------------------- */

/*
 * What is written here as data is fetched as instructions.  The cache of those goes by the
 * guest's addresses, which we do not use: all of it is dropped.
 */
static void load_image(sp_u32 guest)
{
	sp_u32 *memory = (sp_u32 *)guest_memory(guest, GUEST_BASE, GUEST_SIZE);
	sp_u32 i, size = (sp_u32)(guest_image_end - guest_image);

	for (i = 0; i < size; i++)
		memory[i] = guest_image[i];
	for (; i < GUEST_SIZE / 4; i++)
		memory[i] = 0;
	for (i = 0; i < size; i += CACHE_LINE / 4)
		__asm__ volatile("dcbst 0, %0" : : "r"(memory + i) : "memory");
	__asm__ volatile("sync; iccci 0, 0; isync");
}

static sp_u32 find_program(const char *name)
{
	sp_u32 i;

	for (i = 0; i < NR_PROGRAMS && !text_is(names[i], name); i++)
		;
	return i;
}

/* A slot that never was used, or the first whose guest has ended. */
static sp_u32 find_slot(const struct host *h)
{
	sp_u32 i;

	for (i = 0; i < NR_GUESTS && h->guests[i].state != GUEST_ABSENT; i++)
		;
	return i;
}

void guest_start(struct host *h, const char *name, sp_s32 nice)
{
	sp_u32 program = find_program(name), slot = find_slot(h);
	struct guest *g = &h->guests[slot];
	sp_s32 ret;

	if (program == NR_PROGRAMS) {
		say("there is no program %s; there are\n", name);
		guest_help();
		return;
	}
	if (slot == NR_GUESTS) {
		say("there are %u guests already\n", NR_GUESTS);
		return;
	}
	ret = sched_add(h, slot, nice_weight(nice));
	if (ret) {
		say("policy %s refuses nice %d\n", h->pool.policy->name, nice);
		return;
	}
	load_image(slot);
	*g = (struct guest){.state = GUEST_READY, .program = program, .nice = nice};
	g->frame.pc = GUEST_BASE + 4;
	g->frame.msr = MSR_GUEST;
	g->frame.gpr[1] = GUEST_BASE + GUEST_SIZE - 16;
	g->frame.gpr[3] = program;
	g->frame.gpr[4] = slot;
	sched_wake(h, slot, SP_WAKE_UNKNOWN);
	console_changed(h);
}

void guest_end(struct host *h, sp_u32 guest)
{
	h->guests[guest].state = GUEST_ABSENT;
	sched_block(h, guest);
	sched_remove(h, guest);
	console_changed(h);
}

void guest_pause(struct host *h, sp_u32 guest)
{
	h->guests[guest].is_paused = 1;
	sched_block(h, guest);
	console_changed(h);
}

void guest_go_on(struct host *h, sp_u32 guest)
{
	h->guests[guest].is_paused = 0;
	if (h->guests[guest].state == GUEST_READY)
		sched_wake(h, guest, SP_WAKE_UNKNOWN);
	console_changed(h);
}

void guest_set_nice(struct host *h, sp_u32 guest, sp_s32 nice)
{
	if (port_vm_set_weight(&h->pool, guest, nice_weight(nice))) {
		say("policy %s has no weights\n", h->pool.policy->name);
		return;
	}
	h->guests[guest].nice = nice;
	console_changed(h);
}

/* -- sleep ------------------------------------------------------------------------------------ */

sp_u64 guest_next_ns(const struct host *h)
{
	sp_u64 at_ns = SP_NEVER_NS;
	sp_u32 i;

	for (i = 0; i < NR_GUESTS; i++)
		if (h->guests[i].state == GUEST_ASLEEP)
			at_ns = sp_min(at_ns, h->guests[i].wake_ns);
	return at_ns;
}

void guest_wake_due(struct host *h, sp_u64 now_ns)
{
	sp_u32 i;

	for (i = 0; i < NR_GUESTS; i++) {
		struct guest *g = &h->guests[i];

		if (g->state != GUEST_ASLEEP || now_ns < g->wake_ns)
			continue;
		g->state = GUEST_READY;
		if (!g->is_paused)
			sched_wake(h, i, SP_WAKE_TIMER);
	}
}

/* -- hypercalls -------------------------------------------------------------------------------- */

/* One line, of what a terminal can show, and not for long: nobody else runs meanwhile. */
int guest_print(struct host *h)
{
	sp_u32 *gpr = h->guests[h->current].frame.gpr, size = gpr[4], i;
	const sp_u8 *text = guest_memory(h->current, gpr[3], size);

	if (gpr[0] != CALL_PRINT)
		return -1;
	gpr[3] = text ? 0 : ~0u;
	if (!text)
		return 0;
	console_begin(h);
	say("[%u] ", h->current);
	for (i = 0; i < size && i < MOST_PRINTED; i++)
		serial_put(text[i] < ' ' || text[i] > '~' ? '.' : (char)text[i]);
	say("\n");
	console_end(h);
	return 0;
}

void guest_call(struct host *h)
{
	struct guest *g = &h->guests[h->current];
	sp_u32 *gpr = g->frame.gpr;

	switch (gpr[0]) {
	case CALL_SLEEP:
		g->wake_ns = clock_ns() + (sp_u64)gpr[3] * 1000;
		g->state = GUEST_ASLEEP;
		gpr[3] = 0;
		sched_block(h, h->current);
		break;
	case CALL_YIELD:
		h->has_yielded = 1;
		gpr[3] = 0;
		break;
	case CALL_EXIT:
		console_begin(h);
		say("[%u] %s: has ended\n", h->current, names[g->program]);
		console_end(h);
		guest_end(h, h->current);
		break;
	default:
		gpr[3] = ~0u;
	}
}

/* -- faults ------------------------------------------------------------------------------------ */

static void say_address(const char *does, sp_u32 address)
{
	say("%s %x, ", does, address);
	if (address - GUEST_BASE < GUEST_SIZE)
		say("its own, but not for that");
	else if (address < GUEST_MEMORY)
		say("the host's");
	else if (address - GUEST_MEMORY < NR_GUESTS * GUEST_SIZE)
		say("guest %u's", (address - GUEST_MEMORY) / GUEST_SIZE);
	else
		say("nobody's");
}

static void say_program(sp_u32 trap, sp_u32 esr)
{
	if (trap == TRAP_PROGRAM && esr & ESR_PRIVILEGED)
		say("executes a privileged instruction");
	else if (trap == TRAP_PROGRAM && esr & ESR_ILLEGAL)
		say("executes no instruction");
	else if (trap == TRAP_FLOAT)
		say("uses floating point"); /* which nobody saves */
	else
		say("trap %u", trap);
}

void guest_fault(struct host *h, sp_u32 trap)
{
	const struct guest *g = &h->guests[h->current];
	sp_u32 esr = READ_SPR(SPR_ESR);

	console_begin(h);
	say("[%u] %s: ", h->current, names[g->program]);
	if (trap == TRAP_FETCH || trap == TRAP_FETCH_MISS)
		say_address("jumps to", g->frame.pc);
	else if (trap == TRAP_DATA || trap == TRAP_DATA_MISS)
		say_address(esr & ESR_STORE ? "writes" : "reads", READ_SPR(SPR_DEAR));
	else
		say_program(trap, esr);
	say(" (at %x): ended\n", g->frame.pc);
	console_end(h);
	guest_end(h, h->current);
}
