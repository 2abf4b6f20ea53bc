/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * import_xen.c - xentrace's records: runstates of vCPUs, and where records are missing.
 *
 * Facts: Xen 4.17, public/trace.h, tools/xentrace/xentrace.c.  Words of 32 bits, little-endian.
 * A record: the event in 28 bits, how many words follow in 3, whether a cycle count of two
 * words comes before them in 1.  CPUs write their records in windows, each behind a record
 * that names the CPU; so the records of the file are not in the order of time, and are sorted
 * in memory.
 */
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "import_xen.h"

#define LOST_RECORDS 0x1f001u
#define CPU_CHANGE 0x1f003u
#define CPU_CHANGE_HEAD 0x2001f003u /* as xentrace writes it: two words follow */
#define RUNSTATE_CHANGE 0x21001u /* old state in bits 8 and 9, new one in 4 and 5 */
#define RUNSTATE_MASK 0x0ffff00fu
#define IDLE_DOMAIN 0x7fffu

struct xen_event {
	uint64_t cycles;
	uint32_t order; /* in the file */
	uint16_t cpu, vcpu, domain;
	uint8_t old_state, new_state;
	uint32_t lost; /* so many records are missing before it; else a runstate's change */
	bool is_lost;
};

struct xen_reader {
	struct import *import;
	FILE *file;
	const char *name;
	uint64_t offset; /* of the record under way */
	uint32_t cpu;
	struct xen_event *events;
	uint32_t nr, room;
};

bool xen_begins(const char *bytes, size_t length)
{
	static const char head[] = {0x03, (char)0xf0, 0x01, 0x20};

	return length >= sizeof(head) && !memcmp(bytes, head, sizeof(head));
}

static int bad_record(const struct xen_reader *reader, const char *what, struct error *err)
{
	return error_set(err, STATUS_INPUT, "import", "%s: offset %" PRIu64 ": %s", reader->name,
			 reader->offset, what);
}

static int push(struct xen_reader *reader, const struct xen_event *event, struct error *err)
{
	if (reader->nr == reader->room) {
		uint32_t room = reader->room ? 2 * reader->room : 1024;
		struct xen_event *more = NULL;

		if (room <= IMPORT_MAX_BURSTS * 8)
			more = realloc(reader->events, room * sizeof(*more));
		if (!more)
			return error_set(err, STATUS_IO, "memory", "%s: %s", reader->name,
					 strerror(ENOMEM));
		reader->events = more;
		reader->room = room;
	}
	reader->events[reader->nr] = *event;
	reader->events[reader->nr].order = reader->nr;
	reader->nr++;
	return 0;
}

/* n words into words; false: the file ends within them. */
static bool take_words(struct xen_reader *reader, uint32_t *words, unsigned n)
{
	uint8_t bytes[4 * 7];
	unsigned i;

	if (fread(bytes, 4, n, reader->file) != n)
		return false;
	for (i = 0; i < n; i++)
		words[i] = (uint32_t)bytes[4 * i] | (uint32_t)bytes[4 * i + 1] << 8 |
			   (uint32_t)bytes[4 * i + 2] << 16 | (uint32_t)bytes[4 * i + 3] << 24;
	return true;
}

static int take_record(struct xen_reader *reader, uint32_t event, uint64_t cycles,
		       const uint32_t *words, unsigned nr, struct error *err)
{
	struct xen_event e = {.cycles = cycles, .cpu = (uint16_t)reader->cpu};

	reader->import->counts.lines++;
	if (event == CPU_CHANGE) {
		if (!nr || words[0] > FTRACE_MAX_CPU)
			return bad_record(reader, "no such CPU", err);
		reader->cpu = words[0];
		return 0;
	}
	if (event == LOST_RECORDS && nr) {
		e.is_lost = true;
		e.lost = words[0];
		return push(reader, &e, err);
	}
	if ((event & RUNSTATE_MASK) != RUNSTATE_CHANGE || !nr || !cycles) {
		reader->import->counts.others++;
		return 0;
	}
	e.vcpu = (uint16_t)words[0];
	e.domain = (uint16_t)(words[0] >> 16);
	e.old_state = event >> 8 & 3;
	e.new_state = event >> 4 & 3;
	return e.domain == IDLE_DOMAIN ? 0 : push(reader, &e, err);
}

