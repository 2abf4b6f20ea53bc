/* SPDX-License-Identifier: BSD-2-Clause */
/* Numbers with units, and nearest names. */
#include "suite.h"

#include <string.h>

#include "../../sim/base/suggest.h"
#include "../../sim/base/units.h"
#include "../../sim/cli/cli.h"

static void test_durations(void **state)
{
	static const struct {
		const char *text;
		enum unit_error error;
		uint64_t ns;
		const char *printed;
	} cases[] = {
		{"0", UNIT_OK, 0, "0"},
		{"0s", UNIT_OK, 0, "0"},
		{"1ns", UNIT_OK, 1, "1ns"},
		{"999ns", UNIT_OK, 999, "999ns"},
		{"1000ns", UNIT_OK, 1000, "1us"},
		{"0.71us", UNIT_OK, 710, "710ns"},
		{"0.1us", UNIT_OK, 100, "100ns"},
		{"1.5ms", UNIT_OK, 1500000, "1.5ms"},
		{"1.05ms", UNIT_OK, 1050000, "1.05ms"},
		{"1234567ns", UNIT_OK, 1234567, "1234.567us"},
		{"86400s", UNIT_OK, UINT64_C(86400000000000), "86400s"},
		{"1.000000001s", UNIT_OK, 1000000001, "1000000.001us"},
		{"18446744073709551615ns", UNIT_OK, UINT64_MAX, "18446744073709551.615us"},
		{"18446744073709551616ns", UNIT_OVERFLOW, 0, NULL},
		{"18446744074s", UNIT_OVERFLOW, 0, NULL},
		{"0.0005us", UNIT_TOO_FINE, 0, NULL},
		{"0.5ns", UNIT_TOO_FINE, 0, NULL},
		{"5", UNIT_MISSING, 0, NULL},
		{"0.0", UNIT_MISSING, 0, NULL},
		{"5m", UNIT_UNKNOWN, 0, NULL},
		{"5 ms", UNIT_UNKNOWN, 0, NULL},
		{"5ms ", UNIT_UNKNOWN, 0, NULL},
		{"5MS", UNIT_UNKNOWN, 0, NULL},
		{"", UNIT_MALFORMED, 0, NULL},
		{"ms", UNIT_MALFORMED, 0, NULL},
		{".5ms", UNIT_MALFORMED, 0, NULL},
		{"5.ms", UNIT_MALFORMED, 0, NULL},
		{"05ms", UNIT_MALFORMED, 0, NULL},
		{"-5ms", UNIT_MALFORMED, 0, NULL},
		{"+5ms", UNIT_MALFORMED, 0, NULL},
		{"1e3ns", UNIT_UNKNOWN, 0, NULL},
		{"0x5ns", UNIT_UNKNOWN, 0, NULL},
	};
	char printed[UNIT_NS_CHARS];
	uint64_t ns;

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		ns = 12345;
		if (unit_parse_ns(cases[i].text, &ns) != cases[i].error)
			fail_msg("'%s'", cases[i].text);
		if (cases[i].error)
			continue;
		assert_int_equal(ns, cases[i].ns);
		unit_format_ns(printed, ns);
		assert_string_equal(printed, cases[i].printed);
	}
}

/* Whatever is printed reads as the same number. */
static void test_round_trip(void **state)
{
	uint64_t x = 88172645463325252;
	char text[UNIT_NS_CHARS];
	uint64_t back;

	(void)state;
	for (int i = 0; i < 100000; i++) {
		uint64_t ns;

		x ^= x << 13;
		x ^= x >> 7;
		x ^= x << 17;
		ns = x >> (x % 64);
		unit_format_ns(text, ns);
		assert_int_equal(unit_parse_ns(text, &back), UNIT_OK);
		assert_true(back == ns);
	}
}

static void test_numbers(void **state)
{
	static const char *const bad[] = {"",
					  "-",
					  "+1",
					  "01",
					  "-0",
					  "1.0",
					  "1_000",
					  "0x10",
					  "1e3",
					  " 1",
					  "1 ",
					  "9007199254740993",
					  "99999999999999999999"};
	static const char *const bad_reals[] = {"",   ".5",  "5.",    "nan",   "inf", ".inf",
						"1e", "1e+", "1e999", "0x1p3", "--1", "1,5"};
	int64_t value;
	double real;

	(void)state;
	assert_int_equal(unit_parse_int("-20", &value), UNIT_OK);
	assert_int_equal(value, -20);
	assert_int_equal(unit_parse_int("9007199254740992", &value), UNIT_OK);
	assert_true(value == INT64_C(9007199254740992));
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		if (unit_parse_int(bad[i], &value) == UNIT_OK)
			fail_msg("'%s' is no integer", bad[i]);
	assert_int_equal(unit_parse_real("1.25", &real), UNIT_OK);
	assert_true(real == 1.25);
	assert_int_equal(unit_parse_real("1e-06", &real), UNIT_OK);
	assert_true(real == 1e-6);
	for (size_t i = 0; i < sizeof(bad_reals) / sizeof(bad_reals[0]); i++)
		if (unit_parse_real(bad_reals[i], &real) == UNIT_OK)
			fail_msg("'%s' is no number", bad_reals[i]);
	assert_int_equal(unit_parse_pct("2.5%", &real), UNIT_OK);
	assert_true(real == 2.5);
	assert_int_equal(unit_parse_pct("2", &real), UNIT_MISSING);
	assert_int_equal(unit_parse_pct("2pct", &real), UNIT_UNKNOWN);
	assert_int_equal(unit_parse_pct("%", &real), UNIT_MALFORMED);
}

static void test_nearest(void **state)
{
	static const char *const names[] = {"context_switch", "kick", "migration", "vms"};
	char longer[200];

	(void)state;
	assert_int_equal(suggest_distance("kitten", "sitting"), 3);
	assert_int_equal(suggest_distance("kick", "kikc"), 1);
	assert_int_equal(suggest_distance("Context-Switch", "context_switch"), 0);
	assert_int_equal(suggest_distance("", "abc"), 3);
	assert_string_equal(suggest_nearest("contextswitch", names, 4), "context_switch");
	assert_string_equal(suggest_nearest("mirgation", names, 4), "migration");
	assert_string_equal(suggest_nearest("vm", names, 4), "vms");
	assert_null(suggest_nearest("turbo", names, 4));
	assert_null(suggest_nearest("", names, 4));
	memset(longer, 'k', sizeof(longer) - 1);
	longer[sizeof(longer) - 1] = '\0';
	assert_null(suggest_nearest(longer, names, 4));
}

int run_units(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_durations),
		cmocka_unit_test(test_round_trip),
		cmocka_unit_test(test_numbers),
		cmocka_unit_test(test_nearest),
	};

	return cmocka_run_group_tests_name("units", tests, NULL, NULL);
}
