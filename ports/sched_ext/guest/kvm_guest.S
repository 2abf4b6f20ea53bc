/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * kvm_guest.S - what the vCPUs of bench_kvm.c run, in 32-bit mode, wherever it is put:
 * what lock_once and meet_once of bench_threads.c do.
 *
 *	edi	struct words (the offsets below are checked in bench_kvm.c)
 *	esi	vCPUs
 *	ebx	passes of the loop that stands for work
 *	ebp	passes of the loop between two looks at what it spins on
 */
	.set	TICKET, 0
	.set	SERVING, 64
	.set	ARRIVED, 128
	.set	GENERATION, 192
	.set	OPS, 256

	.section .rodata
	.global	guest_begin, guest_barrier, guest_lock, guest_end
	.code32
guest_begin:

guest_barrier:
	movl	GENERATION(%edi), %eax
	movl	%ebx, %ecx
1:	decl	%ecx
	jnz	1b
	movl	$1, %edx
	lock xaddl %edx, ARRIVED(%edi)
	incl	%edx
	cmpl	%esi, %edx
	jne	2f
	movl	$0, ARRIVED(%edi)
	lock incl OPS(%edi)
	incl	%eax
	movl	%eax, GENERATION(%edi)
	jmp	guest_barrier
2:	pause
	movl	%ebp, %ecx
7:	decl	%ecx
	jnz	7b
	cmpl	GENERATION(%edi), %eax
	je	2b
	jmp	guest_barrier

guest_lock:
	movl	$1, %eax
	lock xaddl %eax, TICKET(%edi)
3:	cmpl	SERVING(%edi), %eax
	je	4f
	pause
	movl	%ebp, %ecx
8:	decl	%ecx
	jnz	8b
	jmp	3b
4:	movl	%ebx, %ecx
5:	decl	%ecx
	jnz	5b
	incl	%eax
	movl	%eax, SERVING(%edi)
	lock incl OPS(%edi)
	movl	%ebx, %ecx
6:	decl	%ecx
	jnz	6b
	jmp	guest_lock

guest_end:
	.code64
	.section .note.GNU-stack, "", @progbits
