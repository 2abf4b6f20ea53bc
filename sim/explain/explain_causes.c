/* SPDX-License-Identifier: BSD-2-Clause */
/* explain_causes.c - the second pass: what was in the way of the waits that count. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "explain_chain.h"
#include "explain_waits.h"

struct pass {
	struct explain *e;
	struct trace_reader reader;
	struct trace_track track;
	struct explain_view view;
	uint8_t *held;
	bool *away, *is_off_line;
	struct explain_wait **active; /* [nr_vcpus]: a vCPU waits for one thing at a time */
	uint32_t nr_active, next; /* next: of e->waits */
	uint64_t (*story_ns)[EXPLAIN_LONGEST][NR_CAUSES]; /* [nr_vcpus]: culprits */
	struct explain_moment *last_off; /* [nr_vcpus]: how it left its pCPU */
	struct explain_moment *last_begin; /* [nr_vcpus]: or woke, or wanted a lock */
	struct explain_moment *last_in; /* [nr_pcpus]: whom the policy picked */
	uint64_t now_ns;
};

static struct explain_story *story_of(struct explain *e, const struct explain_wait *wait)
{
	uint32_t i;

	for (i = 0; i < e->nr_stories; i++)
		if (e->stories[i].wait == wait)
			return &e->stories[i];
	return NULL;
}

static void add_moment(struct explain_story *story, const struct explain_moment *moment)
{
	uint32_t at = story->nr < EXPLAIN_MOMENTS ? story->nr : EXPLAIN_MOMENTS - 1;

	story->moments[at] = *moment;
	story->nr++;
}

/* -- whose fault ------------------------------------------------------------------ */

static bool is_of_lock(const struct explain *e)
{
	return e->what.kind == EXPLAIN_LOCK || e->what.kind == EXPLAIN_SPIN;
}

static void blame(struct pass *p, struct explain_wait *wait, uint64_t ns)
{
	struct explain *e = p->e;
	struct explain_blame b = is_of_lock(e) ? explain_blame_lock(&p->view, wait)
					       : explain_blame_cpu(&p->view, wait);
	struct explain_story *story = story_of(e, wait);

	wait->cause_ns[b.cause] += ns;
	if (wait->object == TRACE_NONE && is_of_lock(e))
		wait->object = p->track.spin.waits[wait->vcpu];
	if (b.culprit == TRACE_NONE)
		return;
	e->culprit_ns[b.culprit] += ns;
	if (story)
		p->story_ns[b.culprit][story - e->stories][b.cause] += ns;
}

static void advance(struct pass *p, uint64_t to_ns)
{
	uint32_t i;

	for (i = 0; i < p->nr_active && to_ns > p->now_ns; i++) {
		struct explain_wait *wait = p->active[i];
		uint64_t from_ns = wait->from_ns > p->now_ns ? wait->from_ns : p->now_ns;
		uint64_t end_ns = wait->to_ns < to_ns ? wait->to_ns : to_ns;

		if (end_ns > from_ns)
			blame(p, wait, end_ns - from_ns);
	}
	p->now_ns = to_ns;
}

static void end_waits(struct pass *p)
{
	uint32_t i = 0;

	while (i < p->nr_active) {
		struct explain_wait *wait = p->active[i];

		if (wait->to_ns > p->now_ns) {
			i++;
			continue;
		}
		/* nobody was let past it: it waited its turn, as everybody does */
		if (!wait->nr_passed) {
			wait->cause_ns[CAUSE_OTHER] += wait->cause_ns[CAUSE_SLEEPER];
			wait->cause_ns[CAUSE_SLEEPER] = 0;
		}
		p->active[i] = p->active[--p->nr_active];
	}
}

/* -- what happened ----------------------------------------------------------------- */

/* Is this a thing to tell of the one that waits? */
static bool is_own_moment(const struct explain_wait *wait, const struct trace_rec *rec)
{
	if (rec->vcpu != wait->vcpu)
		return false;
	switch (rec->type) {
	case TR_SWITCH_IN:
	case TR_SWITCH_OUT:
	case TR_WAKE:
	case TR_COSTOP:
	case TR_LOCK_ACQUIRED:
	case TR_LOCK_HALT:
		return true;
	default:
		return false;
	}
}

/* Of a wait for a lock: what becomes of the one that is in the way, and who replaces it. */
static bool is_culprits_moment(struct pass *p, const struct explain_wait *wait,
			       struct explain_story *story, const struct trace_rec *rec)
{
	if (rec->type == TR_SWITCH_IN && rec->pcpu == story->watched) {
		story->watched = TRACE_NONE;
		return true;
	}
	if (rec->type != TR_SWITCH_IN && rec->type != TR_SWITCH_OUT)
		return false;
	if (rec->vcpu != wait->vcpu && rec->vcpu != explain_blame_lock(&p->view, wait).culprit)
		return false;
	story->watched = rec->type == TR_SWITCH_OUT ? rec->pcpu : TRACE_NONE;
	return true;
}

