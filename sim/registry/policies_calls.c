/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What a shared object calls in others.  policy.mk links none that calls anybody; one built
 * another way could keep state in the C library (rand, malloc), or start a thread.
 */
#include <stdbool.h>
#include <string.h>

#include "policies_elf.h"

/* What a compiler may call by itself, and what it puts beside a constructor. */
static const char *const allowed[] = {
	"memcpy",
	"memmove",
	"memset",
	"memcmp",
	"__stack_chk_fail",
	"__gmon_start__",
	"__cxa_finalize",
	"_ITM_deregisterTMCloneTable",
	"_ITM_registerTMCloneTable",
};

/* Where the dynamic section says that its tables are; 0: it does not. */
struct tables {
	uint64_t symbols, names, names_bytes, hash, gnu_hash;
};

/* What is loaded to an address: where it is in the file; UINT64_MAX: nowhere. */
static uint64_t offset_of(const struct elf_text *elf, uint64_t address)
{
	elf_segment s;
	uint32_t i;

	for (i = 0; i < elf->header.e_phnum; i++) {
		elf_segment_get(elf, i, &s);
		if (s.p_type == PT_LOAD && address >= s.p_vaddr && address - s.p_vaddr < s.p_filesz)
			return s.p_offset + (address - s.p_vaddr);
	}
	return UINT64_MAX;
}

static bool read_at(const struct elf_text *elf, uint64_t at, void *to, size_t bytes)
{
	if (at > elf->length || bytes > elf->length - at)
		return false;
	memcpy(to, elf->text + at, bytes);
	return true;
}

static void find_tables(const struct elf_text *elf, struct tables *t)
{
	elf_segment s;
	elf_dynamic d;
	uint64_t at;
	uint32_t i;

	memset(t, 0, sizeof(*t));
	for (i = 0; i < elf->header.e_phnum; i++) {
		elf_segment_get(elf, i, &s);
		for (at = 0; s.p_type == PT_DYNAMIC && at + sizeof(d) <= s.p_filesz;
		     at += sizeof(d)) {
			if (!read_at(elf, s.p_offset + at, &d, sizeof(d)))
				return;
			if (d.d_tag == DT_SYMTAB)
				t->symbols = d.d_un.d_ptr;
			else if (d.d_tag == DT_STRTAB)
				t->names = d.d_un.d_ptr;
			else if (d.d_tag == DT_STRSZ)
				t->names_bytes = d.d_un.d_val;
			else if (d.d_tag == DT_HASH)
				t->hash = d.d_un.d_ptr;
			else if (d.d_tag == DT_GNU_HASH)
				t->gnu_hash = d.d_un.d_ptr;
		}
	}
}

/* Symbols from 0 on, all undefined ones among them: those that GNU's hash leaves out. */
static uint32_t nr_symbols(const struct elf_text *elf, const struct tables *t)
{
	uint32_t words[2] = {0};

	if (t->gnu_hash)
		read_at(elf, offset_of(elf, t->gnu_hash), words, sizeof(words));
	else if (t->hash)
		read_at(elf, offset_of(elf, t->hash), words, sizeof(words));
	return words[1];
}

static bool is_allowed(const char *name)
{
	unsigned i;

	for (i = 0; i < sizeof(allowed) / sizeof(allowed[0]); i++)
		if (!strcmp(name, allowed[i]))
			return true;
	return false;
}

/* Of what it calls the first that it may not: its name, NULL: none. */
const char *elf_foreign_call(const struct elf_text *elf)
{
	struct tables t;
	elf_symbol symbol;
	uint64_t symbols, names;
	uint32_t i, nr;

	find_tables(elf, &t);
	nr = nr_symbols(elf, &t);
	symbols = offset_of(elf, t.symbols);
	names = offset_of(elf, t.names);
	if (names > elf->length || t.names_bytes > elf->length - names || !t.names_bytes ||
	    elf->text[names + t.names_bytes - 1])
		return NULL; /* it will not load */
	for (i = 1; i < nr; i++) {
		if (!read_at(elf, symbols + (uint64_t)i * sizeof(symbol), &symbol, sizeof(symbol)))
			return NULL;
		if (symbol.st_shndx == SHN_UNDEF && symbol.st_name < t.names_bytes &&
		    !is_allowed(elf->text + names + symbol.st_name))
			return elf->text + names + symbol.st_name;
	}
	return NULL;
}
