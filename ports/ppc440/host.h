/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * host.h - the host in one structure, and which file does what.
 *
 *	start.S		first instructions, vectors, the way into a guest and back
 *	board.c		clock, serial lines, the command line, the end
 *	tlb.c		address spaces
 *	host.c		main, traps: why a guest is left, what goes on
 *	sched.c		the port: hv.h's functions, and who calls port.h's
 *	guest.c		guests come, go, call and fail
 *	console.c	commands
 *	record.c	the policy's calls and answers, out by the second serial line
 *	text.c		printing, and memcpy and memset for the compiler
 *	guest/		what the guests run
 *
 * There is one pCPU and one stack; the host runs with interrupts off from a trap until
 * it resumes a guest.  So nothing here is ever entered twice, and the lock that the port
 * asks for is there already.
 */
#ifndef HOST_H
#define HOST_H

#include "port.h"
#include "regs.h"
#include "record.h"

/* What a trap saves; start.S knows the layout. */
struct frame {
	sp_u32 gpr[32];
	sp_u32 pc, msr, cr, lr, ctr, xer;
};

_Static_assert(sizeof(struct frame) == FRAME_SIZE, "regs.h: FRAME_SIZE");
_Static_assert(__builtin_offsetof(struct frame, pc) == FRAME_PC, "regs.h: FRAME_PC");
_Static_assert(NR_GUESTS <= SP_NR_VCPUS, "a vCPU for each guest");

enum guest_state {
	GUEST_ABSENT, /* never was, or has ended: the slot is free */
	GUEST_ASLEEP,
	GUEST_READY, /* runs, or wants to */
};

/* A VM of one vCPU, both with the guest's number as id. */
struct guest {
	struct frame frame;
	enum guest_state state;
	sp_u32 is_paused; /* from the console: does not run, whatever its state */
	sp_u32 program;
	sp_s32 nice;
	sp_u64 wake_ns; /* asleep until then */
	sp_u64 stint_ns; /* of the stint under way, without what the host took */
	sp_u64 ran_ns; /* of all stints that ended */
	sp_u64 second_ns; /* ran_ns when the last line of shares was printed */
	sp_u64 since_ns; /* ran_ns when something changed last */
};

#define NR_LATER 16
#define LINE_SIZE 120

/* A command for later. */
struct later {
	sp_u64 at_ns;
	char line[LINE_SIZE];
};

struct console {
	char line[LINE_SIZE]; /* typed so far */
	sp_u32 length;
	sp_u32 is_typed; /* somebody is there: a prompt helps */
	sp_u32 is_live; /* print shares */
	sp_u64 live_ns; /* when the next line of shares is due */
	sp_u64 shown_ns; /* when the last one was printed */
	sp_u64 since_ns; /* when something changed last */
	sp_u32 nr_later;
	struct later later[NR_LATER]; /* in the order in which they were given */
};

struct recorded {
	const struct sp_policy *policy; /* the real one */
	void *state;
	sp_u64 nr_frames, digest;
	sp_u32 is_heard; /* there is a second serial line */
	sp_u8 body[RECORD_MAX_BODY];
};

#define STATE_MOST 32768

struct host {
	struct port_pool pool;
	struct sp_out out;
	struct sp_policy table; /* the policy, its calls recorded */
	struct recorded recorder;
	sp_u64 until_ns; /* pick again then, idle or not */
	sp_u64 resumed_ns; /* when the current guest was */
	sp_u32 current; /* a guest, or SP_NONE: idle */
	sp_u32 has_yielded; /* the current one */
	sp_u32 must_pick;
	sp_u32 nr_entries; /* of the TLB written so far: the oldest goes */
	struct frame idle;
	struct guest guests[NR_GUESTS];
	struct console console;
	_Alignas(8) sp_u8 state[STATE_MOST]; /* the policy's */
};

#define READ_SPR(spr)                                                                              \
	({                                                                                         \
		sp_u32 value_;                                                                     \
		__asm__ volatile("mfspr %0, %1" : "=r"(value_) : "i"(spr));                        \
		value_;                                                                            \
	})
#define WRITE_SPR(spr, value) __asm__ volatile("mtspr %0, %1" : : "i"(spr), "r"(value))

/* -- start.S ------------------------------------------------------------------------ */

void idle_loop(void);
extern const sp_u32 guest_image[], guest_image_end[];

/* -- board.c ------------------------------------------------------------------------ */

