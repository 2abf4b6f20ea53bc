/* SPDX-License-Identifier: BSD-2-Clause */
/* scx_watch.c - see scx_watch.h. */
#define _GNU_SOURCE
#include "scx_watch.h"

#include <errno.h>
#include <inttypes.h>
#include <math.h>
#include <sched.h>
#include <string.h>
#include <time.h>

#include <bpf/bpf.h>
#include <bpf/libbpf.h>

#define FAIL(...) (snprintf(error, error_size, __VA_ARGS__), -1)

uint64_t clock_ns(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (uint64_t)t.tv_sec * 1000000000u + (uint64_t)t.tv_nsec;
}

static int take_event(void *context, void *data, size_t size)
{
	struct scx_watch *w = context;

	if (size >= sizeof(struct scx_event))
		meter_event(&w->meter, data);
	return 0;
}

static struct bpf_link *attach(struct bpf_object *object, const char *program)
{
	struct bpf_program *p = bpf_object__find_program_by_name(object, program);

	return p ? bpf_program__attach(p) : NULL;
}

int watch_start(struct scx_watch *w, char *error, size_t error_size)
{
	struct bpf_map *events, *lost;

	memset(w, 0, sizeof(*w));
	meter_init(&w->meter);
	w->object = bpf_object__open_mem(scx_meter_object,
					 (size_t)(scx_meter_object_end - scx_meter_object), NULL);
	if (!w->object || bpf_object__load(w->object))
		return FAIL("the meter cannot be loaded: %s", strerror(errno));
	w->tags_fd = bpf_object__find_map_fd_by_name(w->object, "tags");
	w->links[0] = attach(w->object, "meter_switch");
	w->links[1] = attach(w->object, "meter_wakeup");
	if (!w->links[0] || !w->links[1])
		return FAIL("the meter cannot be attached: %s", strerror(errno));
	events = bpf_object__find_map_by_name(w->object, "events");
	lost = scx_map_by_suffix(w->object, ".bss.lost");
	w->lost_fd = lost ? bpf_map__fd(lost) : -1;
	w->ring =
		events && lost ? ring_buffer__new(bpf_map__fd(events), take_event, w, NULL) : NULL;
	return w->ring ? 0 : FAIL("the meter cannot be read: %s", strerror(errno));
}

int watch_tag(struct scx_watch *w, uint32_t id, const struct scx_vm *vm)
{
	uint32_t i;

	for (i = 0; i < vm->nr; i++) {
		struct scx_tag tag = {.vcpu = vm->first_vcpu + i, .vm = id};
		uint32_t tid = (uint32_t)vm->threads[i].tid;

		if (bpf_map_update_elem(w->tags_fd, &tid, &tag, BPF_ANY))
			return -1;
	}
	return 0;
}

/* 'R' in /proc is running or waiting; the first event tells which. */
static enum meter_state state_of(pid_t tid)
{
	char path[64], state = 'S';
	FILE *f;

	snprintf(path, sizeof(path), "/proc/%d/stat", tid);
	f = fopen(path, "r");
	if (!f)
		return METER_BLOCKED;
	if (fscanf(f, "%*d (%*[^)]) %c", &state) != 1)
		state = 'S';
	fclose(f);
	return state == 'R' ? METER_WAITS : METER_BLOCKED;
}

void watch_add_vm(struct scx_watch *w, uint32_t id, const struct scx_vm *vm)
{
	uint32_t i;

	meter_advance(&w->meter, clock_ns());
	w->meter.vms[id].since_ns = w->meter.now_ns;
	for (i = 0; i < vm->nr; i++)
		meter_add(&w->meter, vm->first_vcpu + i, id, state_of(vm->threads[i].tid));
}

/*
 * A hog that is alone on its CPU never switches, and the meter could not tell that it
 * runs.  Being preempted for a moment by a real-time thread that goes round, it does.
 */
void watch_visit_cpus(void)
{
	struct sched_param first = {.sched_priority = 1}, none = {0};
	cpu_set_t before, one;
	size_t cpu;

	if (sched_getaffinity(0, sizeof(before), &before))
		return;
	sched_setscheduler(0, SCHED_FIFO, &first);
	for (cpu = 0; cpu < SP_NR_PCPUS; cpu++) {
		CPU_ZERO(&one);
		CPU_SET(cpu, &one);
		if (CPU_ISSET(cpu, &before))
			sched_setaffinity(0, sizeof(one), &one);
	}
	sched_setscheduler(0, SCHED_OTHER, &none);
	sched_setaffinity(0, sizeof(before), &before);
}

void watch_poll(struct scx_watch *w)
{
	ring_buffer__consume(w->ring);
}

void watch_reset(struct scx_watch *w, const struct scx_loaded *s)
{
	watch_poll(w);
	w->started_ns = clock_ns();
	meter_reset(&w->meter, w->started_ns);
	memset(&w->before, 0, sizeof(w->before));
	memset(w->held, 0, sizeof(w->held));
	if (!s)
		return;
	scx_read_public(s, &w->before);
	scx_read_held(s, w->held);
	/* Done before the policy ran, and never again: it is no figure of an interval. */
	memset(&w->held[SCX_NOTHING_STEP], 0, sizeof(w->held[0]));
}

/* -- figures ------------------------------------------------------------------------------- */

