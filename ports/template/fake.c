/* SPDX-License-Identifier: BSD-2-Clause */
/* fake.c - the fakes of fake.h. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "fake.h"

struct fake_script script;
struct fake_seen seen;
struct fake_host host;
void (*other_cpu)(void);
struct port_pool pool;
sp_u64 state[4];

static struct sp_out cpu_outs[2];
static unsigned nr_inside;

/* -- the fake host ---------------------------------------------------------------- */

static void event(char what)
{
	size_t at = strlen(host.events);

	if (at + 1 < sizeof(host.events))
		host.events[at] = what;
}

struct sp_out *hv_enter(struct port_pool *p)
{
	assert_ptr_equal(p, &pool);
	event('(');
	return &cpu_outs[nr_inside++];
}

void hv_unlock(struct port_pool *p)
{
	void (*other)(void) = other_cpu;

	(void)p;
	event('|');
	other_cpu = NULL;
	if (other)
		other();
}

void hv_leave(struct port_pool *p)
{
	(void)p;
	event(')');
	nr_inside--;
}

sp_u64 hv_now_ns(struct port_pool *p)
{
	(void)p;
	event('t');
	return host.now_ns;
}

enum hv_answer hv_can_run(struct port_pool *p, sp_u32 vcpu, sp_u32 pcpu)
{
	(void)p;
	(void)vcpu;
	(void)pcpu;
	event('?');
	return host.answer;
}

void hv_kick(struct port_pool *p, sp_u32 pcpu)
{
	(void)p;
	event('k');
	host.kicked[host.nr_kicked++ % 64] = pcpu;
}

void hv_set_timer(struct port_pool *p)
{
	event('a');
	host.armed_ns = p->timer_ns;
	host.nr_armed++;
}

void hv_note(struct port_pool *p, const struct sp_note *note)
{
	(void)p;
	assert_int_equal(note->vcpu, 9);
	event('n');
	host.nr_notes++;
}

void hv_mark(struct port_pool *p, const struct sp_mark *mark)
{
	(void)p;
	assert_int_equal(mark->a, 77);
	event('m');
	host.nr_marks++;
}

void hv_complain(struct port_pool *p, const char *what, sp_u32 number)
{
	(void)p;
	(void)what;
	(void)number;
	host.nr_complaints++;
}

/* -- the fake policy ----------------------------------------------------------------- */

static void answer(sp_u64 now_ns, struct sp_out *out)
{
	sp_u32 i;

	event('c');
	seen.now_ns = now_ns;
	seen.nr_calls++;
	seen.nr_stale += out->nr_kicks || out->nr_notes || out->nr_marks || out->kick_all ||
			 out->next != SP_NONE || out->timer_ns != SP_KEEP_NS || out->nr_lost;
	for (i = 0; i < script.nr_kicks; i++)
		sp_kick(out, script.kicks[i]);
	for (i = 0; i < script.nr_notes; i++)
		sp_note(out, 9, SP_COSTOP, 1);
	for (i = 0; i < script.nr_marks; i++)
		sp_mark(out, 1, 77, 2);
	out->kick_all = script.kick_all;
	out->timer_ns = script.timer_ns;
	out->nr_lost += script.nr_lost;
}

static sp_s32 fake_init(void *st, const struct sp_config *config)
{
	assert_ptr_equal(st, state);
	assert_int_equal(config->seed, 5);
	return 0;
}

static sp_s32 fake_online(void *st, sp_u32 pcpu, const struct sp_topo *topo, sp_u64 now_ns,
			  struct sp_out *out)
{
	(void)st;
	(void)pcpu;
	(void)topo;
	answer(now_ns, out);
	return script.ret;
}

static void fake_id(void *st, sp_u32 id, sp_u64 now_ns, struct sp_out *out)
{
	(void)st;
	(void)id;
	answer(now_ns, out);
}

static sp_s32 fake_vm_add(void *st, sp_u32 vm, const struct sp_vm_config *config, sp_u64 now_ns,
			  struct sp_out *out)
{
	(void)config;
	fake_id(st, vm, now_ns, out);
	return script.ret;
}

static sp_s32 fake_vcpu_add(void *st, sp_u32 vcpu, const struct sp_vcpu_config *config,
			    sp_u64 now_ns, struct sp_out *out)
{
	(void)config;
	fake_id(st, vcpu, now_ns, out);
	return script.ret;
}

static void fake_wake(void *st, sp_u32 vcpu, const struct sp_wake *wake, sp_u64 now_ns,
		      struct sp_out *out)
{
	(void)wake;
	fake_id(st, vcpu, now_ns, out);
}

static void fake_stopped(void *st, const struct sp_stint *stint, sp_u64 now_ns, struct sp_out *out)
{
	fake_id(st, stint->vcpu, now_ns, out);
}

static void fake_pick(void *st, sp_u32 pcpu, sp_u64 now_ns, struct sp_out *out)
{
	fake_id(st, pcpu, now_ns, out);
	out->next = script.next;
	out->run_until_ns = script.until_ns;
}

static void fake_timer(void *st, sp_u64 now_ns, struct sp_out *out)
{
	(void)st;
	seen.nr_timers++;
	answer(now_ns, out);
}

const struct sp_policy fake = {
	.name = "fake",
	.contract = SP_CONTRACT_VERSION,
	.state_size = sizeof(state),
	.init = fake_init,
	.pcpu_online = fake_online,
	.pcpu_offline = fake_id,
	.vm_add = fake_vm_add,
	.vm_remove = fake_id,
	.vcpu_add = fake_vcpu_add,
	.vcpu_remove = fake_id,
	.vcpu_wake = fake_wake,
	.vcpu_block = fake_id,
	.vcpu_stopped = fake_stopped,
	.pick_next = fake_pick,
	.timer = fake_timer,
};

const struct sp_policy *const port_policies[] = {&fake};
const sp_u32 nr_port_policies = 1;

int fake_start(void **unused)
{
	struct sp_config config;

	(void)unused;
	memset(&script, 0, sizeof(script));
	memset(&host, 0, sizeof(host));
	memset(cpu_outs, 0, sizeof(cpu_outs));
	nr_inside = 0;
	other_cpu = NULL;
	script.timer_ns = SP_KEEP_NS;
	script.next = SP_NONE;
	script.until_ns = SP_NEVER_NS;
	host.now_ns = 1000;
	port_config_init(&config, &fake, 5);
	if (port_pool_init(&pool, &fake, state, &config) ||
	    port_pcpu_online(&pool, 1, &(struct sp_topo){0}) ||
	    port_pcpu_online(&pool, 3, &(struct sp_topo){0}))
		return -1;
	memset(&seen, 0, sizeof(seen));
	memset(host.events, 0, sizeof(host.events));
	return 0;
}
