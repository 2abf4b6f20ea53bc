/* SPDX-License-Identifier: BSD-2-Clause */
/* watch.h - the checks: what each means, and the observer that makes them. */
#ifndef WATCH_H
#define WATCH_H

#include "expect.h"
#include "host.h"
#include "stream.h"

/* X(name, text): the name is what a failure, and a spoiled policy, is known by. */
#define CHECKS(X)                                                                                  \
	X(answer, "pick_next: SP_NONE or a runnable vCPU that runs nowhere")                       \
	X(affinity, "a vCPU runs where it may, and moves if that changes")                         \
	X(run_until, "run_until_ns lies in the future, idle or not")                               \
	X(timer, "timer_ns does not lie in the past, and there is a timer callback")               \
	X(kicks, "kicks name pCPUs that are online, each once")                                    \
	X(fields, "next and run_until_ns are left alone outside pick_next")                        \
	X(lost, "no note and no mark is lost")                                                     \
	X(notes, "co-stop and cap notes come in pairs, for vCPUs that wait")                       \
	X(held, "who is held back is not picked")                                                  \
	X(invariants, "the policy's own check finds nothing")                                      \
	X(bounds, "nothing outside state and sp_out is written")                                   \
	X(races, "wake of an awake vCPU, block of a blocked one: nothing happens")                 \
	X(accepts, "what caps promise is taken, the rest refused with the right error")            \
	X(weights, "a weight of 0, or above SP_WEIGHT_MAX, is refused")                            \
	X(refusals, "a refused call leaves the state as it was")                                   \
	X(starvation, "no runnable vCPU waits for ever")                                           \
	X(stall, "runnable beside an idle pCPU: something is armed that ends it")                  \
	X(conserve, "runnable beside an idle pCPU: not for long (if the policy claims it)")        \
	X(progress, "no storm of kicks, no loop at one instant")                                   \
	X(repeat, "the same stream gives the same answers and the same state")                     \
	X(stale_out, "what sp_out held before the call does not matter")                           \
	X(instances, "two instances interleaved answer as each does alone")                        \
	X(shares, "hogs get CPU time by their weights")                                            \
	X(charge, "charged is ran_ns, not the time on the clock")                                  \
	X(cap, "a VM with a cap gets what that says, and no more (if caps promise it)")            \
	X(siblings, "a VM's cap is its vCPUs' alike: none has less than half of its part")         \
	X(returns, "a pCPU that left and came back is used again, and all shares hold")            \
	X(tunables, "every tunable makes a difference")                                            \
	X(counts, "every callback 10,000 times, every field of sp_out that is used")

#define CHECK_ENUM(name, text) CHECK_##name,
enum check { CHECKS(CHECK_ENUM) NR_CHECKS };
#undef CHECK_ENUM

#define FIELDS(X)                                                                                  \
	X(next)                                                                                    \
	X(kick_all)                                                                                \
	X(run_until_ns)                                                                            \
	X(timer_ns)                                                                                \
	X(kicks)                                                                                   \
	X(notes)                                                                                   \
	X(marks)

#define FIELD_ENUM(name) FIELD_##name,
enum field { FIELDS(FIELD_ENUM) NR_FIELDS };
#undef FIELD_ENUM

struct failure {
	uint64_t seed;
	uint32_t nr; /* runs in which it was seen */
	uint32_t kind; /* enum plan_kind of the first of them */
	uint32_t call; /* number of the call in that run */
	uint32_t zero;
	char text[200];
};

struct verdict {
	struct failure failures[NR_CHECKS];
	uint64_t ops[NR_OPS];
	uint64_t fields[NR_FIELDS];
	uint64_t nr_calls;
	uint64_t nr_runs;
};

/* State and sp_out between guards. */
#define GUARD_SIZE 4096
struct arena {
	unsigned char *block; /* guard, state, guard */
	unsigned char *state;
	struct guarded_out {
		unsigned char before[GUARD_SIZE];
		struct sp_out out;
		unsigned char after[GUARD_SIZE];
	} * out;
	size_t state_size;
};

void arena_init(struct arena *a, size_t state_size);
void arena_fini(struct arena *a);
/* Zero the state, renew the guards. */
void arena_clear(struct arena *a);
/* Whole: every byte of the guards, else those next to what they guard. */
int arena_is_intact(const struct arena *a, int whole);

struct watch {
	struct observer observer; /* first: what the host is given */
	struct verdict *verdict;
	struct stream *stream; /* what is called is kept here */
	struct arena *arena;
	const struct expect *expect;
	unsigned char *shadow; /* the state before a call that must not change it */
	FILE *trace; /* calls from trace_from on, or NULL */
	uint32_t trace_from;
	uint32_t kind; /* enum plan_kind */
	uint32_t must_keep; /* enum check: the state must be as in shadow; or NR_CHECKS */
	uint32_t is_any_neglected; /* in neglected_ns */
	uint32_t nr_same; /* calls at this instant */
	uint32_t nr_picks; /* in this window */
	uint64_t same_ns;
	uint64_t window_ns;
	uint64_t window_outside; /* h->nr_outside when it began */
	uint64_t base_ns; /* the longest time that a tunable names */
	uint64_t slice_ns; /* that, or a longer one the policy gave: the unit of waiting */
	uint64_t weight_sum; /* most there was at once */
	uint32_t least_weight[SP_NR_VCPUS]; /* that it ever had: debts were made at it */
	uint64_t neglected_ns[SP_NR_VCPUS]; /* since when it waits beside an idle pCPU */
	uint64_t stray_ns[SP_NR_VCPUS]; /* since when it runs where it may not */
	unsigned char held[SP_NR_VCPUS]; /* bit 0 co-stopped, bit 1 capped */
};

const char *check_name(uint32_t check);
const char *check_text(uint32_t check);
const char *field_name(uint32_t field);

void watch_init(struct watch *w, const struct sp_policy *policy, struct arena *arena,
		struct verdict *verdict, const struct expect *expect);
void watch_fini(struct watch *w);
/* Before gen_start of each run. */
void watch_start(struct watch *w, const struct plan *plan, const struct sp_policy *policy,
		 uint32_t kind, struct stream *stream);
/* What is judged when a run is over. */
void watch_end(struct watch *w, struct host *h);

/* A check failed: noted, and the run ends, so that its consequences are not. */
void watch_fail(struct watch *w, struct host *h, uint32_t check, const char *format, ...)
	__attribute__((format(printf, 4, 5)));
void verdict_note(struct verdict *verdict, uint32_t check, uint64_t seed, uint32_t kind,
		  uint32_t call, const char *text);

/* -- parts: what is answered, and what becomes of time -- */
void watch_answer(struct watch *w, struct host *h, const struct call *c);
void watch_pick_time(struct watch *w, struct host *h, const struct call *c);
void watch_weight(struct watch *w, const struct host *h, const struct call *c);
void watch_cap(struct watch *w, struct host *h, const struct call *c);
void watch_waits(struct watch *w, struct host *h);
void watch_idle(struct watch *w, struct host *h);

#endif
