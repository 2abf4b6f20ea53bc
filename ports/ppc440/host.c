/* SPDX-License-Identifier: BSD-2-Clause */
/* host.c - the beginning, and what to do about each trap. */
#include "host.h"

struct frame *host_main(const sp_u8 *tree)
{
	static struct host host; /* the only one there is; everybody else is given it */
	struct host *h = &host;
	char commands[1024];

	tlb_init();
	board_init();
	h->current = SP_NONE;
	h->until_ns = h->pool.timer_ns = SP_NEVER_NS;
	h->idle.pc = (sp_u32)idle_loop;
	WRITE_SPR(SPR_SPRG3, (sp_u32)h);
	console_init(h);
	if (!board_command_line(tree, commands, sizeof(commands))) {
		console_run(h, commands);
		return sched_resume(h);
	}
	console_run(h, "policy nice; start hog; start hog");
	say("two guests under nice, on a PowerPC 440; help lists the commands\n");
	return sched_resume(h);
}

static void serve_console(struct host *h)
{
	int c;

	while ((c = serial_get()) >= 0)
		console_typed(h, (char)c);
	serial_ack();
}

/* Interrupts are off in the host: a trap of its own is a mistake in it. */
static void check_origin(const struct frame *f, sp_u32 trap)
{
	if (f->msr & (trap == TRAP_EXTERNAL || trap == TRAP_DECREMENTER ? MSR_EE : MSR_PR))
		return;
	say("host: trap %u at %x, address %x\n", trap, f->pc, READ_SPR(SPR_DEAR));
	board_off();
}

/*
 * What a guest makes the host do, so that it can go on: in the guest's own time, or its
 * neighbours would pay for it.  0, or -1: that was something else.
 */
static int serve_guest(struct host *h, sp_u32 trap)
{
	switch (trap) {
	case TRAP_CALL:
		return guest_print(h);
	case TRAP_DATA_MISS:
		return tlb_load(h, h->current, READ_SPR(SPR_DEAR));
	case TRAP_FETCH_MISS:
		return tlb_load(h, h->current, h->guests[h->current].frame.pc);
	default:
		return -1;
	}
}

struct frame *host_trap(struct host *h, sp_u32 trap)
{
	struct frame *frame = sched_frame(h);

	check_origin(frame, trap);
	if (!serve_guest(h, trap))
		return frame;
	sched_leave(h);
	switch (trap) {
	case TRAP_DECREMENTER:
		clock_ack();
		break;
	case TRAP_EXTERNAL:
		serve_console(h);
		break;
	case TRAP_CALL:
		guest_call(h);
		break;
	default:
		guest_fault(h, trap);
	}
	console_due(h, clock_ns());
	return sched_resume(h);
}
