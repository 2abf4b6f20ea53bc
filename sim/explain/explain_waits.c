/* SPDX-License-Identifier: BSD-2-Clause */
#include "explain_waits.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "trace/trace_track.h"

struct waiting {
	uint64_t since_ns; /* runnable and off CPU; UINT64_MAX: it is not */
	uint64_t want_ns; /* waits for a lock; UINT64_MAX: it does not */
	uint16_t object;
	uint16_t last; /* pCPU on which it ran */
	bool woken, counts;
};

struct pass {
	struct explain *e;
	struct trace_reader reader;
	struct trace_track track;
	struct waiting *vcpus;
	uint32_t room;
	bool failed;
};

static void add_wait(struct pass *p, const struct explain_wait *wait)
{
	struct explain *e = p->e;

	if (wait->to_ns < e->from_ns)
		return;
	e->nr_all++;
	if (wait->from_ns >= wait->to_ns)
		return;
	e->all_ns += wait->to_ns - wait->from_ns;
	if (e->nr_waits == p->room) {
		uint32_t room = p->room ? 2 * p->room : 1024;
		struct explain_wait *more = realloc(e->waits, room * sizeof(*more));

		if (!more) {
			p->failed = true;
			return;
		}
		e->waits = more;
		p->room = room;
	}
	e->waits[e->nr_waits++] = *wait;
}

/* It got a pCPU, or the run is over (pcpu TRACE_NONE). */
static void end_cpu_wait(struct pass *p, uint16_t vcpu, uint64_t now_ns, uint16_t pcpu)
{
	struct waiting *w = &p->vcpus[vcpu];
	const enum explain_kind kind = p->e->what.kind;
	uint16_t home = w->last != TRACE_NONE && (!w->woken || pcpu == TRACE_NONE) ? w->last : pcpu;
	bool counts = w->counts && w->since_ns != UINT64_MAX &&
		      (kind == EXPLAIN_CPU || (kind == EXPLAIN_WAKEUP && w->woken));

	if (counts)
		add_wait(p, &(struct explain_wait){.from_ns = w->since_ns,
						   .to_ns = now_ns,
						   .vcpu = vcpu,
						   .home = home,
						   .object = TRACE_NONE,
						   .woken = w->woken,
						   .open = pcpu == TRACE_NONE});
	w->since_ns = UINT64_MAX;
}

static void end_lock_wait(struct pass *p, uint16_t vcpu, uint64_t now_ns, bool open)
{
	struct waiting *w = &p->vcpus[vcpu];
	uint64_t from_ns = w->want_ns == UINT64_MAX ? now_ns : w->want_ns;

	if (w->counts && p->e->what.kind == EXPLAIN_LOCK)
		add_wait(p, &(struct explain_wait){.from_ns = from_ns,
						   .to_ns = now_ns,
						   .vcpu = vcpu,
						   .home = w->last,
						   .object = w->object,
						   .open = open});
	w->want_ns = UINT64_MAX;
}

static void stop_vm(struct pass *p, uint32_t vm)
{
	const struct trace_vm *of = &p->reader.vms[vm];
	uint32_t i;

	for (i = of->first_vcpu; i < of->first_vcpu + of->width; i++)
		p->vcpus[i].since_ns = p->vcpus[i].want_ns = UINT64_MAX;
}

static void on_record(struct pass *p, const struct trace_rec *rec)
{
	struct waiting *w = rec->vcpu != TRACE_NONE ? &p->vcpus[rec->vcpu] : NULL;

	switch (rec->type) {
	case TR_SWITCH_IN:
		end_cpu_wait(p, rec->vcpu, rec->at_ns, rec->pcpu);
		w->last = rec->pcpu;
		break;
	case TR_SWITCH_OUT:
		w->woken = false;
		w->since_ns = rec->arg == SP_STOP_BLOCKED ? UINT64_MAX : rec->at_ns;
		break;
	case TR_WAKE:
		w->woken = true;
		w->since_ns = rec->at_ns;
		break;
	case TR_POLL_END:
		if (w->counts && p->e->what.kind == EXPLAIN_WAKEUP)
			p->e->nr_all += rec->at_ns >= p->e->from_ns;
		break;
	case TR_LOCK_WAIT:
		w->want_ns = rec->at_ns;
		w->object = rec->aux;
		break;
	case TR_LOCK_ACQUIRED:
		end_lock_wait(p, rec->vcpu, rec->at_ns, false);
		break;
	case TR_THREAD_OFF:
		w->want_ns = UINT64_MAX;
		break;
	case TR_VM_STOP:
		stop_vm(p, rec->aux);
		break;
	default:
		break;
	}
}

static void on_span(void *context, const struct span *span)
{
	struct pass *p = context;
	struct explain *e = p->e;
	struct span s = *span;

	if (!span_clip(&s, e->from_ns, e->end_ns))
		return;
	if (state_is_running(s.state))
		e->ran_ns[s.vcpu] += s.to_ns - s.from_ns;
	if (e->what.kind == EXPLAIN_SPIN && p->vcpus[s.vcpu].counts &&
	    e->what.states & 1u << s.state)
		add_wait(p, &(struct explain_wait){.from_ns = s.from_ns,
						   .to_ns = s.to_ns,
						   .vcpu = s.vcpu,
						   .home = s.pcpu,
						   .object = TRACE_NONE});
}

