/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * golden - small schedules that a person can check, against kept text files.
 *
 * For every policy in the registry and every little world below: who ran where
 * from when, a line for each change.  What a policy does differently tomorrow
 * shows as a readable diff.
 *
 *	golden DIR		compare with DIR/POLICY-WORLD.txt
 *	golden --renew DIR	write them (then read the diff before committing it)
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "../../sim/policies.h"
#include "../closed/make_world.h"

static const char *golden_dir = "tests/golden";
static bool renew;

/* -- worlds ------------------------------------------------------------------------ */

/* Two VMs as wide as the host, and a narrow one: does anybody run together? */
static struct made *world_widths(const char *policy)
{
	struct made *made = made_new(2, 120 * MS, policy);
	uint32_t hog = made_hog(made);

	made_vm(made, "A", 2, 1024, hog);
	made_vm(made, "B", 2, 1024, hog);
	made_vm(made, "C", 1, 1024, hog);
	return made;
}

/* Nice 0 against nice 5 on one pCPU: three to one. */
static struct made *world_weights(const char *policy)
{
	struct made *made = made_new(1, 160 * MS, policy);
	uint32_t hog = made_hog(made);

	made_vm(made, "A", 1, 1024, hog);
	made_vm(made, "B", 1, 335, hog);
	return made;
}

/* A hog and one who sleeps 7 ms and runs 2 ms: how soon does it get on? */
static struct made *world_sleeper(const char *policy)
{
	struct made *made = made_new(1, 80 * MS, policy);

	made_vm(made, "A", 1, 1024, made_hog(made));
	made_vm(made, "S", 1, 1024, made_sleeper(made, 2 * MS, 7 * MS, false));
	return made;
}

/* A pCPU goes at 25 ms and is back at 55 ms. */
static struct made *world_unplug(const char *policy)
{
	struct made *made = made_new(2, 100 * MS, policy);
	uint32_t hog = made_hog(made);

	made->world.host.events = calloc(2, sizeof(*made->world.host.events));
	made->world.host.events[0] = (struct host_event){25 * MS, HOST_PCPU_OFF, 1};
	made->world.host.events[1] = (struct host_event){55 * MS, HOST_PCPU_ON, 1};
	made->world.host.nr_events = 2;
	made_vm(made, "A", 2, 1024, hog);
	made_vm(made, "B", 1, 1024, hog);
	return made;
}

/* S runs 3 ms and halts for 150 us, in which its pCPU polls; B comes now and then. */
static struct made *world_polling(const char *policy)
{
	struct made *made = made_new(1, 40 * MS, policy);

	made->world.host.halt_poll =
		(struct halt_poll_spec){.max_ns = MS / 5, .grow_start_ns = 50000, .grow = 2};
	made_vm(made, "S", 1, 1024, made_sleeper(made, 3 * MS, 3 * MS / 20, false));
	made_vm(made, "B", 1, 1024, made_sleeper(made, 1 * MS, 12 * MS, false));
	return made;
}

/* The host takes each pCPU for 2 ms, 7 ms after the last time. */
static struct made *world_stolen(const char *policy)
{
	struct made *made = made_new(2, 50 * MS, policy);
	uint32_t hog = made_hog(made);

	made->world.host.stolen_run = (struct dist){.a = 2 * MS, .max_ns = WORLD_MAX_NS};
	made->world.host.stolen_every = (struct dist){.kind = DIST_UNIFORM,
						      .a = 5 * MS,
						      .b = 9 * MS,
						      .max_ns = WORLD_MAX_NS};
	made_vm(made, "A", 2, 1024, hog);
	made_vm(made, "B", 1, 1024, hog);
	return made;
}

/* A paravirtual lock: who has waited for 2 ms halts, and H has the pCPU meanwhile. */
static struct made *world_halts(const char *policy)
{
	struct made *made = made_new(2, 100 * MS, policy);
	struct step steps[] = {{.op = STEP_COMPUTE},
			       {.op = STEP_LOCK},
			       {.op = STEP_HOLD, .dist = 1},
			       {.op = STEP_UNLOCK},
			       {.op = STEP_OP},
			       {.op = STEP_JUMP}};
	struct dist dists[] = {{.kind = DIST_CONST, .a = 3 * MS, .max_ns = WORLD_MAX_NS},
			       {.kind = DIST_CONST, .a = 7 * MS, .max_ns = WORLD_MAX_NS}};
	struct object lock = {.name = "lock",
			      .kind = OBJECT_PV,
			      .lock = {.spin_ns = 2 * MS,
				       .recheck_ns = UINT64_MAX,
				       .steal = true,
				       .halt = true,
				       .kick = true}};
	struct program p = {.steps = steps,
			    .nr_steps = 6,
			    .dists = dists,
			    .nr_dists = 2,
			    .objects = &lock,
			    .nr_objects = 1};

	made_vm(made, "L", 2, 1024, made_program(made, &p));
	made_vm(made, "H", 1, 1024, made_hog(made));
	return made;
}

