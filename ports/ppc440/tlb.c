/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * tlb.c - address spaces.  The 440 has no page tables: 64 entries, and a trap for each
 * address that none of them fits.  The host has two large ones in address space 0.  A guest
 * has pages of 4 KiB in address space 1, marked with its PID, loaded when it misses one.
 *
 * Where a page of a guest is never changes, so no entry is ever wrong, and nothing has to
 * be flushed when guests come and go.
 */
#include "host.h"

#define TLB_ENTRIES 64
#define TLB_OWN 2 /* the first entries are the host's */

/* Word 0 of an entry, beside the address. */
#define TLB_VALID 0x200
#define TLB_SPACE_1 0x100
#define TLB_4K 0x10
#define TLB_256M 0x90
/* Word 2: inhibited and guarded, for devices; what supervisor and user may. */
#define TLB_DEVICE 0x500
#define TLB_USER_EXEC 0x20
#define TLB_USER_WRITE 0x10
#define TLB_USER_READ 0x08
#define TLB_HOST 0x07

#define PAGE_SIZE 4096u

static void write_entry(sp_u32 entry, const sp_u32 words[3], sp_u32 pid)
{
	__asm__ volatile("mtspr %0, %1" : : "i"(SPR_MMUCR), "r"(pid));
	__asm__ volatile("tlbwe %0, %1, 1" : : "r"(words[1]), "r"(entry));
	__asm__ volatile("tlbwe %0, %1, 2" : : "r"(words[2]), "r"(entry));
	__asm__ volatile("tlbwe %0, %1, 0; isync" : : "r"(words[0]), "r"(entry) : "memory");
}

/*
 * At reset entry 0 covers the lower 2 GiB and entry 1 the upper, so these two replace what
 * the code that writes them runs by, with the same addresses.
 */
void tlb_init(void)
{
	static const sp_u32 memory[] = {TLB_256M | TLB_VALID, 0, TLB_HOST};
	static const sp_u32 devices[] = {0xe0000000u | TLB_256M | TLB_VALID, 0xe0000000u,
					 TLB_DEVICE | TLB_HOST};
	static const sp_u32 none[] = {0, 0, 0};
	sp_u32 i;

	write_entry(0, memory, 0);
	write_entry(1, devices, 0);
	for (i = TLB_OWN; i < TLB_ENTRIES; i++)
		write_entry(i, none, 0);
}

/* PID 0 fits every entry: guests begin with 1. */
static sp_u32 pid_of(sp_u32 guest)
{
	return guest + 1;
}

void tlb_switch(sp_u32 guest)
{
	__asm__ volatile("mtspr %0, %1; isync" : : "i"(SPR_PID), "r"(pid_of(guest)));
}

int tlb_load(struct host *h, sp_u32 guest, sp_u32 address)
{
	sp_u32 page = address & ~(PAGE_SIZE - 1), text_end = guest_image[0];
	sp_u8 *memory = guest_memory(guest, page, PAGE_SIZE);
	sp_u32 words[3] = {page | TLB_4K | TLB_VALID | TLB_SPACE_1, (sp_u32)memory, TLB_USER_READ};

	if (!memory)
		return -1;
	words[2] |= page < text_end ? TLB_USER_EXEC : TLB_USER_WRITE;
	write_entry(TLB_OWN + h->nr_entries++ % (TLB_ENTRIES - TLB_OWN), words, pid_of(guest));
	return 0;
}

sp_u8 *guest_memory(sp_u32 guest, sp_u32 address, sp_u32 size)
{
	sp_u32 offset = address - GUEST_BASE;

	if (address < GUEST_BASE || offset > GUEST_SIZE || size > GUEST_SIZE - offset)
		return (void *)0;
	return (sp_u8 *)(GUEST_MEMORY + guest * GUEST_SIZE + offset);
}
