/* SPDX-License-Identifier: BSD-2-Clause */
#include <inttypes.h>

#include "explain.h"
#include "trace/trace_read.h"
#include "../../policies/policy.h"

#define LEAST_SHARE 0.02 /* of the waiting: below it a cause is not worth its line */
#define MOST_CULPRITS 5u

static const struct {
	const char *word, *text;
} causes[NR_CAUSES] = {
	[CAUSE_CAP] = {"cap", "the policy held it back: its VM's quota was used up"},
	[CAUSE_COSTOP] = {"co-stop", "the policy held it back, for its siblings to catch up"},
	[CAUSE_STACKED] = {"stacked sibling", "a sibling had the pCPU at which it queued"},
	[CAUSE_GANG] = {"wide gang",
			"a gang had the pCPUs, or its own needs more of them than idled"},
	[CAUSE_IDLE] = {"idle beside", "a pCPU that it may use idled"},
	[CAUSE_SLEEPER] = {"starved sleeper",
			   "it woke, and others that use twice its CPU time were picked first"},
	[CAUSE_OTHER] = {"other guest", "another guest had the pCPU at which it queued"},
	[CAUSE_HOST] = {"host", "the host had that pCPU, or it was changing hands"},
	[CAUSE_HOLDER] = {"preempted holder", "the holder of the lock was off CPU"},
	[CAUSE_NEXT] = {"preempted waiter", "the lock was free, and the next in line off CPU"},
	[CAUSE_PARTNER] = {"partner off CPU", "a sibling that had to come, or answer, was off CPU"},
	[CAUSE_SELF] = {"itself off CPU", "it was preempted while it waited"},
	[CAUSE_CONTENTION] = {"contention", "the one that it waited for ran"},
};

const char *explain_cause_word(enum explain_cause cause)
{
	return causes[cause].word;
}

const char *explain_cause_text(enum explain_cause cause)
{
	return causes[cause].text;
}

/* "12.3 ms" */
static const char *time_text(char to[32], uint64_t ns)
{
	if (ns >= 10000000000u)
		snprintf(to, 32, "%.4g s", (double)ns / 1e9);
	else if (ns >= 1000000)
		snprintf(to, 32, "%.4g ms", (double)ns / 1e6);
	else
		snprintf(to, 32, "%.4g us", (double)ns / 1e3);
	return to;
}

static void put_causes(FILE *to, const struct explain *e)
{
	bool told[NR_CAUSES] = {false};
	unsigned i, best;

	fprintf(to, "\nwhy they waited\n");
	for (;;) {
		for (best = NR_CAUSES, i = 0; i < NR_CAUSES; i++)
			if (!told[i] && (best == NR_CAUSES || e->cause_ns[i] > e->cause_ns[best]))
				best = i;
		if (best == NR_CAUSES ||
		    (double)e->cause_ns[best] < LEAST_SHARE * (double)e->sum_ns)
			return;
		told[best] = true;
		fprintf(to, "  %5.1f %%  %-16s  %s\n",
			100.0 * (double)e->cause_ns[best] / (double)e->sum_ns, causes[best].word,
			causes[best].text);
	}
}

static void put_culprits(FILE *to, const struct explain *e)
{
	uint64_t limit = UINT64_MAX;
	uint32_t nr, i, best = 0, last = UINT32_MAX;

	fprintf(to, "\nwhom they waited for\n");
	for (nr = 0; nr < MOST_CULPRITS; nr++) {
		uint64_t most = 0;

		for (i = 0; i < e->nr_vcpus; i++)
			if (e->culprit_ns[i] > most &&
			    (e->culprit_ns[i] < limit ||
			     (e->culprit_ns[i] == limit && last != UINT32_MAX && i > last))) {
				most = e->culprit_ns[i];
				best = i;
			}
		if (!most || (double)most < LEAST_SHARE * (double)e->sum_ns)
			break;
		limit = most;
		last = best;
		fprintf(to, "  %5.1f %%  %s\n", 100.0 * (double)most / (double)e->sum_ns,
			e->names[best]);
	}
	if (!nr)
		fprintf(to, "  nobody for long\n");
}

static const char *stop_text(unsigned why)
{
	switch (why) {
	case SP_STOP_PREEMPTED:
		return "it was preempted";
	case SP_STOP_YIELDED:
		return "it yielded";
	case SP_STOP_SLICE:
		return "its slice ended";
	case SP_STOP_STOLEN:
		return "the host took its pCPU";
	default:
		return "it blocked";
	}
}

