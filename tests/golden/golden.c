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

#include "../../sim/registry/policies.h"
#include "worlds.h"

static const char *golden_dir = "tests/golden";
static bool renew;

static bool is_shown(const char *policy, uint32_t w)
{
	const char *only = golden_worlds[w].only, *at = only ? strstr(only, policy) : NULL;

	return !only || (at && at[strlen(policy)] == ' ' && (at == only || at[-1] == ' '));
}

/* -- the text ------------------------------------------------------------------------ */

struct page {
	const struct world *world;
	FILE *to;
	unsigned show; /* enum golden_show */
	uint64_t at_ns;
	bool changed;
	struct place {
		uint16_t vcpu;
		char text[5]; /* nobody, off, ... ; or "": the vCPU */
		char mark;
		char ipi[4]; /* > sends, ! has handled */
	} on[16]; /* who is on each pCPU */
	char threads[16]; /* what each vCPU has loaded */
	char notes[160];
};

static void print_line(struct page *page)
{
	if (!page->changed)
		return;
	page->changed = false;
	fprintf(page->to, "%9.3f ", (double)page->at_ns / 1e6);
	for (uint32_t p = 0; p < page->world->host.nr_pcpus; p++) {
		struct place *place = &page->on[p];
		const struct vcpu_spec *v = &page->world->vcpus[place->vcpu];
		char text[16];

		if (place->text[0])
			snprintf(text, sizeof(text), "%s", place->text);
		else
			snprintf(text, sizeof(text), "%.2s%u%.1s%.1s%s",
				 page->world->vms[v->vm].name, v->index,
				 &page->threads[place->vcpu], &place->mark, place->ipi);
		fprintf(page->to, " %-4s", text);
		place->ipi[0] = '\0';
	}
	fprintf(page->to, "%s\n", page->notes);
	page->notes[0] = '\0';
}

/* What follows happens at that instant: a line of its own. */
static void begin(struct page *page, const struct trace_rec *rec)
{
	if (rec->at_ns != page->at_ns) {
		print_line(page);
		page->at_ns = rec->at_ns;
	}
	page->changed = true;
}

static void put_ipi(struct page *page, const struct trace_rec *rec)
{
	char *ipi = page->on[rec->pcpu].ipi;

	begin(page, rec);
	if (strlen(ipi) + 1 < sizeof(page->on[0].ipi))
		strcat(ipi, rec->type == TR_IPI ? ">" : "!");
}

static void put_mode(struct page *page, const struct trace_rec *rec)
{
	bool spins = rec->arg >= VT_SPIN_CONTENTION && rec->arg <= VT_SPIN_PARTNER;
	char mark = (char)(rec->arg == VT_HALT_POLL    ? '~'
			   : !(page->show & SHOW_MODE) ? '\0'
			   : rec->arg == VT_CRITICAL   ? '*'
			   : spins		       ? '?'
						       : '\0');

	if (mark == page->on[rec->pcpu].mark)
		return;
	begin(page, rec);
	page->on[rec->pcpu].mark = mark;
}

/* "L2 halts", "L1 gives way to L0" */
static void put_note(struct page *page, const struct trace_rec *rec, const char *words,
		     uint32_t whom)
{
	const struct world *world = page->world;
	const struct vcpu_spec *v = &world->vcpus[rec->vcpu];
	size_t at;

	begin(page, rec);
	at = strlen(page->notes);
	snprintf(page->notes + at, sizeof(page->notes) - at, "%s %.2s%u %s", at ? "," : "",
		 world->vms[v->vm].name, v->index, words);
	at = strlen(page->notes);
	if (whom < world->nr_vcpus)
		snprintf(page->notes + at, sizeof(page->notes) - at, " %.2s%u",
			 world->vms[world->vcpus[whom].vm].name, world->vcpus[whom].index);
}

static void put_mark_of(struct page *page, const struct trace_rec *rec)
{
	size_t at;

	begin(page, rec);
	at = strlen(page->notes);
	snprintf(page->notes + at, sizeof(page->notes) - at, "%s mark of %s", at ? "," : "",
		 page->world->vms[rec->aux].name);
}

