/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * import_who.c - reads what /proc says of threads, and the weights of their cgroups.
 */
#define _GNU_SOURCE /* memmem */
#include "import_who.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "import_line.h"

#define WHO_MAX_LINE 4096
#define WHO_MAX_THREADS (1u << 20)
#define WHO_MAX_CGROUPS (1u << 14)

void who_free(struct import_who *who)
{
	uint32_t i;

	for (i = 0; i < who->nr_cgroups; i++)
		free(who->cgroups[i].path);
	free(who->cgroups);
	free(who->threads);
	memset(who, 0, sizeof(*who));
}

static int no_memory(struct error *err)
{
	return error_set(err, STATUS_IO, "memory", "%s", strerror(ENOMEM));
}

/* Room for one more; NULL: no memory, or more than that. */
static void *grow(void *array, uint32_t nr, uint32_t max, uint32_t *room, size_t size)
{
	void *more;

	if (nr < *room)
		return array;
	if (nr >= max)
		return NULL;
	more = realloc(array, (*room ? 2 * *room : 4) * size);
	if (more)
		*room = *room ? 2 * *room : 4;
	return more;
}

/* The last one, or an entry of its own, which merge() joins to those of the same thread. */
static struct who_thread *thread_of(struct import_who *who, uint32_t tid, uint32_t tgid)
{
	struct who_thread *more,
		*last = who->nr_threads ? &who->threads[who->nr_threads - 1] : NULL;

	if (last && last->tid == tid)
		return last;
	more = grow(who->threads, who->nr_threads, WHO_MAX_THREADS, &who->room_threads,
		    sizeof(*more));
	if (!more)
		return NULL;
	who->threads = more;
	last = &more[who->nr_threads++];
	*last = (struct who_thread){.tid = tid, .tgid = tgid, .cgroup = WHO_NONE};
	return last;
}

/*
 * libvirt gives each vCPU a cgroup below the VM's: SCOPE/libvirt/vcpu0; SCOPE/libvirt/emulator
 * has the monitor's other threads.  The VM is the scope.
 */
static struct span scope_of(struct span path)
{
	struct span rest = path, scope = path;
	uint64_t value;
	const char *at;

	for (at = path.at; at < path.end; at++) {
		if (*at != '/')
			continue;
		rest = (struct span){at + 1, path.end};
		if ((take_text(&rest, "vcpu") && take_number(&rest, 65535, &value) &&
		     rest.at == rest.end) ||
		    (take_text(&rest, "emulator") && rest.at == rest.end)) {
			scope.end = at;
			break;
		}
	}
	if (span_length(&scope) > 8 && !memcmp(scope.end - 8, "/libvirt", 8))
		scope.end -= 8;
	return scope;
}

static uint32_t cgroup_of(struct import_who *who, struct span path)
{
	struct who_cgroup *more;
	size_t n = span_length(&path);
	uint32_t i;

	for (i = 0; i < who->nr_cgroups; i++)
		if (strlen(who->cgroups[i].path) == n && !memcmp(who->cgroups[i].path, path.at, n))
			return i;
	more = grow(who->cgroups, who->nr_cgroups, WHO_MAX_CGROUPS, &who->room_cgroups,
		    sizeof(*more));
	if (!more)
		return WHO_NONE;
	who->cgroups = more;
	more[i] = (struct who_cgroup){.path = strndup(path.at, n)};
	if (!more[i].path)
		return WHO_NONE;
	who->nr_cgroups++;
	return i;
}

/* "0-3,8": one range is kept; the hull of several, and that they are several. */
static bool take_cpus(struct span *rest, struct who_thread *thread)
{
	uint64_t from, to;
	bool first = true;

	do {
		if (!take_number(rest, FTRACE_MAX_CPU, &from))
			return false;
		to = from;
		if (take_text(rest, "-") && !take_number(rest, FTRACE_MAX_CPU, &to))
			return false;
		if (first)
			thread->first_cpu = (uint32_t)from;
		else if (from != (uint64_t)thread->last_cpu + 1)
			thread->is_scattered = true;
		if (to < from || (!first && from <= thread->last_cpu))
			return false;
		thread->last_cpu = (uint32_t)to;
		first = false;
	} while (take_text(rest, ","));
	thread->has_cpus = true;
	return rest->at == rest->end;
}

