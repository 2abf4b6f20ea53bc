/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Who runs in step without being told to?  Two guests of four hogs on four pCPUs, under all
 * policies but gang and relaxed, on every kind of host: a guest whose vCPUs run together
 * more than half of the time is a gang by accident, and what it gains is no merit of its
 * policy.  in_step.txt lists the cells in which that is so, each with its reason.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "../../sim/engine/sim.h"
#include "../../sim/study/metrics.h"
#include "verdict.h"

#define REPS 2

static const char *const hosts[] = {"regular", "linux", "xen", "busy"};
static const char *const phases[] = {"random", "skewed", "aligned"};
static const char *const policies[] = {"cfs",  "cfs-exact", "cfs-ticks", "cfs-vms", "balance",
				       "nice", "core",	    "demand",	 "hybrid",  "rr"};
static const char *const weights[] = {"1:1", "2:1"};
static const char *const pins[] = {"free", "pinned"};
static const char *const starts[] = {"interleaved", "together", "sequential", "spread"};
static const char *const noises[] = {"noise", "quiet"};

#define NR(list) (sizeof(list) / sizeof(list[0]))

static const char scenario[] =
	"corun: 2\n"
	"host: {cores: 4, irregularity: %s, noise: {level: %s}}\n"
	"run: {duration: 1s, warmup: 500ms, phases: %s, starts: %s}\n"
	"policies: {cfs: {}, cfs-exact: {policy: cfs, tick_rounding: no}, balance: {}, nice: {},\n"
	"  cfs-ticks: {policy: cfs, tick_rounding: yes}, cfs-vms: {policy: cfs, group: yes},\n"
	"  core: {}, demand: {}, hybrid: {}, rr: {}}\n"
	"vms:\n"
	"  a: {vcpus: 4, weight: %s, program: hog%s}\n"
	"  b: {vcpus: 4, weight: 1024, program: hog%s}\n"
	"programs: {hog: {repeat: [compute: 10ms]}}\n";

/* A cell but for its policy: an index into each of the lists above. */
struct corner {
	uint32_t host, phase, noise, start, weight, pin;
};

static struct corner corner_of(uint32_t i)
{
	struct corner c;

	c.pin = i % NR(pins);
	i /= NR(pins);
	c.weight = i % NR(weights);
	i /= NR(weights);
	c.start = i % NR(starts);
	i /= NR(starts);
	c.noise = i % NR(noises);
	i /= NR(noises);
	c.phase = i % NR(phases);
	c.host = i / NR(phases);
	return c;
}

static struct world *load(const struct corner *c)
{
	const char *pin = c->pin ? ", pin: [0, 1, 2, 3]" : "";
	struct error err;
	struct world *world;
	char text[2000];

	snprintf(text, sizeof(text), scenario, hosts[c->host], c->noise ? "0" : "1",
		 phases[c->phase], starts[c->start], c->weight ? "2048" : "1024", pin, pin);
	world = scenario_load_text("in step", text, strlen(text), NULL, &err);
	if (!world)
		fail_msg("%s", err.text);
	return world;
}

/* -- what is listed --------------------------------------------------------------- */

#define NR_FIELDS 7 /* host, phases, noise, start, weights, pins, policy */
#define MAX_LINES 50

/* A line of in_step.txt: "a | b,c | * | ... | why". */
static struct {
	char text[300];
	bool seen;
} lines[MAX_LINES];
static uint32_t nr_lines;

static void read_list(void)
{
	FILE *file = fopen("tests/verdict/in_step.txt", "r");
	char *text;

	assert_non_null(file);
	while (nr_lines < MAX_LINES && fgets(lines[nr_lines].text, 300, file)) {
		text = lines[nr_lines].text;
		if (text[0] != '#' && text[0] != '\n')
			nr_lines++;
	}
	assert_true(feof(file));
	fclose(file);
}

/* Is the word one of this field, up to its end? */
static bool field_has(const char *field, size_t length, const char *word)
{
	size_t n = strlen(word);

	if (strncmp(field, "* ", 2) == 0)
		return true;
	for (const char *at = field; at + n <= field + length; at++)
		if (strncmp(at, word, n) == 0 && strchr(", ", at[n]) &&
		    (at == field || at[-1] == ','))
			return true;
	return false;
}

static bool line_has(const char *line, const char *const words[NR_FIELDS])
{
	for (uint32_t i = 0; i < NR_FIELDS; i++) {
		const char *end = strchr(line, '|');

		assert_non_null(end); /* a line has all fields and a reason */
		if (!field_has(line, (size_t)(end - line), words[i]))
			return false;
		line = end + 2;
	}
	assert_true(strlen(line) > 3);
	return true;
}

static bool is_listed(const char *const words[NR_FIELDS])
{
	bool any = false;

	for (uint32_t i = 0; i < nr_lines; i++)
		if (line_has(lines[i].text, words))
			any = lines[i].seen = true;
	return any;
}

/* -- what is measured ------------------------------------------------------------- */

static uint32_t policy_id(const struct world *world, const char *name)
{
	uint32_t id = 0;

	while (strcmp(world->policies[id].name, name) != 0)
		id++;
	return id;
}

/* Co-run of the guest that has more of it. */
static double corun_of(const struct world *world, const char *policy)
{
	double a = verdict_group(world, policy, "a", "corun", REPS);
	double b = verdict_group(world, policy, "b", "corun", REPS);

	return a > b ? a : b;
}

static uint32_t nr_cells, nr_in_step, nr_wrong;

static void look(const struct world *world, const char *const words[NR_FIELDS])
{
	const char *policy = words[NR_FIELDS - 1];
	struct error err;
	double corun;
	bool expected;

	if (sim_accepts(world, policy_id(world, policy), NULL, &err))
		return; /* it knows no weights, or no pins */
	corun = corun_of(world, policy);
	expected = is_listed(words);
	nr_cells++;
	nr_in_step += corun > 0.5;
	if ((corun > 0.5) == expected)
		return;
	nr_wrong++;
	for (uint32_t i = 0; i < NR_FIELDS; i++)
		print_message("%s | ", words[i]);
	print_message("co-run %.2f, %s\n", corun,
		      expected ? "but listed as in step" : "and not listed");
}

static void test_cells(void **state)
{
	uint32_t nr_corners =
		NR(hosts) * NR(phases) * NR(noises) * NR(starts) * NR(weights) * NR(pins);

	(void)state;
	read_list();
	for (uint32_t i = 0; i < nr_corners; i++) {
		struct corner c = corner_of(i);
		struct world *world = load(&c);

		for (uint32_t p = 0; p < NR(policies); p++) {
			const char *const words[] = {hosts[c.host],	phases[c.phase],
						     noises[c.noise],	starts[c.start],
						     weights[c.weight], pins[c.pin],
						     policies[p]};

			look(world, words);
		}
		scenario_free(world);
	}
	for (uint32_t i = 0; i < nr_lines; i++)
		if (!lines[i].seen)
			fail_msg("in_step.txt lists what is no cell: %s", lines[i].text);
	print_message("%u of %u cells in step\n", nr_in_step, nr_cells);
	assert_int_equal(nr_wrong, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_cells),
	};

	return cmocka_run_group_tests_name("verdicts: nobody is a gang by accident", tests, NULL,
					   NULL);
}
