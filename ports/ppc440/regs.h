/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * regs.h - the PowerPC 440 by number: its registers, the causes of a trap, and the layout
 * of what a trap saves.  For C and for assembly.
 *
 * Source: IBM, PowerPC 440 user's manual; the board's addresses: QEMU's bamboo.dtb.
 */
#ifndef REGS_H
#define REGS_H

/* Special purpose registers. */
#define SPR_DEC 22
#define SPR_PID 48 /* whose pages are seen in address space 1 */
#define SPR_DEAR 61 /* the data address that trapped */
#define SPR_ESR 62 /* what was wrong with it */
#define SPR_IVPR 63 /* where the vectors are */
#define SPR_TBL_READ 268
#define SPR_TBU_READ 269
#define SPR_SPRG0 272 /* ours: the struct frame that a trap fills */
#define SPR_SPRG1 273 /* ours: r1 for a moment */
#define SPR_SPRG3 275 /* ours: the struct host */
#define SPR_SRR0 26
#define SPR_SRR1 27
#define SPR_DBCR0 308
#define SPR_TSR 336
#define SPR_TCR 340
#define SPR_IVOR0 400
#define SPR_MMUCR 946 /* the PID of the entry that tlbwe writes */

#define TSR_DIS 0x08000000 /* the decrementer has reached 0 */
#define TCR_DIE 0x04000000 /* ... and may trap */
#define DBCR0_RESET_SYSTEM 0x30000000
#define ESR_ILLEGAL 0x08000000
#define ESR_PRIVILEGED 0x04000000
#define ESR_TRAP 0x02000000
#define ESR_STORE 0x00800000

/* The machine state.  Address space 0 (IS, DS clear) is the host's, 1 the guests'. */
#define MSR_WAIT 0x00040000
#define MSR_EE 0x00008000 /* interrupts on */
#define MSR_PR 0x00004000 /* problem state: no privileged instruction */
#define MSR_IS 0x00000020
#define MSR_DS 0x00000010
#define MSR_GUEST (MSR_EE | MSR_PR | MSR_IS | MSR_DS)

/* Traps, by the number of their vector. */
#define TRAP_DATA 2 /* a page that is there, but not for this */
#define TRAP_FETCH 3
#define TRAP_EXTERNAL 4
#define TRAP_ALIGNMENT 5
#define TRAP_PROGRAM 6
#define TRAP_FLOAT 7
#define TRAP_CALL 8
#define TRAP_DECREMENTER 10
#define TRAP_DATA_MISS 13 /* no entry of the TLB fits */
#define TRAP_FETCH_MISS 14
#define NR_TRAPS 16

/* struct frame */
#define FRAME_GPR(n) ((n)*4)
#define FRAME_PC 128
#define FRAME_MSR 132
#define FRAME_CR 136
#define FRAME_LR 140
#define FRAME_CTR 144
#define FRAME_XER 148
#define FRAME_SIZE 152

/* Physical memory.  The device tree is at 16 MiB (QEMU puts it there). */
#define HOST_STACK_TOP 0x00400000
#define GUEST_MEMORY 0x00400000 /* guest i has what is at GUEST_MEMORY + i * GUEST_SIZE */
#define GUEST_SIZE 0x00080000
#define NR_GUESTS 4

/* What a guest sees: its memory from here on, and nothing else. */
#define GUEST_BASE 0x10000000

#endif
