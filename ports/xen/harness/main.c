/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * main.c - the scenarios, and what they must show.
 *
 *	harness SCHEDULER weights	shares of two guests weighing 512 and 256
 *	harness SCHEDULER late		the same, while half of the pCPUs are late
 *	harness SCHEDULER corun		how much of the time guests run with all vCPUs
 *	harness corun:... life [STEPS]	guests and pCPUs come and go, at random
 *
 * SCHEDULER: credit, credit2, rtds, or corun:POLICY[,TUNABLE=VALUE]...
 * A line of figures per scenario, name=value; status 1 if a law is broken.
 */
#include "machine.h"

#include <xen/param.h>

#define NR_CPUS_USED 4

/* As Xen's command line would: the parameter's own entry says where its text goes. */
extern const struct kernel_param __start_params[], __stop_params[];

static void set_param(const char *name, const char *value)
{
	const struct kernel_param *p;

	for (p = __start_params; p < __stop_params; p++)
		if (!strcmp(p->name, name) && p->type == OPT_STR) {
			if (strlen(value) >= p->len)
				host_fail("'%s' is too long", value);
			memcpy(p->par.var, value, strlen(value) + 1);
			return;
		}
	host_fail("no parameter '%s'", name);
}

static struct host *boot(char *name)
{
	if (strncmp(name, "corun:", 6))
		return core_boot(name, NR_CPUS_USED);
	set_param("corun", name + 6);
	return core_boot("corun", NR_CPUS_USED);
}

static int weights(struct host *h, const char *name, const char *scenario)
{
	struct guest *a = core_add_guest(h, NR_CPUS_USED);
	struct guest *b = core_add_guest(h, NR_CPUS_USED);
	int rc = core_set_weight(h, a, 512);

	core_run(h, MILLISECS(5000));
	core_clear_counts(h);
	core_run(h, MILLISECS(100000));
	host_printf("%s sched=%s weighted=%d share_512=%s share_256=%s\n", scenario, name, !rc,
		    host_ratio(a->run_ns, a->run_ns + b->run_ns),
		    host_ratio(b->run_ns, a->run_ns + b->run_ns));
	return 0;
}

/* An emulator that forgets a pCPU for a while, a host with interrupts off: slots end apart. */
static int late(struct host *h, const char *name)
{
	unsigned int cpu;

	for (cpu = 1; cpu < NR_CPUS_USED; cpu += 2)
		machine_be_late(cpu, 3000000);
	return weights(h, name, "late");
}

/*
 * Two guests as wide as the host, whose vCPUs now and then block, and a third of
 * one vCPU that wakes all the time: without noise, hogs fall into lock-step and
 * any scheduler looks as if it gang-scheduled.
 */
static int corun(struct host *h, const char *name)
{
	struct guest *a = core_add_guest(h, NR_CPUS_USED);
	struct guest *b = core_add_guest(h, NR_CPUS_USED);
	struct guest *noise = core_add_guest(h, 1);

	noise->busy_ns = 300000;
	noise->sleep_ns = 7000000;
	core_run(h, MILLISECS(1000));
	core_clear_counts(h);
	core_run(h, MILLISECS(50000));
	host_printf("corun sched=%s corun_a=%s corun_b=%s share_a=%s busy=%s switches=%llu\n", name,
		    host_ratio(a->all_ns, a->any_ns), host_ratio(b->all_ns, b->any_ns),
		    host_ratio(a->run_ns, a->run_ns + b->run_ns),
		    host_ratio(a->run_ns + b->run_ns + noise->run_ns,
			       (u64)MILLISECS(50000) * NR_CPUS_USED),
		    (unsigned long long)h->nr_switches);
	return 0;
}

/* -- coming and going ------------------------------------------------------------- */

struct walk {
	bool is_off[NR_CPUS_USED];
	unsigned int nr_off;
	bool paused[MAX_DOMAINS];
	unsigned int nr_steps[6];
	unsigned int nr_refused;
};