/* 0: understood; 1: not; -1: no memory. */
static int read_thread(struct import_who *who, struct span rest)
{
	struct who_thread *thread;
	uint64_t tgid, tid;

	if (!take_number(&rest, FTRACE_MAX_PID, &tgid) || !take_text(&rest, "/task/") ||
	    !take_number(&rest, FTRACE_MAX_PID, &tid))
		return 1;
	thread = thread_of(who, (uint32_t)tid, (uint32_t)tgid);
	if (!thread)
		return -1;
	if (take_text(&rest, "/status:Cpus_allowed_list:")) {
		take_blanks(&rest);
		return take_cpus(&rest, thread) ? 0 : 1;
	}
	if (!take_text(&rest, "/cgroup:0::"))
		return 1;
	thread->cgroup = cgroup_of(who, scope_of(rest));
	return thread->cgroup == WHO_NONE ? -1 : 0;
}

static int read_weight(struct import_who *who, struct span rest)
{
	static const char file[] = "/cpu.weight:";
	struct span path = rest;
	const char *at;
	uint64_t weight;
	uint32_t cgroup;

	at = memmem(rest.at, span_length(&rest), file, sizeof(file) - 1);
	if (!at)
		return 1;
	path.end = at;
	rest.at = at + sizeof(file) - 1;
	if (!take_number(&rest, 10000, &weight) || !weight || rest.at != rest.end)
		return 1;
	cgroup = cgroup_of(who, path);
	if (cgroup == WHO_NONE)
		return -1;
	who->cgroups[cgroup].weight = (uint32_t)weight;
	return 0;
}

static int by_tid(const void *a, const void *b)
{
	uint32_t x = ((const struct who_thread *)a)->tid, y = ((const struct who_thread *)b)->tid;

	return x < y ? -1 : x > y;
}

static void merge(struct import_who *who)
{
	uint32_t i, kept = 0;

	if (!who->nr_threads)
		return;
	qsort(who->threads, who->nr_threads, sizeof(*who->threads), by_tid);
	for (i = 1; i < who->nr_threads; i++) {
		const struct who_thread *thread = &who->threads[i];
		struct who_thread *into = &who->threads[kept];

		if (thread->tid != into->tid) {
			who->threads[++kept] = *thread;
			continue;
		}
		if (thread->cgroup != WHO_NONE)
			into->cgroup = thread->cgroup;
		if (thread->has_cpus) {
			into->has_cpus = true;
			into->is_scattered = thread->is_scattered;
			into->first_cpu = thread->first_cpu;
			into->last_cpu = thread->last_cpu;
		}
	}
	who->nr_threads = kept + 1;
}

int who_read(struct import_who *who, FILE *file, const char *name, struct error *err)
{
	char text[WHO_MAX_LINE];
	unsigned long nr = 0;
	int failed = 0;

	memset(who, 0, sizeof(*who));
	while (!failed && fgets(text, sizeof(text), file)) {
		struct span rest = {text, text + strcspn(text, "\r\n")};

		nr++;
		if (rest.at == rest.end)
			continue;
		if (take_text(&rest, "/proc/"))
			failed = read_thread(who, rest);
		else if (take_text(&rest, "/sys/fs/cgroup"))
			failed = read_weight(who, rest);
		else
			failed = 1;
	}
	if (!failed && ferror(file))
		return error_set(err, STATUS_IO, "import", "%s: %s", name, strerror(errno));
	if (failed < 0)
		return no_memory(err);
	if (failed)
		return error_set(err, STATUS_INPUT, "import",
				 "%s:%lu:1: expected /proc/N/task/N/status:Cpus_allowed_list: X, "
				 "/proc/N/task/N/cgroup:0::X or /sys/fs/cgroup/X/cpu.weight:N",
				 name, nr);
	merge(who);
	return 0;
}

const struct who_thread *who_find(const struct import_who *who, uint32_t tid)
{
	struct who_thread key = {.tid = tid};

	if (!who->nr_threads)
		return NULL;
	return bsearch(&key, who->threads, who->nr_threads, sizeof(key), by_tid);
}
