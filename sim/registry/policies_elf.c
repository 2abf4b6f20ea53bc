/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A look at a shared object before it is loaded: one that was cut short would kill the
 * process when its pages are touched, and one with writable data would share it between
 * the replications that run at once.
 */
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "policies.h"
#include "policies_elf.h"
#include "text/node.h"

#define ELF_DATA (__BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__ ? ELFDATA2LSB : ELFDATA2MSB)

static int refuse(const char *path, const char *found, const char *expected, struct error *err)
{
	return error_set(err, STATUS_INPUT, "policy", "%.300s: found %s, expected %s", path, found,
			 expected);
}

/* Those of the running program: what else could be loaded into it? */
static bool read_own_header(elf_header *own)
{
	FILE *file = fopen("/proc/self/exe", "re");
	bool read = file && fread(own, sizeof(*own), 1, file) == 1;

	if (file)
		fclose(file);
	return read;
}

static int check_header(const elf_header *header, const char *path, struct error *err)
{
	elf_header own;

	if (header->e_ident[EI_CLASS] != ELF_CLASS || header->e_ident[EI_DATA] != ELF_DATA ||
	    (read_own_header(&own) && header->e_machine != own.e_machine))
		return refuse(path, "an object for another kind of machine",
			      "a shared object for this one", err);
	if (header->e_type != ET_DYN)
		return refuse(path, "an object that is no shared one",
			      "one built with policy.mk (see `corun policies --makefile`)", err);
	if (header->e_phentsize != sizeof(elf_segment))
		return refuse(path, "a damaged header", "a whole shared object", err);
	return 0;
}

/* Does the part that is read-only once it is loaded cover this one? */
static bool is_sealed(const elf_segment *sealed, const elf_segment *s)
{
	return s->p_vaddr >= sealed->p_vaddr &&
	       s->p_vaddr + s->p_memsz <= sealed->p_vaddr + sealed->p_memsz;
}

/* Does the loader call anything in it? */
static bool has_constructors(const struct elf_text *elf)
{
	elf_segment s;
	elf_dynamic d;
	uint64_t at;
	uint32_t i;

	for (i = 0; i < elf->header.e_phnum; i++) {
		elf_segment_get(elf, i, &s);
		for (at = s.p_offset; s.p_type == PT_DYNAMIC && at + sizeof(d) <= elf->length &&
				      at + sizeof(d) <= s.p_offset + s.p_filesz;
		     at += sizeof(d)) {
			memcpy(&d, elf->text + at, sizeof(d));
			if (d.d_tag == DT_INIT || d.d_tag == DT_FINI || d.d_tag == DT_INIT_ARRAY ||
			    d.d_tag == DT_FINI_ARRAY || d.d_tag == DT_PREINIT_ARRAY)
				return true;
		}
	}
	return false;
}

/* Data that may be written, or that each thread has of its own. */
static bool has_data(const struct elf_text *elf)
{
	elf_segment sealed = {0}, s;
	uint32_t i;

	for (i = 0; i < elf->header.e_phnum; i++) {
		elf_segment_get(elf, i, &s);
		if (s.p_type == PT_GNU_RELRO)
			sealed = s;
	}
	for (i = 0; i < elf->header.e_phnum; i++) {
		elf_segment_get(elf, i, &s);
		if (s.p_type == PT_TLS && s.p_memsz)
			return true;
		if (s.p_type == PT_LOAD && s.p_flags & PF_W && !is_sealed(&sealed, &s))
			return true;
	}
	return false;
}

/* What only a process of its own makes harmless. */
static int check_strictly(const struct elf_text *elf, const char *path, struct error *err)
{
	const char *call;
	struct arena arena = {0};
	int failed;

	if (has_constructors(elf))
		return refuse(path, "code that runs when it is loaded (a constructor)",
			      "none; or own_process: yes", err);
	if (has_data(elf))
		return refuse(path, "writable data outside of the policy's state",
			      "none: no static or global variables that are not const; or "
			      "own_process: yes",
			      err);
	call = elf_foreign_call(elf);
	if (!call)
		return 0;
	failed = refuse(path, arena_format(&arena, "a call of %s", node_escape(&arena, call, 60)),
			"none, as a policy calls nobody; or own_process: yes", err);
	arena_free(&arena);
	return failed;
}

int policy_elf_check(const char *text, size_t length, const char *path, bool own_process,
		     struct error *err)
{
	struct elf_text elf = {.text = text, .length = length};
	elf_segment s;
	uint32_t i;

	if (length < sizeof(elf.header) || memcmp(text, ELFMAG, SELFMAG) != 0)
		return refuse(path, "a file that is no shared object",
			      "one built with policy.mk (see `corun policies --makefile`)", err);
	memcpy(&elf.header, text, sizeof(elf.header));
	if (check_header(&elf.header, path, err))
		return -1;
	if (elf.header.e_phoff > length ||
	    (uint64_t)elf.header.e_phnum * sizeof(s) > length - elf.header.e_phoff ||
	    elf.header.e_shoff > length ||
	    (uint64_t)elf.header.e_shnum * elf.header.e_shentsize > length - elf.header.e_shoff)
		return refuse(path, "a file that was cut short", "a whole shared object", err);
	for (i = 0; i < elf.header.e_phnum; i++) {
		elf_segment_get(&elf, i, &s);
		if (s.p_offset > length || s.p_filesz > length - s.p_offset)
			return refuse(path, "a file that was cut short", "a whole shared object",
				      err);
	}
	return own_process ? 0 : check_strictly(&elf, path, err);
}