static void put_decisions(FILE *to, const struct explain *e)
{
	unsigned why;

	if (e->what.kind == EXPLAIN_LOCK || e->what.kind == EXPLAIN_SPIN)
		return;
	fprintf(to, "\nhow they began\n");
	for (why = 0; why < EXPLAIN_BY_WAKE; why++)
		if (e->nr_began[why])
			fprintf(to, "  %6" PRIu64 "  %s\n", e->nr_began[why], stop_text(why));
	if (e->nr_began[EXPLAIN_BY_WAKE])
		fprintf(to, "  %6" PRIu64 "  it woke up\n", e->nr_began[EXPLAIN_BY_WAKE]);
	fprintf(to, "  meanwhile the policy picked others at their pCPUs %" PRIu64 " times\n",
		e->nr_passed);
}

/* -- the longest -------------------------------------------------------------------- */

static void put_moment(FILE *to, const struct explain *e, const struct explain_wait *wait,
		       const struct explain_moment *m)
{
	const char *who = m->vcpu == TRACE_NONE ? "?" : e->names[m->vcpu];

	fprintf(to, "    %.9f s  ", (double)m->at_ns / 1e9);
	switch (m->type) {
	case TR_SWITCH_IN:
		fprintf(to, "pCPU %u: %s is picked%s\n", m->pcpu, who,
			m->vcpu == wait->vcpu	     ? ""
			: wait->object == TRACE_NONE ? " instead"
						     : "");
		return;
	case TR_SWITCH_OUT:
		fprintf(to, "pCPU %u: %s leaves: %s\n", m->pcpu, who, stop_text(m->arg));
		return;
	case TR_WAKE:
		fprintf(to, "%s wakes up\n", who);
		return;
	case TR_LOCK_WAIT:
		fprintf(to, "%s wants a lock\n", who);
		return;
	case TR_LOCK_ACQUIRED:
		fprintf(to, "%s has the lock\n", who);
		return;
	case TR_BARRIER_WAIT:
		fprintf(to, "%s waits at a barrier\n", who);
		return;
	case TR_COSTOP:
		fprintf(to, "%s is %s\n", who,
			m->arg == SP_CAP      ? "held back by its cap"
			: m->arg == SP_COSTOP ? "held back for its siblings"
					      : "let go");
		return;
	default:
		fprintf(to, "%s: %s\n", who, trace_type_name(m->type));
		return;
	}
}

static void put_story(FILE *to, const struct explain *e, uint32_t nr,
		      const struct explain_story *story)
{
	const struct explain_wait *wait = story->wait;
	uint32_t kept = story->nr < EXPLAIN_MOMENTS ? story->nr : EXPLAIN_MOMENTS, i;
	char ns[32], culprit[32];

	fprintf(to, "  %u. %s, %s from %.9f s%s: %s", nr + 1, e->names[wait->vcpu],
		time_text(ns, wait->to_ns - wait->from_ns), (double)wait->from_ns / 1e9,
		wait->open ? " to the end" : "", causes[story->cause].word);
	if (story->culprit != TRACE_NONE && story->culprit_ns)
		fprintf(to, ", %s for %s", e->names[story->culprit],
			time_text(culprit, story->culprit_ns));
	fprintf(to, "\n");
	for (i = 0; i < kept; i++) {
		if (i + 1 == kept && story->nr > kept)
			fprintf(to, "    ... %u more\n", story->nr - kept);
		put_moment(to, e, wait, &story->moments[i]);
	}
}

void explain_print(FILE *to, const struct explain *e)
{
	char least[32], sum[32];
	uint32_t i;

	if (!e->nr_waits) {
		fprintf(to, "there was nothing to wait for: %" PRIu64 " waits, each of no length\n",
			e->nr_all);
		return;
	}
	fprintf(to, "made of   %u of %" PRIu64 " waits: those of %s or longer, %s in all\n",
		e->nr_waits, e->nr_all, time_text(least, e->least_ns), time_text(sum, e->sum_ns));
	put_causes(to, e);
	put_culprits(to, e);
	put_decisions(to, e);
	fprintf(to, "\nthe longest of them, instants as in the timeline\n");
	for (i = 0; i < e->nr_stories; i++)
		put_story(to, e, i, &e->stories[i]);
}
