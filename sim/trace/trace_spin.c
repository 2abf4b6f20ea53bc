/* SPDX-License-Identifier: BSD-2-Clause */
#include "trace_spin.h"

#include <stdlib.h>
#include <string.h>

#include "model/world.h"
#include "trace_track.h"

int trace_spin_init(struct trace_spin *spin, const struct trace_reader *reader)
{
	size_t nr_locks = (size_t)reader->header.nr_vms * WORLD_MAX_LOCKS;
	uint32_t nr_vcpus = reader->header.nr_vcpus;

	spin->holders = malloc((nr_locks + 1) * sizeof(*spin->holders));
	spin->waits = malloc((nr_vcpus + 1u) * sizeof(*spin->waits));
	spin->at_barrier = calloc(nr_vcpus + 1u, sizeof(*spin->at_barrier));
	spin->nr_waiting = calloc(reader->header.nr_vms + 1u, sizeof(*spin->nr_waiting));
	if (!spin->holders || !spin->waits || !spin->at_barrier || !spin->nr_waiting)
		return -1;
	/* all bytes 0xff: TRACE_NONE */
	memset(spin->holders, 0xff, nr_locks * sizeof(*spin->holders));
	memset(spin->waits, 0xff, nr_vcpus * sizeof(*spin->waits));
	return 0;
}

void trace_spin_free(struct trace_spin *spin)
{
	free(spin->holders);
	free(spin->waits);
	free(spin->at_barrier);
	free(spin->nr_waiting);
	free(spin->ipis);
	memset(spin, 0, sizeof(*spin));
}

static void set_wait(struct trace_spin *spin, uint32_t vm, uint32_t vcpu, uint16_t object,
		     bool barrier)
{
	if (spin->waits[vcpu] != TRACE_NONE)
		spin->nr_waiting[vm]--;
	if (object != TRACE_NONE)
		spin->nr_waiting[vm]++;
	spin->waits[vcpu] = object;
	spin->at_barrier[vcpu] = barrier;
}

static void open_barrier(struct trace_spin *spin, const struct trace_reader *reader, uint32_t vm,
			 uint16_t barrier)
{
	const struct trace_vm *v = &reader->vms[vm];
	uint32_t i;

	for (i = v->first_vcpu; i < v->first_vcpu + v->width; i++)
		if (spin->at_barrier[i] && spin->waits[i] == barrier)
			set_wait(spin, vm, i, TRACE_NONE, false);
}

/* What the thread waits for, and holds, the vCPU does not. */
static void thread_off(struct trace_spin *spin, uint32_t vm, uint32_t vcpu)
{
	uint16_t *holders = &spin->holders[vm * WORLD_MAX_LOCKS];

	set_wait(spin, vm, vcpu, TRACE_NONE, false);
	for (uint32_t i = 0; i < WORLD_MAX_LOCKS; i++)
		if (holders[i] == vcpu)
			holders[i] = TRACE_NONE;
}

static bool waits_for_ipi(const struct trace_spin *spin, uint16_t vcpu)
{
	uint32_t i;

	for (i = 0; i < spin->nr_ipis; i++)
		if (spin->ipis[i].from == vcpu)
			return true;
	return false;
}

/* Without memory the wait is not known, and its spinning is called contention. */
static void open_ipi(struct trace_spin *spin, uint32_t vm, uint16_t from, uint16_t to)
{
	struct trace_ipi *more;
	uint32_t size;

	if (spin->nr_ipis == spin->size_ipis) {
		size = spin->size_ipis ? 2 * spin->size_ipis : 64;
		more = realloc(spin->ipis, size * sizeof(*more));
		if (!more)
			return;
		spin->ipis = more;
		spin->size_ipis = size;
	}
	spin->nr_waiting[vm] += !waits_for_ipi(spin, from);
	spin->ipis[spin->nr_ipis++] = (struct trace_ipi){from, to};
}

static void close_ipi(struct trace_spin *spin, uint32_t vm, uint16_t from, uint16_t to)
{
	uint32_t i;

	for (i = 0; i < spin->nr_ipis; i++)
		if (spin->ipis[i].from == from && spin->ipis[i].to == to)
			break;
	if (i == spin->nr_ipis)
		return; /* it was sent before the trace began */
	spin->ipis[i] = spin->ipis[--spin->nr_ipis];
	spin->nr_waiting[vm] -= !waits_for_ipi(spin, from);
}

static void drop_ipis(struct trace_spin *spin, const struct trace_reader *reader, uint32_t vm)
{
	const struct trace_vm *v = &reader->vms[vm];
	uint32_t i = 0;

	while (i < spin->nr_ipis) {
		uint16_t from = spin->ipis[i].from;

		if (from >= v->first_vcpu && from < v->first_vcpu + v->width)
			close_ipi(spin, vm, from, spin->ipis[i].to);
		else
			i++;
	}
}

