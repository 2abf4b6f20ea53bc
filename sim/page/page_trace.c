/* SPDX-License-Identifier: BSD-2-Clause */
#include "page_trace.h"

#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "trace/trace_track.h"

struct reading {
	struct page_trace *trace;
	struct trace_reader reader;
	struct trace_track track;
	uint8_t why; /* of the switch-out under way */
	uint64_t *lhp_ns; /* [nr_vcpus]: last preemption while holding a lock */
	uint16_t *lhp_pcpu; /* where; TRACE_NONE: none, or told already */
	uint32_t most;
	bool full, failed; /* enough intervals; no memory */
};

/* Room for one more; NULL: no memory. */
static void *grow(void **array, uint32_t nr, uint32_t *room, size_t size)
{
	if (nr == *room) {
		uint32_t more = *room ? 2 * *room : 64;
		void *moved = realloc(*array, more * size);

		if (!moved)
			return NULL;
		*array = moved;
		*room = more;
	}
	return (char *)*array + nr * size;
}

static void put(struct reading *r, struct page_lane *lane, uint64_t ns, uint16_t pcpu,
		uint8_t state)
{
	struct page_span *span = NULL;
	void *array = lane->spans;

	/* planes have five bytes: eighteen minutes */
	while (ns && !r->failed) {
		uint64_t part = ns < UINT64_C(1) << 40 ? ns : (UINT64_C(1) << 40) - 1;

		span = grow(&array, lane->nr, &lane->room, sizeof(*span));
		lane->spans = array;
		if (!span) {
			r->failed = true;
			return;
		}
		*span = (struct page_span){part, pcpu, state};
		lane->nr++;
		ns -= part;
		/* a stint is an interval of its pCPU, too */
		r->trace->nr_intervals += pcpu == TRACE_NONE ? 1 : 2;
	}
}

static void on_span(void *context, const struct span *span)
{
	struct reading *r = context;
	struct page_trace *trace = r->trace;
	struct page_lane *lane = &trace->lanes[span->vcpu];
	struct span s = *span;
	uint8_t why = s.stint_end ? (uint8_t)(r->why + 1) : 0;

	if (!span_clip(&s, trace->from_ns, trace->to_ns))
		return;
	if (s.from_ns > lane->upto_ns)
		put(r, lane, s.from_ns - lane->upto_ns, TRACE_NONE, NR_VT);
	put(r, lane, s.to_ns - s.from_ns, s.pcpu,
	    (uint8_t)(s.state | (s.stint_end ? why : 0) << 4));
	lane->upto_ns = s.to_ns;
	if (trace->nr_intervals > r->most && !r->full) {
		r->full = true;
		trace->to_ns = s.to_ns;
	}
}

static void add_event(struct reading *r, struct page_events *events, uint64_t at_ns, uint16_t vcpu,
		      uint16_t pcpu)
{
	void *array = events->events;
	struct page_event *event;

	if (at_ns < r->trace->from_ns || at_ns >= r->trace->to_ns || pcpu == TRACE_NONE)
		return;
	event = grow(&array, events->nr, &events->room, sizeof(*event));
	events->events = array;
	if (!event) {
		r->failed = true;
		return;
	}
	*event = (struct page_event){at_ns, vcpu, pcpu};
	events->nr++;
}

/* A preemption is marked where it took place, also if it did harm only later. */
static void on_record(struct reading *r, const struct trace_rec *rec)
{
	if (rec->type == TR_SWITCH_OUT)
		r->why = rec->arg < 15 ? rec->arg : 14;
	if (rec->type == TR_KICK)
		add_event(r, &r->trace->kicks, rec->at_ns, TRACE_NONE, rec->pcpu);
	if (rec->type == TR_LHP) {
		r->lhp_ns[rec->vcpu] = rec->at_ns;
		r->lhp_pcpu[rec->vcpu] = rec->pcpu;
	}
	if ((rec->type == TR_LHP && rec->arg) || rec->type == TR_LHP_HARM) {
		add_event(r, &r->trace->harms, r->lhp_ns[rec->vcpu], rec->vcpu,
			  r->lhp_pcpu[rec->vcpu]);
		r->lhp_pcpu[rec->vcpu] = TRACE_NONE;
	}
}

