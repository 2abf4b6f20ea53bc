/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * machine.c - the symbols that Xen's schedulers leave undefined, for one thread.
 *
 * One thread plays all pCPUs in turn, so a lock that is found taken is a deadlock,
 * and no lock may be held between two events.
 */
#include "machine.h"

#include <xen/nodemask.h>
#include <xen/random.h>
#include <xen/trace.h>

/* -- per-pCPU data: one section, one copy of it for each ------------------------ */

#define PERCPU __attribute__((section("percpu")))

PERCPU struct sched_resource *per_cpu__sched_res;
PERCPU cpumask_t per_cpu__cpumask_scratch;
PERCPU cpumask_var_t per_cpu__cpu_sibling_mask;
PERCPU cpumask_var_t per_cpu__cpu_core_mask;
PERCPU unsigned int per_cpu____preempt_count;

extern char __start_percpu[], __stop_percpu[];
unsigned long __per_cpu_offset[NR_CPUS];

unsigned int nr_cpu_ids;
cpumask_t cpu_online_map;
nodemask_t node_online_map = {{[0] = 1}};
nodeid_t cpu_to_node[NR_CPUS];
cpumask_t node_to_cpumask[MAX_NUMNODES];
struct cpuinfo_x86 cpu_data[NR_CPUS];
irq_cpustat_t irq_stat[NR_CPUS];
const unsigned long cpu_bit_bitmap[BITS_PER_LONG + 1][BITS_TO_LONGS(NR_CPUS)] = {
#define BIT_ROW(n) [1 + (n)] = {1ul << (n)}
#define BIT_ROWS(n) BIT_ROW(n), BIT_ROW((n) + 1), BIT_ROW((n) + 2), BIT_ROW((n) + 3)
	BIT_ROWS(0),
	BIT_ROWS(4),
	BIT_ROWS(8),
	BIT_ROWS(12),
};
enum system_state system_state = SYS_STATE_active;
bool sched_smt_power_savings;
int sched_ratelimit_us = SCHED_DEFAULT_RATELIMIT_US;
int tb_init_done;
cpumask_t cpupool_free_cpus;
rcu_read_lock_t sched_res_rculock;

static bool softirqs[MAX_CPUS];
unsigned long harness_irqs = 1;
static int nr_locks;
static s_time_t now;
static u64 lcg = 1;

void machine_be(unsigned int cpu, struct vcpu *v)
{
	get_cpu_info()->processor_id = cpu;
	get_cpu_info()->per_cpu_offset = __per_cpu_offset[cpu];
	get_cpu_info()->current_vcpu = v;
}

void machine_init(unsigned int nr_cpus)
{
	unsigned long size = (unsigned long)(__stop_percpu - __start_percpu);
	cpumask_t *all = host_zalloc(sizeof(*all));
	unsigned int cpu;

	nr_cpu_ids = nr_cpus;
	for (cpu = 0; cpu < nr_cpus; cpu++) {
		cpumask_t *self = host_zalloc(sizeof(*self));

		__per_cpu_offset[cpu] =
			(unsigned long)host_zalloc(size) - (unsigned long)__start_percpu;
		cpumask_set_cpu(cpu, all);
		cpumask_set_cpu(cpu, self);
		cpumask_set_cpu(cpu, &cpu_online_map);
		cpumask_set_cpu(cpu, &node_to_cpumask[0]);
		cpu_data[cpu].cpu_core_id = cpu;
		per_cpu(cpu_sibling_mask, cpu) = self;
		per_cpu(cpu_core_mask, cpu) = all;
	}
	machine_be(0, NULL);
}

/* -- locks -------------------------------------------------------------------- */

void _spin_lock(spinlock_t *lock)
{
	if (lock->tickets.head_tail)
		host_fail("deadlock: a lock is taken twice");
	lock->tickets.head_tail = 1;
	nr_locks++;
}