void trace_spin_apply(struct trace_spin *spin, const struct trace_reader *reader,
		      const struct trace_rec *rec)
{
	uint32_t vm = rec->vcpu == TRACE_NONE ? UINT32_MAX : reader->vcpus[rec->vcpu].vm;
	uint16_t *holder;

	if (vm != UINT32_MAX && rec->type == TR_THREAD_OFF)
		thread_off(spin, vm, rec->vcpu);
	if (rec->type == TR_VM_STOP)
		drop_ipis(spin, reader, rec->aux);
	if (vm != UINT32_MAX && rec->type == TR_IPI && rec->arg == 1)
		open_ipi(spin, vm, rec->vcpu, rec->aux);
	if (vm != UINT32_MAX && rec->type == TR_IPI_DONE && rec->arg == 1)
		close_ipi(spin, vm, rec->aux, rec->vcpu);
	if (vm == UINT32_MAX || rec->aux >= WORLD_MAX_LOCKS)
		return;
	holder = &spin->holders[vm * WORLD_MAX_LOCKS + rec->aux];
	switch (rec->type) {
	case TR_LOCK_WAIT:
		set_wait(spin, vm, rec->vcpu, rec->aux, false);
		break;
	case TR_LOCK_ACQUIRED:
		set_wait(spin, vm, rec->vcpu, TRACE_NONE, false);
		*holder = rec->vcpu;
		break;
	case TR_LOCK_RELEASED:
		*holder = TRACE_NONE;
		break;
	case TR_BARRIER_WAIT:
		set_wait(spin, vm, rec->vcpu, rec->aux, true);
		break;
	case TR_BARRIER_OPEN:
		open_barrier(spin, reader, vm, rec->aux);
		break;
	default:
		break;
	}
}

static bool is_off(const struct trace_track *track, uint32_t vcpu)
{
	uint8_t state = track->vcpus[vcpu].state;

	return state == VT_STEAL || state == VT_HELD;
}

/* One that is to handle an interrupt is off CPU. */
static uint8_t cause_of_ipi(const struct trace_spin *spin, const struct trace_track *track,
			    uint16_t from)
{
	uint32_t i;

	for (i = 0; i < spin->nr_ipis; i++)
		if (spin->ipis[i].from == from && is_off(track, spin->ipis[i].to))
			return VT_SPIN_PARTNER;
	return VT_SPIN_CONTENTION;
}

/* Nobody holds it: it was passed to a waiter, which is off CPU or about to run. */
static uint8_t cause_of_free_lock(const struct trace_spin *spin, const struct trace_vm *vm,
				  const struct trace_track *track, uint16_t lock)
{
	uint32_t i;

	for (i = vm->first_vcpu; i < vm->first_vcpu + vm->width; i++)
		if (spin->waits[i] == lock && !spin->at_barrier[i] && is_off(track, i))
			return VT_SPIN_LWP;
	return VT_SPIN_CONTENTION;
}

static uint8_t cause_of_lock(const struct trace_spin *spin, const struct trace_reader *reader,
			     const struct trace_track *track, uint32_t vm, uint16_t lock)
{
	uint32_t depth;

	for (depth = 0; depth < WORLD_MAX_LOCKS; depth++) {
		uint16_t holder = spin->holders[vm * WORLD_MAX_LOCKS + lock];

		if (holder == TRACE_NONE)
			return cause_of_free_lock(spin, &reader->vms[vm], track, lock);
		if (is_off(track, holder))
			return VT_SPIN_LHP;
		if (waits_for_ipi(spin, holder))
			return cause_of_ipi(spin, track, holder);
		if (spin->waits[holder] == TRACE_NONE || spin->at_barrier[holder])
			return VT_SPIN_CONTENTION;
		lock = spin->waits[holder];
	}
	return VT_SPIN_CONTENTION;
}

/* A sibling that has not come is off CPU; or it spins for a lock, and then why. */
static uint8_t cause_of_barrier(const struct trace_spin *spin, const struct trace_reader *reader,
				const struct trace_track *track, uint32_t vm, uint16_t barrier)
{
	const struct trace_vm *v = &reader->vms[vm];
	uint8_t cause = VT_SPIN_CONTENTION;
	uint32_t i;

	for (i = v->first_vcpu; i < v->first_vcpu + v->width; i++) {
		bool came = spin->at_barrier[i] && spin->waits[i] == barrier;

		if (!came && is_off(track, i))
			return VT_SPIN_PARTNER;
		if (came || spin->at_barrier[i] || spin->waits[i] == TRACE_NONE)
			continue;
		if (cause != VT_SPIN_LHP)
			cause = cause_of_lock(spin, reader, track, vm, spin->waits[i]);
	}
	return cause;
}

uint8_t trace_spin_cause(const struct trace_spin *spin, const struct trace_reader *reader,
			 const struct trace_track *track, uint16_t vcpu)
{
	uint32_t vm = reader->vcpus[vcpu].vm;
	uint16_t object = spin->waits[vcpu];

	if (vm != UINT32_MAX && waits_for_ipi(spin, vcpu))
		return cause_of_ipi(spin, track, vcpu);
	if (vm == UINT32_MAX || object == TRACE_NONE)
		return VT_SPIN_CONTENTION;
	if (spin->at_barrier[vcpu])
		return cause_of_barrier(spin, reader, track, vm, object);
	return cause_of_lock(spin, reader, track, vm, object);
}
