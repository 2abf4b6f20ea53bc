/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * trace_perfetto.c - Chrome's JSON trace format, which Perfetto reads.
 *
 * Process 1 is the host, a thread a pCPU: who ran there.  Then a process a VM, a
 * thread a vCPU: in which state it was.  Lock handovers are flows (an arrow from
 * release to acquisition), lock-holder preemptions and co-stops are instants.
 * Thread ids are unique in the whole file, as they would be on a machine.
 * ts and dur are microseconds; the three decimals carry the ns.
 */
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "../../policies/policy.h"
#include "trace_export.h"
#include "trace_handover.h"
#include "trace_perfetto.h"
#include "trace_track.h"

struct perfetto {
	struct trace_reader *reader;
	FILE *out;
	struct trace_track track;
	struct trace_handover handover;
	uint64_t *taken_ns; /* [nr_pcpus]: since when the host has it; UINT64_MAX: it has not */
	uint64_t nr_flows;
	bool comma;
};

static void put_string(FILE *out, const char *text)
{
	fputc('"', out);
	for (; *text; text++) {
		unsigned char c = (unsigned char)*text;

		if (c == '"' || c == '\\')
			fprintf(out, "\\%c", c);
		else
			fputc(c < ' ' || c > '~' ? '?' : c, out);
	}
	fputc('"', out);
}

static void put_us(FILE *out, uint64_t ns)
{
	fprintf(out, "%" PRIu64 ".%03u", ns / 1000, (unsigned)(ns % 1000));
}

/* One event a line; `{"ph":"X",...` without the closing brace. */
static void begin_event(struct perfetto *p, const char *ph, uint32_t pid, uint32_t tid)
{
	fprintf(p->out, "%s\n{\"ph\":\"%s\",\"pid\":%u,\"tid\":%u", p->comma ? "," : "", ph, pid,
		tid);
	p->comma = true;
}

static void put_ts(struct perfetto *p, uint64_t at_ns)
{
	fputs(",\"ts\":", p->out);
	put_us(p->out, at_ns);
}

static uint32_t vcpu_pid(const struct perfetto *p, uint16_t vcpu)
{
	uint32_t vm = p->reader->vcpus[vcpu].vm;

	return vm == UINT32_MAX ? PERFETTO_VM_PID - 1 : PERFETTO_VM_PID + vm;
}

static void begin_vcpu_event(struct perfetto *p, const char *ph, uint16_t vcpu)
{
	begin_event(p, ph, vcpu_pid(p, vcpu), PERFETTO_VCPU_TID + vcpu);
}

/* -- names of the tracks ---------------------------------------------------- */

static void put_meta(struct perfetto *p, const char *what, uint32_t pid, uint32_t tid,
		     const char *name)
{
	begin_event(p, "M", pid, tid);
	fprintf(p->out, ",\"name\":\"%s\",\"args\":{\"name\":", what);
	put_string(p->out, name);
	fputs("}}", p->out);
}

static void put_sort(struct perfetto *p, const char *what, uint32_t pid, uint32_t tid, uint32_t at)
{
	begin_event(p, "M", pid, tid);
	fprintf(p->out, ",\"name\":\"%s\",\"args\":{\"sort_index\":%u}}", what, at);
}

static void put_tracks(struct perfetto *p)
{
	const struct trace_reader *reader = p->reader;
	char name[128];
	uint32_t i;

	snprintf(name, sizeof(name), "host: %s", reader->policy ? reader->policy : "policy?");
	put_meta(p, "process_name", PERFETTO_HOST_PID, PERFETTO_PCPU_TID, name);
	put_sort(p, "process_sort_index", PERFETTO_HOST_PID, PERFETTO_PCPU_TID, 0);
	for (i = 0; i < reader->header.nr_pcpus; i++) {
		snprintf(name, sizeof(name), "pCPU %u", i);
		put_meta(p, "thread_name", PERFETTO_HOST_PID, PERFETTO_PCPU_TID + i, name);
		put_sort(p, "thread_sort_index", PERFETTO_HOST_PID, PERFETTO_PCPU_TID + i, i);
	}
	for (i = 0; i < reader->header.nr_vms; i++) {
		uint32_t tid = PERFETTO_VCPU_TID + reader->vms[i].first_vcpu;

		if (reader->window.vms && !reader->window.vms[i])
			continue;
		put_meta(p, "process_name", PERFETTO_VM_PID + i, tid, reader->vms[i].name);
		put_sort(p, "process_sort_index", PERFETTO_VM_PID + i, tid, i + 1);
	}
	for (i = 0; i < reader->header.nr_vcpus; i++) {
		if (!trace_wants_vcpu(reader, (uint16_t)i))
			continue;
		put_meta(p, "thread_name", vcpu_pid(p, (uint16_t)i), PERFETTO_VCPU_TID + i,
			 reader->vcpus[i].name);
		put_sort(p, "thread_sort_index", vcpu_pid(p, (uint16_t)i), PERFETTO_VCPU_TID + i,
			 reader->vcpus[i].index);
	}
}

