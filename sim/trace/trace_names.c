/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * trace_names.c - "policy NAME", "vm NAME FIRST WIDTH", "lock VM INDEX NAME".
 */
#include <errno.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include "base/utf8.h"
#include "trace_names.h"

/* Every vCPU gets a copy: a file of 1 MB must not make 16 GB of them. */
#define VM_NAME_MAX 200

/* They end in terminals, JSON and other tools' columns. */
static bool has_control(const char *text)
{
	return !utf8_is_printable(text);
}

static int bad_line(const struct trace_reader *reader, const char *line, const char *what,
		    struct error *err)
{
	return error_set(err, STATUS_INPUT, "trace", "%s: offset %llu: %s: \"%.60s\"", reader->path,
			 (unsigned long long)(sizeof(reader->header) +
					      (size_t)(line - reader->names)),
			 what, line);
}

static int no_memory(const struct trace_reader *reader, struct error *err)
{
	return error_set(err, STATUS_IO, "memory", "%s: %s", reader->path, strerror(ENOMEM));
}

/* Decimal digits to the end of the text; false for anything else. */
static bool parse_u32(const char *text, uint32_t *value)
{
	uint64_t v = 0;

	if (!*text)
		return false;
	for (; *text; text++) {
		if (*text < '0' || *text > '9')
			return false;
		v = v * 10 + (uint64_t)(*text - '0');
		if (v > UINT32_MAX)
			return false;
	}
	*value = (uint32_t)v;
	return true;
}

/* "NAME FIRST WIDTH", from the right: a name may contain blanks. */
static bool parse_vm(char *text, struct trace_vm *vm)
{
	char *blank = strrchr(text, ' ');

	if (!blank || !parse_u32(blank + 1, &vm->width))
		return false;
	*blank = '\0';
	blank = strrchr(text, ' ');
	if (!blank || !parse_u32(blank + 1, &vm->first_vcpu))
		return false;
	*blank = '\0';
	vm->name = text;
	return *text != '\0';
}

static bool parse_lock(char *text, struct trace_lock *lock)
{
	char *blank = strchr(text, ' '), *index;

	if (!blank)
		return false;
	*blank = '\0';
	index = blank + 1;
	blank = strchr(index, ' ');
	if (!blank)
		return false;
	*blank = '\0';
	lock->name = blank + 1;
	return parse_u32(text, &lock->vm) && parse_u32(index, &lock->index);
}

static int add_vm(struct trace_reader *reader, uint32_t *nr_vms, char *line, struct error *err)
{
	uint32_t nr_vcpus = reader->header.nr_vcpus, i, vm = *nr_vms;
	struct trace_vm *v;

	if (vm == reader->header.nr_vms)
		return bad_line(reader, line, "more VMs than the header says", err);
	v = &reader->vms[vm];
	if (!parse_vm(line + 3, v))
		return bad_line(reader, line, "expected vm NAME FIRST_VCPU WIDTH", err);
	if (strlen(v->name) > VM_NAME_MAX)
		return bad_line(reader, line, "a VM's name of more than 200 bytes", err);
	if (v->first_vcpu > nr_vcpus || v->width > nr_vcpus - v->first_vcpu)
		return bad_line(reader, line, "a VM with vCPUs that do not exist", err);
	for (i = 0; i < v->width; i++) {
		struct trace_vcpu *vcpu = &reader->vcpus[v->first_vcpu + i];

		if (vcpu->vm != UINT32_MAX)
			return bad_line(reader, line, "a vCPU of two VMs", err);
		vcpu->vm = vm;
		vcpu->index = i;
	}
	*nr_vms = vm + 1;
	return 0;
}

static int add_lock(struct trace_reader *reader, uint32_t *room, char *line, struct error *err)
{
	struct trace_lock *lock;

	if (reader->nr_locks == *room) {
		uint32_t more = *room ? 2 * *room : 64;
		struct trace_lock *locks = realloc(reader->locks, more * sizeof(*locks));

		if (!locks)
			return no_memory(reader, err);
		reader->locks = locks;
		*room = more;
	}
	lock = &reader->locks[reader->nr_locks];
	if (!parse_lock(line + 5, lock))
		return bad_line(reader, line, "expected lock VM INDEX NAME", err);
	if (lock->vm >= reader->header.nr_vms)
		return bad_line(reader, line, "a lock of a VM that does not exist", err);
	reader->nr_locks++;
	return 0;
}

/* In the order in which they are shown. */
static const struct {
	const char *word;
	size_t offset; /* in struct trace_origin */
} origins[] = {
	{"scenario", offsetof(struct trace_origin, scenario)},
	{"seed", offsetof(struct trace_origin, seed)},
	{"replication", offsetof(struct trace_origin, replication)},
	{"corun", offsetof(struct trace_origin, corun)},
	{"runs", offsetof(struct trace_origin, runs)},
	{"build", offsetof(struct trace_origin, build)},
	{"about", offsetof(struct trace_origin, about)},
};
#define NR_ORIGINS (sizeof(origins) / sizeof(origins[0]))

