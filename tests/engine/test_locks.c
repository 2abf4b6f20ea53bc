/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Every kind of lock in one story whose outcome is computed by hand.
 *
 * Three vCPUs, each pinned to a pCPU of its own, one lock, all costs zero:
 *
 *	A wants it at  8 ms and holds it for 4 ms: until 12 ms
 *	B wants it at  9 ms, for 1 ms; its pCPU is gone from 10 to 20 ms
 *	C wants it at 11 ms, for 1 ms
 *
 * So at A's unlock B, who is first in line, is off CPU, and C spins.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "../../sim/base/rng.h"
#include "../lib/make_world.h"

#define US UINT64_C(1000)

/* What a kind makes of it, in us. */
struct outcome {
	uint32_t b_at, c_at; /* when they have the lock */
	uint32_t contention, lhp, lwp; /* spinning, by cause */
	uint32_t blocked; /* halted for the lock, before anybody is done */
	uint32_t halts, kicks, steals, handed; /* handed: to one that is off CPU */
};

struct story {
	const char *name;
	struct object lock;
	bool reads[3];
	struct outcome expect;
};

#define NEVER_NS UINT64_MAX
#define OUT(b, c, spun_contention, spun_lhp, spun_lwp, ...)                                        \
	{                                                                                          \
		.b_at = b, .c_at = c, .contention = spun_contention, .lhp = spun_lhp,              \
		.lwp = spun_lwp, __VA_ARGS__                                                       \
	}
#define KIND(kind_, ...)                                                                           \
	{                                                                                          \
		.kind = kind_, .lock = { __VA_ARGS__ }                                             \
	}
#define PV(...) KIND(OBJECT_PV, __VA_ARGS__)
/* Patience of 500 us, kicks, and no other wake-ups. */
#define PV_HALTS .spin_ns = 500 * US, .halt = true, .kick = true, .recheck_ns = NEVER_NS
#define PV_PATIENT .spin_ns = 1500 * US, .halt = true, .kick = true, .recheck_ns = NEVER_NS

