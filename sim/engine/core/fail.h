/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * fail.h - the run ends with an error, and the words for it.
 */
#ifndef CORUN_FAIL_H
#define CORUN_FAIL_H

#include "base/error.h"
#include "state.h"

/* The run ends with this error; the loop stops after the current event. */
void sim_fail(struct sim *sim, enum status status, const char *kind, const char *format, ...)
	__attribute__((format(printf, 4, 5)));
/* "build.0/2": a vCPU in messages; buf of at least 128 bytes. */
const char *sim_vcpu_name(const struct sim *sim, uint32_t vcpu, char *buf);
/* The line of the scenario that a vCPU is at. */
uint32_t sim_vcpu_line(const struct sim *sim, uint32_t vcpu);
/* "build.0 thread 3": in messages; buf of at least 128 bytes. */
const char *thread_name(const struct sim *sim, uint32_t thread, char *buf);
/* The line of the scenario that a thread which is not loaded is at. */
uint32_t thread_line(const struct sim *sim, uint32_t thread);

/* The vCPU takes a lock for which it would wait for ever. */
void lock_fail_deadlock(struct sim *sim, uint32_t vcpu, uint32_t index);
/* A vCPU waits for answers that can never come. */
void ipi_fail_deadlock(struct sim *sim, uint32_t vcpu);

#endif
