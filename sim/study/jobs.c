/* SPDX-License-Identifier: BSD-2-Clause */
#include "jobs.h"

#include <errno.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include "base/progress.h"
#include "engine/record/record.h"
#include "engine/sim.h"
#include "trace/trace_write.h"

/* What the workers of one batch share; all but stop and the constants under the lock. */
struct crew {
	const struct jobs *jobs;
	atomic_bool stop;
	pthread_mutex_t lock;
	uint32_t next, end; /* tasks: rep * nr_policies + policy */
	uint32_t nr_done;
	unsigned nr_alive;
	uint32_t failed; /* task of err, UINT32_MAX: none */
	struct error err;
	int news; /* eventfd: nr_done or nr_alive changed */
	int signals; /* signalfd */
	sigset_t blocked, before;
};

/* -- one replication -------------------------------------------------------- */

static const char *trace_path(const struct jobs *jobs, uint32_t rep, uint32_t policy)
{
	return rep == 0 && jobs->traces ? jobs->traces[policy] : NULL;
}

static int run_traced(struct sim_job *job, const char *path, struct sim_result *result,
		      struct error *err)
{
	struct trace_writer *writer = NULL;

	if (!path)
		return sim_run(job, result, err);
	if (trace_writer_open(&writer, path, job->world, job->policy, err))
		return -1;
	job->trace = trace_writer_sink(writer);
	if (sim_run(job, result, err)) {
		trace_writer_abort(writer);
		return -1;
	}
	if (job->stop && atomic_load(job->stop)) {
		trace_writer_abort(writer);
		return 0;
	}
	if (trace_writer_close(writer, result->end_ns, err)) {
		sim_result_free(result);
		return -1;
	}
	return 0;
}

/* The same, with the policy's calls recorded if that is wanted. */
static int run_recorded(struct sim_job *job, const char *record, const char *trace,
			struct sim_result *result, struct error *err)
{
	int status;

	if (!record)
		return run_traced(job, trace, result, err);
	if (recorder_open(&job->record, record, job->world, job->policy, err))
		return -1;
	status = run_traced(job, trace, result, err);
	if (status || (job->stop && atomic_load(job->stop))) {
		recorder_abort(job->record);
		return status;
	}
	if (recorder_close(job->record, err)) {
		sim_result_free(result);
		return -1;
	}
	return 0;
}

static void name_replication(const struct sim_job *job, struct error *err)
{
	struct error inner = *err;

	error_set(err, inner.status, inner.kind, "policy %s, replication %u, seed %llu: %.*s",
		  job->world->policies[job->policy].name, job->rep,
		  (unsigned long long)job->world->run.seed, 800, inner.text);
}

/* NULL with *err, or because the run was stopped. */
static struct study_rep *run_task(struct crew *crew, uint32_t task, struct error *err)
{
	const struct jobs *jobs = crew->jobs;
	const struct study *study = jobs->study;
	uint32_t rep = task / study->nr_policies, policy = task % study->nr_policies;
	struct sim_result result;
	struct study_rep *digest;
	struct sim_job job = {
		.world = study->world,
		.policy = study->policies[policy],
		.rep = study->first_rep + rep,
		.stop = &crew->stop,
		.strict = jobs->strict,
	};

	memset(&result, 0, sizeof(result));
	if (run_recorded(&job, rep || policy ? NULL : jobs->record, trace_path(jobs, rep, policy),
			 &result, err)) {
		name_replication(&job, err);
		return NULL;
	}
	if (atomic_load(&crew->stop)) {
		sim_result_free(&result);
		return NULL;
	}
	digest = study_digest(study, &result);
	sim_result_free(&result);
	if (!digest)
		error_set(err, STATUS_IO, "memory", "out of memory");
	return digest;
}

/* -- workers ---------------------------------------------------------------- */

static void tell(const struct crew *crew)
{
	uint64_t one = 1;
	ssize_t n = write(crew->news, &one, sizeof(one));

	(void)n; /* the counter cannot overflow */
}

/* Tasks are taken in order, so that all before a failed one are run to their end. */
static uint32_t take(struct crew *crew)
{
	uint32_t task = UINT32_MAX;

	pthread_mutex_lock(&crew->lock);
	if (crew->next < crew->end && crew->failed == UINT32_MAX && !atomic_load(&crew->stop))
		task = crew->next++;
	pthread_mutex_unlock(&crew->lock);
	return task;
}

static void put(struct crew *crew, uint32_t task, struct study_rep *rep, const struct error *err)
{
	const struct study *study = crew->jobs->study;

	pthread_mutex_lock(&crew->lock);
	*study_slot(study, task / study->nr_policies, task % study->nr_policies) = rep;
	crew->nr_done += rep != NULL;
	if (!rep && !atomic_load(&crew->stop) && task < crew->failed) {
		crew->failed = task;
		crew->err = *err;
	}
	pthread_mutex_unlock(&crew->lock);
	tell(crew);
}