/* Which vCPUs are asked about: of the group, or of all guests. */
static void choose_vcpus(struct pass *p)
{
	const struct world *world = p->e->world;
	uint32_t i;

	for (i = 0; i < p->e->nr_vcpus; i++) {
		const struct vm_spec *vm = &world->vms[world->vcpus[i].vm];

		p->vcpus[i] = (struct waiting){.since_ns = UINT64_MAX,
					       .want_ns = UINT64_MAX,
					       .object = TRACE_NONE,
					       .last = TRACE_NONE};
		p->vcpus[i].counts =
			p->e->group == UINT32_MAX ? !vm->noise : vm->group == p->e->group;
	}
}

/* What the trace covers, and the part of it that is measured: the last `duration` of it. */
static int set_up(struct pass *p, struct error *err)
{
	const struct trace_header *h = &p->reader.header;
	struct explain *e = p->e;
	uint32_t i;

	if (h->nr_vcpus != e->world->nr_vcpus || h->nr_pcpus != e->world->host.nr_pcpus)
		return error_set(err, STATUS_INPUT, "results",
				 "%.300s: found a trace of %u vCPUs on %u pCPUs, expected that of "
				 "the folder's scenario",
				 e->trace, h->nr_vcpus, h->nr_pcpus);
	e->nr_vcpus = h->nr_vcpus;
	e->end_ns = h->end_ns;
	e->from_ns =
		h->end_ns > e->world->run.duration_ns ? h->end_ns - e->world->run.duration_ns : 0;
	if (e->from_ns < e->world->run.warmup_ns)
		e->from_ns = e->world->run.warmup_ns;
	e->names = calloc(e->nr_vcpus + 1u, sizeof(*e->names));
	e->ran_ns = calloc(e->nr_vcpus + 1u, sizeof(*e->ran_ns));
	p->vcpus = calloc(e->nr_vcpus + 1u, sizeof(*p->vcpus));
	p->failed = !e->names || !e->ran_ns || !p->vcpus;
	for (i = 0; i < e->nr_vcpus && !p->failed; i++)
		p->failed = !(e->names[i] = strdup(p->reader.vcpus[i].name));
	if (p->failed)
		return error_set(err, STATUS_IO, "memory", "%s", strerror(ENOMEM));
	choose_vcpus(p);
	return trace_track_init(&p->track, &p->reader, on_span, p, err);
}

static int read_all(struct pass *p, struct error *err)
{
	struct trace_rec rec;
	int more;
	uint32_t i;

	while ((more = trace_reader_next(&p->reader, &rec, err)) > 0) {
		on_record(p, &rec);
		trace_track_apply(&p->track, &p->reader, &rec);
	}
	if (more < 0)
		return -1;
	trace_track_finish(&p->track, p->e->end_ns);
	for (i = 0; i < p->e->nr_vcpus; i++) {
		if (p->vcpus[i].since_ns != UINT64_MAX)
			end_cpu_wait(p, (uint16_t)i, p->e->end_ns, TRACE_NONE);
		if (p->vcpus[i].want_ns != UINT64_MAX)
			end_lock_wait(p, (uint16_t)i, p->e->end_ns, true);
	}
	return p->failed ? error_set(err, STATUS_IO, "memory", "%s", strerror(ENOMEM)) : 0;
}

static uint64_t length_of(const struct explain_wait *w)
{
	return w->to_ns - w->from_ns;
}

static int by_length(const void *a, const void *b)
{
	uint64_t x = length_of(a), y = length_of(b);

	return x < y ? -1 : x > y;
}

static int by_begin(const void *a, const void *b)
{
	const struct explain_wait *x = a, *y = b;

	if (x->from_ns != y->from_ns)
		return x->from_ns < y->from_ns ? -1 : 1;
	return x->vcpu - y->vcpu;
}

/* Keeps the waits from the quantile on. */
static void keep_longest(struct explain *e)
{
	uint64_t rank = (uint64_t)(e->what.quantile * (double)e->nr_all);
	uint64_t nr_zero = e->nr_all - e->nr_waits;
	uint32_t i, first;

	if (!e->nr_waits)
		return;
	qsort(e->waits, e->nr_waits, sizeof(*e->waits), by_length);
	if (rank >= e->nr_all)
		rank = e->nr_all - 1;
	first = rank > nr_zero ? (uint32_t)(rank - nr_zero) : 0;
	e->least_ns = rank >= nr_zero ? length_of(&e->waits[first]) : 0;
	while (first && length_of(&e->waits[first - 1]) == e->least_ns)
		first--;
	e->nr_waits -= first;
	memmove(e->waits, e->waits + first, e->nr_waits * sizeof(*e->waits));
	for (i = 0; i < e->nr_waits; i++)
		e->sum_ns += length_of(&e->waits[i]);
	qsort(e->waits, e->nr_waits, sizeof(*e->waits), by_begin);
}

int explain_find_waits(struct explain *explain, struct error *err)
{
	struct pass p = {.e = explain};
	int failed;

	if (trace_reader_open(&p.reader, explain->trace, err))
		return -1;
	failed = set_up(&p, err);
	if (!failed) {
		failed = read_all(&p, err);
		trace_track_free(&p.track);
	}
	if (!failed)
		keep_longest(explain);
	free(p.vcpus);
	trace_reader_close(&p.reader);
	return failed;
}