/* A has 5 threads on 2 vCPUs, which run 2 ms and sleep 3; who has none halts. */
static struct made *world_threads(const char *policy)
{
	struct made *made = made_new(2, 50 * MS, policy);
	uint32_t a = made_vm(made, "A", 2, 1024, made_sleeper(made, 2 * MS, 3 * MS, false));

	made->world.vms[a].guest_tick_ns = 1 * MS;
	made_threads(made, a, 5, 1 * MS, 100000);
	made_vm(made, "B", 1, 1024, made_hog(made));
	return made;
}

/* A1 spins for A0's lock; the host hears of it after 1.6 us, and lets A0 run. */
static struct made *world_ple(const char *policy)
{
	struct made *made = made_new(1, 80 * MS, policy);

	made->world.host.ple = (struct ple_spec){.window = 4096,
						 .max = UINT32_MAX,
						 .unit_ns = 0.4,
						 .grow = 2,
						 .cost_ns = 1000,
						 .react = PLE_DIRECTED,
						 .candidates = YIELD_KERNEL};
	made_vm(made, "A", 2, 1024, made_locker(made, OBJECT_TICKET, 1 * MS, 15 * MS));
	made_vm(made, "B", 1, 1024, made_hog(made));
	return made;
}

/*
 * A sends to its sibling every 4 ms of work and spins until that has handled it; rr
 * often has the sibling wait for a pCPU.  Shown: > interrupts, ! has handled one.
 */
static struct made *world_ipi(const char *policy)
{
	struct made *made = made_new(2, 80 * MS, policy);
	struct step steps[] = {{.op = STEP_COMPUTE},
			       {.op = STEP_IPI, .dist = 1, .object = IPI_TO_OTHERS},
			       {.op = STEP_OP},
			       {.op = STEP_JUMP}};
	struct dist dists[] = {{.kind = DIST_CONST, .a = 4 * MS, .max_ns = WORLD_MAX_NS},
			       {.kind = DIST_CONST, .a = 1000, .max_ns = WORLD_MAX_NS}};
	struct program p = {.steps = steps,
			    .nr_steps = 4,
			    .dists = dists,
			    .nr_dists = 2,
			    .interrupts = true};
	uint32_t hog = made_hog(made);

	made->world.host.ipi_send_ns = made->world.host.ipi_deliver_ns = 1000;
	made->world.host.ipi_receive_ns = 1000;
	made_vm(made, "A", 2, 1024, made_program(made, &p));
	made->world.vcpus[1].program = hog;
	made_vm(made, "B", 1, 1024, hog);
	return made;
}

static const struct {
	const char *name, *title;
	struct made *(*make)(const char *policy);
	const char *only; /* this policy; NULL: each */
} worlds[] = {
	{"widths", "hogs: A and B of 2 vCPUs, C of 1, on 2 pCPUs", world_widths},
	{"weights", "hogs: A of nice 0 and B of nice 5 on 1 pCPU", world_weights},
	{"sleeper", "a hog A, and S that runs 2 ms and sleeps 7 ms, on 1 pCPU", world_sleeper},
	{"unplug", "hogs: A of 2 vCPUs, B of 1; pCPU 1 is gone from 25 to 55 ms", world_unplug},
	{"polling", "S runs 3 ms, halts 150 us; B runs 1 ms, sleeps 12 ms; polling up to 200 us",
	 world_polling, "cfs"},
	{"threads", "A: 5 threads run 2 ms and sleep 3, on 2 vCPUs; B: a hog; on 2 pCPUs",
	 world_threads, "cfs"},
	{"stolen", "hogs: A of 2 vCPUs, B of 1 on 2 pCPUs, each taken for 2 ms every 5 to 9 ms",
	 world_stolen, "gang"},
	{"halts",
	 "L of 2 vCPUs, 3 ms of work and 7 ms under a lock, halts after 2 ms; a hog H; 2 pCPUs",
	 world_halts},
	{"ple", "A of 2 vCPUs holds a lock 15 of 16 ms; a hog B; 1 pCPU; directed yields",
	 world_ple, "rr"},
	{"ipi", "A0 works 4 ms, interrupts A1 and spins until that answers; B is a hog; 2 pCPUs",
	 world_ipi, "rr"},
};

static bool is_shown(const char *policy, uint32_t w)
{
	return !worlds[w].only || strcmp(worlds[w].only, policy) == 0;
}

/* -- the text ------------------------------------------------------------------------ */

struct page {
	const struct world *world;
	FILE *to;
	uint64_t at_ns;
	bool changed;
	char on[16][8]; /* who is on each pCPU */
};

static void print_line(struct page *page)
{
	if (!page->changed)
		return;
	page->changed = false;
	fprintf(page->to, "%9.3f ", (double)page->at_ns / 1e6);
	for (uint32_t p = 0; p < page->world->host.nr_pcpus; p++)
		fprintf(page->to, " %-4s", page->on[p]);
	fputc('\n', page->to);
	for (uint32_t p = 0; p < page->world->host.nr_pcpus; p++)
		page->on[p][strcspn(page->on[p], "!>")] = '\0';
}

