/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * trace_perfetto_pb.c - Perfetto's own format: a TracePacket an event.
 *
 * Field numbers are those of protos/perfetto/trace/ (trace_packet, track_event, track_descriptor,
 * process_descriptor, thread_descriptor, counter_descriptor, chrome/chrome_trace_event).
 * Readers sort packets by time and keep the order of those of one instant, so a slice is written
 * when it is over, its begin and then its end: memory does not grow with the trace.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "trace_export.h"
#include "trace_handover.h"
#include "trace_perfetto.h"
#include "trace_proto.h"
#include "trace_track.h"

#define SEQUENCE 1u /* all packets are of one writer */

enum packet_field {
	TRACE_PACKET = 1,
	PACKET_CHROME_EVENTS = 5,
	PACKET_TIMESTAMP = 8,
	PACKET_SEQUENCE = 10,
	PACKET_TRACK_EVENT = 11,
	PACKET_TRACK_DESCRIPTOR = 60,
};
enum event_field {
	EVENT_TYPE = 9,
	EVENT_TRACK = 11,
	EVENT_CATEGORY = 22,
	EVENT_NAME = 23,
	EVENT_COUNTER = 30,
	EVENT_FLOW = 47,
	EVENT_FLOW_END = 48,
};
enum event_type { SLICE_BEGIN = 1, SLICE_END = 2, INSTANT = 3, COUNTER = 4 };
enum track_field {
	TRACK_UUID = 1,
	TRACK_NAME = 2,
	TRACK_PROCESS = 3,
	TRACK_THREAD = 4,
	TRACK_PARENT = 5,
	TRACK_COUNTER = 8,
};
enum process_field { PROCESS_PID = 1, PROCESS_NAME = 6 };
enum thread_field { THREAD_PID = 1, THREAD_TID = 2, THREAD_NAME = 5 };
enum counter_field { COUNTER_UNIT = 3 };
enum counter_unit { UNIT_NS = 1, UNIT_COUNT = 2 };
enum bundle_field { BUNDLE_METADATA = 2, METADATA_NAME = 1, METADATA_TEXT = 2 };

/* A track's uuid: its kind, and which of them. */
enum track_kind { OF_HOST = 1, OF_PCPU, OF_VM, OF_VCPU, OF_RUNNABLE, OF_STEAL, OF_SPIN };

struct vm_counters {
	uint64_t steal_ns, spin_ns;
	uint32_t runnable; /* as written last; UINT32_MAX: not yet */
};

struct perfetto_pb {
	struct trace_reader *reader;
	FILE *out;
	struct trace_track track;
	struct trace_handover handover;
	struct vm_counters *vms;
	uint64_t *taken_ns; /* [nr_pcpus]: since when the host has it; UINT64_MAX: it has not */
	uint64_t nr_flows;
	bool has_begun; /* the window, not the trace */
};

static uint64_t uuid_of(enum track_kind kind, uint32_t index)
{
	return (uint64_t)kind << 32 | index;
}

/* -- packets ----------------------------------------------------------------- */

static void write_packet(struct perfetto_pb *p, struct proto *packet, uint32_t field,
			 const struct proto *body)
{
	proto_put_number(packet, PACKET_SEQUENCE, SEQUENCE);
	proto_put_message(packet, field, body);
	proto_write(p->out, TRACE_PACKET, packet);
}

static void write_event(struct perfetto_pb *p, uint64_t at_ns, const struct proto *event)
{
	struct proto packet = {.nr = 0};

	proto_put_number(&packet, PACKET_TIMESTAMP, at_ns);
	write_packet(p, &packet, PACKET_TRACK_EVENT, event);
}

static void begin_event(struct proto *event, enum event_type type, uint64_t track)
{
	event->nr = 0;
	proto_put_number(event, EVENT_TYPE, type);
	proto_put_number(event, EVENT_TRACK, track);
}

static void put_slice(struct perfetto_pb *p, uint64_t track, uint64_t from_ns, uint64_t to_ns,
		      const char *category, const char *name)
{
	struct proto event;

	begin_event(&event, SLICE_BEGIN, track);
	proto_put_text(&event, EVENT_CATEGORY, category);
	proto_put_text(&event, EVENT_NAME, name);
	write_event(p, from_ns, &event);
	begin_event(&event, SLICE_END, track);
	write_event(p, to_ns, &event);
}