/* -- slices ----------------------------------------------------------------- */

static void put_slice(struct perfetto *p, uint64_t from_ns, uint64_t to_ns, const char *category,
		      const char *name)
{
	put_ts(p, from_ns);
	fputs(",\"dur\":", p->out);
	put_us(p->out, to_ns - from_ns);
	fprintf(p->out, ",\"cat\":\"%s\",\"name\":", category);
	put_string(p->out, name);
}

static void on_span(void *context, const struct span *span)
{
	struct perfetto *p = context;
	uint64_t window_ns = p->reader->window.from_ns, from_ns;

	if (!trace_wants_vcpu(p->reader, span->vcpu) || span->to_ns <= window_ns)
		return;
	from_ns = span->from_ns > window_ns ? span->from_ns : window_ns;
	begin_vcpu_event(p, "X", span->vcpu);
	put_slice(p, from_ns, span->to_ns, "vcpu", trace_state_name(span->state));
	if (span->pcpu != TRACE_NONE)
		fprintf(p->out, ",\"args\":{\"pcpu\":%u}", span->pcpu);
	fputc('}', p->out);
	if (!span->stint_end)
		return;
	/* a stint is over: that is a slice of the pCPU's track */
	from_ns = p->track.vcpus[span->vcpu].stint_ns;
	begin_event(p, "X", PERFETTO_HOST_PID, PERFETTO_PCPU_TID + span->pcpu);
	put_slice(p, from_ns > window_ns ? from_ns : window_ns, span->to_ns, "run",
		  p->reader->vcpus[span->vcpu].name);
	fputc('}', p->out);
}

/* -- instants and flows ----------------------------------------------------- */

static void put_instant(struct perfetto *p, const struct trace_rec *rec, const char *name)
{
	bool ipi = rec->type == TR_IPI || rec->type == TR_IPI_DONE;
	const char *other = ipi ? p->reader->vcpus[rec->aux].name
				: trace_lock_name(p->reader, rec->vcpu, rec->aux);

	if (!trace_wants(p->reader, rec))
		return;
	begin_vcpu_event(p, "i", rec->vcpu);
	put_ts(p, rec->at_ns);
	fputs(",\"s\":\"t\",\"cat\":\"sched\",\"name\":", p->out);
	put_string(p->out, name);
	if (other && rec->type != TR_COSTOP && rec->type != TR_THREAD_ON &&
	    rec->type != TR_SPIN_EXIT) {
		fprintf(p->out, ",\"args\":{\"%s\":", ipi ? "vcpu" : "lock");
		put_string(p->out, other);
		fputc('}', p->out);
	}
	fputc('}', p->out);
}

static void put_flow_end(struct perfetto *p, const char *ph, uint16_t vcpu, uint64_t at_ns,
			 const char *lock)
{
	begin_vcpu_event(p, ph, vcpu);
	put_ts(p, at_ns);
	fprintf(p->out, ",\"id\":%" PRIu64 ",\"cat\":\"lock\",\"name\":", p->nr_flows);
	put_string(p->out, lock ? lock : "lock");
	fputs(*ph == 'f' ? ",\"bp\":\"e\"}" : "}", p->out);
}

/* The arrow starts 1 ns early: at the instant itself the releaser's slice is over. */
static void put_handover(struct perfetto *p, const struct trace_release *from,
			 const struct trace_rec *rec)
{
	const char *lock = trace_lock_name(p->reader, rec->vcpu, rec->aux);

	if (!trace_wants(p->reader, rec) || from->at_ns <= p->reader->window.from_ns)
		return;
	p->nr_flows++;
	put_flow_end(p, "s", from->vcpu, from->at_ns ? from->at_ns - 1 : 0, lock);
	put_flow_end(p, "f", rec->vcpu, rec->at_ns, lock);
}