sp_u64 clock_ns(void);
/* Traps when the clock has reached at_ns, or as soon as a guest runs. */
void clock_arm(sp_u64 at_ns);
void clock_ack(void);
void board_init(void);
/* The next character that was typed, or -1. */
int serial_get(void);
void serial_ack(void);
void serial_put(char c);
int serial_has_record(void);
void serial_put_record(sp_u8 byte);
/* What QEMU's -append says, into line; 0, or -1: there is nothing. */
int board_command_line(const sp_u8 *tree, char *line, sp_u32 size);
void board_off(void) __attribute__((noreturn));

/* -- tlb.c -------------------------------------------------------------------------- */

void tlb_init(void);
/* From now on address space 1 is this guest's. */
void tlb_switch(sp_u32 guest);
/* Loads the entry for an address of the guest's; 0, or -1: it has none there. */
int tlb_load(struct host *h, sp_u32 guest, sp_u32 address);
/* Its memory as the host sees it, or NULL if it is not all the guest's own. */
sp_u8 *guest_memory(sp_u32 guest, sp_u32 address, sp_u32 size);

/* -- host.c ------------------------------------------------------------------------- */

struct frame *host_main(const sp_u8 *tree);
struct frame *host_trap(struct host *h, sp_u32 trap);

/* -- sched.c ------------------------------------------------------------------------ */

/* 0, or a negative SP_E... */
sp_s32 sched_init(struct host *h, const struct sp_policy *policy, const struct sp_config *config);
/* Where a trap has saved what it interrupted: the current guest, or nobody. */
struct frame *sched_frame(struct host *h);
/* From here on it is not the current guest's time. */
void sched_leave(struct host *h);
/* Stop and pick where that is due; the frame to go on with. */
struct frame *sched_resume(struct host *h);
/* 0, or a negative SP_E...; the guest is then blocked. */
sp_s32 sched_add(struct host *h, sp_u32 guest, sp_u32 weight);
void sched_wake(struct host *h, sp_u32 guest, sp_u32 reason);
/* Its state says already that it does not run; if it is the current one, nobody is then. */
void sched_block(struct host *h, sp_u32 guest);
/* Blocked. */
void sched_remove(struct host *h, sp_u32 guest);

/* -- guest.c ------------------------------------------------------------------------ */

const char *guest_program(sp_u32 program);
void guest_help(void);
/* These say on the console why they cannot. */
void guest_start(struct host *h, const char *program, sp_s32 nice);
void guest_set_nice(struct host *h, sp_u32 guest, sp_s32 nice);
void guest_pause(struct host *h, sp_u32 guest);
void guest_go_on(struct host *h, sp_u32 guest);
void guest_end(struct host *h, sp_u32 guest);
void guest_wake_due(struct host *h, sp_u64 now_ns);
/* When the next sleeper is due. */
sp_u64 guest_next_ns(const struct host *h);
/* The current guest has called.  guest_print: 0, or -1, it wants something else. */
int guest_print(struct host *h);
void guest_call(struct host *h);
/* The current guest did what it must not. */
void guest_fault(struct host *h, sp_u32 trap);
sp_u32 nice_weight(sp_s32 nice);

/* -- console.c ---------------------------------------------------------------------- */

void console_init(struct host *h);
/* Commands, separated by ; */
void console_run(struct host *h, const char *commands);
/* Around what is printed while somebody may be typing. */
void console_begin(const struct host *h);
void console_end(const struct host *h);
void console_typed(struct host *h, char c);
/* When console_due has something to do. */
sp_u64 console_next_ns(const struct host *h);
void console_due(struct host *h, sp_u64 now_ns);
/* Shares count anew. */
void console_changed(struct host *h);

/* -- record.c ----------------------------------------------------------------------- */

/* h->table is then the policy with a recorder before it, whose state is h->recorder. */
void record_begin(struct host *h, const struct sp_policy *policy);
void record_end(struct host *h);

/* -- text.c ------------------------------------------------------------------------- */

/*
 * To the console.  %s a string, %u a sp_u32, %d a sp_s32, %x eight hex digits, %t a time
 * of sp_u64 ns in s to the ms, %p a share of sp_u64 part, sp_u64 whole in percent.
 */
void say(const char *format, ...);
int text_is(const char *a, const char *b);

#define MOST_WORDS 8

/* The words of a line; those that are not there are "". */
struct words {
	char text[LINE_SIZE];
	const char *word[MOST_WORDS];
	sp_u32 nr;
};
void text_split(struct words *w, const char *line);
/* A number with one of the units s, ms, us (into ns), or without; -1: it is none. */
int text_number(const char *text, sp_u64 *number);

#endif