static void put_counter(struct perfetto_pb *p, enum track_kind kind, uint32_t vm, uint64_t at_ns,
			uint64_t value)
{
	struct proto event;

	begin_event(&event, COUNTER, uuid_of(kind, vm));
	proto_put_number(&event, EVENT_COUNTER, value);
	write_event(p, at_ns, &event);
}

static void put_instant(struct perfetto_pb *p, uint16_t vcpu, uint64_t at_ns, const char *category,
			const char *name, enum event_field flow, uint64_t id)
{
	struct proto event;

	begin_event(&event, INSTANT, uuid_of(OF_VCPU, vcpu));
	proto_put_text(&event, EVENT_CATEGORY, category);
	proto_put_text(&event, EVENT_NAME, name);
	if (id)
		proto_put_fixed64(&event, flow, id);
	write_event(p, at_ns, &event);
}

/* -- tracks ------------------------------------------------------------------- */

static void put_process(struct perfetto_pb *p, uint64_t uuid, uint32_t pid, const char *name)
{
	struct proto packet = {.nr = 0}, track = {.nr = 0}, process = {.nr = 0};

	proto_put_number(&process, PROCESS_PID, pid);
	proto_put_text(&process, PROCESS_NAME, name);
	proto_put_number(&track, TRACK_UUID, uuid);
	proto_put_message(&track, TRACK_PROCESS, &process);
	write_packet(p, &packet, PACKET_TRACK_DESCRIPTOR, &track);
}

static void put_thread(struct perfetto_pb *p, uint64_t uuid, uint64_t parent, uint32_t pid,
		       uint32_t tid, const char *name)
{
	struct proto packet = {.nr = 0}, track = {.nr = 0}, thread = {.nr = 0};

	proto_put_number(&thread, THREAD_PID, pid);
	proto_put_number(&thread, THREAD_TID, tid);
	proto_put_text(&thread, THREAD_NAME, name);
	proto_put_number(&track, TRACK_UUID, uuid);
	proto_put_number(&track, TRACK_PARENT, parent);
	proto_put_message(&track, TRACK_THREAD, &thread);
	write_packet(p, &packet, PACKET_TRACK_DESCRIPTOR, &track);
}

static void put_counter_track(struct perfetto_pb *p, enum track_kind kind, uint32_t vm,
			      const char *name, enum counter_unit unit)
{
	struct proto packet = {.nr = 0}, track = {.nr = 0}, counter = {.nr = 0};

	proto_put_number(&counter, COUNTER_UNIT, unit);
	proto_put_number(&track, TRACK_UUID, uuid_of(kind, vm));
	proto_put_text(&track, TRACK_NAME, name);
	proto_put_number(&track, TRACK_PARENT, uuid_of(OF_VM, vm));
	proto_put_message(&track, TRACK_COUNTER, &counter);
	write_packet(p, &packet, PACKET_TRACK_DESCRIPTOR, &track);
}

static void put_vm(struct perfetto_pb *p, uint32_t vm)
{
	const struct trace_vm *spec = &p->reader->vms[vm];
	uint32_t i;

	if (p->reader->window.vms && !p->reader->window.vms[vm])
		return;
	put_process(p, uuid_of(OF_VM, vm), PERFETTO_VM_PID + vm, spec->name);
	put_counter_track(p, OF_RUNNABLE, vm, "runnable", UNIT_COUNT);
	put_counter_track(p, OF_STEAL, vm, "steal", UNIT_NS);
	put_counter_track(p, OF_SPIN, vm, "spin", UNIT_NS);
	for (i = spec->first_vcpu; i < spec->first_vcpu + spec->width; i++)
		put_thread(p, uuid_of(OF_VCPU, i), uuid_of(OF_VM, vm), PERFETTO_VM_PID + vm,
			   PERFETTO_VCPU_TID + i, p->reader->vcpus[i].name);
}