/* Before the record counts. */
static void tell(struct pass *p, struct explain_wait *wait, const struct trace_rec *rec)
{
	struct explain_story *story = story_of(p->e, wait);
	const struct explain_moment moment = {rec->at_ns, rec->type, rec->arg, rec->pcpu,
					      rec->vcpu};
	bool passed = rec->type == TR_SWITCH_IN && rec->pcpu == wait->home &&
		      rec->vcpu != wait->vcpu && !is_of_lock(p->e);

	wait->nr_passed += passed;
	if (!story)
		return;
	if (passed || (is_of_lock(p->e) && is_culprits_moment(p, wait, story, rec)) ||
	    is_own_moment(wait, rec))
		add_moment(story, &moment);
}

/* The one that it waits for was off CPU already: how that came. */
static void tell_before(struct pass *p, const struct explain_wait *wait,
			struct explain_story *story)
{
	struct explain_blame b;

	if (!is_of_lock(p->e))
		return;
	b = explain_blame_lock(&p->view, wait);
	if (b.culprit != TRACE_NONE && b.cause != CAUSE_CONTENTION &&
	    p->last_off[b.culprit].type == TR_SWITCH_OUT)
		add_moment(story, &p->last_off[b.culprit]);
}

static void note(struct pass *p, const struct trace_rec *rec)
{
	const struct explain_moment moment = {rec->at_ns, rec->type, rec->arg, rec->pcpu,
					      rec->vcpu};

	if (rec->type == TR_COSTOP)
		p->held[rec->vcpu] = rec->arg;
	if (rec->type == TR_PCPU_OFF || rec->type == TR_PCPU_ON)
		p->is_off_line[rec->pcpu] = rec->type == TR_PCPU_OFF;
	if (rec->type == TR_STOLEN || rec->type == TR_PCPU_OFF || rec->type == TR_PCPU_ON)
		p->away[rec->pcpu] =
			p->is_off_line[rec->pcpu] || (rec->type == TR_STOLEN && rec->arg);
	if (rec->type == TR_SWITCH_OUT)
		p->last_off[rec->vcpu] = p->last_begin[rec->vcpu] = moment;
	if (rec->type == TR_WAKE || (rec->type == TR_LOCK_WAIT && is_of_lock(p->e)))
		p->last_begin[rec->vcpu] = moment;
	if (rec->type == TR_SWITCH_IN)
		p->last_in[rec->pcpu] = moment;
}

/* Those that have begun by now, whose first ns is to come. */
static void begin_waits(struct pass *p)
{
	struct explain *e = p->e;

	while (p->next < e->nr_waits && e->waits[p->next].from_ns <= p->now_ns &&
	       p->nr_active < e->nr_vcpus) {
		struct explain_wait *wait = &e->waits[p->next++];
		struct explain_story *story = story_of(e, wait);
		const struct explain_moment *begin = &p->last_begin[wait->vcpu];

		p->active[p->nr_active++] = wait;
		e->nr_began[wait->woken ? EXPLAIN_BY_WAKE : begin->arg & 15]++;
		if (!story)
			continue;
		tell_before(p, wait, story);
		add_moment(story, begin);
		if (wait->home != TRACE_NONE && !is_of_lock(e) &&
		    p->last_in[wait->home].at_ns == wait->from_ns &&
		    p->last_in[wait->home].type == TR_SWITCH_IN)
			add_moment(story, &p->last_in[wait->home]);
	}
}

static void apply(struct pass *p, const struct trace_rec *rec)
{
	uint32_t i;

	/* once all records of an instant are told */
	if (rec->at_ns > p->now_ns) {
		end_waits(p);
		begin_waits(p);
	}
	advance(p, rec->at_ns);
	for (i = 0; i < p->nr_active; i++)
		tell(p, p->active[i], rec);
	note(p, rec);
	trace_track_apply(&p->track, &p->reader, rec);
}

/* -- all of it --------------------------------------------------------------------- */

static void choose_stories(struct explain *e)
{
	uint32_t i, at;

	for (i = 0; i < e->nr_waits; i++) {
		struct explain_wait *wait = &e->waits[i];
		uint64_t ns = wait->to_ns - wait->from_ns;

		for (at = e->nr_stories; at; at--)
			if (e->stories[at - 1].wait->to_ns - e->stories[at - 1].wait->from_ns >= ns)
				break;
		if (at == EXPLAIN_LONGEST)
			continue;
		e->nr_stories += e->nr_stories < EXPLAIN_LONGEST;
		memmove(&e->stories[at + 1], &e->stories[at],
			(e->nr_stories - 1 - at) * sizeof(e->stories[0]));
		e->stories[at] = (struct explain_story){.wait = wait,
							.culprit = TRACE_NONE,
							.watched = TRACE_NONE};
	}
}