static int take_names(struct reading *r, struct error *err)
{
	const struct trace_header *h = &r->reader.header;
	struct page_trace *t = r->trace;
	uint32_t i;

	t->policy = strdup(r->reader.policy ? r->reader.policy : "");
	t->nr_vms = h->nr_vms;
	t->nr_pcpus = h->nr_pcpus;
	t->nr_vcpus = h->nr_vcpus;
	t->vms = calloc(h->nr_vms + 1u, sizeof(*t->vms));
	t->first = calloc(h->nr_vms + 1u, sizeof(*t->first));
	t->width = calloc(h->nr_vms + 1u, sizeof(*t->width));
	t->lanes = calloc(h->nr_vcpus + 1u, sizeof(*t->lanes));
	r->lhp_ns = calloc(h->nr_vcpus + 1u, sizeof(*r->lhp_ns));
	r->lhp_pcpu = malloc((h->nr_vcpus + 1u) * sizeof(*r->lhp_pcpu));
	r->failed = !t->policy || !t->vms || !t->first || !t->width || !t->lanes || !r->lhp_ns ||
		    !r->lhp_pcpu;
	for (i = 0; i < h->nr_vms && !r->failed; i++) {
		t->vms[i] = strdup(r->reader.vms[i].name);
		t->first[i] = r->reader.vms[i].first_vcpu;
		t->width[i] = r->reader.vms[i].width;
		r->failed = !t->vms[i];
	}
	if (r->failed)
		return error_set(err, STATUS_IO, "memory", "%s", strerror(ENOMEM));
	memset(r->lhp_pcpu, 0xff, (h->nr_vcpus + 1u) * sizeof(*r->lhp_pcpu));
	for (i = 0; i < h->nr_vcpus; i++)
		t->lanes[i].upto_ns = t->from_ns;
	return 0;
}

/* Where a trace was cut for its length the lanes do not end together: to the first end. */
static void level(struct page_trace *trace)
{
	uint32_t i;

	for (i = 0; i < trace->nr_vcpus; i++) {
		struct page_lane *lane = &trace->lanes[i];

		while (lane->nr && lane->upto_ns > trace->to_ns) {
			struct page_span *last = &lane->spans[lane->nr - 1];
			uint64_t over = lane->upto_ns - trace->to_ns;

			if (last->ns > over) {
				last->ns -= over;
				last->state &= 15;
				lane->upto_ns = trace->to_ns;
			} else {
				lane->upto_ns -= last->ns;
				lane->nr--;
			}
		}
	}
}

static int read_all(struct reading *r, struct error *err)
{
	struct page_trace *trace = r->trace;
	struct trace_rec rec;
	int more = 0;
	uint32_t i;

	while (!r->full && !r->failed && (more = trace_reader_next(&r->reader, &rec, err)) > 0 &&
	       rec.at_ns < trace->to_ns) {
		on_record(r, &rec);
		trace_track_apply(&r->track, &r->reader, &rec);
	}
	if (more < 0)
		return -1;
	trace->end_ns = trace_reader_end_ns(&r->reader);
	if (trace->end_ns < r->reader.header.end_ns)
		trace->end_ns = r->reader.header.end_ns;
	if (trace->to_ns > trace->end_ns)
		trace->to_ns = trace->end_ns;
	r->why = 14; /* what runs on at the end is not stopped */
	trace_track_finish(&r->track, trace->to_ns);
	for (i = 0; i < trace->nr_vcpus; i++)
		if (trace->lanes[i].upto_ns < trace->to_ns) {
			put(r, &trace->lanes[i], trace->to_ns - trace->lanes[i].upto_ns, TRACE_NONE,
			    NR_VT);
			trace->lanes[i].upto_ns = trace->to_ns;
		}
	level(trace);
	return r->failed ? error_set(err, STATUS_IO, "memory", "%s", strerror(ENOMEM)) : 0;
}