static void put_tracks(struct perfetto_pb *p)
{
	const struct trace_reader *reader = p->reader;
	char name[128];
	uint32_t i;

	snprintf(name, sizeof(name), "host: %s", reader->policy ? reader->policy : "policy?");
	put_process(p, uuid_of(OF_HOST, 0), PERFETTO_HOST_PID, name);
	for (i = 0; i < reader->header.nr_pcpus; i++) {
		snprintf(name, sizeof(name), "pCPU %u", i);
		put_thread(p, uuid_of(OF_PCPU, i), uuid_of(OF_HOST, 0), PERFETTO_HOST_PID,
			   PERFETTO_PCPU_TID + i, name);
	}
	for (i = 0; i < reader->header.nr_vms; i++)
		put_vm(p, i);
}

/* Readers list it as the trace's metadata. */
static void put_facts(struct perfetto_pb *p)
{
	struct trace_facts facts;
	uint32_t i;

	trace_facts_read(&facts, p->reader);
	for (i = 0; i < facts.nr; i++) {
		struct proto packet = {.nr = 0}, bundle = {.nr = 0}, fact = {.nr = 0};

		proto_put_text(&fact, METADATA_NAME, facts.facts[i].name);
		proto_put_text(&fact, METADATA_TEXT, facts.facts[i].value);
		proto_put_message(&bundle, BUNDLE_METADATA, &fact);
		write_packet(p, &packet, PACKET_CHROME_EVENTS, &bundle);
	}
}

/* -- events ------------------------------------------------------------------- */

static bool is_spin(uint8_t state)
{
	return state >= VT_SPIN_CONTENTION && state <= VT_SPIN_PARTNER;
}

static void count_span(struct perfetto_pb *p, const struct span *span, uint64_t length_ns)
{
	uint32_t vm = p->reader->vcpus[span->vcpu].vm;

	if (vm == UINT32_MAX)
		return;
	if (span->state == VT_STEAL) {
		p->vms[vm].steal_ns += length_ns;
		put_counter(p, OF_STEAL, vm, span->to_ns, p->vms[vm].steal_ns);
	} else if (is_spin(span->state)) {
		p->vms[vm].spin_ns += length_ns;
		put_counter(p, OF_SPIN, vm, span->to_ns, p->vms[vm].spin_ns);
	}
}

static void on_span(void *context, const struct span *span)
{
	struct perfetto_pb *p = context;
	uint64_t window_ns = p->reader->window.from_ns, from_ns;

	if (!trace_wants_vcpu(p->reader, span->vcpu) || span->to_ns <= window_ns)
		return;
	from_ns = span->from_ns > window_ns ? span->from_ns : window_ns;
	put_slice(p, uuid_of(OF_VCPU, span->vcpu), from_ns, span->to_ns, "vcpu",
		  trace_state_name(span->state));
	count_span(p, span, span->to_ns - from_ns);
	if (!span->stint_end)
		return;
	from_ns = p->track.vcpus[span->vcpu].stint_ns;
	put_slice(p, uuid_of(OF_PCPU, span->pcpu), from_ns > window_ns ? from_ns : window_ns,
		  span->to_ns, "run", p->reader->vcpus[span->vcpu].name);
}

/* How many of the VM's vCPUs want a pCPU and have none, where that has changed. */
static void count_runnable(struct perfetto_pb *p, uint32_t vm, uint64_t at_ns)
{
	const struct trace_vm *spec = &p->reader->vms[vm];
	uint32_t nr = 0, i;

	for (i = spec->first_vcpu; i < spec->first_vcpu + spec->width; i++)
		nr += p->track.vcpus[i].state == VT_STEAL;
	if (nr != p->vms[vm].runnable)
		put_counter(p, OF_RUNNABLE, vm, at_ns, nr);
	p->vms[vm].runnable = nr;
}

/* The window begins with what was the case before it. */
static void count_first(struct perfetto_pb *p)
{
	uint32_t vm;

	p->has_begun = true;
	for (vm = 0; vm < p->reader->header.nr_vms; vm++)
		if (!p->reader->window.vms || p->reader->window.vms[vm])
			count_runnable(p, vm, p->reader->window.from_ns);
}