static void walk_guest(struct host *h, struct walk *w, unsigned int at)
{
	struct guest *g = &h->guests[at];

	if (g->d) {
		if (w->paused[at])
			core_unpause(h, g);
		w->paused[at] = false;
		core_remove_guest(h, g);
		return;
	}
	g = core_add_guest(h, 1 + (unsigned int)machine_random(NR_CPUS_USED));
	if (!g) {
		w->nr_refused++; /* wider than what is left of the pool */
	} else if (machine_random(2)) {
		g->busy_ns = 1000 + machine_random(5000000);
		g->sleep_ns = 1000 + machine_random(5000000);
	}
}

static void walk_pause(struct host *h, struct walk *w, unsigned int at)
{
	if (!h->guests[at].d)
		return;
	if (w->paused[at])
		core_unpause(h, &h->guests[at]);
	else
		core_pause(h, &h->guests[at]);
	w->paused[at] = !w->paused[at];
}

static void walk_cpu(struct host *h, struct walk *w, unsigned int cpu)
{
	if (w->is_off[cpu]) {
		core_cpu_on(h, cpu);
		w->nr_off--;
	} else if (w->nr_off + 1 < NR_CPUS_USED) {
		core_cpu_off(h, cpu);
		w->nr_off++;
	} else {
		return;
	}
	w->is_off[cpu] = !w->is_off[cpu];
}

static void walk_step(struct host *h, struct walk *w)
{
	unsigned int at = (unsigned int)machine_random(6);
	unsigned int what = (unsigned int)machine_random(4);

	w->nr_steps[what]++;
	if (what == 0)
		walk_guest(h, w, at);
	else if (what == 1)
		walk_pause(h, w, at);
	else if (what == 2)
		walk_cpu(h, w, at % NR_CPUS_USED);
	else if (h->guests[at].d)
		core_set_weight(h, &h->guests[at], 1u << (4 + machine_random(9)));
	core_run(h, 1000 + (s_time_t)machine_random(20000000));
}

static int life(struct host *h, const char *name, unsigned int steps)
{
	struct walk *w = host_zalloc(sizeof(*w));
	struct guest *a, *b;
	unsigned int i;

	for (i = 0; i < steps; i++)
		walk_step(h, w);
	/* All back: what is added now must fill the host, as if nothing had been. */
	for (i = 0; i < NR_CPUS_USED; i++)
		if (w->is_off[i])
			walk_cpu(h, w, i);
	for (i = 0; i < MAX_DOMAINS; i++)
		if (h->guests[i].d)
			walk_guest(h, w, i);
	a = core_add_guest(h, NR_CPUS_USED);
	b = core_add_guest(h, NR_CPUS_USED);
	core_run(h, MILLISECS(1000));
	core_clear_counts(h);
	core_run(h, MILLISECS(10000));
	host_printf("life sched=%s guests=%u pauses=%u pcpus=%u weights=%u refused=%u busy=%s "
		    "share_a=%s corun_a=%s\n",
		    name, w->nr_steps[0], w->nr_steps[1], w->nr_steps[2], w->nr_steps[3],
		    w->nr_refused,
		    host_ratio(a->run_ns + b->run_ns, (u64)MILLISECS(10000) * NR_CPUS_USED),
		    host_ratio(a->run_ns, a->run_ns + b->run_ns), host_ratio(a->all_ns, a->any_ns));
	return 0;
}

int harness_main(int argc, char **argv)
{
	unsigned int steps = 0;
	const char *s;
	struct host *h;
	int status;

	if (argc < 3)
		host_fail("usage: harness SCHEDULER weights|late|corun|life [STEPS]");
	for (s = argc > 3 ? argv[3] : "2000"; *s >= '0' && *s <= '9'; s++)
		steps = steps * 10 + (unsigned int)(*s - '0');
	h = boot(argv[1]);
	if (!strcmp(argv[2], "weights"))
		status = weights(h, argv[1], argv[2]);
	else if (!strcmp(argv[2], "late"))
		status = late(h, argv[1]);
	else if (!strcmp(argv[2], "corun"))
		status = corun(h, argv[1]);
	else if (!strcmp(argv[2], "life") && !strncmp(argv[1], "corun:", 6))
		status = life(h, argv[1], steps);
	else
		host_fail("no scenario '%s' for %s", argv[2], argv[1]);
	if (!strncmp(argv[1], "corun:", 6))
		sched_dump_settings(h->sched);
	return status;
}