static const char **origin_at(struct trace_origin *origin, unsigned i)
{
	return (const char **)((char *)origin + origins[i].offset);
}

bool trace_origin_next(const struct trace_origin *origin, unsigned *at, const char **word,
		       const char **value)
{
	struct trace_origin copy = *origin;

	while (*at < NR_ORIGINS) {
		*word = origins[*at].word;
		*value = *origin_at(&copy, (*at)++);
		if (*value)
			return true;
	}
	return false;
}

/* Anything else is from a later version, and no harm. */
static void add_origin(struct trace_reader *reader, const char *line)
{
	for (unsigned i = 0; i < NR_ORIGINS; i++) {
		size_t n = strlen(origins[i].word);

		if (!strncmp(line, origins[i].word, n) && line[n] == ' ')
			*origin_at(&reader->origin, i) = line + n + 1;
	}
}

static int add_line(struct trace_reader *reader, uint32_t *nr_vms, uint32_t *room, char *line,
		    struct error *err)
{
	if (!strncmp(line, "policy ", 7))
		reader->policy = line + 7;
	else if (!strncmp(line, "vm ", 3))
		return add_vm(reader, nr_vms, line, err);
	else if (!strncmp(line, "lock ", 5))
		return add_lock(reader, room, line, err);
	add_origin(reader, line);
	return 0;
}

static int compare_locks(const void *a, const void *b)
{
	const struct trace_lock *x = a, *y = b;

	if (x->vm != y->vm)
		return x->vm < y->vm ? -1 : 1;
	return x->index < y->index ? -1 : x->index > y->index;
}

/* "build.0/2", or "vcpu7" for one of no VM. */
static int name_vcpus(struct trace_reader *reader, struct error *err)
{
	uint32_t v;

	for (v = 0; v < reader->header.nr_vcpus; v++) {
		struct trace_vcpu *vcpu = &reader->vcpus[v];
		const char *vm = vcpu->vm == UINT32_MAX ? "vcpu" : reader->vms[vcpu->vm].name;
		size_t room = strlen(vm) + 16;

		vcpu->name = malloc(room);
		if (!vcpu->name)
			return no_memory(reader, err);
		if (vcpu->vm == UINT32_MAX)
			snprintf(vcpu->name, room, "vcpu%u", v);
		else
			snprintf(vcpu->name, room, "%s/%u", vm, vcpu->index);
	}
	return 0;
}

int trace_names_parse(struct trace_reader *reader, size_t bytes, struct error *err)
{
	const struct trace_header *h = &reader->header;
	uint32_t nr_vms = 0, room = 0, v;
	char *line = reader->names, *end = bytes ? reader->names + bytes : NULL;

	reader->vms = calloc(h->nr_vms + 1u, sizeof(*reader->vms));
	reader->vcpus = calloc(h->nr_vcpus + 1u, sizeof(*reader->vcpus));
	if (!reader->vms || !reader->vcpus)
		return no_memory(reader, err);
	for (v = 0; v < h->nr_vcpus; v++)
		reader->vcpus[v].vm = UINT32_MAX;
	while (bytes && line < end) {
		char *stop = memchr(line, '\n', (size_t)(end - line));

		if (!stop)
			stop = end; /* there is room for one more byte */
		*stop = '\0';
		if (strlen(line) != (size_t)(stop - line))
			return bad_line(reader, line, "a zero byte in the names", err);
		if (has_control(line))
			return error_set(err, STATUS_INPUT, "trace",
					 "%s: offset %zu: a control character in the names",
					 reader->path, sizeof(*h) + (size_t)(line - reader->names));
		if (add_line(reader, &nr_vms, &room, line, err))
			return -1;
		line = stop + 1;
	}
	if (nr_vms != h->nr_vms)
		return error_set(err, STATUS_INPUT, "trace",
				 "%s: offset %zu: %u VMs announced, %u named", reader->path,
				 sizeof(*h), h->nr_vms, nr_vms);
	if (reader->nr_locks)
		qsort(reader->locks, reader->nr_locks, sizeof(*reader->locks), compare_locks);
	return name_vcpus(reader, err);
}

void trace_names_free(struct trace_reader *reader)
{
	uint32_t v;

	for (v = 0; reader->vcpus && v < reader->header.nr_vcpus; v++)
		free(reader->vcpus[v].name);
	free(reader->vcpus);
	free(reader->vms);
	free(reader->locks);
	free(reader->names);
}

const char *trace_lock_name(const struct trace_reader *reader, uint32_t vcpu, uint32_t index)
{
	struct trace_lock key = {.index = index}, *found;

	if (vcpu >= reader->header.nr_vcpus || !reader->nr_locks)
		return NULL;
	key.vm = reader->vcpus[vcpu].vm;
	found = bsearch(&key, reader->locks, reader->nr_locks, sizeof(key), compare_locks);
	return found ? found->name : NULL;
}
