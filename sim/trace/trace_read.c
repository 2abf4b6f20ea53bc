/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * trace_read.c - opening a trace, and its records with every field checked.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/inputs.h"
#include "model/result.h"
#include "model/world.h"
#include "trace_names.h"
#include "trace_read.h"

_Static_assert(__BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__, "records are read as they lie");

/* Which fields a record of this type must have, and how far its arg goes. */
struct type_rule {
	const char *name;
	bool pcpu, vcpu;
	uint8_t max_arg;
};

static const struct type_rule type_rules[NR_TR] = {
	[TR_SWITCH_IN] = {"switch-in", true, true, 1},
	[TR_SWITCH_OUT] = {"switch-out", true, true, SP_STOP_STOLEN},
	[TR_WAKE] = {"wake", false, true, SP_WAKE_DEVICE},
	[TR_MODE] = {"mode", false, true, NR_VT - 1},
	[TR_LOCK_WAIT] = {"lock-wait", false, true, 255},
	[TR_LOCK_ACQUIRED] = {"lock-acquired", false, true, 255},
	[TR_LOCK_RELEASED] = {"lock-released", false, true, 255},
	[TR_LHP] = {"lhp", false, true, 1},
	[TR_LHP_HARM] = {"lhp-harm", false, true, 255},
	[TR_BARRIER_WAIT] = {"barrier-wait", false, true, 255},
	[TR_BARRIER_OPEN] = {"barrier-open", false, true, 255},
	[TR_COSTOP] = {"co-stop", false, true, SP_UNCAP},
	[TR_KICK] = {"kick", true, false, 255},
	[TR_TICK] = {"tick", true, false, 255},
	[TR_PCPU_OFF] = {"pcpu-off", true, false, 255},
	[TR_PCPU_ON] = {"pcpu-on", true, false, 255},
	[TR_VM_START] = {"vm-start", false, false, 255},
	[TR_VM_STOP] = {"vm-stop", false, false, 255},
	[TR_DONE] = {"done", false, true, 255},
	[TR_MARK] = {"mark", false, false, 255},
	[TR_OP] = {"op", false, true, 255},
	[TR_LOCK_HALT] = {"lock-halt", false, true, 255},
	[TR_POLL_END] = {"poll-end", true, true, SP_WAKE_DEVICE},
	[TR_SPIN_EXIT] = {"spin-exit", true, true, 1},
	[TR_STOLEN] = {"stolen", true, false, 1},
	[TR_THREAD_ON] = {"thread-on", true, true, 255},
	[TR_THREAD_OFF] = {"thread-off", true, true, NR_TT - 1},
	[TR_THREAD_READY] = {"thread-ready", false, true, 255},
	[TR_IPI] = {"ipi", true, true, 2},
	[TR_IPI_DONE] = {"ipi-done", true, true, 1},
};

const char *trace_type_name(uint32_t type)
{
	return type_rules[type].name;
}

static int bad_file(const struct trace_reader *reader, const char *what, uint64_t value,
		    struct error *err)
{
	return error_set(err, STATUS_INPUT, "trace", "%s: offset %llu: %s: %llu", reader->path,
			 (unsigned long long)reader->offset, what, (unsigned long long)value);
}

/* -- opening ---------------------------------------------------------------- */

static int read_header(struct trace_reader *reader, struct error *err)
{
	struct trace_header *h = &reader->header;
	size_t got = fread(h, 1, sizeof(*h), reader->file);

	if (got < sizeof(h->magic) || memcmp(h->magic, TRACE_MAGIC, sizeof(h->magic)))
		return error_set(err, STATUS_INPUT, "trace",
				 "%s: offset 0: not a corun trace (it would begin with \"%s\")",
				 reader->path, TRACE_MAGIC);
	if (got < sizeof(*h))
		return bad_file(reader, "the header is cut short, bytes", got, err);
	if (h->version != TRACE_VERSION)
		return error_set(err, STATUS_INPUT, "trace",
				 "%s: offset 0: unknown version (known: %u): %u", reader->path,
				 TRACE_VERSION, h->version);
	if (h->nr_pcpus > WORLD_MAX_PCPUS)
		return bad_file(reader, "too many pCPUs", h->nr_pcpus, err);
	if (h->nr_vms > WORLD_MAX_VMS)
		return bad_file(reader, "too many VMs", h->nr_vms, err);
	if (h->nr_vcpus > WORLD_MAX_VCPUS)
		return bad_file(reader, "too many vCPUs", h->nr_vcpus, err);
	if (h->names_bytes > TRACE_NAMES_MAX)
		return bad_file(reader, "too many bytes of names", h->names_bytes, err);
	reader->offset = sizeof(*h);
	return 0;
}

