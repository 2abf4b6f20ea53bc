/* SPDX-License-Identifier: BSD-2-Clause */
#include "jobs.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include "base/progress.h"
#include "rep_wire.h"
#include "worker.h"

#define LOOK_MS 100 /* how often workers are looked at */
#define NO_TASK UINT32_MAX

/* What is known of a policy of the study. */
struct fate {
	bool is_void;
	uint32_t rep; /* in which replication (from 0), the first in order so far */
	struct error why;
	bool again; /* that one is to be run once more, carefully */
};

struct crew {
	const struct jobs *jobs;
	struct worker *workers; /* [room] */
	unsigned room; /* busy ones and those that wait for more of their policy */
	struct fate *fates; /* [policies] */
	uint32_t next, end; /* tasks: rep * nr_policies + policy */
	uint32_t nr_done;
	unsigned nr_busy;
	uint32_t failed; /* task of err, NO_TASK: none */
	struct error err;
	int signals; /* signalfd */
	sigset_t blocked, before;
	int interrupted;
};

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

/* It stalled by what the policy did, which other policies have no part in. */
static bool is_policys_own(const struct error *err)
{
	return !strcmp(err->kind, "livelock") || !strcmp(err->kind, "forgotten");
}

static void take_error(struct crew *crew, const struct worker *worker)
{
	uint32_t task = task_of(crew, &worker->order);
	struct error err;

	if (worker->inbox.head.bytes == sizeof(err))
		memcpy(&err, worker->inbox.data, sizeof(err));
	if (worker->inbox.head.bytes != sizeof(err) || !is_one(&err))
		error_set(&err, STATUS_MODEL, "stray", "its worker sent what is no error");
	name_replication(crew, &worker->order, &err);
	if (worker->inbox.head.kind == ANSWER_TOUCHED)
		spoil(crew, task, &err, !worker->order.careful);
	else if (is_policys_own(&err))
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
	if (worker->once || worker->has_trace || worker->has_record) {
		release(crew, worker);
	} else {
		worker->busy = false;
		crew->nr_busy--;
	}
}

/* It is dead, or talks nonsense, and has not answered. */
static void take_death(struct crew *crew, struct worker *worker)
{
	uint32_t task = task_of(crew, &worker->order);
	struct order order = worker->order;
	struct error err;

	worker_fate(worker, &err);
	release(crew, worker);
	name_replication(crew, &order, &err);
	spoil(crew, task, &err, false);
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
			fail(crew, task, &err);
			return -1;
		}
	}
	crew->nr_busy++;
	return 0;
}

static void start_all(struct crew *crew)
{
	struct order order;

	while (crew->nr_busy < crew->jobs->nr_workers && take(crew, &order))
		if (start(crew, &order))
			return;
}

/* Has it answered, or died? */
static void look_at(struct crew *crew, struct worker *worker, bool readable, uint64_t patience_ns)
{
	bool over = !readable &&
		    (child_is_stuck(&worker->child, patience_ns) || child_is_gone(&worker->child));
	int got = readable || over ? inbox_read(&worker->inbox, worker->child.from) : 0;

	if (got > 0)
		take_answer(crew, worker);
	else if (got < 0 || over)
		take_death(crew, worker);
}

/* Ctrl-C asks once for what is complete; the second time it kills as always. */
static void take_signal(struct crew *crew)
{
	struct signalfd_siginfo info;
	unsigned i;

	if (read(crew->signals, &info, sizeof(info)) != (ssize_t)sizeof(info))
		return;
	crew->interrupted = (int)info.ssi_signo;
	sigprocmask(SIG_UNBLOCK, &crew->blocked, NULL);
	for (i = 0; i < crew->room; i++)
		if (crew->workers[i].busy)
			release(crew, &crew->workers[i]);
}

