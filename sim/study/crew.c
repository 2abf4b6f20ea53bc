/* SPDX-License-Identifier: BSD-2-Clause */
#include "crew.h"

#include <string.h>

#include "rep_wire.h"

/* -- tasks ------------------------------------------------------------------------- */

static uint32_t nr_policies(const struct crew *crew)
{
	return crew->jobs->study->nr_policies;
}

/* The study's number of a policy. */
static uint32_t policy_of(const struct crew *crew, const struct order *order)
{
	uint32_t p;

	for (p = 0; crew->jobs->study->policies[p] != order->policy; p++)
		;
	return p;
}

static uint32_t task_of(const struct crew *crew, const struct order *order)
{
	return (order->rep - crew->jobs->study->first_rep) * nr_policies(crew) +
	       policy_of(crew, order);
}

static void make_order(const struct crew *crew, uint32_t task, bool careful, struct order *order)
{
	const struct study *study = crew->jobs->study;

	memset(order, 0, sizeof(*order));
	order->policy = study->policies[task % study->nr_policies];
	order->rep = study->first_rep + task / study->nr_policies;
	order->careful = careful;
}

/*
 * In order, so that all before one that fails are run to their end: what is told is then
 * the first, for any number of workers.  False: there is none now.
 */
static bool take(struct crew *crew, struct order *order)
{
	uint32_t p;

	if (crew->interrupted)
		return false;
	for (p = 0; p < nr_policies(crew); p++) {
		if (!crew->fates[p].again)
			continue;
		crew->fates[p].again = false;
		make_order(crew, crew->fates[p].rep * nr_policies(crew) + p, true, order);
		return true;
	}
	while (crew->next < crew->end && crew->failed == NO_TASK) {
		uint32_t task = crew->next++;

		if (crew->fates[task % nr_policies(crew)].is_void)
			continue;
		make_order(crew, task, false, order);
		return true;
	}
	return false;
}

/* -- what became of them -------------------------------------------------------------- */

static void release(struct crew *crew, struct worker *worker)
{
	if (worker->busy)
		crew->nr_busy--;
	worker_end(worker);
}

/* Nobody waits for what these are busy with. */
static void cancel_after(struct crew *crew, uint32_t task, bool only_policy)
{
	unsigned i;

	for (i = 0; i < crew->room; i++) {
		struct worker *w = &crew->workers[i];

		if (w->busy && task_of(crew, &w->order) > task &&
		    (!only_policy || policy_of(crew, &w->order) == task % nr_policies(crew)))
			release(crew, w);
	}
}

static void fail(struct crew *crew, uint32_t task, const struct error *err)
{
	if (task >= crew->failed)
		return;
	crew->failed = task;
	crew->err = *err;
	cancel_after(crew, task, false);
}

/* again: in which callback will be found out by running it once more. */
static void spoil(struct crew *crew, uint32_t task, const struct error *why, bool again)
{
	struct fate *fate = &crew->fates[task % nr_policies(crew)];
	uint32_t rep = task / nr_policies(crew);

	if (fate->is_void && fate->rep < rep)
		return;
	*fate = (struct fate){.is_void = true, .rep = rep, .why = *why, .again = again};
	cancel_after(crew, task, true);
}

static void name_replication(const struct crew *crew, const struct order *order, struct error *err)
{
	const struct world *world = crew->jobs->study->world;
	struct error inner = *err;

	error_set(err, inner.status, inner.kind, "policy %s, replication %u, seed %llu: %.*s",
		  world->policies[order->policy].name, order->rep,
		  (unsigned long long)world->run.seed, 800, inner.text);
}

static bool is_one(const struct error *err)
{
	return memchr(err->kind, 0, sizeof(err->kind)) && memchr(err->text, 0, sizeof(err->text));
}

/*
 * Is it what the policy did, which other policies have no part in?  It stalled the model; or
 * it came from outside, and a law of ours is broken or memory is short: it may have written
 * on our data, or lowered the limits of its process.
 */
static bool is_policys_own(const struct crew *crew, const struct order *order,
			   const struct error *err)
{
	if (crew->jobs->study->world->policies[order->policy].from &&
	    (!strcmp(err->kind, "law") || !strcmp(err->kind, "memory")))
		return true;
	return !strcmp(err->kind, "livelock") || !strcmp(err->kind, "forgotten");
}

static void take_error(struct crew *crew, const struct worker *worker)
{
	uint32_t task = task_of(crew, &worker->order);
	struct error err = {0};

	if (worker->inbox.head.bytes == sizeof(err))
		memcpy(&err, worker->inbox.data, sizeof(err));
	if (worker->inbox.head.bytes != sizeof(err) || !is_one(&err))
		error_set(&err, STATUS_MODEL, "stray", "its worker sent what is no error");
	name_replication(crew, &worker->order, &err);
	if (worker->inbox.head.kind == ANSWER_TOUCHED)
		spoil(crew, task, &err, !worker->order.careful);
	else if (is_policys_own(crew, &worker->order, &err))
		spoil(crew, task, &err, false);
	else
		fail(crew, task, &err);
}

