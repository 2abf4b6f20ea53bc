/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * trace_ftrace.c - sched_switch and sched_waking, as the kernel prints them.
 *
 * Format: Linux 6.1, trace_output.c and include/trace/events/sched.h (facts, not
 * text).  Our switch-out and switch-in are two records; the kernel's switch is
 * one line, so a switch-out waits for its switch-in at the same instant, and
 * becomes a switch to the idle task when there is none.
 */
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "../../policies/policy.h"
#include "trace_export.h"

#define FIRST_PID 1000u

struct cpu {
	uint16_t running; /* vCPU or TRACE_NONE */
	uint16_t leaving; /* switched out at this instant, not yet printed; TRACE_NONE */
	uint8_t why; /* enum sp_stop_reason of it */
};

struct ftrace {
	struct trace_reader *reader;
	FILE *out;
	struct cpu *cpus;
	uint16_t *pending; /* pCPUs that have somebody leaving, in order */
	uint16_t *last_pcpu; /* of each vCPU: where a wake-up is aimed at */
	uint32_t nr_pending;
	uint64_t now_ns;
	bool nine_digits;
};

static void put_task(FILE *out, const struct ftrace *f, const char *prefix, uint16_t vcpu,
		     uint32_t pcpu)
{
	if (vcpu == TRACE_NONE)
		fprintf(out, "%scomm=swapper/%u %spid=0 %sprio=120", prefix, pcpu, prefix, prefix);
	else
		fprintf(out, "%scomm=%s %spid=%u %sprio=120", prefix, f->reader->vcpus[vcpu].name,
			prefix, FIRST_PID + vcpu, prefix);
}

/* Everything up to the event; `current` is what runs on the pCPU. */
static void put_head(const struct ftrace *f, uint16_t current, uint32_t pcpu, const char *event)
{
	uint64_t s = f->now_ns / 1000000000, ns = f->now_ns % 1000000000;

	if (current == TRACE_NONE)
		fprintf(f->out, "%16s-%-7u", "<idle>", 0u);
	else
		fprintf(f->out, "%16s-%-7u", f->reader->vcpus[current].name, FIRST_PID + current);
	fprintf(f->out, " [%03u] d..2. ", pcpu);
	if (f->nine_digits)
		fprintf(f->out, "%5" PRIu64 ".%09" PRIu64 ": %s: ", s, ns, event);
	else
		fprintf(f->out, "%5" PRIu64 ".%06" PRIu64 ": %s: ", s, ns / 1000, event);
}

static void put_switch(const struct ftrace *f, uint32_t pcpu, uint16_t prev, const char *state,
		       uint16_t next)
{
	if (f->now_ns < f->reader->window.from_ns)
		return;
	put_head(f, prev, pcpu, "sched_switch");
	put_task(f->out, f, "prev_", prev, pcpu);
	fprintf(f->out, " prev_state=%s ==> ", state);
	put_task(f->out, f, "next_", next, pcpu);
	fputc('\n', f->out);
}

/* Everything but a block or a yield is a preemption: R+. */
static const char *state_of(uint8_t why)
{
	if (why == SP_STOP_BLOCKED)
		return "S";
	return why == SP_STOP_YIELDED ? "R" : "R+";
}

/* The one that leaves this pCPU makes room for next (TRACE_NONE: for nobody). */
static void settle(struct ftrace *f, uint32_t pcpu, uint16_t next)
{
	struct cpu *cpu = &f->cpus[pcpu];

	if (cpu->leaving == TRACE_NONE) {
		if (next != TRACE_NONE && next != cpu->running)
			put_switch(f, pcpu, cpu->running, cpu->running == TRACE_NONE ? "R" : "R+",
				   next);
	} else if (cpu->leaving != next || cpu->why == SP_STOP_BLOCKED) {
		put_switch(f, pcpu, cpu->leaving, state_of(cpu->why), next);
	}
	cpu->leaving = TRACE_NONE;
	cpu->running = next;
}

static void settle_all(struct ftrace *f)
{
	uint32_t i;

	for (i = 0; i < f->nr_pending; i++)
		if (f->cpus[f->pending[i]].leaving != TRACE_NONE)
			settle(f, f->pending[i], TRACE_NONE);
	f->nr_pending = 0;
}

/*
 * A vCPU about to be seen elsewhere must have left first, also at one instant:
 * readers take the lines in order.
 */
static void settle_vcpu(struct ftrace *f, uint16_t vcpu, uint32_t except)
{
	uint16_t pcpu = f->last_pcpu[vcpu];

	if (pcpu != TRACE_NONE && pcpu != except && f->cpus[pcpu].leaving == vcpu)
		settle(f, pcpu, TRACE_NONE);
}