/* Waits for news of those that are busy. */
static void wait_for_news(struct crew *crew, struct pollfd *fds)
{
	uint64_t patience_ns = crew->jobs->patience_ns;
	unsigned i;

	for (i = 0; i < crew->room; i++)
		fds[i] = (struct pollfd){.fd = crew->workers[i].busy ? crew->workers[i].child.from
								     : -1,
					 .events = POLLIN};
	fds[i] = (struct pollfd){.fd = crew->signals, .events = POLLIN};
	if (poll(fds, crew->room + 1, LOOK_MS) < 0)
		for (i = 0; i <= crew->room; i++)
			fds[i].revents = 0;
	if (fds[crew->room].revents) {
		take_signal(crew);
		return;
	}
	for (i = 0; i < crew->room; i++)
		if (crew->workers[i].busy && fds[i].fd >= 0)
			look_at(crew, &crew->workers[i], fds[i].revents != 0,
				patience_ns ? patience_ns : JOBS_PATIENCE_NS);
}

/* -- batches ----------------------------------------------------------------------------- */

/* Runs the tasks from crew->next to crew->end. */
static int run_batch(struct crew *crew, struct progress *progress, struct error *err)
{
	const struct study *study = crew->jobs->study;
	struct pollfd *fds = calloc(crew->room + 1, sizeof(*fds));

	if (!fds)
		return error_set(err, STATUS_IO, "memory", "out of memory");
	for (;;) {
		progress_show(progress, crew->nr_done / study->nr_policies, study->rule.goal,
			      "replications");
		start_all(crew);
		if (!crew->nr_busy)
			break;
		wait_for_news(crew, fds);
	}
	free(fds);
	return 0;
}

/* Replications that are there for every policy, from the first on. */
static uint32_t nr_complete(const struct study *study)
{
	uint32_t task;

	for (task = 0; task < study->max_reps * study->nr_policies; task++)
		if (!study->reps[task])
			break;
	return task / study->nr_policies;
}

/* Takes the void policies out. */
static void drop_voids(struct crew *crew)
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

static int run_all(struct crew *crew, struct progress *progress, struct error *err)
{
	struct study *study = crew->jobs->study;

	do {
		crew->end = study->rule.goal * study->nr_policies;
		if (run_batch(crew, progress, err))
			return -1;
		if (crew->failed != NO_TASK) {
			*err = crew->err;
			return -1;
		}
		drop_voids(crew);
		study->nr_reps = study->nr_policies ? nr_complete(study) : 0;
		crew->next = study->nr_reps * study->nr_policies;
		crew->nr_done = crew->next;
		if (crew->interrupted && !study->nr_reps)
			return error_set(err, (enum status)(128 + crew->interrupted), "interrupted",
					 "no replication was complete");
		if (crew->interrupted)
			return 0;
		if (!study->nr_policies)
			return 0;
	} while (study_judge(study, crew->jobs->primary) == STOP_MORE);
	return 0;
}

/* Signals go to the signalfd while workers run; one that is ignored stays ignored. */
static void block_signals(struct crew *crew)
{
	static const int numbers[] = {SIGINT, SIGTERM};
	struct sigaction action;
	unsigned i;

	sigemptyset(&crew->blocked);
	for (i = 0; i < sizeof(numbers) / sizeof(numbers[0]); i++)
		if (!sigaction(numbers[i], NULL, &action) && action.sa_handler != SIG_IGN)
			sigaddset(&crew->blocked, numbers[i]);
	sigprocmask(SIG_BLOCK, &crew->blocked, &crew->before);
}

int jobs_run(const struct jobs *jobs, int *interrupted, struct error *err)
{
	struct crew crew = {.jobs = jobs, .failed = NO_TASK, .room = 2 * jobs->nr_workers + 16};
	struct progress progress;
	int status;
	unsigned i;

	block_signals(&crew);
	crew.signals = signalfd(-1, &crew.blocked, SFD_CLOEXEC);
	crew.workers = calloc(crew.room, sizeof(*crew.workers));
	crew.fates = calloc(jobs->study->nr_policies, sizeof(*crew.fates));
	progress_init(&progress, jobs->quiet);
	if (crew.signals < 0 || !crew.workers || !crew.fates)
		status = error_set(err, STATUS_IO, "worker", "cannot start workers: %s",
				   strerror(errno));
	else
		status = run_all(&crew, &progress, err);
	progress_clear(&progress);
	for (i = 0; crew.workers && i < crew.room; i++)
		worker_end(&crew.workers[i]);
	free(crew.workers);
	free(crew.fates);
	if (crew.signals >= 0)
		close(crew.signals);
	sigprocmask(SIG_SETMASK, &crew.before, NULL);
	*interrupted = crew.interrupted;
	return status;
}