static void put_notes(struct page *page, const struct trace_rec *rec)
{
	static const char *const held[] = {"held back", "let go", "capped", "uncapped"};

	if (rec->type == TR_MARK && page->show & SHOW_MARKS)
		put_mark_of(page, rec);
	if (!(page->show & SHOW_NOTES))
		return;
	if (rec->type == TR_LOCK_HALT)
		put_note(page, rec, "halts", WORLD_NONE);
	else if (rec->type == TR_WAKE && rec->arg == SP_WAKE_KICK)
		put_note(page, rec, "is kicked by", rec->aux);
	else if (rec->type == TR_SPIN_EXIT)
		put_note(page, rec, rec->arg ? "gives way to" : "exits", rec->aux);
	else if (rec->type == TR_COSTOP)
		put_note(page, rec, held[rec->arg], WORLD_NONE);
}

static void put_place(struct page *page, const struct trace_rec *rec, const char *text)
{
	struct place *place = &page->on[rec->pcpu];

	begin(page, rec);
	*place = (struct place){.vcpu = rec->vcpu};
	strcpy(place->text, text);
}

static int on_records(struct trace_sink *sink, const struct trace_rec *records, uint32_t n)
{
	struct page *page = sink->context;

	for (uint32_t i = 0; i < n; i++) {
		const struct trace_rec *rec = &records[i];

		switch (rec->type) {
		case TR_IPI:
		case TR_IPI_DONE:
			put_ipi(page, rec);
			break;
		case TR_SWITCH_IN:
			put_place(page, rec, "");
			break;
		case TR_SWITCH_OUT:
		case TR_PCPU_ON:
			put_place(page, rec, ".");
			break;
		case TR_PCPU_OFF:
			put_place(page, rec, "off");
			break;
		case TR_STOLEN:
			put_place(page, rec, rec->arg ? "host" : ".");
			break;
		case TR_MODE:
			put_mode(page, rec);
			break;
		case TR_POLL_END:
			put_place(page, rec, "");
			break;
		case TR_THREAD_ON:
			if (!(page->show & SHOW_THREADS))
				break;
			begin(page, rec);
			page->threads[rec->vcpu] = (char)('a' + rec->aux);
			break;
		case TR_THREAD_OFF:
			if (!(page->show & SHOW_THREADS))
				break;
			begin(page, rec);
			page->threads[rec->vcpu] = '\0';
			break;
		default:
			put_notes(page, rec);
		}
	}
	return 0;
}

static void write_page(FILE *to, const char *policy, uint32_t w)
{
	struct made *made = golden_worlds[w].make(&golden_worlds[w], policy);
	struct page page = {.world = &made->world, .to = to, .show = golden_worlds[w].show};
	struct trace_rec buffer[64];
	struct trace_sink sink = {.buffer = buffer,
				  .size = 64,
				  .flush = on_records,
				  .context = &page};
	struct sim_job job = {.world = &made->world, .strict = true, .trace = &sink};
	struct sim_result r;
	struct error err;

	made->world.run.start_spread_ns = 0;
	fprintf(to, "# %s: %s\n#      ms ", policy, golden_worlds[w].title);
	for (uint32_t p = 0; p < made->world.host.nr_pcpus; p++) {
		strcpy(page.on[p].text, ".");
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
	snprintf(path, sizeof(path), "%s/%s-%s.txt", golden_dir, policy, golden_worlds[w].name);
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
		for (uint32_t w = 0; w < nr_golden_worlds; w++)
			if (is_shown(policy_registry[p].name, w)) {
				check_page(policy_registry[p].name, w);
				nr++;
			}
	print_message("%u schedules\n", nr);
}

/* What a policy adds to another one is not there where there is no occasion for it. */
static void test_alike(void **state)
{
	static const char *const pairs[][2] = {{"hybrid", "nice"}, {"core", "nice"}};
	uint32_t nr = 0;

	(void)state;
	for (uint32_t i = 0; i < sizeof(pairs) / sizeof(pairs[0]); i++)
		for (uint32_t w = 0; w < nr_golden_worlds; w++) {
			char *is[2];
			size_t size;

			if (golden_worlds[w].only)
				continue;
			for (int k = 0; k < 2; k++) {
				FILE *to = open_memstream(&is[k], &size);

				write_page(to, pairs[i][k], w);
				fclose(to);
			}
			/* but for the title */
			assert_string_equal(strchr(is[0], '\n'), strchr(is[1], '\n'));
			free(is[0]);
			free(is[1]);
			nr++;
		}
	print_message("%u schedules alike\n", nr);
	assert_true(nr >= 10);
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(test_golden),
					   cmocka_unit_test(test_alike)};

	for (int i = 1; i < argc; i++) {
		if (strcmp(argv[i], "--renew") == 0)
			renew = true;
		else
			golden_dir = argv[i];
	}
	return cmocka_run_group_tests_name("golden schedules", tests, NULL, NULL);
}