void _spin_unlock(spinlock_t *lock)
{
	if (!lock->tickets.head_tail)
		host_fail("a lock is released that nobody holds");
	lock->tickets.head_tail = 0;
	nr_locks--;
}

int _spin_trylock(spinlock_t *lock)
{
	if (lock->tickets.head_tail)
		return 0;
	_spin_lock(lock);
	return 1;
}

int _spin_is_locked(spinlock_t *lock)
{
	return lock->tickets.head_tail != 0;
}

void _spin_lock_irq(spinlock_t *lock)
{
	if (!harness_irqs)
		host_fail("interrupts are off already, and would come on too early");
	harness_irqs = 0;
	_spin_lock(lock);
}

unsigned long _spin_lock_irqsave(spinlock_t *lock)
{
	unsigned long flags = harness_irqs;

	harness_irqs = 0;
	_spin_lock(lock);
	return flags;
}

void _spin_unlock_irq(spinlock_t *lock)
{
	_spin_unlock(lock);
	harness_irqs = 1;
}

void _spin_unlock_irqrestore(spinlock_t *lock, unsigned long flags)
{
	_spin_unlock(lock);
	harness_irqs = flags;
}

void queue_read_lock_slowpath(rwlock_t *lock)
{
	host_fail("deadlock: a read lock");
}

void queue_write_lock_slowpath(rwlock_t *lock)
{
	host_fail("deadlock: a write lock");
}

void machine_check_locks(void)
{
	if (nr_locks)
		host_fail("%d locks are held between events", nr_locks);
	if (!harness_irqs)
		host_fail("interrupts are off between events");
}

/* -- time --------------------------------------------------------------------- */

#define MAX_TIMERS 64
static struct timer *timers[MAX_TIMERS];
static u64 late_ns[MAX_CPUS];

s_time_t get_s_time(void)
{
	return now;
}

s_time_t machine_now(void)
{
	return now;
}

void machine_advance(s_time_t to)
{
	if (to > now)
		now = to;
}

void init_timer(struct timer *timer, void (*function)(void *), void *data, unsigned int cpu)
{
	memset(timer, 0, sizeof(*timer));
	timer->function = function;
	timer->data = data;
	timer->cpu = (uint16_t)cpu;
	timer->status = TIMER_STATUS_inactive;
}

void machine_be_late(unsigned int cpu, u64 most_ns)
{
	late_ns[cpu] = most_ns;
}

void stop_timer(struct timer *timer)
{
	if (timer->status != TIMER_STATUS_in_heap)
		return;
	timers[timer->heap_offset] = NULL;
	timer->status = TIMER_STATUS_inactive;
}

void set_timer(struct timer *timer, s_time_t expires)
{
	unsigned int i;

	if (timer->status == TIMER_STATUS_invalid)
		host_fail("a timer is set that was not initialised");
	if (timer->status == TIMER_STATUS_killed)
		return;
	stop_timer(timer);
	for (i = 0; i < MAX_TIMERS && timers[i]; i++)
		;
	if (i == MAX_TIMERS)
		host_fail("too many timers");
	timers[i] = timer;
	timer->heap_offset = i;
	timer->expires = expires;
	if (late_ns[timer->cpu])
		timer->expires += (s_time_t)machine_random(late_ns[timer->cpu]);
	timer->status = TIMER_STATUS_in_heap;
}

void kill_timer(struct timer *timer)
{
	stop_timer(timer);
	timer->status = TIMER_STATUS_killed;
}

void migrate_timer(struct timer *timer, unsigned int cpu)
{
	timer->cpu = (uint16_t)cpu;
}

struct timer *machine_next_timer(void)
{
	struct timer *first = NULL;
	unsigned int i;

	for (i = 0; i < MAX_TIMERS; i++)
		if (timers[i] && (!first || timers[i]->expires < first->expires))
			first = timers[i];
	return first;
}