static const struct story stories[] = {
	/* in line: C spins for B from 12 to 20 ms, and then for B's section */
	{"ticket", KIND(OBJECT_TICKET, 0), {0}, OUT(20000, 21000, 3000, 0, 8000, .handed = 1)},
	{"mcs", KIND(OBJECT_MCS, 0), {0}, OUT(20000, 21000, 3000, 0, 8000, .handed = 1)},
	{"qspinlock",
	 KIND(OBJECT_QSPINLOCK, 0),
	 {0},
	 OUT(20000, 21000, 3000, 0, 8000, .handed = 1)},
	/* C has it at once, and nobody when B comes back */
	{"tas", KIND(OBJECT_TAS, 0), {0}, OUT(20000, 12000, 2000, 0, 0, .handed = 0)},
	/* B halts at 9.5; C, a thief, has it at the unlock that kicks B */
	{"pv",
	 PV(PV_HALTS, .steal = true, .early = LOCK_EARLY_HALTED),
	 {0},
	 OUT(20000, 12000, 1500, 0, 0, .blocked = 2500, .halts = 1, .kicks = 1, .steals = 1)},
	/* the kick is under way for 100 us */
	{"pv, slow kick",
	 PV(PV_HALTS, .steal = true, .kick_latency_ns = 100 * US),
	 {0},
	 OUT(20000, 12000, 1500, 0, 0, .blocked = 2600, .halts = 1, .kicks = 1, .steals = 1)},
	/* A pays for the kick after its section, which changes nothing for the others */
	{"pv, dear kick",
	 PV(PV_HALTS, .steal = true, .kick_cost_ns = 700 * US),
	 {0},
	 OUT(20000, 12000, 1500, 0, 0, .blocked = 2500, .halts = 1, .kicks = 1, .steals = 1)},
	/* B wakes by itself at 11.5, and is off CPU until 20 */
	{"pv, recheck",
	 PV(.spin_ns = 500 * US, .steal = true, .halt = true, .recheck_ns = 2 * MS),
	 {0},
	 OUT(20000, 12000, 1500, 0, 0, .blocked = 2000, .halts = 1, .steals = 1)},
	/* C stands behind B, who has halted: so does C, at once; both are kicked in turn */
	{"pv, no steal",
	 PV(PV_HALTS, .early = LOCK_EARLY_HALTED),
	 {0},
	 OUT(20000, 21000, 500, 0, 0, .blocked = 2500 + 10000, .halts = 2, .kicks = 2)},
	/* the same, but C waits for the end of its own patience */
	{"pv, no steal, not early",
	 PV(PV_HALTS),
	 {0},
	 OUT(20000, 21000, 1000, 0, 0, .blocked = 2500 + 9500, .halts = 2, .kicks = 2)},
	/* patience to 10.5, but B is off CPU at 10: it is pending, C stands in line */
	{"pv, patient",
	 PV(PV_PATIENT, .steal = true),
	 {0},
	 OUT(20000, 21000, 2000, 0, 500, .blocked = 8500, .halts = 1, .kicks = 1, .handed = 1)},
	/* C is told that B is preempted, and halts at once */
	{"pv, told",
	 PV(PV_PATIENT, .early = LOCK_EARLY_PREEMPTED),
	 {0},
	 OUT(20000, 21000, 1000, 0, 0, .blocked = 10000, .halts = 1, .kicks = 1, .handed = 1)},
	/* nobody halts: a native queue lock */
	{"pv, no halt",
	 PV(.spin_ns = 500 * US, .steal = true),
	 {0},
	 OUT(20000, 21000, 3000, 0, 8000, .handed = 1)},
	/* C has spun for 1 ms at the unlock: enough, or not before 14 ms; then B again */
	{"preemptable",
	 KIND(OBJECT_PREEMPTABLE, .timeout_ns = 500 * US),
	 {0},
	 OUT(20000, 12000, 2000, 0, 0, .steals = 1, .handed = 1)},
	{"preemptable, patient",
	 KIND(OBJECT_PREEMPTABLE, .timeout_ns = 3 * MS),
	 {0},
	 OUT(20000, 14000, 2000, 0, 2000, .steals = 1, .handed = 2)},
	/* writers: as ticket, or as tas */
	{"rwlock", KIND(OBJECT_RWLOCK, 0), {0}, OUT(20000, 21000, 3000, 0, 8000, .handed = 1)},
	{"rwlock, readers first",
	 KIND(OBJECT_RWLOCK, .prefers_readers = true),
	 {0},
	 OUT(20000, 12000, 2000, 0, 0, .handed = 0)},
	/* B and C read: B, first, lets C in once it runs; or C goes in at the unlock */
	{"rwlock, two readers",
	 KIND(OBJECT_RWLOCK, 0),
	 {0, true, true},
	 OUT(20000, 20000, 2000, 0, 8000, .handed = 1)},
	{"rwlock, two readers first",
	 KIND(OBJECT_RWLOCK, .prefers_readers = true),
	 {0, true, true},
	 OUT(20000, 12000, 2000, 0, 0, .handed = 0)},
	{"rwlock, all read",
	 KIND(OBJECT_RWLOCK, 0),
	 {true, true, true},
	 OUT(9000, 11000, 0, 0, 0, .handed = 0)},
	/* A reads, B writes and waits, C reads: behind B, or past it */
	{"rwlock, a writer between",
	 KIND(OBJECT_RWLOCK, 0),
	 {true, false, true},
	 OUT(20000, 21000, 3000, 0, 8000, .handed = 1)},
	{"rwlock, a writer passed by",
	 KIND(OBJECT_RWLOCK, .prefers_readers = true),
	 {true, false, true},
	 OUT(20000, 11000, 1000, 0, 0, .handed = 0)},
	/* B reads from 9 ms on and is off CPU at 10 with it: C, a writer, spins for it */
	{"rwlock, a reader preempted",
	 KIND(OBJECT_RWLOCK, 0),
	 {true, true, false},
	 OUT(9000, 20000, 0, 9000, 0, .handed = 0)},
};

static uint32_t actor(struct made *made, const struct story *story, uint64_t at_ns,
		      uint64_t hold_ns, bool reads)
{
	struct step steps[] = {{.op = STEP_COMPUTE},
			       {.op = STEP_LOCK, .count = reads},
			       {.op = STEP_HOLD, .dist = 1},
			       {.op = STEP_UNLOCK},
			       {.op = STEP_END}};
	struct dist dists[] = {{.kind = DIST_CONST, .a = (double)at_ns, .max_ns = WORLD_MAX_NS},
			       {.kind = DIST_CONST, .a = (double)hold_ns, .max_ns = WORLD_MAX_NS}};
	struct object object = story->lock;
	struct program p = {.steps = steps,
			    .nr_steps = 5,
			    .dists = dists,
			    .nr_dists = 2,
			    .objects = &object,
			    .nr_objects = 1,
			    .finite = true};

	return made_program(made, &p);
}

