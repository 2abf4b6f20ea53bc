/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * bench_kvm.c - a virtual machine by KVM's own interface: two pages of memory, vCPUs in
 * 32-bit mode without paging, no devices, no interrupts (Linux, Documentation/virt/kvm/
 * api.rst, 4.1 to 4.47).  Its code is kvm_guest.S; the words on which it spins are the
 * same page that the process shares with its parent.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <linux/kvm.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <unistd.h>

#include "bench.h"

#define PAGE 4096u
/* Guest-physical addresses. */
#define CODE_AT 0x1000u
#define WORDS_AT 0x2000u

extern const char guest_begin[], guest_barrier[], guest_lock[], guest_end[];

_Static_assert(sizeof(struct words) == PAGE, "a page");
_Static_assert(offsetof(struct words, serving) == 64 && offsetof(struct words, arrived) == 128 &&
		       offsetof(struct words, generation) == 192 &&
		       offsetof(struct words, ops) == 256,
	       "as in kvm_guest.S");

static struct kvm {
	int fd; /* of the VM */
	size_t run_size;
	struct kvm_run *runs[MAX_THREADS];
	int vcpus[MAX_THREADS];
} kvm;

static int ask(int fd, unsigned long request, void *argument, const char *what)
{
	int answer = ioctl(fd, request, argument);

	if (answer < 0)
		die(what);
	return answer;
}

static void map_page(uint32_t slot, uint64_t guest_at, void *page)
{
	struct kvm_userspace_memory_region region = {
		.slot = slot,
		.guest_phys_addr = guest_at,
		.memory_size = PAGE,
		.userspace_addr = (uintptr_t)page,
	};

	ask(kvm.fd, KVM_SET_USER_MEMORY_REGION, &region, "KVM_SET_USER_MEMORY_REGION");
}

/* Flat 32-bit segments, protected mode on, caches on, paging off. */
static void set_mode(int vcpu)
{
	struct kvm_segment flat = {.limit = 0xffffffff,
				   .selector = 16,
				   .type = 3,
				   .present = 1,
				   .db = 1,
				   .s = 1,
				   .g = 1};
	struct kvm_sregs sregs;

	ask(vcpu, KVM_GET_SREGS, &sregs, "KVM_GET_SREGS");
	sregs.ds = sregs.es = sregs.fs = sregs.gs = sregs.ss = flat;
	flat.type = 11;
	flat.selector = 8;
	sregs.cs = flat;
	sregs.cr0 = 0x11; /* protected mode; the bit that is always set */
	ask(vcpu, KVM_SET_SREGS, &sregs, "KVM_SET_SREGS");
}

static void add_vcpu(const struct vm *vm, uint32_t i)
{
	const char *entry = vm->is_lock ? guest_lock : guest_barrier;
	struct kvm_regs regs = {
		.rip = CODE_AT + (uint64_t)(entry - guest_begin),
		.rflags = 2,
		.rdi = WORDS_AT,
		.rsi = vm->nr_threads,
		.rbx = vm->is_lock ? WORK_SECTION : WORK_BARRIER,
		.rbp = WORK_RELAX,
	};

	kvm.vcpus[i] = ask(kvm.fd, KVM_CREATE_VCPU, (void *)(uintptr_t)i, "KVM_CREATE_VCPU");
	kvm.runs[i] = mmap(NULL, kvm.run_size, PROT_READ | PROT_WRITE, MAP_SHARED, kvm.vcpus[i], 0);
	if (kvm.runs[i] == MAP_FAILED)
		die("mmap of a vCPU");
	set_mode(kvm.vcpus[i]);
	ask(kvm.vcpus[i], KVM_SET_REGS, &regs, "KVM_SET_REGS");
}

void kvm_create(struct vm *vm)
{
	void *code = mmap(NULL, PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	int dev = open("/dev/kvm", O_RDWR | O_CLOEXEC);
	uint32_t i;

	if (dev < 0 || code == MAP_FAILED)
		die("/dev/kvm");
	memcpy(code, guest_begin, (size_t)(guest_end - guest_begin));
	kvm.fd = ask(dev, KVM_CREATE_VM, NULL, "KVM_CREATE_VM");
	kvm.run_size = (size_t)ask(dev, KVM_GET_VCPU_MMAP_SIZE, NULL, "KVM_GET_VCPU_MMAP_SIZE");
	map_page(0, CODE_AT, code);
	map_page(1, WORDS_AT, &vm->words);
	for (i = 0; i < vm->nr_threads; i++)
		add_vcpu(vm, i);
}

/* The guest does nothing that needs us: whatever else brings it back is an error. */
void kvm_run(uint32_t vcpu)
{
	while (!ioctl(kvm.vcpus[vcpu], KVM_RUN, NULL) || errno == EINTR)
		if (kvm.runs[vcpu]->exit_reason != KVM_EXIT_INTR) {
			fprintf(stderr, "bench: vCPU %u left its guest: exit reason %u\n", vcpu,
				kvm.runs[vcpu]->exit_reason);
			exit(1);
		}
	die("KVM_RUN");
}
