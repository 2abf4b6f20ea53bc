/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * board.c - what is on QEMU's bamboo board: a clock of 400 MHz and its decrementer, two
 * serial lines (16550) behind an interrupt controller (UIC), and the device tree with
 * the command line.
 */
#include "host.h"

#define WRITE_DCR(dcr, value) __asm__ volatile("mtdcr %0, %1" : : "i"(dcr), "r"(value))

/* -- the clock ------------------------------------------------------------------------ */

/* 400 MHz: 2.5 ns a tick. */
#define TICKS_TO_NS(ticks) ((ticks) / 2 * 5)
#define NS_TO_TICKS(ns) ((ns) / 5 * 2 + 2)
#define MOST_TICKS 0x7fffffffu

sp_u64 clock_ns(void)
{
	sp_u32 high, low;

	do {
		high = READ_SPR(SPR_TBU_READ);
		low = READ_SPR(SPR_TBL_READ);
	} while (high != READ_SPR(SPR_TBU_READ));
	return TICKS_TO_NS((sp_u64)high << 32 | low);
}

void clock_arm(sp_u64 at_ns)
{
	sp_u64 ticks = NS_TO_TICKS(sp_sub0(at_ns, clock_ns()));

	WRITE_SPR(SPR_DEC, (sp_u32)sp_min(ticks, MOST_TICKS));
}

void clock_ack(void)
{
	WRITE_SPR(SPR_TSR, TSR_DIS);
}

/* -- serial lines ---------------------------------------------------------------------- */

#define SERIAL_CONSOLE ((volatile sp_u8 *)0xef600300)
#define SERIAL_RECORD ((volatile sp_u8 *)0xef600400)
#define SERIAL_DATA 0
#define SERIAL_INTERRUPTS 1
#define SERIAL_FIFO 2
#define SERIAL_LINE 3
#define SERIAL_MODEM 4
#define SERIAL_STATUS 5
#define SERIAL_SCRATCH 7
#define SERIAL_RECEIVED 0x01
#define SERIAL_CAN_SEND 0x20
#define SERIAL_ALL_SENT 0x40

/* The interrupt controller; the console is its line 0. */
#define UIC_STATUS 0xc0
#define UIC_ENABLE 0xc2
#define UIC_CRITICAL 0xc3
#define UIC_POLARITY 0xc4
#define UIC_TRIGGER 0xc5
#define UIC_CONSOLE 0x80000000u

static void put(volatile sp_u8 *serial, sp_u8 byte)
{
	while (!(serial[SERIAL_STATUS] & SERIAL_CAN_SEND))
		;
	serial[SERIAL_DATA] = byte;
}

void serial_put(char c)
{
	if (c == '\n')
		put(SERIAL_CONSOLE, '\r');
	put(SERIAL_CONSOLE, (sp_u8)c);
}

/* QEMU leaves the second line out if it is not told where it ends. */
static int is_there(volatile sp_u8 *serial)
{
	serial[SERIAL_SCRATCH] = 0x5a;
	return serial[SERIAL_SCRATCH] == 0x5a;
}

int serial_has_record(void)
{
	return is_there(SERIAL_RECORD);
}

void serial_put_record(sp_u8 byte)
{
	put(SERIAL_RECORD, byte);
}

static void flush(volatile sp_u8 *serial)
{
	while (is_there(serial) && !(serial[SERIAL_STATUS] & SERIAL_ALL_SENT))
		;
}

int serial_get(void)
{
	if (!(SERIAL_CONSOLE[SERIAL_STATUS] & SERIAL_RECEIVED))
		return -1;
	return SERIAL_CONSOLE[SERIAL_DATA];
}

void serial_ack(void)
{
	WRITE_DCR(UIC_STATUS, UIC_CONSOLE);
}

void board_init(void)
{
	SERIAL_CONSOLE[SERIAL_LINE] = 3; /* 8 bits */
	SERIAL_RECORD[SERIAL_LINE] = 3;
	SERIAL_CONSOLE[SERIAL_FIFO] = 1;
	SERIAL_CONSOLE[SERIAL_MODEM] = 8; /* lets its interrupt out */
	SERIAL_CONSOLE[SERIAL_INTERRUPTS] = 1; /* received */
	WRITE_DCR(UIC_CRITICAL, 0);
	WRITE_DCR(UIC_POLARITY, 0xffffffffu);
	WRITE_DCR(UIC_TRIGGER, 0); /* by level */
	WRITE_DCR(UIC_STATUS, 0xffffffffu);
	WRITE_DCR(UIC_ENABLE, UIC_CONSOLE);
	WRITE_SPR(SPR_DEC, MOST_TICKS);
	WRITE_SPR(SPR_TSR, TSR_DIS);
	WRITE_SPR(SPR_TCR, TCR_DIE);
}

/* -- the device tree -------------------------------------------------------------------- */

#define TREE_MAGIC 0xd00dfeedu
#define TREE_PROPERTY 3
#define TREE_NODE 1
#define TREE_END 9

/* The tree is big-endian, as we are. */
static sp_u32 word(const sp_u8 *tree, sp_u32 at)
{
	return *(const sp_u32 *)(tree + at);
}

static sp_u32 aligned(sp_u32 at)
{
	return (at + 3) & ~3u;
}

/* "bootargs" wherever it stands: only /chosen has one. */
int board_command_line(const sp_u8 *tree, char *line, sp_u32 size)
{
	sp_u32 at, names, length, i;

	if (word(tree, 0) != TREE_MAGIC)
		return -1;
	names = word(tree, 12);
	for (at = word(tree, 8); word(tree, at) != TREE_END;) {
		sp_u32 token = word(tree, at);

		at += 4;
		if (token == TREE_NODE) {
			while (tree[at])
				at++;
			at = aligned(at + 1);
		} else if (token == TREE_PROPERTY) {
			length = word(tree, at);
			if (text_is((const char *)tree + names + word(tree, at + 4), "bootargs")) {
				for (i = 0; i < length && i + 1 < size; i++)
					line[i] = (char)tree[at + 8 + i];
				line[i] = 0;
				return line[0] ? 0 : -1;
			}
			at = aligned(at + 8 + length);
		}
	}
	return -1;
}

/* With -no-reboot a reset is the end of QEMU. */
void board_off(void)
{
	flush(SERIAL_CONSOLE);
	flush(SERIAL_RECORD);
	WRITE_SPR(SPR_DBCR0, DBCR0_RESET_SYSTEM);
	for (;;)
		;
}