static int read_records(struct xen_reader *reader, struct error *err)
{
	uint32_t head, cycles[2], words[7];

	while (take_words(reader, &head, 1)) {
		unsigned nr = head >> 28 & 7;
		bool has_cycles = head >> 31;

		if (!reader->offset && head != CPU_CHANGE_HEAD)
			return bad_record(reader, "not what xentrace writes: no CPU is named", err);
		cycles[0] = cycles[1] = 0;
		if ((has_cycles && !take_words(reader, cycles, 2)) ||
		    (nr && !take_words(reader, words, nr))) {
			reader->import->counts.cut_lines++;
			break;
		}
		if (take_record(reader, head & 0x0fffffff, (uint64_t)cycles[1] << 32 | cycles[0],
				words, nr, err))
			return -1;
		reader->offset += 4u * (1 + 2 * has_cycles + nr);
	}
	if (ferror(reader->file))
		return error_set(err, STATUS_IO, "import", "%s: %s", reader->name, strerror(errno));
	return 0;
}

/* -- in the order of time ------------------------------------------------------ */

static int by_time(const void *a, const void *b)
{
	const struct xen_event *x = a, *y = b;

	if (x->cycles != y->cycles)
		return x->cycles < y->cycles ? -1 : 1;
	return x->order < y->order ? -1 : x->order > y->order;
}

/* A vCPU is a task: its process is its domain, counted from 1. */
static int apply(struct xen_reader *reader, const struct xen_event *event, uint64_t khz,
		 struct error *err)
{
	unsigned __int128 ns = (unsigned __int128)(event->cycles - reader->events[0].cycles);
	struct ftrace_line line = {.kind = FTRACE_RUNSTATE, .cpu = event->cpu};
	char comm[32];

	ns = ns * 1000000u / khz;
	if (ns > INT64_MAX)
		return error_set(err, STATUS_INPUT, "import",
				 "%s: found cycles of more than 292 years", reader->name);
	line.at_ns = (uint64_t)ns;
	if (event->is_lost) {
		line.kind = FTRACE_LOST;
		line.lost = event->lost;
		return import_apply(reader->import, &line, err);
	}
	snprintf(comm, sizeof(comm), "xen vcpu %u", event->vcpu);
	line.next = (struct ftrace_task){.comm = comm,
					 .length = strlen(comm),
					 .pid = ((uint32_t)event->domain << 16 | event->vcpu) + 1,
					 .prio = 120};
	line.pid = line.next.pid;
	line.tgid = event->domain + 1u;
	line.old_state = event->old_state;
	line.new_state = event->new_state;
	return import_apply(reader->import, &line, err);
}

static int apply_all(struct xen_reader *reader, uint64_t khz, struct error *err)
{
	uint32_t i;

	if (!reader->nr)
		return bad_record(reader,
				  "found no change of a runstate up to the end: record with "
				  "xentrace -e 0x21000",
				  err);
	if (!khz)
		return error_set(err, STATUS_INPUT, "usage",
				 "import: xentrace counts cycles: --mhz says how many of them are "
				 "a "
				 "microsecond (xl dmesg: Detected ... MHz)");
	qsort(reader->events, reader->nr, sizeof(*reader->events), by_time);
	for (i = 0; i < reader->nr; i++)
		if (apply(reader, &reader->events[i], khz, err))
			return -1;
	return 0;
}

int xen_read(struct import *import, FILE *file, const char *name, uint64_t khz, struct error *err)
{
	struct xen_reader reader = {.import = import, .file = file, .name = name};
	int failed = read_records(&reader, err) || apply_all(&reader, khz, err);

	free(reader.events);
	return failed ? -1 : import_finish(import, err);
}