static void ignore(void *context, const struct span *span)
{
	(void)context;
	(void)span;
}

static int make_room(struct pass *p, struct error *err)
{
	struct explain *e = p->e;
	uint32_t nr = e->nr_vcpus + 1, nr_pcpus = p->reader.header.nr_pcpus + 1;

	p->held = calloc(nr, sizeof(*p->held));
	p->away = calloc(nr_pcpus, sizeof(*p->away));
	p->is_off_line = calloc(nr_pcpus, sizeof(*p->is_off_line));
	p->active = calloc(nr, sizeof(*p->active));
	p->story_ns = calloc(nr, sizeof(*p->story_ns));
	p->last_off = calloc(nr, sizeof(*p->last_off));
	p->last_begin = calloc(nr, sizeof(*p->last_begin));
	p->last_in = calloc(nr_pcpus, sizeof(*p->last_in));
	e->culprit_ns = calloc(nr, sizeof(*e->culprit_ns));
	if (!p->held || !p->away || !p->is_off_line || !p->active || !p->story_ns || !p->last_off ||
	    !p->last_begin || !p->last_in || !e->culprit_ns)
		return error_set(err, STATUS_IO, "memory", "%s", strerror(ENOMEM));
	p->view = (struct explain_view){.world = e->world,
					.reader = &p->reader,
					.track = &p->track,
					.held = p->held,
					.away = p->away,
					.ran_ns = e->ran_ns};
	return trace_track_init(&p->track, &p->reader, ignore, NULL, err);
}

/* Who was in the way of a story's wait longest, by its main cause. */
static void find_culprit(const struct pass *p, uint32_t nr)
{
	struct explain_story *story = &p->e->stories[nr];
	unsigned i;
	uint32_t v;

	for (i = 1; i < NR_CAUSES; i++)
		if (story->wait->cause_ns[i] > story->wait->cause_ns[story->cause])
			story->cause = (enum explain_cause)i;
	for (v = 0; v < p->e->nr_vcpus; v++) {
		uint64_t ns = p->story_ns[v][nr][story->cause];

		/* what was called a sleeper's bad luck at first */
		if (story->cause == CAUSE_OTHER)
			ns += p->story_ns[v][nr][CAUSE_SLEEPER];
		if (ns <= story->culprit_ns)
			continue;
		story->culprit_ns = ns;
		story->culprit = (uint16_t)v;
	}
}

static void sum_up(struct pass *p)
{
	struct explain *e = p->e;
	uint32_t i, cause;

	for (i = 0; i < e->nr_stories; i++)
		find_culprit(p, i);

	for (i = 0; i < e->nr_waits; i++) {
		e->nr_passed += e->waits[i].nr_passed;
		for (cause = 0; cause < NR_CAUSES; cause++)
			e->cause_ns[cause] += e->waits[i].cause_ns[cause];
	}
}

static int read_all(struct pass *p, struct error *err)
{
	struct trace_rec rec;
	int more;

	while ((more = trace_reader_next(&p->reader, &rec, err)) > 0)
		apply(p, &rec);
	if (more < 0)
		return -1;
	advance(p, p->e->end_ns);
	end_waits(p);
	sum_up(p);
	return 0;
}

int explain_find_causes(struct explain *explain, struct error *err)
{
	struct pass p = {.e = explain};
	int failed;

	if (trace_reader_open(&p.reader, explain->trace, err))
		return -1;
	choose_stories(explain);
	failed = make_room(&p, err);
	if (!failed) {
		failed = read_all(&p, err);
		trace_track_free(&p.track);
	}
	free(p.held);
	free(p.away);
	free(p.is_off_line);
	free(p.active);
	free(p.story_ns);
	free(p.last_off);
	free(p.last_begin);
	free(p.last_in);
	trace_reader_close(&p.reader);
	return failed;
}

int explain_read(struct explain *explain, struct error *err)
{
	return explain_find_waits(explain, err) || explain_find_causes(explain, err) ? -1 : 0;
}

void explain_fini(struct explain *explain)
{
	uint32_t i;

	for (i = 0; explain->names && i < explain->nr_vcpus; i++)
		free(explain->names[i]);
	free(explain->names);
	free(explain->ran_ns);
	free(explain->culprit_ns);
	free(explain->waits);
}