static void count_after(struct perfetto_pb *p, const struct trace_rec *rec)
{
	uint32_t vm = UINT32_MAX;

	if (rec->type == TR_VM_STOP)
		vm = rec->aux;
	else if (rec->vcpu != TRACE_NONE)
		vm = p->reader->vcpus[rec->vcpu].vm;
	if (vm != UINT32_MAX && trace_wants(p->reader, rec))
		count_runnable(p, vm, rec->at_ns);
}

/* The host takes a pCPU, or gives it back. */
static void stolen_event(struct perfetto_pb *p, uint32_t pcpu, bool taken, uint64_t at_ns)
{
	uint64_t from_ns = p->taken_ns[pcpu], window_ns = p->reader->window.from_ns;

	p->taken_ns[pcpu] = taken ? at_ns : UINT64_MAX;
	if (taken || from_ns == UINT64_MAX || at_ns <= window_ns)
		return;
	put_slice(p, uuid_of(OF_PCPU, pcpu), from_ns > window_ns ? from_ns : window_ns, at_ns,
		  "host", "stolen");
}

/* The arrow starts 1 ns early: at the instant itself the releaser's slice is over. */
static void put_handover(struct perfetto_pb *p, const struct trace_release *from,
			 const struct trace_rec *rec)
{
	const char *lock = trace_lock_name(p->reader, rec->vcpu, rec->aux);

	if (!trace_wants(p->reader, rec) || from->at_ns <= p->reader->window.from_ns)
		return;
	p->nr_flows++;
	put_instant(p, from->vcpu, from->at_ns - 1, "lock", lock ? lock : "lock", EVENT_FLOW,
		    p->nr_flows);
	put_instant(p, rec->vcpu, rec->at_ns, "lock", lock ? lock : "lock", EVENT_FLOW_END,
		    p->nr_flows);
}

static void apply(struct perfetto_pb *p, const struct trace_rec *rec)
{
	struct trace_release from;
	const char *instant;
	char name[32];

	if (!p->has_begun && rec->at_ns >= p->reader->window.from_ns)
		count_first(p);
	trace_track_apply(&p->track, p->reader, rec);
	count_after(p, rec);
	if (trace_handover_apply(&p->handover, p->reader, rec, &from))
		put_handover(p, &from, rec);
	if (rec->type == TR_STOLEN)
		stolen_event(p, rec->pcpu, rec->arg, rec->at_ns);
	instant = perfetto_instant(rec, name);
	if (instant && trace_wants(p->reader, rec))
		put_instant(p, rec->vcpu, rec->at_ns, "sched", instant, EVENT_FLOW, 0);
}

static int perfetto_pb_init(struct perfetto_pb *p, struct error *err)
{
	const struct trace_header *h = &p->reader->header;
	uint32_t i;

	if (trace_track_init(&p->track, p->reader, on_span, p, err) ||
	    trace_handover_init(&p->handover, p->reader, err))
		return -1;
	p->vms = calloc(h->nr_vms + 1u, sizeof(*p->vms));
	p->taken_ns = malloc((h->nr_pcpus + 1u) * sizeof(*p->taken_ns));
	if (!p->vms || !p->taken_ns)
		return error_set(err, STATUS_IO, "memory", "%s: %s", p->reader->path,
				 strerror(ENOMEM));
	for (i = 0; i < h->nr_vms; i++)
		p->vms[i].runnable = UINT32_MAX;
	for (i = 0; i < h->nr_pcpus; i++)
		p->taken_ns[i] = UINT64_MAX;
	return 0;
}

int trace_export_perfetto_pb(struct trace_reader *reader, FILE *out, struct error *err)
{
	struct perfetto_pb p = {.reader = reader, .out = out};
	struct trace_rec rec;
	int more = perfetto_pb_init(&p, err);
	uint32_t i;

	if (!more) {
		put_facts(&p);
		put_tracks(&p);
		while ((more = trace_reader_next(reader, &rec, err)) > 0)
			apply(&p, &rec);
		for (i = 0; !more && i < reader->header.nr_pcpus; i++)
			stolen_event(&p, i, false, trace_reader_end_ns(reader));
		if (!more)
			trace_track_finish(&p.track, trace_reader_end_ns(reader));
	}
	trace_track_free(&p.track);
	trace_handover_free(&p.handover);
	free(p.vms);
	free(p.taken_ns);
	return more;
}
