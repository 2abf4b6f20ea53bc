/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * hv_nothing.c - the host that does nothing: one CPU, no interrupts, no time.
 * Copy it, and give each function what hv.h asks for.
 */
#include "port.h"

/* One sp_out for each CPU; here there is one CPU. */
static struct sp_out cpu_out;

struct sp_out *hv_enter(struct port_pool *pool)
{
	(void)pool;
	return &cpu_out;
}

void hv_unlock(struct port_pool *pool)
{
	(void)pool;
}

void hv_leave(struct port_pool *pool)
{
	(void)pool;
}

sp_u64 hv_now_ns(struct port_pool *pool)
{
	(void)pool;
	return 0;
}

enum hv_answer hv_can_run(struct port_pool *pool, sp_u32 vcpu, sp_u32 pcpu)
{
	(void)pool;
	(void)vcpu;
	(void)pcpu;
	return HV_CAN_RUN;
}

void hv_kick(struct port_pool *pool, sp_u32 pcpu)
{
	(void)pool;
	(void)pcpu;
}

void hv_set_timer(struct port_pool *pool)
{
	(void)pool;
}

void hv_note(struct port_pool *pool, const struct sp_note *note)
{
	(void)pool;
	(void)note;
}

void hv_mark(struct port_pool *pool, const struct sp_mark *mark)
{
	(void)pool;
	(void)mark;
}

void hv_complain(struct port_pool *pool, const char *what, sp_u32 number)
{
	(void)pool;
	(void)what;
	(void)number;
}
