/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * start.S - what C cannot say: the first instructions, the vectors, and the way out of a
 * guest into host_trap and back into a guest.
 *
 * A trap finds in SPRG0 where to save what was interrupted; the host itself is never
 * interrupted, as it runs with interrupts off.  So one stack is enough, and it is empty
 * again at each trap.
 */
#include "regs.h"

	/* The vectors: IVPR gives the upper half of their address, so they are aligned. */
	.section .vectors, "ax"
	.globl _start
_start:
	b	begin

	.balign	64
vectors:
	.set	trap, 0
	.rept	NR_TRAPS
	.balign	32
	mtspr	SPR_SPRG1, 1
	mfspr	1, SPR_SPRG0
	stw	4, FRAME_GPR(4)(1)
	li	4, trap
	b	enter
	.set	trap, trap + 1
	.endr

	/* r1: the frame; r4: the trap, its old value is saved. */
enter:
	stw	0, FRAME_GPR(0)(1)
	stmw	5, FRAME_GPR(5)(1)
	stw	2, FRAME_GPR(2)(1)
	stw	3, FRAME_GPR(3)(1)
	mfspr	5, SPR_SPRG1
	stw	5, FRAME_GPR(1)(1)
	mfspr	5, SPR_SRR0
	stw	5, FRAME_PC(1)
	mfspr	5, SPR_SRR1
	stw	5, FRAME_MSR(1)
	mfcr	5
	stw	5, FRAME_CR(1)
	mflr	5
	stw	5, FRAME_LR(1)
	mfctr	5
	stw	5, FRAME_CTR(1)
	mfxer	5
	stw	5, FRAME_XER(1)

	lis	1, (HOST_STACK_TOP - 16)@h
	ori	1, 1, (HOST_STACK_TOP - 16)@l
	mfspr	3, SPR_SPRG3
	bl	host_trap

	/* Goes on with the frame in r3. */
leave:
	mtspr	SPR_SPRG0, 3
	mr	1, 3
	lwz	5, FRAME_PC(1)
	mtspr	SPR_SRR0, 5
	lwz	5, FRAME_MSR(1)
	mtspr	SPR_SRR1, 5
	lwz	5, FRAME_CR(1)
	mtcr	5
	lwz	5, FRAME_LR(1)
	mtlr	5
	lwz	5, FRAME_CTR(1)
	mtctr	5
	lwz	5, FRAME_XER(1)
	mtxer	5
	lmw	2, FRAME_GPR(2)(1)
	lwz	0, FRAME_GPR(0)(1)
	lwz	1, FRAME_GPR(1)(1)
	rfi

	.text
	/* r3: the device tree.  BSS is not zeroed by anybody else. */
begin:
	lis	1, (HOST_STACK_TOP - 16)@h
	ori	1, 1, (HOST_STACK_TOP - 16)@l
	lis	4, bss_start@h
	ori	4, 4, bss_start@l
	lis	5, bss_end@h
	ori	5, 5, bss_end@l
	li	0, 0
1:	cmplw	4, 5
	bge	2f
	stw	0, 0(4)
	addi	4, 4, 4
	b	1b
2:	lis	4, vectors@h
	mtspr	SPR_IVPR, 4
	ori	4, 4, vectors@l
	.set	trap, 0
	.rept	NR_TRAPS
	mtspr	SPR_IVOR0 + trap, 4	/* of which it takes the lower half */
	addi	4, 4, 32
	.set	trap, trap + 1
	.endr
	bl	host_main
	b	leave

	/* Nobody runs: waits for an interrupt. */
	.globl	idle_loop
idle_loop:
	lis	3, (MSR_WAIT | MSR_EE)@h
	ori	3, 3, (MSR_WAIT | MSR_EE)@l
1:	mtmsr	3
	isync
	b	1b

	/* What each guest starts with a copy of. */
	.section .rodata
	.balign	4096
	.globl	guest_image, guest_image_end
guest_image:
	.incbin	GUEST_IMAGE
	.balign	4
guest_image_end:

	.section .note.GNU-stack, "", @progbits