static void print_vm(const struct vm_figures *f, const struct scx_vm *vm, enum watch_format format)
{
	double wall = f->wall_ns ? (double)f->wall_ns : 1;
	double awake = f->run_ns + f->steal_ns ? (double)(f->run_ns + f->steal_ns) : 1;
	const char *line = format == WATCH_CSV ? "vm,%s,%u,%u,%.4f,%.4f,%.4f,%.4f,%.1f\n"
					       : "  %-16s %5u %7u %8.3f %8.3f %8.3f %8.3f %10.1f\n";

	printf(line, vm->name, vm->nr, vm->weight, (double)f->run_ns / wall,
	       meter_ratio(f->awake_all_ns, f->awake_any_ns), meter_ratio(f->all_ns, f->any_ns),
	       (double)f->steal_ns / awake, (double)f->switches * 1e9 / wall);
}

/* With events lost, or far out of order, the figures above are none. */
static void print_meter(const struct scx_watch *w, enum watch_format format)
{
	uint64_t lost = UINT64_MAX;
	uint32_t key = 0;

	if (bpf_map_lookup_elem(w->lost_fd, &key, &lost))
		lost = UINT64_MAX; /* not known */
	if (format == WATCH_CSV)
		printf("#meter,lost,backwards\nmeter,%llu,%llu\n", (unsigned long long)lost,
		       (unsigned long long)w->meter.nr_backwards);
	else if (lost)
		printf("  meter: %llu events lost, what is above is wrong\n",
		       (unsigned long long)lost);
}

static double per(uint64_t sum, uint64_t count)
{
	return count ? (double)sum / (double)count : 0;
}

static void print_pool(const struct scx_public *a, const struct scx_public *b, double seconds,
		       enum watch_format format)
{
#define D(what) ((double)(b->counts.what - a->counts.what) / seconds)
	const char *line =
		format == WATCH_CSV
			? "pool,%.1f,%.1f,%.1f,%.1f,%.1f,%.1f,%.0f\n"
			: "  pool: %.1f picks/s, %.1f stale, %.1f kicks, %.1f stolen, %.1f late, "
			  "%.1f yields (spin); slot ends %.0f ns late\n";

	printf(line, D(picks), D(stale), D(kicks), D(stolen), D(late) + D(unasked), D(yields),
	       per(b->counts.late_slot_ns - a->counts.late_slot_ns,
		   b->counts.slot_ends - a->counts.slot_ends));
#undef D
}

/* The middle of a bucket (scx_step.bpf.h, bucket_of). */
static double bucket_ns(uint32_t bucket)
{
	uint32_t octave = bucket < 16 ? 0 : bucket / 8 - 1;

	return ldexp(bucket - 8 * octave + (octave ? 0.5 : 0), (int)octave);
}

static void print_step(const char *name, const struct scx_held *a, const struct scx_held *b,
		       double seconds, enum watch_format format)
{
	const char *line = format == WATCH_CSV
				   ? "serial,%s,%.1f,%.0f,%.0f\n"
				   : "  lock: %-8s %10.1f/s, %6.0f ns (median), %6.0f ns (mean)\n";
	uint64_t calls = 0, below = 0;
	uint32_t i, median = 0;

	for (i = 0; i < SCX_NR_BUCKETS; i++)
		calls += b->buckets[i] - a->buckets[i];
	for (i = 0; i < SCX_NR_BUCKETS && 2 * below <= calls; i++) {
		below += b->buckets[i] - a->buckets[i];
		median = i;
	}
	if (calls)
		printf(line, name, (double)calls / seconds, bucket_ns(median),
		       per(b->sum_ns - a->sum_ns, calls));
}

static void print_steps(const struct scx_watch *w, const struct scx_loaded *s, double seconds,
			enum watch_format format)
{
	static const char *const names[] = {"pick", "stopped", "wake", "other", "nothing"};
	struct scx_held now[SCX_NR_STEPS];
	uint32_t i;

	if (scx_read_held(s, now))
		return;
	if (format == WATCH_CSV)
		printf("#serial,step,calls_per_s,median_ns,mean_ns\n");
	for (i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		print_step(names[i], &w->held[i], &now[i],
			   i == SCX_NOTHING_STEP ? HUGE_VAL : seconds, format);
}

void watch_print(struct scx_watch *w, const struct scx_loaded *s, const struct scx_vm *vms,
		 uint32_t nr_vms, enum watch_format format)
{
	struct scx_public now;
	double seconds;
	uint32_t i;

	watch_poll(w);
	meter_advance(&w->meter, clock_ns());
	seconds = (double)(w->meter.now_ns - w->started_ns) / 1e9;
	if (seconds <= 0)
		return;
	if (format == WATCH_CSV)
		printf("#vm,name,vcpus,weight,run_cpus,corun,corun_all,steal,switches_per_s\n");
	else
		printf("%.2f s          vcpus  weight     CPUs   co-run    all-N    steal "
		       "switches/s\n",
		       seconds);
	for (i = 0; i < nr_vms; i++)
		print_vm(&w->meter.vms[i].f, &vms[i], format);
	print_meter(w, format);
	if (s && !scx_read_public(s, &now)) {
		if (format == WATCH_CSV)
			printf("#pool,picks_per_s,stale,kicks,stolen,late,yields,slot_late_ns\n");
		print_pool(&w->before, &now, seconds, format);
		print_steps(w, s, seconds, format);
	}
	fflush(stdout);
}

void watch_stop(struct scx_watch *w)
{
	ring_buffer__free(w->ring);
	bpf_link__destroy(w->links[0]);
	bpf_link__destroy(w->links[1]);
	bpf_object__close(w->object);
}
