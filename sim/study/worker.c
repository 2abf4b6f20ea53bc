/* SPDX-License-Identifier: BSD-2-Clause */
#include "worker.h"

#include <errno.h>
#include <malloc.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "engine/record/record.h"
#include "engine/sim.h"
#include "memory.h"
#include "rep_wire.h"
#include "trace/trace_write.h"

/* What a worker has from its parent. */
struct desk {
	const struct jobs *jobs;
	const char *trace, *record; /* names of files, for messages; NULL: none */
	int fds[CHILD_KEEP]; /* trace, record, shared object; -1: none */
};

#define ALONE_BYTES (1 << 25) /* a block that is larger has its own pages: malloc takes no more */
#define KEEP_BYTES (1 << 28)

enum { FD_TRACE, FD_RECORD, FD_MODULE };

/* -- in the worker ------------------------------------------------------------- */

static int run_traced(const struct desk *desk, struct sim_job *job, struct sim_result *result,
		      struct error *err)
{
	struct trace_writer *writer = NULL;
	struct outfile out;

	if (desk->fds[FD_TRACE] < 0)
		return sim_run(job, result, err);
	if (outfile_lend(&out, desk->fds[FD_TRACE], desk->trace, err) ||
	    trace_writer_start(&writer, &out, desk->trace, job->world, job->policy, job->rep, err))
		return -1;
	job->trace = trace_writer_sink(writer);
	if (sim_run(job, result, err)) {
		trace_writer_abort(writer);
		return -1;
	}
	if (trace_writer_close(writer, result->end_ns, err)) {
		sim_result_free(result);
		return -1;
	}
	return 0;
}

/* The same, with the policy's calls recorded if that is wanted. */
static int run_recorded(const struct desk *desk, struct sim_job *job, struct sim_result *result,
			struct error *err)
{
	struct outfile out;

	if (desk->fds[FD_RECORD] < 0)
		return run_traced(desk, job, result, err);
	if (outfile_lend(&out, desk->fds[FD_RECORD], desk->record, err) ||
	    recorder_open(&job->record, &out, job->world, job->policy, err))
		return -1;
	if (run_traced(desk, job, result, err)) {
		recorder_abort(job->record);
		return -1;
	}
	if (recorder_close(job->record, err)) {
		sim_result_free(result);
		return -1;
	}
	return 0;
}

static bool is_touched(const struct error *err)
{
	return !strcmp(err->kind, "stray") || !strcmp(err->kind, "rounding");
}

static int answer(const struct desk *desk, const struct order *order, int out, struct where *where)
{
	const struct study *study = desk->jobs->study;
	struct sim_result result, half;
	struct sim_job job = {.world = study->world,
			      .policy = order->policy,
			      .rep = order->rep,
			      .where = where,
			      .half = &half,
			      .careful = order->careful,
			      .strict = desk->jobs->strict};
	struct error err = {STATUS_OK, "", ""};
	struct study_rep *digest = NULL;
	size_t bytes = 0;
	void *packed = NULL;
	int failed;

	memset(&result, 0, sizeof(result));
	memset(&half, 0, sizeof(half));
	if (!run_recorded(desk, &job, &result, &err)) {
		digest = study_digest(study, &result);
		if (digest && !memory_digest(study, digest, &result, &half))
			packed = rep_pack(study, digest, &bytes);
		sim_result_free(&result);
		if (!packed)
			error_set(&err, STATUS_IO, "memory", "out of memory");
		study_rep_free(study, digest);
	}
	sim_result_free(&half);
	if (packed)
		failed = message_send(out, ANSWER_REP, packed, bytes);
	else
		failed = message_send(out, is_touched(&err) ? ANSWER_TOUCHED : ANSWER_ERROR, &err,
				      sizeof(err));
	free(packed);
	return failed;
}

static void worker_main(void *context, int in, int out, struct where *where)
{
	const struct desk *desk = context;
	const pid_t self = getpid();
	struct order order;

	/* what one replication gives back is for the next one, not for the kernel */
	mallopt(M_MMAP_THRESHOLD, ALONE_BYTES);
	mallopt(M_TRIM_THRESHOLD, KEEP_BYTES);
	while (read(in, &order, sizeof(order)) == (ssize_t)sizeof(order)) {
		where->callback = WHERE_NOWHERE;
		where->now_ns = 0;
		/* a policy may have forked: only one of us is the worker */
		if (answer(desk, &order, out, where) || getpid() != self)
			return;
	}
}

/* -- in its parent --------------------------------------------------------------- */

static void drop_files(struct worker *worker)
{
	if (worker->has_trace)
		outfile_abort(&worker->trace);
	if (worker->has_record)
		outfile_abort(&worker->record);
	worker->has_trace = worker->has_record = false;
}

static int open_files(struct worker *worker, const char *trace, const char *record,
		      struct error *err)
{
	if (trace) {
		if (outfile_open(&worker->trace, trace, err)) {
			if (err->status == STATUS_IO)
				strcpy(err->kind, "trace");
			return -1;
		}
		worker->has_trace = true;
	}
	if (record) {
		if (outfile_open(&worker->record, record, err))
			return -1;
		worker->has_record = true;
	}
	return 0;
}

int worker_start(struct worker *worker, const struct jobs *jobs, const struct order *order,
		 const char *trace, const char *record, bool once, struct error *err)
{
	const struct policy_spec *spec = &jobs->study->world->policies[order->policy];
	struct desk desk = {.jobs = jobs, .trace = trace, .record = record, .fds = {-1, -1, -1}};
	int failed;

	memset(worker, 0, sizeof(*worker));
	worker->once = once;
	failed = open_files(worker, trace, record, err);
	if (worker->has_trace)
		desk.fds[FD_TRACE] = fileno(worker->trace.file);
	if (worker->has_record)
		desk.fds[FD_RECORD] = fileno(worker->record.file);
	if (spec->from)
		desk.fds[FD_MODULE] = spec->fd;
	failed = failed || child_start(&worker->child, worker_main, &desk, desk.fds, err);
	if (failed || worker_ask(worker, order)) {
		drop_files(worker);
		return failed ? -1
			      : error_set(err, STATUS_IO, "worker", "a worker died at its start");
	}
	return 0;
}

int worker_ask(struct worker *worker, const struct order *order)
{
	worker->order = *order;
	worker->busy = true;
	worker->child.seen_turns = worker->child.looked_ns = 0;
	return child_tell(&worker->child, order, sizeof(*order));
}

bool worker_dismiss(struct worker *worker)
{
	return !worker->child.where || worker->busy || child_dismiss(&worker->child);
}

void worker_end(struct worker *worker)
{
	drop_files(worker);
	inbox_clear(&worker->inbox);
	child_end(&worker->child);
	memset(worker, 0, sizeof(*worker));
}

int worker_keep_files(struct worker *worker, const struct jobs *jobs, struct error *err)
{
	int failed = 0;

	if (worker->has_trace && jobs->take_trace)
		failed = jobs->take_trace(jobs->context, worker->order.policy, &worker->trace, err);
	else if (worker->has_trace)
		failed = outfile_close(&worker->trace, err);
	worker->has_trace = false;
	if (worker->has_record && !failed) {
		failed = outfile_close(&worker->record, err);
		worker->has_record = false;
	}
	return failed;
}

void worker_fate(struct worker *worker, struct error *err)
{
	char where[WHERE_CHARS], fate[CHILD_FATE_CHARS];
	const char *kind;

	child_wait(&worker->child);
	kind = child_fate(&worker->child, fate);
	where_text(worker->child.where, where);
	error_set(err, STATUS_MODEL, kind, "%s %s", where, fate);
}