static struct made *stage(const struct story *story)
{
	struct made *made = made_new(3, 100 * MS, "cfs");
	uint32_t a = actor(made, story, 8 * MS, 4 * MS, story->reads[0]);
	uint32_t b = actor(made, story, 9 * MS, 1 * MS, story->reads[1]);
	uint32_t c = actor(made, story, 11 * MS, 1 * MS, story->reads[2]);
	uint32_t vm = made_vm(made, "abc", 3, 1024, a);

	made->world.run.start_spread_ns = 0;
	made->world.vcpus[1].program = b;
	made->world.vcpus[2].program = c;
	for (uint32_t i = 0; i < 3; i++)
		made_pin(made, vm, i, i, 1);
	made->world.host.events = calloc(2, sizeof(*made->world.host.events));
	made->world.host.events[0] = (struct host_event){10 * MS, HOST_PCPU_OFF, 1};
	made->world.host.events[1] = (struct host_event){20 * MS, HOST_PCPU_ON, 1};
	made->world.host.nr_events = 2;
	return made;
}

/* When each of the three had the lock, and how long it was blocked before. */
struct seen {
	uint64_t at_ns[3], since_ns[3], blocked_ns;
	bool halted[3];
};

static int watch(struct trace_sink *sink, const struct trace_rec *records, uint32_t n)
{
	struct seen *seen = sink->context;

	for (uint32_t i = 0; i < n; i++) {
		const struct trace_rec *rec = &records[i];

		if (rec->vcpu > 2)
			continue;
		if (rec->type == TR_LOCK_ACQUIRED)
			seen->at_ns[rec->vcpu] = rec->at_ns;
		if (rec->type == TR_LOCK_HALT) {
			seen->halted[rec->vcpu] = true;
			seen->since_ns[rec->vcpu] = rec->at_ns;
		}
		if (rec->type == TR_WAKE && seen->halted[rec->vcpu]) {
			seen->halted[rec->vcpu] = false;
			seen->blocked_ns += rec->at_ns - seen->since_ns[rec->vcpu];
		}
	}
	return 0;
}

static void check(const char *name, const char *what, uint64_t is, uint64_t should)
{
	if (is != should)
		fail_msg("%s: %s is %llu, by hand %llu", name, what, (unsigned long long)is,
			 (unsigned long long)should);
}

static void play(const struct story *story)
{
	struct made *made = stage(story);
	const struct outcome *e = &story->expect;
	struct seen seen = {{0}, {0}, 0, {false}};
	struct trace_rec buffer[64];
	struct trace_sink sink = {.buffer = buffer, .size = 64, .flush = watch, .context = &seen};
	struct sim_result r;
	const struct vm_result *vm;

	made_run_traced(made, 0, &r, &sink);
	vm = &r.vms[0];
	check(story->name, "A's lock", seen.at_ns[0], 8 * MS);
	check(story->name, "B's lock", seen.at_ns[1], e->b_at * US);
	check(story->name, "C's lock", seen.at_ns[2], e->c_at * US);
	check(story->name, "contention", vm->time[VT_SPIN_CONTENTION], e->contention * US);
	check(story->name, "LHP", vm->time[VT_SPIN_LHP], e->lhp * US);
	check(story->name, "LWP", vm->time[VT_SPIN_LWP], e->lwp * US);
	check(story->name, "time halted", seen.blocked_ns, e->blocked * US);
	check(story->name, "halts", vm->count[VC_LOCK_HALTS], e->halts);
	check(story->name, "kicks", vm->count[VC_LOCK_KICKS], e->kicks);
	check(story->name, "steals", vm->count[VC_LOCK_STEALS], e->steals);
	check(story->name, "handed to one off CPU", vm->count[VC_LWP], e->handed);
	check(story->name, "lock wait", vm->lock_wait_ns,
	      (seen.at_ns[1] - 9 * MS) + (seen.at_ns[2] - 11 * MS));
	check(story->name, "overhead", vm->time[VT_OVERHEAD],
	      vm->count[VC_LOCK_KICKS] * story->lock.lock.kick_cost_ns);
	check(story->name, "sections", vm->count[VC_SECTIONS], 3);
	check(story->name, "time held", vm->lock_held_ns, 6 * MS);
	sim_result_free(&r);
	made_free(made);
}