/* Behind who is there already: it goes on. */
static void put_ipi(struct page *page, const struct trace_rec *rec)
{
	char *on = page->on[rec->pcpu];

	if (rec->at_ns != page->at_ns) {
		print_line(page);
		page->at_ns = rec->at_ns;
	}
	if (strlen(on) + 2 < sizeof(page->on[0]))
		strcat(on, rec->type == TR_IPI ? ">" : "!");
	page->changed = true;
}

static int on_records(struct trace_sink *sink, const struct trace_rec *records, uint32_t n)
{
	struct page *page = sink->context;

	for (uint32_t i = 0; i < n; i++) {
		const struct trace_rec *rec = &records[i];
		const struct vcpu_spec *v;

		if (rec->type == TR_IPI || rec->type == TR_IPI_DONE) {
			put_ipi(page, rec);
			continue;
		}
		if (rec->type == TR_MODE
			    ? rec->arg != VT_HALT_POLL
			    : rec->type != TR_SWITCH_IN && rec->type != TR_SWITCH_OUT &&
				      rec->type != TR_PCPU_OFF && rec->type != TR_PCPU_ON &&
				      rec->type != TR_POLL_END && rec->type != TR_STOLEN)
			continue;
		if (rec->at_ns != page->at_ns) {
			print_line(page);
			page->at_ns = rec->at_ns;
		}
		page->changed = true;
		strcpy(page->on[rec->pcpu], rec->type == TR_PCPU_OFF		 ? "off"
					    : rec->type == TR_STOLEN && rec->arg ? "host"
										 : ".");
		if (rec->type == TR_SWITCH_IN || rec->type == TR_MODE || rec->type == TR_POLL_END) {
			v = &page->world->vcpus[rec->vcpu];
			snprintf(page->on[rec->pcpu], sizeof(page->on[0]), "%.2s%u%s",
				 page->world->vms[v->vm].name, v->index,
				 rec->type == TR_MODE ? "~" : ""); /* ~: polled for */
		}
	}
	return 0;
}

static void write_page(FILE *to, const char *policy, uint32_t w)
{
	struct made *made = worlds[w].make(policy);
	struct page page = {.world = &made->world, .to = to};
	struct trace_rec buffer[64];
	struct trace_sink sink = {.buffer = buffer,
				  .size = 64,
				  .flush = on_records,
				  .context = &page};
	struct sim_job job = {.world = &made->world, .strict = true, .trace = &sink};
	struct sim_result r;
	struct error err;

	made->world.run.start_spread_ns = 0;
	fprintf(to, "# %s: %s\n#      ms ", policy, worlds[w].title);
	for (uint32_t p = 0; p < made->world.host.nr_pcpus; p++) {
		strcpy(page.on[p], ".");
		fprintf(to, " p%-3u", p);
	}
	fputc('\n', to);
	if (sim_run(&job, &r, &err)) {
		fprintf(to, "%s: %s\n", err.kind, err.text);
	} else {
		print_line(&page);
		sim_result_free(&r);
	}
	made_free(made);
}

/* -- comparison ------------------------------------------------------------------------ */

static char *read_all(const char *path)
{
	FILE *f = fopen(path, "r");
	char *text = calloc(1, 65536);

	if (f) {
		size_t n = fread(text, 1, 65535, f);

		text[n] = 0;
		fclose(f);
	}
	return text;
}

static void check_page(const char *policy, uint32_t w)
{
	char path[512], *is = NULL, *kept;
	size_t size = 0;
	FILE *to = open_memstream(&is, &size);

	write_page(to, policy, w);
	fclose(to);
	snprintf(path, sizeof(path), "%s/%s-%s.txt", golden_dir, policy, worlds[w].name);
	if (renew) {
		FILE *f = fopen(path, "w");

		assert_non_null(f);
		fputs(is, f);
		assert_int_equal(fclose(f), 0);
	}
	kept = read_all(path);
	if (strcmp(kept, is))
		fail_msg("%s differs (make golden-renew, then git diff); it is now:\n%s", path, is);
	free(kept);
	free(is);
}

static void test_golden(void **state)
{
	uint32_t nr = 0;

	(void)state;
	for (uint32_t p = 0; p < nr_policy_registry; p++)
		for (uint32_t w = 0; w < sizeof(worlds) / sizeof(worlds[0]); w++)
			if (is_shown(policy_registry[p].name, w)) {
				check_page(policy_registry[p].name, w);
				nr++;
			}
	print_message("%u schedules\n", nr);
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(test_golden)};

	for (int i = 1; i < argc; i++) {
		if (strcmp(argv[i], "--renew") == 0)
			renew = true;
		else
			golden_dir = argv[i];
	}
	return cmocka_run_group_tests_name("golden schedules", tests, NULL, NULL);
}
