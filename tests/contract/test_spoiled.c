/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * test_spoiled.c - one spoiled policy: exactly the check it names must catch it.
 * What the checks are worth is shown here; see spoiled/spoil.h.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "suite.h"

extern const struct sp_policy sp_this_policy;
extern const char *const sp_spoiled_check;

static struct verdict verdict;

static void test_caught(void **state)
{
	uint32_t i, is_known = 0;

	(void)state;
	for (i = 0; i < NR_CHECKS; i++) {
		int wanted = !strcmp(check_name(i), sp_spoiled_check);

		is_known |= (uint32_t)wanted;
		if (wanted && !verdict.failures[i].nr)
			fail_msg("%s did not catch it", check_name(i));
		if (!wanted && verdict.failures[i].nr)
			fail_msg("caught by %s too: %s", check_name(i), verdict.failures[i].text);
	}
	if (!is_known)
		fail_msg("there is no check %s", sp_spoiled_check);
}

int main(int argc, char **argv)
{
	struct suite_config config = {.seed = 1,
				      .nr_calls = 1000000,
				      .nr_short = 10000,
				      .least = 5000};
	struct CMUnitTest tests[] = {cmocka_unit_test(test_caught)};
	static char name[256];
	uint32_t i;

	suite_run(&sp_this_policy, &config, &verdict);
	for (i = 0; i < NR_CHECKS; i++)
		if (verdict.failures[i].nr)
			printf("# caught by %s: %s\n", check_name(i), verdict.failures[i].text);
	snprintf(name, sizeof(name), "%s is caught by %s alone", argc > 1 ? argv[1] : argv[0],
		 sp_spoiled_check);
	tests[0].name = name;
	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL) != 0;
}
