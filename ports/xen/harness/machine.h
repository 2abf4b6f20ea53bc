/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * machine.h - the machine under the schedulers: virtual time, timers, softirqs.
 *
 *	machine.c	what Xen's scheduler sources call outside themselves
 *	core*.c		a small core of our own: pools, domains, wake, sleep, schedule
 *	main.c		the scenarios and what they must show
 */
#ifndef CORUN_HARNESS_MACHINE_H
#define CORUN_HARNESS_MACHINE_H

#include <xen/cpumask.h>
#include <xen/lib.h>
#include <xen/sched.h>
#include <xen/softirq.h>
#include <xen/spinlock.h>
#include <xen/timer.h>

#include "host.h"
#include "private.h"

#define MAX_CPUS 16

/* From here on code runs on this pCPU, in the context of v. */
void machine_be(unsigned int cpu, struct vcpu *v);
void machine_init(unsigned int nr_cpus);
/* Takes the pending SCHEDULE_SOFTIRQ of a pCPU, if there is one. */
bool machine_take_softirq(unsigned int cpu);
/* The earliest timer, or NULL. */
struct timer *machine_next_timer(void);
s_time_t machine_now(void);
void machine_advance(s_time_t to);
/* Timers of this pCPU come late from now on, by up to so much, at random. */
void machine_be_late(unsigned int cpu, u64 most_ns);
/* Runs it, on its pCPU. */
void machine_fire(struct timer *timer);
/* No lock may be held between two events. */
void machine_check_locks(void);
u64 machine_random(u64 below);

/* -- core*.c -------------------------------------------------------------- */

#define MAX_VCPUS 8
#define MAX_DOMAINS 8

struct guest {
	struct domain *d;
	unsigned int nr;
	u64 run_ns;
	u64 any_ns; /* some vCPU runs */
	u64 all_ns; /* all vCPUs run */
	/* Blocks and wakes: mean length of both, 0 for a hog. */
	u64 busy_ns;
	u64 sleep_ns;
	s_time_t flips_at[MAX_VCPUS];
	bool is_blocked[MAX_VCPUS];
};

/* Left, but not saved yet. */
struct leaving {
	struct sched_unit *unit;
	s_time_t at;
};

struct host {
	struct scheduler *sched;
	struct cpupool *pool;
	unsigned int nr_cpus;
	unsigned int nr_guests;
	struct guest guests[MAX_DOMAINS];
	struct leaving leaving[MAX_CPUS];
	u64 switch_ns; /* until the context that was left is saved */
	u64 nr_switches;
};

struct host *core_boot(const char *opt_name, unsigned int nr_cpus);
struct guest *core_add_guest(struct host *h, unsigned int nr_vcpus);
void core_remove_guest(struct host *h, struct guest *g);
/* Weight as `xl` gives it, 256 the default; 0 or what the scheduler answers. */
int core_set_weight(struct host *h, struct guest *g, unsigned int weight);
void core_pause(struct host *h, struct guest *g);
void core_unpause(struct host *h, struct guest *g);
void core_cpu_off(struct host *h, unsigned int cpu);
void core_cpu_on(struct host *h, unsigned int cpu);
void core_run(struct host *h, s_time_t ns);
void core_clear_counts(struct host *h);

#endif