void machine_fire(struct timer *timer)
{
	struct sched_resource *sr = get_sched_res(timer->cpu);

	stop_timer(timer);
	machine_be(timer->cpu, sr->curr ? sr->curr->vcpu_list : NULL);
	irq_stat[timer->cpu].__local_irq_count++;
	timer->function(timer->data);
	irq_stat[timer->cpu].__local_irq_count--;
	machine_check_locks();
}

/* -- softirqs, memory, the rest ------------------------------------------------- */

void cpu_raise_softirq(unsigned int cpu, unsigned int nr)
{
	if (nr != SCHEDULE_SOFTIRQ || cpu >= nr_cpu_ids)
		host_fail("softirq %u of pCPU %u", nr, cpu);
	softirqs[cpu] = true;
}

void cpumask_raise_softirq(const cpumask_t *mask, unsigned int nr)
{
	unsigned int cpu;

	for_each_cpu(cpu, mask) cpu_raise_softirq(cpu, nr);
}

bool machine_take_softirq(unsigned int cpu)
{
	bool was = softirqs[cpu];

	softirqs[cpu] = false;
	return was;
}

void *_xzalloc(unsigned long size, unsigned long align)
{
	return host_zalloc(size);
}

void *_xmalloc(unsigned long size, unsigned long align)
{
	void *p = host_zalloc(size);

	memset(p, 0x5a, size); /* it is not said to be zero */
	return p;
}

void xfree(void *p)
{
	host_free(p);
}

void printk(const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	host_vprintf(fmt, args);
	va_end(args);
}

u64 machine_random(u64 below)
{
	lcg = lcg * 6364136223846793005ull + 1442695040888963407ull;
	return (lcg >> 33) % below;
}

unsigned int get_random(void)
{
	return (unsigned int)machine_random(1ull << 31);
}

void __trace_var(uint32_t event, bool cycles, unsigned int extra, const void *data)
{
}

unsigned int cpupool_get_granularity(const struct cpupool *c)
{
	return 1;
}

/* credit parks vCPUs that reached their cap. */
void vcpu_pause_nosync(struct vcpu *v)
{
	host_fail("a cap was not asked for");
}

void vcpu_unpause(struct vcpu *v)
{
	host_fail("a cap was not asked for");
}

asm(".global __x86_return_thunk, __x86_indirect_thunk_rax, __x86_indirect_thunk_rbx\n"
    ".global __x86_indirect_thunk_rcx, __x86_indirect_thunk_rdx, __x86_indirect_thunk_rsi\n"
    ".global __x86_indirect_thunk_rdi, __x86_indirect_thunk_rbp, __x86_indirect_thunk_r8\n"
    ".global __x86_indirect_thunk_r9, __x86_indirect_thunk_r10, __x86_indirect_thunk_r11\n"
    ".global __x86_indirect_thunk_r12, __x86_indirect_thunk_r13, __x86_indirect_thunk_r14\n"
    ".global __x86_indirect_thunk_r15\n"
    "__x86_return_thunk: ret\n"
    "__x86_indirect_thunk_rax: jmp *%rax\n"
    "__x86_indirect_thunk_rbx: jmp *%rbx\n"
    "__x86_indirect_thunk_rcx: jmp *%rcx\n"
    "__x86_indirect_thunk_rdx: jmp *%rdx\n"
    "__x86_indirect_thunk_rsi: jmp *%rsi\n"
    "__x86_indirect_thunk_rdi: jmp *%rdi\n"
    "__x86_indirect_thunk_rbp: jmp *%rbp\n"
    "__x86_indirect_thunk_r8: jmp *%r8\n"
    "__x86_indirect_thunk_r9: jmp *%r9\n"
    "__x86_indirect_thunk_r10: jmp *%r10\n"
    "__x86_indirect_thunk_r11: jmp *%r11\n"
    "__x86_indirect_thunk_r12: jmp *%r12\n"
    "__x86_indirect_thunk_r13: jmp *%r13\n"
    "__x86_indirect_thunk_r14: jmp *%r14\n"
    "__x86_indirect_thunk_r15: jmp *%r15\n");