/* The host takes a pCPU, or gives it back: that is a slice of the pCPU's track. */
static void stolen_event(struct perfetto *p, uint32_t pcpu, bool taken, uint64_t at_ns)
{
	uint64_t from_ns = p->taken_ns[pcpu];

	p->taken_ns[pcpu] = taken ? at_ns : UINT64_MAX;
	if (taken || from_ns == UINT64_MAX || at_ns <= p->reader->window.from_ns)
		return;
	if (from_ns < p->reader->window.from_ns)
		from_ns = p->reader->window.from_ns;
	begin_event(p, "X", PERFETTO_HOST_PID, PERFETTO_PCPU_TID + pcpu);
	put_slice(p, from_ns, at_ns, "host", "stolen");
	fputc('}', p->out);
}

const char *perfetto_instant(const struct trace_rec *rec, char name[32])
{
	static const char *const notes[] = {[SP_COSTOP] = "co-stop",
					    [SP_COSTART] = "co-start",
					    [SP_CAP] = "cap",
					    [SP_UNCAP] = "uncap"};

	switch (rec->type) {
	case TR_SPIN_EXIT:
		return rec->arg ? "spin exit: gives way" : "spin exit";
	case TR_LHP:
		return rec->arg ? "LHP (harmful)" : "LHP";
	case TR_LHP_HARM:
		return "LHP turns harmful";
	case TR_LOCK_HALT:
		return "halts: waits for a lock";
	case TR_IPI:
		return rec->arg == 2 ? "flags a sibling" : "IPI";
	case TR_IPI_DONE:
		return "IPI handled";
	case TR_THREAD_ON:
		snprintf(name, 32, "thread %u", rec->aux);
		return name;
	case TR_COSTOP:
		return notes[rec->arg];
	default:
		return NULL;
	}
}

static void apply(struct perfetto *p, const struct trace_rec *rec)
{
	struct trace_release from;
	const char *instant;
	char name[32];

	trace_track_apply(&p->track, p->reader, rec);
	if (trace_handover_apply(&p->handover, p->reader, rec, &from))
		put_handover(p, &from, rec);
	if (rec->type == TR_STOLEN)
		stolen_event(p, rec->pcpu, rec->arg, rec->at_ns);
	instant = perfetto_instant(rec, name);
	if (instant)
		put_instant(p, rec, instant);
}

static int perfetto_init(struct perfetto *p, struct error *err)
{
	const struct trace_header *h = &p->reader->header;
	uint32_t i;

	if (trace_track_init(&p->track, p->reader, on_span, p, err) ||
	    trace_handover_init(&p->handover, p->reader, err))
		return -1;
	p->taken_ns = malloc((h->nr_pcpus + 1u) * sizeof(*p->taken_ns));
	if (!p->taken_ns)
		return error_set(err, STATUS_IO, "memory", "%s: %s", p->reader->path,
				 strerror(ENOMEM));
	for (i = 0; i < h->nr_pcpus; i++)
		p->taken_ns[i] = UINT64_MAX;
	return 0;
}

/* Where it is from, as the viewer's "otherData". */
static void put_origin(const struct perfetto *p)
{
	const char *word, *value;
	unsigned at = 0;

	if (!p->reader->origin.scenario)
		return;
	fputs(",\n\"otherData\":{\"policy\":", p->out);
	put_string(p->out, p->reader->policy ? p->reader->policy : "unknown");
	while (trace_origin_next(&p->reader->origin, &at, &word, &value)) {
		fprintf(p->out, ",\"%s\":", word);
		put_string(p->out, value);
	}
	fputc('}', p->out);
}

int trace_export_perfetto(struct trace_reader *reader, FILE *out, struct error *err)
{
	struct perfetto p = {.reader = reader, .out = out};
	struct trace_rec rec;
	int more = perfetto_init(&p, err);

	if (!more) {
		fputs("{\"displayTimeUnit\":\"ns\",\"traceEvents\":[", out);
		put_tracks(&p);
		while ((more = trace_reader_next(reader, &rec, err)) > 0)
			apply(&p, &rec);
		for (uint32_t i = 0; !more && i < reader->header.nr_pcpus; i++)
			stolen_event(&p, i, false, trace_reader_end_ns(reader));
		if (!more)
			trace_track_finish(&p.track, trace_reader_end_ns(reader));
		fputs("\n]", out);
		put_origin(&p);
		fputs("}\n", out);
	}
	trace_track_free(&p.track);
	trace_handover_free(&p.handover);
	free(p.taken_ns);
	return more;
}
