/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * explain.h - what a metric of waiting is made of: which waits, what they waited for, and
 * which decisions of the policy led there.
 *
 * All of it is read from the trace of one replication, twice: the first pass finds the waits
 * and how long a wait has to be to count, the second one says of each ns of those that count
 * what was in its way.  Guests with threads of their own: what a thread waits for is seen as
 * long as it is on a vCPU.
 */
#ifndef CORUN_EXPLAIN_H
#define CORUN_EXPLAIN_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include "base/error.h"
#include "model/world.h"
#include "study/metrics.h"

/* What was in the way.  The words are in explain_cause_word. */
enum explain_cause {
	/* of a vCPU that waits for a pCPU */
	CAUSE_CAP, /* held back: its quota is used up */
	CAUSE_COSTOP, /* held back until its siblings catch up */
	CAUSE_STACKED, /* a sibling has the pCPU at which it queues */
	CAUSE_GANG, /* a gang has the pCPUs; or it is one, and too wide for those that idle */
	CAUSE_IDLE, /* a pCPU idles that it may use */
	CAUSE_SLEEPER, /* it woke up, and those that use much more were picked before it */
	CAUSE_OTHER, /* another guest has the pCPU at which it queues */
	CAUSE_HOST, /* the host has that pCPU, or nobody */
	/* of one that waits for a lock, a barrier or an interrupt */
	CAUSE_HOLDER, /* the holder at the end of the chain is off CPU */
	CAUSE_NEXT, /* the lock is free, the next in line is off CPU */
	CAUSE_PARTNER, /* one that has to come, or to answer, is off CPU */
	CAUSE_SELF, /* the waiter itself is off CPU */
	CAUSE_CONTENTION, /* the one that it waits for runs */
	NR_CAUSES
};

enum explain_kind {
	EXPLAIN_CPU, /* spells of being runnable and off CPU */
	EXPLAIN_WAKEUP, /* those that a wake-up began */
	EXPLAIN_LOCK, /* from wanting a lock to having it */
	EXPLAIN_SPIN, /* spells of spinning, of the causes in `states` */
};

/* How a metric is made of waits. */
struct explain_what {
	enum explain_kind kind;
	unsigned states; /* EXPLAIN_SPIN: 1 << enum vcpu_time */
	double quantile; /* 0: all waits, 1: the longest only */
};

struct explain_wait {
	uint64_t from_ns, to_ns;
	uint16_t vcpu;
	uint16_t home; /* pCPU at which it queued: TRACE_NONE for one that is not known */
	uint16_t object; /* lock or barrier; TRACE_NONE */
	bool woken; /* a wake-up began it */
	bool open; /* at the end of the run */
	/* of the second pass */
	uint64_t cause_ns[NR_CAUSES];
	uint32_t nr_passed; /* picks of others at its home */
};

#define EXPLAIN_LONGEST 5u
#define EXPLAIN_MOMENTS 12u

/* Something that the policy did, or that happened to it, while a long wait went on. */
struct explain_moment {
	uint64_t at_ns;
	uint8_t type; /* enum trace_type */
	uint8_t arg;
	uint16_t pcpu, vcpu;
};

/* One of the longest waits, moment by moment: the first ones and the last. */
struct explain_story {
	const struct explain_wait *wait;
	struct explain_moment moments[EXPLAIN_MOMENTS];
	uint32_t nr; /* of all: those beyond the room are counted only */
	enum explain_cause cause; /* the main one */
	uint16_t culprit; /* that was in its way longest, by that cause */
	uint16_t watched; /* pCPU whose next pick is told; TRACE_NONE */
	uint64_t culprit_ns;
};

struct explain {
	/* asked */
	const struct world *world;
	const char *trace; /* file */
	const struct metric *metric;
	uint32_t group; /* UINT32_MAX: all guests */
	/* found */
	struct explain_what what;
	char **names; /* [nr_vcpus]: "build.0/2" */
	uint32_t nr_vcpus;
	uint64_t from_ns, end_ns; /* the window */
	uint64_t nr_all; /* waits of that kind, those of no length included */
	uint64_t all_ns;
	uint64_t least_ns; /* how long one has to be to count */
	struct explain_wait *waits; /* that count, by their beginning */
	uint32_t nr_waits;
	uint64_t *ran_ns; /* [nr_vcpus] in the window */
	uint64_t sum_ns; /* of the waits that count */
	uint64_t cause_ns[NR_CAUSES];
	uint64_t *culprit_ns; /* [nr_vcpus]: how long it was in the way, over the waits */
	uint64_t nr_began[16]; /* by enum sp_stop_reason; the last: by a wake-up */
	uint64_t nr_passed;
	struct explain_story stories[EXPLAIN_LONGEST]; /* the longest first */
	uint32_t nr_stories;
};

#define EXPLAIN_BY_WAKE 15u

/* Can this metric be explained?  0, or -1 with *err, which lists those that can. */
int explain_metric(const struct metric *metric, struct explain_what *what, struct error *err);

/* Reads the trace.  0, or -1 with *err; explain_fini either way. */
int explain_read(struct explain *explain, struct error *err);
void explain_fini(struct explain *explain);

/* "stacked sibling", and what it means. */
const char *explain_cause_word(enum explain_cause cause);
const char *explain_cause_text(enum explain_cause cause);

/* The report, but for where the number comes from. */
void explain_print(FILE *to, const struct explain *explain);

#endif
