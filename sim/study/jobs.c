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
#include "crew.h"

#define LOOK_MS 100 /* how often workers are looked at */

/* Ctrl-C asks once for what is complete; the second time it kills as always. */
static void take_signal(struct crew *crew)
{
	struct signalfd_siginfo info;

	if (read(crew->signals, &info, sizeof(info)) != (ssize_t)sizeof(info))
		return;
	crew->interrupted = (int)info.ssi_signo;
	sigprocmask(SIG_UNBLOCK, &crew->blocked, NULL);
	crew_cancel(crew);
}

/*
 * Waits for news of those that are busy.  (Of these alone: there may be fewer descriptors
 * than places, and more than that poll refuses.)
 */
static void wait_for_news(struct crew *crew, struct pollfd *fds)
{
	unsigned i, nr = 0;

	for (i = 0; i < crew->room; i++)
		if (crew->workers[i].busy)
			fds[nr++] = (struct pollfd){.fd = crew->workers[i].child.from,
						    .events = POLLIN};
	fds[nr] = (struct pollfd){.fd = crew->signals, .events = POLLIN};
	if (poll(fds, nr + 1, LOOK_MS) < 0)
		for (i = 0; i <= nr; i++)
			fds[i].revents = 0;
	if (fds[nr].revents) {
		take_signal(crew);
		return;
	}
	for (i = 0, nr = 0; i < crew->room; i++) {
		struct worker *worker = &crew->workers[i];

		/* an answer may have ended others: those that are left are in the same order */
		if (!worker->busy)
			continue;
		while (fds[nr].fd != worker->child.from)
			nr++;
		crew_look_at(crew, worker, fds[nr].revents != 0);
	}
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
		crew_start_all(crew);
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
		crew_drop_voids(crew);
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

/* In no hurry but for a signal, or one that does not go by itself. */
static void end_workers(struct crew *crew)
{
	bool patient = !crew->interrupted;
	unsigned i;

	for (i = 0; crew->workers && i < crew->room; i++) {
		patient = patient && worker_dismiss(&crew->workers[i]);
		worker_end(&crew->workers[i]);
	}
}

int jobs_run(const struct jobs *jobs, int *interrupted, struct error *err)
{
	struct crew crew = {.jobs = jobs, .failed = NO_TASK, .room = 2 * jobs->nr_workers + 16};
	struct progress own = {0}, *progress = jobs->progress ? jobs->progress : &own;
	int status;

	block_signals(&crew);
	crew.signals = signalfd(-1, &crew.blocked, SFD_CLOEXEC);
	crew.workers = calloc(crew.room, sizeof(*crew.workers));
	crew.fates = calloc(jobs->study->nr_policies, sizeof(*crew.fates));
	if (progress == &own)
		progress_init(&own, jobs->quiet);
	if (crew.signals < 0 || !crew.workers || !crew.fates)
		status = error_set(err, STATUS_IO, "worker", "cannot start workers: %s",
				   strerror(errno));
	else
		status = run_all(&crew, progress, err);
	progress_clear(progress);
	end_workers(&crew);
	free(crew.workers);
	free(crew.fates);
	if (crew.signals >= 0)
		close(crew.signals);
	sigprocmask(SIG_SETMASK, &crew.before, NULL);
	*interrupted = crew.interrupted;
	return status;
}