static void *worker(void *argument)
{
	struct crew *crew = argument;
	struct error err = {STATUS_OK, "", ""};
	uint32_t task;

	while ((task = take(crew)) != UINT32_MAX)
		put(crew, task, run_task(crew, task, &err), &err);
	pthread_mutex_lock(&crew->lock);
	crew->nr_alive--;
	pthread_mutex_unlock(&crew->lock);
	tell(crew);
	return NULL;
}

/* -- the coordinator -------------------------------------------------------- */

/* Ctrl-C asks once for what is complete; the second time it kills as always. */
static int take_signal(struct crew *crew)
{
	struct signalfd_siginfo info;

	if (read(crew->signals, &info, sizeof(info)) != (ssize_t)sizeof(info))
		return 0;
	atomic_store(&crew->stop, true);
	pthread_sigmask(SIG_UNBLOCK, &crew->blocked, NULL);
	return (int)info.ssi_signo;
}

/* Waits until the workers are gone; returns the signal that came, or 0. */
static int watch(struct crew *crew, struct progress *progress)
{
	struct pollfd fds[2] = {{.fd = crew->news, .events = POLLIN},
				{.fd = crew->signals, .events = POLLIN}};
	const struct study *study = crew->jobs->study;
	int interrupted = 0;
	unsigned nr_alive;

	do {
		uint64_t count;

		pthread_mutex_lock(&crew->lock);
		nr_alive = crew->nr_alive;
		progress_show(progress, crew->nr_done / study->nr_policies, study->rule.goal,
			      "replications");
		pthread_mutex_unlock(&crew->lock);
		if (!nr_alive)
			break;
		if (poll(fds, interrupted ? 1 : 2, -1) < 0 && errno != EINTR)
			break;
		if (fds[0].revents & POLLIN && read(crew->news, &count, sizeof(count)) < 0)
			continue;
		if (!interrupted && fds[1].revents & POLLIN)
			interrupted = take_signal(crew);
	} while (nr_alive);
	return interrupted;
}

/* Runs the tasks from crew->next to crew->end. */
static int run_batch(struct crew *crew, struct progress *progress, int *interrupted)
{
	uint32_t nr_tasks = crew->end - crew->next;
	unsigned nr = crew->jobs->nr_workers < nr_tasks ? crew->jobs->nr_workers : nr_tasks, i;
	pthread_t *threads = calloc(nr + 1, sizeof(*threads));

	if (!threads)
		return -1;
	crew->nr_alive = nr;
	for (i = 0; i < nr; i++)
		if (pthread_create(&threads[i], NULL, worker, crew))
			break;
	pthread_mutex_lock(&crew->lock);
	crew->nr_alive -= nr - i; /* those that could not be had */
	pthread_mutex_unlock(&crew->lock);
	nr = i;
	*interrupted = watch(crew, progress);
	for (i = 0; i < nr; i++)
		pthread_join(threads[i], NULL);
	free(threads);
	return nr ? 0 : -1;
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

static int run_all(struct crew *crew, struct progress *progress, int *interrupted,
		   struct error *err)
{
	struct study *study = crew->jobs->study;

	do {
		crew->end = study->rule.goal * study->nr_policies;
		if (run_batch(crew, progress, interrupted))
			return error_set(err, STATUS_IO, "thread", "cannot start a worker: %s",
					 strerror(errno));
		study->nr_reps = nr_complete(study);
		if (crew->failed != UINT32_MAX) {
			*err = crew->err;
			return -1;
		}
		if (*interrupted && !study->nr_reps)
			return error_set(err, (enum status)(128 + *interrupted), "interrupted",
					 "no replication was complete");
		if (*interrupted)
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
	pthread_sigmask(SIG_BLOCK, &crew->blocked, &crew->before);
}

int jobs_run(const struct jobs *jobs, int *interrupted, struct error *err)
{
	struct crew crew = {.jobs = jobs, .failed = UINT32_MAX};
	struct progress progress;
	int status;

	*interrupted = 0;
	atomic_init(&crew.stop, false);
	block_signals(&crew);
	crew.news = eventfd(0, EFD_CLOEXEC);
	crew.signals = signalfd(-1, &crew.blocked, SFD_CLOEXEC);
	progress_init(&progress, jobs->quiet);
	if (crew.news < 0 || crew.signals < 0) {
		status = error_set(err, STATUS_IO, "thread", "no file descriptors: %s",
				   strerror(errno));
	} else {
		pthread_mutex_init(&crew.lock, NULL);
		status = run_all(&crew, &progress, interrupted, err);
		pthread_mutex_destroy(&crew.lock);
	}
	progress_clear(&progress);
	if (crew.news >= 0)
		close(crew.news);
	if (crew.signals >= 0)
		close(crew.signals);
	pthread_sigmask(SIG_SETMASK, &crew.before, NULL);
	return status;
}
