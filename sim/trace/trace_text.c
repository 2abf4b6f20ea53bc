/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * trace_text.c - one line an event, aligned, to read and to grep.
 */
#include <stdio.h>

#include "../../policies/policy.h"
#include "trace_export.h"
#include "trace_track.h"

static const char *const stop_names[] = {
	[SP_STOP_BLOCKED] = "blocked",	  [SP_STOP_PREEMPTED] = "preempted",
	[SP_STOP_YIELDED] = "yielded",	  [SP_STOP_SLICE] = "end of slice",
	[SP_STOP_STOLEN] = "pCPU stolen",
};

static const char *const wake_names[] = {
	[SP_WAKE_UNKNOWN] = "unknown", [SP_WAKE_TIMER] = "timer",   [SP_WAKE_IPI] = "ipi",
	[SP_WAKE_KICK] = "kick",       [SP_WAKE_DEVICE] = "device",
};

static const char *const note_names[] = {
	[SP_COSTOP] = "co-stop", [SP_COSTART] = "co-start", [SP_CAP] = "cap", [SP_UNCAP] = "uncap"};

static const char *const thread_names[NR_TT] = {
	[TT_READY] = "gives way", [TT_LOADED] = "loaded", [TT_ASLEEP] = "sleeps",
	[TT_WAITING] = "waits",	  [TT_OVER] = "is over",
};
static const char *const ipi_words[] = {"", ", waits", ", which is off CPU and only flagged"};

static void put_lock(FILE *out, const struct trace_reader *reader, const struct trace_rec *rec)
{
	const char *name = trace_lock_name(reader, rec->vcpu, rec->aux);

	if (name)
		fprintf(out, " %s", name);
	else
		fprintf(out, " #%u", rec->aux);
}

static bool has_details(uint8_t type)
{
	switch (type) {
	case TR_KICK:
	case TR_TICK:
	case TR_PCPU_OFF:
	case TR_PCPU_ON:
	case TR_DONE:
	case TR_OP:
		return false;
	default:
		return true;
	}
}

/* What stands behind the name of the event. */
static void put_details(FILE *out, const struct trace_reader *reader, const struct trace_rec *rec)
{
	switch (rec->type) {
	case TR_SWITCH_IN:
		fputs(rec->arg ? " switched" : " goes on", out);
		break;
	case TR_SWITCH_OUT:
		fprintf(out, " %s", stop_names[rec->arg]);
		break;
	case TR_WAKE:
	case TR_POLL_END:
		fprintf(out, " %s", wake_names[rec->arg]);
		if (rec->aux != TRACE_NONE)
			fprintf(out, " by %s", reader->vcpus[rec->aux].name);
		break;
	case TR_SPIN_EXIT:
		fputs(rec->arg ? " gives way" : " goes on", out);
		if (rec->aux != TRACE_NONE)
			fprintf(out, " for %s", reader->vcpus[rec->aux].name);
		break;
	case TR_STOLEN:
		fputs(rec->arg ? " taken by the host" : " given back", out);
		break;
	case TR_MODE:
		fprintf(out, " %s", trace_state_name(rec->arg));
		break;
	case TR_LHP:
		put_lock(out, reader, rec);
		fputs(rec->arg ? " harmful" : " unnoticed", out);
		break;
	case TR_LOCK_WAIT:
	case TR_LOCK_ACQUIRED:
	case TR_LOCK_RELEASED:
	case TR_LOCK_HALT:
	case TR_LHP_HARM:
	case TR_BARRIER_WAIT:
	case TR_BARRIER_OPEN:
		put_lock(out, reader, rec);
		break;
	case TR_THREAD_ON:
	case TR_THREAD_READY:
		fprintf(out, " thread %u", rec->aux);
		break;
	case TR_THREAD_OFF:
		fprintf(out, " thread %u %s", rec->aux, thread_names[rec->arg]);
		break;
	case TR_IPI:
		fprintf(out, " to %s%s", reader->vcpus[rec->aux].name, ipi_words[rec->arg]);
		break;
	case TR_IPI_DONE:
		fprintf(out, " of %s", reader->vcpus[rec->aux].name);
		break;
	case TR_COSTOP:
		fprintf(out, " %s", note_names[rec->arg]);
		break;
	case TR_VM_START:
	case TR_VM_STOP:
		fprintf(out, " %s", reader->vms[rec->aux].name);
		break;
	case TR_MARK:
		fprintf(out, " code %u value %u", rec->arg, rec->aux);
		break;
	default:
		break;
	}
}

static void put_origin(FILE *out, const struct trace_origin *origin)
{
	const char *word, *value;
	unsigned at = 0;

	while (trace_origin_next(origin, &at, &word, &value))
		fprintf(out, "# %s %s\n", word, value);
}

int trace_export_text(struct trace_reader *reader, FILE *out, struct error *err)
{
	struct trace_rec rec;
	int width = 4, more;
	uint32_t v;

	for (v = 0; v < reader->header.nr_vcpus; v++) {
		int length = snprintf(NULL, 0, "%s", reader->vcpus[v].name);

		width = length > width ? length : width;
	}
	width = width < 32 ? width : 32; /* longer ones push their line aside */
	fprintf(out, "# policy %s, %u pCPUs, %u VMs, %u vCPUs\n",
		reader->policy ? reader->policy : "unknown", reader->header.nr_pcpus,
		reader->header.nr_vms, reader->header.nr_vcpus);
	put_origin(out, &reader->origin);
	fprintf(out, "# %14s %5s %-*s %s\n", "seconds", "pcpu", width, "vcpu", "event");
	while ((more = trace_reader_next(reader, &rec, err)) > 0) {
		if (!trace_wants(reader, &rec))
			continue;
		fprintf(out, "%6llu.%09llu ", (unsigned long long)(rec.at_ns / 1000000000),
			(unsigned long long)(rec.at_ns % 1000000000));
		if (rec.pcpu == TRACE_NONE)
			fputs("    - ", out);
		else
			fprintf(out, "%5u ", rec.pcpu);
		fprintf(out, "%-*s %-*s", width,
			rec.vcpu == TRACE_NONE ? "-" : reader->vcpus[rec.vcpu].name,
			has_details(rec.type) ? 13 : 0, trace_type_name(rec.type));
		put_details(out, reader, &rec);
		fputc('\n', out);
	}
	return more;
}