int page_trace_read(struct page_trace *trace, const char *path, uint64_t from_ns, uint64_t to_ns,
		    uint32_t most, struct error *err)
{
	struct reading r = {.trace = trace, .most = most};
	int failed;

	memset(trace, 0, sizeof(*trace));
	trace->from_ns = from_ns;
	trace->to_ns = to_ns;
	if (trace_reader_open(&r.reader, path, err))
		return -1;
	failed = take_names(&r, err) || trace_track_init(&r.track, &r.reader, on_span, &r, err);
	if (!failed) {
		failed = read_all(&r, err);
		trace_track_free(&r.track);
	}
	free(r.lhp_ns);
	free(r.lhp_pcpu);
	trace_reader_close(&r.reader);
	return failed ? -1 : 0;
}

void page_trace_free(struct page_trace *trace)
{
	uint32_t i;

	for (i = 0; trace->lanes && i < trace->nr_vcpus; i++)
		free(trace->lanes[i].spans);
	for (i = 0; trace->vms && i < trace->nr_vms; i++)
		free(trace->vms[i]);
	free(trace->lanes);
	free(trace->vms);
	free(trace->first);
	free(trace->width);
	free(trace->policy);
	free(trace->harms.events);
	free(trace->kicks.events);
	memset(trace, 0, sizeof(*trace));
}

/* -- columns --------------------------------------------------------------------- */

static void pack_spans(const struct page_trace *trace, FILE *to)
{
	unsigned plane;
	uint32_t v, i;

	for (plane = 0; plane < 5; plane++)
		for (v = 0; v < trace->nr_vcpus; v++)
			for (i = 0; i < trace->lanes[v].nr; i++)
				putc((int)(trace->lanes[v].spans[i].ns >> (8 * plane) & 0xff), to);
	for (v = 0; v < trace->nr_vcpus; v++)
		for (i = 0; i < trace->lanes[v].nr; i++)
			putc(trace->lanes[v].spans[i].state, to);
	for (plane = 0; plane < 2; plane++)
		for (v = 0; v < trace->nr_vcpus; v++)
			for (i = 0; i < trace->lanes[v].nr; i++)
				putc(trace->lanes[v].spans[i].pcpu >> (8 * plane) & 0xff, to);
}

static int by_time(const void *a, const void *b)
{
	const struct page_event *x = a, *y = b;

	return x->at_ns < y->at_ns ? -1 : x->at_ns > y->at_ns;
}

static void pack_events(const struct page_events *events, uint64_t from_ns, bool vcpus, FILE *to)
{
	unsigned plane;
	uint32_t i;

	if (events->nr)
		qsort(events->events, events->nr, sizeof(*events->events), by_time);
	for (plane = 0; plane < 5; plane++)
		for (i = 0; i < events->nr; i++) {
			uint64_t before = i ? events->events[i - 1].at_ns : from_ns;

			putc((int)((events->events[i].at_ns - before) >> (8 * plane) & 0xff), to);
		}
	for (plane = 0; plane < 2 && vcpus; plane++)
		for (i = 0; i < events->nr; i++)
			putc(events->events[i].vcpu >> (8 * plane) & 0xff, to);
	for (plane = 0; plane < 2; plane++)
		for (i = 0; i < events->nr; i++)
			putc(events->events[i].pcpu >> (8 * plane) & 0xff, to);
}

void page_trace_pack(const struct page_trace *trace, FILE *to)
{
	pack_spans(trace, to);
	pack_events(&trace->harms, trace->from_ns, true, to);
	pack_events(&trace->kicks, trace->from_ns, false, to);
}