static void put_wake(struct ftrace *f, const struct trace_rec *rec)
{
	uint16_t target = f->last_pcpu[rec->vcpu], at = rec->pcpu;

	settle_vcpu(f, rec->vcpu, TRACE_NONE);
	if (rec->aux != TRACE_NONE && f->last_pcpu[rec->aux] != TRACE_NONE &&
	    f->cpus[f->last_pcpu[rec->aux]].running == rec->aux)
		at = f->last_pcpu[rec->aux]; /* the waker is on its pCPU */
	if (at == TRACE_NONE)
		at = target == TRACE_NONE ? 0 : target;
	if (target == TRACE_NONE)
		target = at;
	if (f->now_ns < f->reader->window.from_ns)
		return;
	put_head(f, f->cpus[at].running, at, "sched_waking");
	put_task(f->out, f, "", rec->vcpu, target);
	fprintf(f->out, " target_cpu=%03u\n", target);
}

static void apply(struct ftrace *f, const struct trace_rec *rec)
{
	struct cpu *cpu = rec->pcpu != TRACE_NONE ? &f->cpus[rec->pcpu] : NULL;

	if (rec->at_ns != f->now_ns)
		settle_all(f);
	f->now_ns = rec->at_ns;
	/* where other VMs run, nobody does */
	if (!trace_wants_vcpu(f->reader, rec->vcpu))
		return;
	switch (rec->type) {
	case TR_SWITCH_OUT:
		settle_vcpu(f, rec->vcpu, rec->pcpu);
		if (cpu->running != rec->vcpu || cpu->leaving != TRACE_NONE)
			break; /* it did not run there, as far as we were told */
		cpu->leaving = rec->vcpu;
		cpu->why = rec->arg;
		if (f->nr_pending == f->reader->header.nr_pcpus)
			settle_all(f);
		else
			f->pending[f->nr_pending++] = rec->pcpu;
		break;
	case TR_SWITCH_IN:
		settle_vcpu(f, rec->vcpu, rec->pcpu);
		settle(f, rec->pcpu, rec->vcpu);
		f->last_pcpu[rec->vcpu] = rec->pcpu;
		break;
	case TR_WAKE:
		if (f->reader->header.nr_pcpus)
			put_wake(f, rec);
		break;
	default:
		break;
	}
}

static int ftrace_init(struct ftrace *f, struct trace_reader *reader, struct error *err)
{
	uint32_t i;

	f->cpus = calloc(reader->header.nr_pcpus + 1u, sizeof(*f->cpus));
	f->pending = calloc(reader->header.nr_pcpus + 1u, sizeof(*f->pending));
	f->last_pcpu = calloc(reader->header.nr_vcpus + 1u, sizeof(*f->last_pcpu));
	if (!f->cpus || !f->pending || !f->last_pcpu)
		return error_set(err, STATUS_IO, "memory", "%s: %s", reader->path,
				 strerror(ENOMEM));
	for (i = 0; i < reader->header.nr_pcpus; i++)
		f->cpus[i].running = f->cpus[i].leaving = TRACE_NONE;
	for (i = 0; i < reader->header.nr_vcpus; i++)
		f->last_pcpu[i] = TRACE_NONE;
	return 0;
}

static void put_origin(FILE *out, const struct trace_origin *origin)
{
	const char *word, *value;
	unsigned at = 0;

	while (trace_origin_next(origin, &at, &word, &value))
		fprintf(out, "# corun: %s %s\n", word, value);
	if (origin->scenario)
		fputs("#\n", out);
}

/* The first line is what makes readers (Perfetto among them) know the format. */
static void put_title(const struct ftrace *f)
{
	fprintf(f->out, "# tracer: nop\n#\n");
	fprintf(f->out, "# corun: policy %s, #P:%u\n#\n",
		f->reader->policy ? f->reader->policy : "unknown", f->reader->header.nr_pcpus);
	put_origin(f->out, &f->reader->origin);
	fprintf(f->out, "#           TASK-PID     CPU#  flags TIMESTAMP  FUNCTION\n");
	fprintf(f->out, "#              | |         |     |       |         |\n");
}

int trace_export_ftrace(struct trace_reader *reader, FILE *out, bool nine_digits, struct error *err)
{
	struct ftrace f = {.reader = reader, .out = out, .nine_digits = nine_digits};
	struct trace_rec rec;
	int more = ftrace_init(&f, reader, err);

	if (!more) {
		put_title(&f);
		while ((more = trace_reader_next(reader, &rec, err)) > 0)
			apply(&f, &rec);
		settle_all(&f);
	}
	free(f.cpus);
	free(f.pending);
	free(f.last_pcpu);
	return more;
}
