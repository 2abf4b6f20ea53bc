/* SPDX-License-Identifier: BSD-2-Clause */
/* scx_run.c - see scx_run.h. */
#include "scx_run.h"

#include <signal.h>
#include <stdarg.h>
#include <stdlib.h>

#include "scx_live.h"
#include "scx_watch.h"

static volatile sig_atomic_t stop_asked;

static void ask_to_stop(int sig)
{
	stop_asked = sig;
}

int complain(int status, const char *kind, const char *format, ...)
{
	va_list args;

	fflush(stdout);
	fprintf(stderr, "corun-scx: error[%s]: ", kind);
	va_start(args, format);
	vfprintf(stderr, format, args);
	va_end(args);
	fputc('\n', stderr);
	return status;
}

static int add_vms(struct scx_loaded *s, struct scx_watch *w, struct scx_vm *vms, uint32_t nr,
		   enum watch_format format)
{
	char error[256];
	uint32_t i;

	for (i = 0; i < nr; i++) {
		if (s && vm_read_affinity(&vms[i], s->online, error, sizeof(error)))
			return complain(5, "vm", "%s", error);
		if (s && scx_add_vm(s, i, &vms[i]))
			return complain(5, "vm", "%s", s->error);
		if (!s && watch_tag(w, i, &vms[i]))
			return complain(5, "vm", "%s: threads cannot be tagged", vms[i].name);
		watch_add_vm(w, i, &vms[i]);
	}
	for (i = 0; s && i < nr; i++)
		if (scx_take_threads(s, &vms[i]))
			return complain(5, "vm", "%s", s->error);
	watch_visit_cpus();
	if (format == WATCH_CSV)
		puts("#ready"); /* for whoever starts his guests only now */
	fflush(stdout);
	return 0;
}

/* Has the kernel thrown it out?  Then 4. */
static int judge(const struct scx_loaded *s)
{
	struct scx_public pub;

	if (!s || scx_read_public(s, &pub) || !pub.exit_kind)
		return 0;
	return complain(4, "policy", "%s was thrown out by the kernel: %.*s: %.*s", s->entry->name,
			(int)sizeof(pub.exit_reason), pub.exit_reason, (int)sizeof(pub.exit_detail),
			pub.exit_detail);
}

static int watch_loop(const struct scx_options *o, struct scx_loaded *s, struct scx_watch *w,
		      struct scx_live *live, struct scx_vm *vms)
{
	uint64_t begin_ns = clock_ns() + o->warmup_ns, next_ns = begin_ns + o->interval_ns, now_ns;
	uint64_t end_ns = o->duration_ns ? begin_ns + o->duration_ns : UINT64_MAX;
	int is_warm = 0;

	while (!stop_asked && (now_ns = clock_ns()) < end_ns) {
		if (judge(s))
			return 4;
		watch_poll(w);
		if (!is_warm && now_ns >= begin_ns) {
			watch_reset(w, s);
			is_warm = 1;
			if (o->format == WATCH_CSV)
				puts("#window"); /* whoever measures with us begins here */
			fflush(stdout);
		}
		if (is_warm && o->interval_ns && now_ns >= next_ns) {
			watch_print(w, s, vms, o->nr_vms, o->format);
			watch_reset(w, s);
			next_ns += o->interval_ns;
		}
		now_ns = sp_min(end_ns - now_ns, 50000000);
		now_ns = is_warm ? now_ns : sp_min(now_ns, sp_sub0(begin_ns, clock_ns()));
		live_wait(live, now_ns, s, vms, o->nr_vms);
	}
	if (!o->interval_ns)
		watch_print(w, s, vms, o->nr_vms, o->format);
	return 0;
}

/* Attaches the policy, if there is one, and opens the door for new weights. */
static int start(const struct scx_options *o, struct scx_loaded *s, struct scx_watch *w,
		 struct scx_live *live)
{
	char error[256];

	if (watch_start(w, error, sizeof(error)))
		return complain(5, "kernel", "%s", error);
	if (s && (scx_load(s, o->entry, &o->config, w->tags_fd, o->is_verbose) || scx_attach(s)))
		return complain(5, "kernel", "%s: %s", o->entry->name, s->error);
	if (s && live_open(live, o->socket, error, sizeof(error)))
		return complain(5, "socket", "%s", error);
	fprintf(stderr, "corun-scx: %s%s is on, %u VMs\n", s ? "corun_" : "stock",
		s ? o->entry->name : " scheduler", o->nr_vms);
	return 0;
}

static int run(const struct scx_options *o, struct scx_vm *vms, struct scx_watch *w)
{
	struct scx_loaded loaded, *s = o->entry ? &loaded : NULL;
	struct scx_live live = {.fd = -1};
	int status = start(o, s, w, &live);
	uint32_t i;

	if (status)
		return status; /* what was attached goes with the process */
	status = add_vms(s, w, vms, o->nr_vms, o->format);
	if (!status)
		status = watch_loop(o, s, w, &live, vms);
	live_close(&live);
	for (i = 0; s && i < o->nr_vms; i++) {
		scx_give_back_threads(&vms[i]);
		scx_remove_vm(s, i, &vms[i]);
	}
	if (!status)
		status = judge(s);
	if (s)
		scx_detach(s);
	watch_stop(w);
	if (!status)
		fprintf(stderr, "corun-scx: detached\n");
	return status;
}

int scx_run(const struct scx_options *o, struct scx_vm *vms)
{
	struct sigaction action = {.sa_handler = ask_to_stop};
	struct scx_watch *w = calloc(1, sizeof(*w));
	int status;

	if (!w)
		return complain(5, "memory", "out of memory");
	sigaction(SIGINT, &action, NULL);
	sigaction(SIGTERM, &action, NULL);
	status = run(o, vms, w);
	free(w);
	return status;
}
