/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * fail.c - how a run fails, and what is said of it: the vCPU or thread, its step, the time.
 */
#include "fail.h"

#include <stdarg.h>
#include <stdio.h>

#include "thread.h"

void sim_fail(struct sim *sim, enum status status, const char *kind, const char *format, ...)
{
	char text[sizeof(sim->err->text)];
	va_list args;

	if (sim->failed)
		return; /* the first one tells */
	sim->failed = true;
	va_start(args, format);
	vsnprintf(text, sizeof(text), format, args);
	va_end(args);
	error_set(sim->err, status, kind, "%s", text);
}

const char *sim_vcpu_name(const struct sim *sim, uint32_t vcpu, char *buf)
{
	const struct vcpu_spec *spec = &sim->world->vcpus[vcpu];

	snprintf(buf, 128, "%s/%u", sim->world->vms[spec->vm].name, spec->index);
	return buf;
}

uint32_t sim_vcpu_line(const struct sim *sim, uint32_t vcpu)
{
	const struct vcpu *v = &sim->vcpus[vcpu];

	return sim->world->programs[v->program].steps[v->pc - sim->code_of[v->program]].line;
}

const char *thread_name(const struct sim *sim, uint32_t thread, char *buf)
{
	const struct thread *t = thread_of(sim, thread);

	snprintf(buf, 128, "%s thread %u", sim->world->vms[t->vm].name,
		 thread - sim->vms[t->vm].guest->first_thread);
	return buf;
}

uint32_t thread_line(const struct sim *sim, uint32_t thread)
{
	const struct thread *t = thread_of(sim, thread);

	return sim->world->programs[t->program].steps[t->pc - sim->code_of[t->program]].line;
}

/* -- who waits for ever -------------------------------------------------------- */

void lock_fail_deadlock(struct sim *sim, uint32_t vcpu, uint32_t index)
{
	const struct vcpu *v = &sim->vcpus[vcpu];
	const struct program *program = &sim->world->programs[v->program];
	bool self = v->held & UINT64_C(1) << index;
	char name[128];

	sim_fail(sim, STATUS_MODEL, "deadlock",
		 "guest deadlock at %llu ns: %s takes lock '%s' (line %u) %s",
		 (unsigned long long)sim->now, sim_vcpu_name(sim, vcpu, name),
		 program->objects[index].name, sim_vcpu_line(sim, vcpu),
		 self ? "that it holds already"
		      : "whose holder waits, at the end of the chain, for a lock that it holds");
}

void ipi_fail_deadlock(struct sim *sim, uint32_t vcpu)
{
	char name[128];

	sim_fail(sim, STATUS_MODEL, "deadlock",
		 "guest deadlock at %llu ns: %s waits (line %u) in a circle in which somebody "
		 "waits "
		 "with interrupts off while another waits for it to handle one",
		 (unsigned long long)sim->now, sim_vcpu_name(sim, vcpu, name),
		 sim_vcpu_line(sim, vcpu));
}