static void take_rep(struct crew *crew, struct worker *worker)
{
	struct study *study = crew->jobs->study;
	uint32_t task = task_of(crew, &worker->order);
	struct study_rep *rep = rep_unpack(study, worker->inbox.data, worker->inbox.head.bytes),
			 **slot;
	struct error err;

	if (worker->order.careful) { /* the second time it was good: the first stands */
		study_rep_free(study, rep);
		return;
	}
	if (!rep) {
		error_set(&err, STATUS_MODEL, "stray", "its worker sent what is no result");
		name_replication(crew, &worker->order, &err);
		spoil(crew, task, &err, false);
		return;
	}
	slot = study_slot(study, task / study->nr_policies, task % study->nr_policies);
	study_rep_free(study, *slot);
	*slot = rep;
	crew->nr_done++;
	if (worker_keep_files(worker, crew->jobs, &err)) {
		name_replication(crew, &worker->order, &err);
		fail(crew, task, &err);
	}
}

static void take_answer(struct crew *crew, struct worker *worker)
{
	if (worker->inbox.head.kind == ANSWER_REP)
		take_rep(crew, worker);
	else
		take_error(crew, worker);
	inbox_clear(&worker->inbox);
	worker->busy = false;
	crew->nr_busy--;
	if (worker->once || worker->has_trace || worker->has_record) {
		worker_dismiss(worker);
		worker_end(worker);
	}
}

/* It is dead, or talks nonsense, and has not answered. */
static void take_death(struct crew *crew, struct worker *worker)
{
	uint32_t task = task_of(crew, &worker->order);
	struct order order = worker->order;
	struct error err;
	bool later;

	/* a crash in our own code: of what a callback has done before; which, a look will tell */
	later = !order.careful && !where_is_inside(worker->child.where);
	worker_fate(worker, &err);
	release(crew, worker);
	name_replication(crew, &order, &err);
	spoil(crew, task, &err, later && !strcmp(err.kind, "crash"));
}

/* -- workers ---------------------------------------------------------------------------- */

static struct worker *idle_of(struct crew *crew, uint32_t policy)
{
	unsigned i;

	for (i = 0; i < crew->room; i++)
		if (crew->workers[i].child.where && !crew->workers[i].busy &&
		    crew->workers[i].order.policy == policy)
			return &crew->workers[i];
	return NULL;
}

/* A place for a new one; one that waits for orders of another policy makes way. */
static struct worker *empty_place(struct crew *crew)
{
	unsigned i, idle = crew->room;

	for (i = 0; i < crew->room; i++) {
		if (!crew->workers[i].child.where)
			return &crew->workers[i];
		if (!crew->workers[i].busy && idle == crew->room)
			idle = i;
	}
	worker_end(&crew->workers[idle]); /* more places than may be busy: there is one */
	return &crew->workers[idle];
}

/* There is no room for one more process: when one that is busy is done, it goes on. */
static void put_back(struct crew *crew, const struct order *order)
{
	uint32_t task = task_of(crew, order);

	if (order->careful)
		crew->fates[task % nr_policies(crew)].again = true;
	else
		crew->next = task;
}

static int start(struct crew *crew, const struct order *order)
{
	const struct jobs *jobs = crew->jobs;
	const struct policy_spec *spec = &jobs->study->world->policies[order->policy];
	uint32_t task = task_of(crew, order);
	bool first = task < nr_policies(crew) && !order->careful;
	const char *trace = first && jobs->traces ? jobs->traces[task] : NULL;
	const char *record = first && !task ? jobs->record : NULL;
	bool once = order->careful || trace || record || spec->own_process;
	struct worker *worker = once ? NULL : idle_of(crew, order->policy);
	struct error err;

	if (worker && worker_ask(worker, order)) {
		worker_end(worker);
		worker = NULL;
	}
	if (!worker) {
		worker = empty_place(crew);
		if (worker_start(worker, jobs, order, trace, record, once, &err)) {
			worker_end(worker);
			if (crew->nr_busy && !strcmp(err.kind, "worker"))
				put_back(crew, order);
			else
				fail(crew, task, &err);
			return -1;
		}
	}
	crew->nr_busy++;
	return 0;
}

void crew_start_all(struct crew *crew)
{
	struct order order;

	while (crew->nr_busy < crew->jobs->nr_workers && take(crew, &order))
		if (start(crew, &order))
			return;
}

void crew_look_at(struct crew *crew, struct worker *worker, bool readable)
{
	uint64_t patience_ns = crew->jobs->patience_ns ? crew->jobs->patience_ns : JOBS_PATIENCE_NS;
	bool over = !readable &&
		    (child_is_stuck(&worker->child, patience_ns) || child_is_gone(&worker->child));
	int got = readable || over ? inbox_read(&worker->inbox, worker->child.from) : 0;

	if (got > 0)
		take_answer(crew, worker);
	else if (got < 0 || over)
		take_death(crew, worker);
}

void crew_cancel(struct crew *crew)
{
	unsigned i;

	for (i = 0; i < crew->room; i++)
		if (crew->workers[i].busy)
			release(crew, &crew->workers[i]);
}

void crew_drop_voids(struct crew *crew)
{
	struct study *study = crew->jobs->study;
	uint32_t p;

	for (p = 0; p < study->nr_policies;) {
		struct fate *fate = &crew->fates[p];

		if (!fate->is_void) {
			p++;
			continue;
		}
		study_void(study, p, study->first_rep + fate->rep, &fate->why);
		memmove(fate, fate + 1, (study->nr_policies - p) * sizeof(*fate));
	}
}
