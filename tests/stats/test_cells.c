/* SPDX-License-Identifier: BSD-2-Clause */
/* One row over several cells: what may be said of all of them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "../../sim/study/cells.h"

static void add(struct cells *cells, double low, double high)
{
	struct estimate e = {.kind = EST_INTERVAL, .low = low, .high = high};

	e.value = (low + high) / 2;
	cells_add(cells, metric_find("throughput"), &e);
}

static void expect(const struct cells *cells, enum verdict verdict, const char *text)
{
	char is[CELLS_CHARS];

	assert_int_equal(cells_verdict(cells), verdict);
	assert_string_equal(cells_text(cells, is), text);
}

static void a_row_is_what_all_of_its_cells_are(void **state)
{
	struct cells cells = {0};

	(void)state;
	expect(&cells, VERDICT_NONE, "no verdict (0 cells)");
	add(&cells, 1, 2);
	expect(&cells, VERDICT_BETTER, "better (1 cell)");
	add(&cells, 3, 4);
	expect(&cells, VERDICT_BETTER, "better (2 cells)");
	add(&cells, 0, 0);
	expect(&cells, VERDICT_BETTER, "better (2 better, 1 same)");
	add(&cells, -1, 2); /* zero is within */
	expect(&cells, VERDICT_UNDECIDED, "undecided (2 better, 1 same, 1 undecided)");
}

static void a_sign_that_differs_is_undecided(void **state)
{
	struct cells cells = {0};
	struct estimate none = {.kind = EST_NA};

	(void)state;
	add(&cells, -2, -1);
	expect(&cells, VERDICT_WORSE, "worse (1 cell)");
	add(&cells, 1, 2);
	expect(&cells, VERDICT_UNDECIDED, "undecided (1 better, 1 worse)");
	cells_add(&cells, metric_find("throughput"), &none);
	expect(&cells, VERDICT_NONE, "no verdict (1 without, 1 better, 1 worse)");
	/* where lower is better, signs change places */
	memset(&cells, 0, sizeof(cells));
	cells_add(&cells, metric_find("spin"),
		  &(struct estimate){.kind = EST_INTERVAL, .low = -2, .high = -1});
	expect(&cells, VERDICT_BETTER, "better (1 cell)");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_row_is_what_all_of_its_cells_are),
		cmocka_unit_test(a_sign_that_differs_is_undecided),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
