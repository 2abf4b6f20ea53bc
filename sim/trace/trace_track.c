/* SPDX-License-Identifier: BSD-2-Clause */
#include "trace_track.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "../../policies/policy.h"

const char *trace_state_name(uint8_t state)
{
	static const char *const names[NR_VT] = {
		[VT_USEFUL] = "useful",
		[VT_CRITICAL] = "critical section",
		[VT_SPIN_CONTENTION] = "spin: contention",
		[VT_SPIN_LHP] = "spin: lock holder preempted",
		[VT_SPIN_LWP] = "spin: lock waiter preempted",
		[VT_SPIN_PARTNER] = "spin: partner off CPU",
		[VT_OVERHEAD] = "overhead",
		[VT_HALT_POLL] = "halt poll",
		[VT_STEAL] = "runnable (steal)",
		[VT_HELD] = "co-stopped",
		[VT_BLOCKED] = "blocked",
	};

	return names[state];
}

int trace_track_init(struct trace_track *track, const struct trace_reader *reader,
		     void (*span)(void *context, const struct span *span), void *context,
		     struct error *err)
{
	uint32_t i;

	memset(track, 0, sizeof(*track));
	track->nr_vcpus = reader->header.nr_vcpus;
	track->nr_pcpus = reader->header.nr_pcpus;
	track->span = span;
	track->context = context;
	track->vcpus = calloc(track->nr_vcpus + 1u, sizeof(*track->vcpus));
	track->running = calloc(track->nr_pcpus + 1u, sizeof(*track->running));
	if (!track->vcpus || !track->running || trace_spin_init(&track->spin, reader)) {
		trace_track_free(track);
		return error_set(err, STATUS_IO, "memory", "%s: %s", reader->path,
				 strerror(ENOMEM));
	}
	for (i = 0; i < track->nr_vcpus; i++) {
		track->vcpus[i].state = VT_BLOCKED;
		track->vcpus[i].pcpu = track->vcpus[i].last_pcpu = TRACE_NONE;
	}
	for (i = 0; i < track->nr_pcpus; i++)
		track->running[i] = TRACE_NONE;
	return 0;
}

void trace_track_free(struct trace_track *track)
{
	free(track->vcpus);
	free(track->running);
	trace_spin_free(&track->spin);
	memset(track, 0, sizeof(*track));
}

/* Ends the span under way; what follows begins at now_ns. */
static void close_span(struct trace_track *track, uint32_t vcpu, uint64_t now_ns, bool stint_end)
{
	struct track_vcpu *v = &track->vcpus[vcpu];
	struct span span = {.from_ns = v->since_ns,
			    .to_ns = now_ns,
			    .vcpu = (uint16_t)vcpu,
			    .pcpu = v->pcpu,
			    .state = v->state,
			    .stint_end = stint_end};

	if (span.from_ns < span.to_ns && v->known)
		track->span(track->context, &span);
	v->since_ns = now_ns;
	v->known = true;
}

static void set_state(struct trace_track *track, uint32_t vcpu, uint8_t state, uint64_t now_ns)
{
	if (track->vcpus[vcpu].state == state && track->vcpus[vcpu].known)
		return;
	close_span(track, vcpu, now_ns, false);
	track->vcpus[vcpu].state = state;
}

static void switch_out(struct trace_track *track, uint32_t vcpu, uint8_t why, uint64_t now_ns)
{
	struct track_vcpu *v = &track->vcpus[vcpu];

	close_span(track, vcpu, now_ns, v->pcpu != TRACE_NONE);
	if (v->pcpu != TRACE_NONE && track->running[v->pcpu] == vcpu)
		track->running[v->pcpu] = TRACE_NONE;
	v->pcpu = TRACE_NONE;
	v->state = VT_STEAL;
	if (why == SP_STOP_BLOCKED)
		v->state = VT_BLOCKED;
	else if (v->held)
		v->state = VT_HELD;
}

static void switch_in(struct trace_track *track, const struct trace_rec *rec)
{
	struct track_vcpu *v = &track->vcpus[rec->vcpu];
	uint16_t before = track->running[rec->pcpu];

	/* A trace that leaves out a switch-out is wrong, but no reason to be wrong too. */
	if (before != TRACE_NONE && before != rec->vcpu)
		switch_out(track, before, SP_STOP_PREEMPTED, rec->at_ns);
	if (v->pcpu != TRACE_NONE)
		switch_out(track, rec->vcpu, SP_STOP_PREEMPTED, rec->at_ns);
	close_span(track, rec->vcpu, rec->at_ns, false);
	v->pcpu = v->last_pcpu = rec->pcpu;
	v->state = v->mode = rec->arg ? VT_OVERHEAD : v->mode;
	v->stint_ns = rec->at_ns;
	track->running[rec->pcpu] = rec->vcpu;
}