static void test_stories(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(stories) / sizeof(stories[0]); i++)
		play(&stories[i]);
	print_message("%zu stories as computed by hand\n", sizeof(stories) / sizeof(stories[0]));
}

/* -- off is off ---------------------------------------------------------------------- */

static int keep_hash(struct trace_sink *sink, const struct trace_rec *records, uint32_t n)
{
	uint64_t *hash = sink->context;

	for (uint32_t i = 0; i < n; i++)
		*hash = rng_key(rng_key(*hash, records[i].at_ns),
				(uint64_t)records[i].type << 48 | (uint64_t)records[i].arg << 40 |
					(uint64_t)records[i].pcpu << 16 | records[i].vcpu);
	return 0;
}

/* Two VMs that fight for two pCPUs, over a lock of this sort; the hash of all that happens. */
static uint64_t fight(enum object_kind kind, const struct lock_spec *lock, uint64_t *halts)
{
	struct made *made = made_new(2, 500 * MS, "cfs");
	uint32_t locker = made_locker(made, kind, 30000, 5000);
	struct trace_rec buffer[512];
	uint64_t hash = 0;
	struct trace_sink sink = {.buffer = buffer,
				  .size = 512,
				  .flush = keep_hash,
				  .context = &hash};
	struct sim_result r;

	made->world.programs[locker].objects[0].lock = *lock;
	made->world.host.context_switch_ns = 2000;
	made->world.host.tick_ns = 4 * MS;
	made->world.host.tick_cost_ns = 700;
	made_vm(made, "a", 2, 1024, locker);
	made_vm(made, "b", 2, 1024, locker);
	made_run_traced(made, 0, &r, &sink);
	*halts = r.vms[0].count[VC_LOCK_HALTS] + r.vms[1].count[VC_LOCK_HALTS];
	sim_result_free(&r);
	made_free(made);
	return hash;
}

static void test_off(void **state)
{
	struct lock_spec nothing = {0}, off = {.spin_ns = 100000, .recheck_ns = NEVER_NS};
	struct lock_spec endless = {.timeout_ns = 400 * MS};
	struct lock_spec on = {.spin_ns = 100000,
			       .recheck_ns = NEVER_NS,
			       .halt = true,
			       .kick = true};
	uint64_t halts, native = fight(OBJECT_QSPINLOCK, &nothing, &halts);

	(void)state;
	assert_int_equal(fight(OBJECT_PV, &off, &halts), native);
	assert_int_equal(halts, 0);
	/* patience without end */
	assert_int_equal(fight(OBJECT_PREEMPTABLE, &endless, &halts), native);
	/* and the hash tells them apart when something is on */
	assert_int_not_equal(fight(OBJECT_PV, &on, &halts), native);
	assert_true(halts > 0);
	assert_int_equal(fight(OBJECT_MCS, &nothing, &halts),
			 fight(OBJECT_TICKET, &nothing, &halts));
	assert_int_equal(fight(OBJECT_RWLOCK, &nothing, &halts),
			 fight(OBJECT_TICKET, &nothing, &halts));
}

/* A test-and-set lock's handoff that grows with the spinners: 2 others add 2 x 100 ns. */
static void test_handoff_spinner(void **state)
{
	static const struct story story = {"handoff",
					   {.kind = OBJECT_TICKET, .handoff_ns = 50, .lock = {100}},
					   {0},
					   {0}};
	struct made *made = stage(&story);
	struct sim_result r;

	(void)state;
	made->world.host.nr_events = 0;
	made_run(made, 0, &r);
	/* A to B while C spins: 50 + 100; B to C: 50 */
	assert_int_equal(r.vms[0].time[VT_OVERHEAD], 50 + 100 + 50);
	assert_int_equal(r.vms[0].lock_wait_ns, 3 * MS + 2 * MS + 150);
	sim_result_free(&r);
	made_free(made);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_stories),
		cmocka_unit_test(test_off),
		cmocka_unit_test(test_handoff_spinner),
	};

	return cmocka_run_group_tests_name("locks", tests, NULL, NULL);
}
