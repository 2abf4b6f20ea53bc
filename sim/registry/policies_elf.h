/* SPDX-License-Identifier: BSD-2-Clause */
/* policies_elf.h - the file of a shared object, of this machine's kind, as text. */
#ifndef CORUN_POLICIES_ELF_H
#define CORUN_POLICIES_ELF_H

#include <elf.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#if __SIZEOF_POINTER__ == 8
#define ELF_CLASS ELFCLASS64
typedef Elf64_Ehdr elf_header;
typedef Elf64_Phdr elf_segment;
typedef Elf64_Dyn elf_dynamic;
typedef Elf64_Sym elf_symbol;
#else
#define ELF_CLASS ELFCLASS32
typedef Elf32_Ehdr elf_header;
typedef Elf32_Phdr elf_segment;
typedef Elf32_Dyn elf_dynamic;
typedef Elf32_Sym elf_symbol;
#endif

/* Its header and its segments have been found to be whole. */
struct elf_text {
	const char *text;
	size_t length;
	elf_header header;
};

static inline void elf_segment_get(const struct elf_text *elf, uint32_t i, elf_segment *segment)
{
	memcpy(segment, elf->text + elf->header.e_phoff + i * sizeof(*segment), sizeof(*segment));
}

/* The first thing that it calls or reads in another object, but for memcpy and its like. */
const char *elf_foreign_call(const struct elf_text *elf);

#endif