/* The file says how long its names are: believe it only as far as bytes come. */
static int read_names(struct trace_reader *reader, struct error *err)
{
	size_t want = reader->header.names_bytes, have = 0, room = 0;

	while (have < want) {
		size_t step = want - have < 65536 ? want - have : 65536;
		char *more;

		if (have + step + 1 > room) {
			room = 2 * room + step + 1;
			more = realloc(reader->names, room);
			if (!more)
				return error_set(err, STATUS_IO, "memory", "%s: %s", reader->path,
						 strerror(ENOMEM));
			reader->names = more;
		}
		step = fread(reader->names + have, 1, step, reader->file);
		if (!step)
			return bad_file(reader, "the names are cut short, bytes missing",
					want - have, err);
		have += step;
	}
	if (trace_names_parse(reader, have, err))
		return -1;
	reader->offset += have;
	return 0;
}

int trace_reader_open_file(struct trace_reader *reader, FILE *file, const char *path,
			   struct error *err)
{
	memset(reader, 0, sizeof(*reader));
	reader->file = file;
	reader->path = path;
	reader->window.to_ns = UINT64_MAX;
	if (read_header(reader, err) || read_names(reader, err)) {
		trace_reader_close(reader);
		return -1;
	}
	return 0;
}

int trace_reader_open(struct trace_reader *reader, const char *path, struct error *err)
{
	bool standard_input = strcmp(path, "-") == 0;
	FILE *file = standard_input ? stdin : fopen(path, "rbe");

	memset(reader, 0, sizeof(*reader));
	if (!file)
		return error_set(err, STATUS_INPUT, "trace", "%s: %s", path, strerror(errno));
	inputs_add(fileno(file));
	if (trace_reader_open_file(reader, file, path, err)) {
		if (!standard_input)
			fclose(file);
		return -1;
	}
	reader->close_file = !standard_input;
	return 0;
}

void trace_reader_close(struct trace_reader *reader)
{
	trace_names_free(reader);
	free(reader->window.vms);
	if (reader->close_file)
		fclose(reader->file);
	memset(reader, 0, sizeof(*reader));
}

/* -- records ---------------------------------------------------------------- */

static int check_rec(const struct trace_reader *reader, const struct trace_rec *rec,
		     struct error *err)
{
	const struct trace_header *h = &reader->header;
	const struct type_rule *rule;

	if (rec->type == 0 || rec->type >= NR_TR)
		return bad_file(reader, "no such type of record", rec->type, err);
	rule = &type_rules[rec->type];
	if (rec->at_ns < reader->last_ns)
		return bad_file(reader, "time goes backwards, ns", rec->at_ns, err);
	if (rec->at_ns > INT64_MAX)
		return bad_file(reader, "no such time, ns", rec->at_ns, err);
	if (rec->pcpu >= h->nr_pcpus && (rule->pcpu || rec->pcpu != TRACE_NONE))
		return bad_file(reader, "no such pCPU", rec->pcpu, err);
	if (rec->vcpu >= h->nr_vcpus && (rule->vcpu || rec->vcpu != TRACE_NONE))
		return bad_file(reader, "no such vCPU", rec->vcpu, err);
	if (rec->arg > rule->max_arg)
		return bad_file(reader, "argument out of range", rec->arg, err);
	if ((rec->type == TR_IPI || rec->type == TR_IPI_DONE) && rec->aux >= h->nr_vcpus)
		return bad_file(reader, "no such vCPU at an interrupt's other end", rec->aux, err);
	if ((rec->type == TR_WAKE || rec->type == TR_POLL_END || rec->type == TR_SPIN_EXIT) &&
	    rec->aux >= h->nr_vcpus && rec->aux != TRACE_NONE)
		return bad_file(reader, "no such waking vCPU", rec->aux, err);
	if ((rec->type == TR_VM_START || rec->type == TR_VM_STOP) && rec->aux >= h->nr_vms)
		return bad_file(reader, "no such VM", rec->aux, err);
	return 0;
}

int trace_reader_next(struct trace_reader *reader, struct trace_rec *rec, struct error *err)
{
	uint64_t nr = reader->header.nr_records;
	size_t got;

	if (nr && reader->nr_read == nr) {
		if (fgetc(reader->file) == EOF)
			return 0;
		return bad_file(reader, "more bytes than records, records", nr, err);
	}
	got = fread(rec, 1, sizeof(*rec), reader->file);
	if (got < sizeof(*rec)) {
		if (ferror(reader->file))
			return error_set(err, STATUS_IO, "trace", "%s: offset %llu: %s",
					 reader->path, (unsigned long long)reader->offset,
					 strerror(errno));
		reader->cut = got || nr;
		return 0;
	}
	if (check_rec(reader, rec, err))
		return -1;
	if (rec->at_ns >= reader->window.to_ns)
		return 0;
	reader->last_ns = rec->at_ns;
	reader->offset += sizeof(*rec);
	reader->nr_read++;
	return 1;
}

uint64_t trace_reader_end_ns(const struct trace_reader *reader)
{
	uint64_t end_ns = reader->header.end_ns;

	if (end_ns > reader->window.to_ns)
		end_ns = reader->window.to_ns;
	if (reader->cut || end_ns < reader->last_ns || end_ns > INT64_MAX)
		return reader->last_ns;
	return end_ns;
}