static void costop(struct trace_track *track, const struct trace_rec *rec)
{
	struct track_vcpu *v = &track->vcpus[rec->vcpu];

	v->held = rec->arg == SP_COSTOP || rec->arg == SP_CAP;
	if (v->state == VT_STEAL || v->state == VT_HELD)
		set_state(track, rec->vcpu, v->held ? VT_HELD : VT_STEAL, rec->at_ns);
}

static void vm_stop(struct trace_track *track, const struct trace_reader *reader,
		    const struct trace_rec *rec)
{
	const struct trace_vm *vm = &reader->vms[rec->aux];
	uint32_t i;

	for (i = vm->first_vcpu; i < vm->first_vcpu + vm->width; i++)
		if (!state_is_running(track->vcpus[i].state))
			set_state(track, i, VT_BLOCKED, rec->at_ns);
}

/*
 * The event may have changed why siblings spin.  The mode says that they do; a
 * trace that gives a cause of its own there is believed.
 */
static void update_spinners(struct trace_track *track, const struct trace_reader *reader,
			    const struct trace_rec *rec)
{
	const struct trace_spin *spin = &track->spin;
	const struct trace_vm *vm;
	uint16_t object = TRACE_NONE;
	uint8_t cause = VT_SPIN_CONTENTION;
	uint32_t i;

	if (rec->vcpu == TRACE_NONE || reader->vcpus[rec->vcpu].vm == UINT32_MAX)
		return;
	if (!spin->nr_waiting[reader->vcpus[rec->vcpu].vm])
		return;
	vm = &reader->vms[reader->vcpus[rec->vcpu].vm];
	for (i = vm->first_vcpu; i < vm->first_vcpu + vm->width; i++) {
		const struct track_vcpu *v = &track->vcpus[i];

		if (v->pcpu == TRACE_NONE || v->mode != VT_SPIN_CONTENTION)
			continue;
		/* locks and barriers share one numbering, so the number says it all */
		if (spin->waits[i] != object || object == TRACE_NONE)
			cause = trace_spin_cause(spin, reader, track, (uint16_t)i);
		object = spin->waits[i];
		set_state(track, i, cause, rec->at_ns);
	}
}

static void apply_state(struct trace_track *track, const struct trace_reader *reader,
			const struct trace_rec *rec)
{
	struct track_vcpu *v = rec->vcpu != TRACE_NONE ? &track->vcpus[rec->vcpu] : NULL;

	switch (rec->type) {
	case TR_SWITCH_IN:
		switch_in(track, rec);
		break;
	case TR_SWITCH_OUT:
		switch_out(track, rec->vcpu, rec->arg, rec->at_ns);
		break;
	case TR_WAKE:
		if (v->state == VT_BLOCKED)
			set_state(track, rec->vcpu, v->held ? VT_HELD : VT_STEAL, rec->at_ns);
		break;
	case TR_MODE:
		if (!state_is_running(rec->arg))
			break;
		v->mode = rec->arg;
		if (v->pcpu != TRACE_NONE)
			set_state(track, rec->vcpu, rec->arg, rec->at_ns);
		break;
	case TR_COSTOP:
		costop(track, rec);
		break;
	case TR_DONE:
		if (v->pcpu == TRACE_NONE)
			set_state(track, rec->vcpu, VT_BLOCKED, rec->at_ns);
		break;
	case TR_VM_STOP:
		vm_stop(track, reader, rec);
		break;
	default:
		break;
	}
}

void trace_track_apply(struct trace_track *track, const struct trace_reader *reader,
		       const struct trace_rec *rec)
{
	trace_spin_apply(&track->spin, reader, rec);
	apply_state(track, reader, rec);
	update_spinners(track, reader, rec);
}

void trace_track_finish(struct trace_track *track, uint64_t end_ns)
{
	uint32_t i;

	for (i = 0; i < track->nr_vcpus; i++)
		close_span(track, i, end_ns, track->vcpus[i].pcpu != TRACE_NONE);
}

bool span_clip(struct span *span, uint64_t from_ns, uint64_t to_ns)
{
	if (span->from_ns < from_ns)
		span->from_ns = from_ns;
	if (span->to_ns > to_ns) {
		span->to_ns = to_ns;
		span->stint_end = false;
	}
	return span->from_ns < span->to_ns;
}
