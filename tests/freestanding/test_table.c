/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * test_table.c - is a policy's table complete and sane?
 *
 *	test_table_NAME              the checks
 *	test_table_NAME --callbacks  how many different callbacks it has
 *	test_table_NAME --state-size
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "policy.h"

extern const struct sp_policy sp_this_policy;

#define P (&sp_this_policy)

#define KNOWN_CAPS                                                                                 \
	(SP_CAP_WEIGHT_VCPU | SP_CAP_WEIGHT_VM | SP_CAP_WEIGHT | SP_CAP_AFFINITY | SP_CAP_LIMIT |  \
	 SP_CAP_SMT)

/* A line that fits a help screen. */
static void assert_line(const char *text)
{
	assert_non_null(text);
	assert_in_range(strlen(text), 1, 100);
	assert_null(strpbrk(text, "\n\t"));
	assert_int_not_equal(text[strlen(text) - 1], ' ');
}

/* Lower case, digits, underscores: what may stand in a scenario. */
static void assert_word(const char *text, size_t most)
{
	assert_non_null(text);
	assert_in_range(strlen(text), 1, most);
	assert_int_equal(strspn(text, "abcdefghijklmnopqrstuvwxyz0123456789_"), strlen(text));
}

static void test_identity(void **state)
{
	(void)state;
	assert_int_equal(P->contract, SP_CONTRACT_VERSION);
	assert_word(P->name, 9);
	assert_string_equal(P->name, POLICY_FILE_NAME);
	assert_line(P->summary);
	assert_int_equal(P->caps & ~KNOWN_CAPS, 0);
}

static void test_mandatory_callbacks(void **state)
{
	(void)state;
	assert_non_null(P->init);
	assert_non_null(P->pcpu_online);
	assert_non_null(P->pcpu_offline);
	assert_non_null(P->vm_add);
	assert_non_null(P->vm_remove);
	assert_non_null(P->vcpu_add);
	assert_non_null(P->vcpu_remove);
	assert_non_null(P->vcpu_wake);
	assert_non_null(P->vcpu_block);
	assert_non_null(P->vcpu_stopped);
	assert_non_null(P->pick_next);
}

/* Not asked by the contract, but by its tests: invariants are checked after each call. */
static void test_has_check(void **state)
{
	(void)state;
	assert_non_null(P->check);
}

static void test_state_size(void **state)
{
	(void)state;
	assert_in_range(P->state_size, 8, 1 << 20);
	assert_int_equal(P->state_size % 8, 0);
}

static void test_tunables(void **state)
{
	uint32_t i, j;

	(void)state;
	assert_in_range(P->nr_tunables, 0, SP_MAX_TUNABLES);
	for (i = 0; i < P->nr_tunables; i++) {
		const struct sp_tunable *t = &P->tunables[i];

		assert_word(t->name, 32);
		assert_line(t->help);
		assert_in_range(t->unit, SP_UNIT_NONE, SP_UNIT_PCT);
		assert_true(t->min <= t->preset && t->preset <= t->max);
		assert_true(t->max < SP_KEEP_NS);
		if (t->unit == SP_UNIT_BOOL)
			assert_true(t->min == 0 && t->max == 1);
		for (j = 0; j < i; j++)
			assert_string_not_equal(t->name, P->tunables[j].name);
	}
}

static int32_t try_init(const struct sp_config *config)
{
	void *block = calloc(1, P->state_size);
	int32_t ret;

	assert_non_null(block);
	ret = P->init(block, config);
	if (!ret && P->check)
		assert_int_equal(P->check(block), 0);
	free(block);
	return ret;
}

/* Presets are taken; an end of a range is taken or refused as a contradiction. */
static void test_init(void **state)
{
	struct sp_config presets = {0}, config;
	uint32_t i;
	int32_t ret;

	(void)state;
	for (i = 0; i < P->nr_tunables; i++)
		presets.tunables[i] = P->tunables[i].preset;
	assert_int_equal(try_init(&presets), 0);
	for (i = 0; i < 2 * P->nr_tunables; i++) {
		const struct sp_tunable *t = &P->tunables[i / 2];

		config = presets;
		config.tunables[i / 2] = i % 2 ? t->max : t->min;
		ret = try_init(&config);
		assert_true(ret == 0 || ret == -SP_EINVAL);
	}
}

static uint32_t count_callbacks(void)
{
	const void *all[] = {P->init,
			     P->pcpu_online,
			     P->pcpu_offline,
			     P->vm_add,
			     P->vm_remove,
			     P->vcpu_add,
			     P->vcpu_remove,
			     P->vcpu_wake,
			     P->vcpu_block,
			     P->vcpu_stopped,
			     P->pick_next,
			     P->timer,
			     P->tick,
			     P->vcpu_spin,
			     P->vcpu_yield_to,
			     P->vm_set_weight,
			     P->vcpu_set_weight,
			     P->vcpu_set_affinity,
			     P->vcpu_ipi,
			     P->check};
	uint32_t i, j, nr = 0;

	for (i = 0; i < sizeof(all) / sizeof(all[0]); i++) {
		for (j = 0; j < i && all[j] != all[i]; j++)
			;
		nr += all[i] && i == j;
	}
	return nr;
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_identity),  cmocka_unit_test(test_mandatory_callbacks),
		cmocka_unit_test(test_has_check), cmocka_unit_test(test_state_size),
		cmocka_unit_test(test_tunables),  cmocka_unit_test(test_init),
	};

	if (argc > 1 && !strcmp(argv[1], "--callbacks")) {
		printf("%u\n", count_callbacks());
		return 0;
	}
	if (argc > 1 && !strcmp(argv[1], "--state-size")) {
		printf("%u\n", P->state_size);
		return 0;
	}
	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests_name(P->name, tests, NULL, NULL) != 0;
}
