/* SPDX-License-Identifier: BSD-2-Clause */
/* test_record.c - the format itself: fixed bytes, round trips, and hostile files. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "record_file.h"
#include "rng.h"

/* -- helpers ----------------------------------------------------------------------- */

struct bytes {
	uint8_t *at;
	size_t nr;
};

static char path[] = "/tmp/corun-record-XXXXXX";

static int make_path(void **state)
{
	int fd = mkstemp(path);

	(void)state;
	return fd < 0 || close(fd);
}

static int drop_path(void **state)
{
	(void)state;
	return unlink(path);
}

static int opens(const uint8_t *at, size_t nr)
{
	struct record_file file;
	FILE *f = fopen(path, "wb");
	int ret;

	assert_non_null(f);
	assert_int_equal(fwrite(at, 1, nr, f), nr);
	assert_int_equal(fclose(f), 0);
	ret = record_file_open(&file, path);
	if (!ret)
		record_file_close(&file);
	return ret;
}

/* A value of any size: small ones as often as large ones, and the ends. */
static uint64_t draw(struct rng *r, uint32_t bits)
{
	uint64_t most = bits == 64 ? ~(uint64_t)0 : ((uint64_t)1 << bits) - 1;

	return rng_chance(r, 50) ? most : rng_log(r, 0, most);
}

static void draw_frame(struct rng *r, struct record_call *c, struct sp_out *out)
{
	uint32_t i;

	memset(c, 0, sizeof(*c));
	memset(out, 0, sizeof(*out));
	c->op = rng_below(r, RECORD_NR_OPS);
	c->now_ns = draw(r, 64);
	for (i = 0; i < record_nr_args(c->op); i++)
		c->args[i] = draw(r, 64);
	c->ret = -(sp_s32)rng_below(r, 4);
	out->next = (uint32_t)draw(r, 16);
	out->kick_all = rng_below(r, 2);
	out->run_until_ns = draw(r, 64);
	out->timer_ns = rng_chance(r, 300) ? SP_KEEP_NS : draw(r, 64);
	out->nr_kicks = rng_below(r, SP_OUT_PCPUS + 1);
	for (i = 0; i < out->nr_kicks; i++)
		out->kicks[i] = (sp_id)draw(r, 16);
	out->nr_notes = rng_below(r, SP_OUT_NOTES + 1);
	for (i = 0; i < out->nr_notes; i++)
		out->notes[i] = (struct sp_note){.vcpu = (sp_id)draw(r, 16),
						 .kind = (sp_u16)draw(r, 16),
						 .detail = (sp_u32)draw(r, 32)};
	out->nr_marks = rng_below(r, SP_OUT_MARKS + 1);
	for (i = 0; i < out->nr_marks; i++)
		out->marks[i] = (struct sp_mark){.code = (sp_u32)draw(r, 32),
						 .a = (sp_u32)draw(r, 32),
						 .b = draw(r, 64)};
}

/* -- the format ---------------------------------------------------------------------- */

/* Written down by hand from record.h: if this fails, the version must change. */
static void test_fixed_bytes(void **state)
{
	static const uint8_t expected[] = {
		1, /* instance */
		10, /* pick_next */
		0xac, 2, /* 300 ns */
		5, /* pCPU */
		0,    7, 0, /* ret, next, kick_all */
		0xae, 2, /* until 300 ns */
		0,    0, /* timer: keep; lost */
		1,    3, /* kick p3 */
		1,    9, 1, 0x80, /* v9 co-started, ... */
		1, /* ... detail 128 */
		0, /* marks */
	};
	struct record_call c = {.instance = 1, .op = RECORD_pick_next, .now_ns = 300, .args = {5}};
	struct sp_out out = {.next = 7,
			     .run_until_ns = 300,
			     .timer_ns = SP_KEEP_NS,
			     .nr_kicks = 1,
			     .kicks = {3},
			     .nr_notes = 1,
			     .notes = {{.vcpu = 9, .kind = SP_COSTART, .detail = 128}}};
	uint8_t body[RECORD_MAX_BODY];
	size_t nr = (size_t)(record_put_body(body, &c, &out) - body);

	(void)state;
	assert_int_equal(nr, sizeof(expected));
	assert_memory_equal(body, expected, nr);
	assert_true(record_digest(RECORD_DIGEST_START, (const uint8_t *)"a", 1) ==
		    0xaf63dc4c8601ec8cu); /* the published value */
}

static void test_round_trip(void **state)
{
	struct rng r = {.at = 5};
	struct record_call c, back_c;
	struct sp_out out, back;
	uint8_t body[RECORD_MAX_BODY], again[RECORD_MAX_BODY];
	uint32_t i;

	(void)state;
	for (i = 0; i < 20000; i++) {
		struct record_reader reader = {.at = body};
		size_t nr;

		draw_frame(&r, &c, &out);
		nr = (size_t)(record_put_body(body, &c, &out) - body);
		assert_in_range(nr, 1, sizeof(body));
		reader.end = body + nr;
		memset(&back, 0, sizeof(back));
		memset(&back_c, 0, sizeof(back_c));
		record_get_body(&reader, &back_c, &back);
		assert_int_equal(reader.bad, 0);
		assert_memory_equal(&back_c, &c, sizeof(c));
		assert_memory_equal(&back, &out, sizeof(out));
		assert_int_equal(record_put_body(again, &back_c, &back) - again, nr);
		assert_memory_equal(again, body, nr);
	}
}

/* Calls become the calls of the contract tests and back, without loss. */
static void test_calls(void **state)
{
	struct rng r = {.at = 6};
	struct sp_config config = {0};
	uint32_t i, k;

	(void)state;
	for (i = 0; i < 20000; i++) {
		struct record_call c = {.op = rng_below(&r, RECORD_NR_OPS)}, back;
		struct call call;
		/* ran_ns, seed and tunables are 64 bits wide, ids and weights 32 */
		int is_init = c.op == RECORD_init;
		uint32_t wide = c.op == RECORD_vcpu_stopped ? 3 : c.op == RECORD_tick ? 2 : 99;

		c.now_ns = is_init ? 0 : draw(&r, 64);
		for (k = 0; k < record_nr_args(c.op); k++)
			c.args[k] = draw(&r, is_init || k == wide ? 64 : 32);
		call_of_record(&call, &config, &c);
		record_of_call(&back, &call, &config);
		assert_memory_equal(&back, &c, sizeof(c));
	}
}

/* -- hostile files ----------------------------------------------------------------- */

static void add(struct bytes *b, const void *from, size_t nr)
{
	b->at = realloc(b->at, b->nr + nr);
	assert_non_null(b->at);
	memcpy(b->at + b->nr, from, nr);
	b->nr += nr;
}

static void add_word(struct bytes *b, uint64_t word)
{
	uint8_t bytes[RECORD_WORD_BYTES];

	add(b, bytes, (size_t)(record_put(bytes, word) - bytes));
}

/* A good file of a few frames; *header: where its frames begin. */
static struct bytes make_file(size_t *header)
{
	static const uint64_t words[] = {RECORD_VERSION, SP_CONTRACT_VERSION, 16, 64, 1, 2};
	struct bytes b = {0};
	struct rng r = {.at = 9};
	uint64_t digest = RECORD_DIGEST_START;
	uint32_t i;

	add(&b, RECORD_MAGIC, strlen(RECORD_MAGIC));
	for (i = 0; i < 6; i++)
		add_word(&b, words[i]);
	add(&b, "rr", 2);
	*header = b.nr;
	for (i = 0; i < 4; i++) {
		uint8_t body[RECORD_MAX_BODY];
		struct record_call c;
		struct sp_out out;
		size_t nr;

		draw_frame(&r, &c, &out);
		c.args[0] %= 16;
		c.args[1] %= 16;
		out.nr_notes %= 4;
		nr = (size_t)(record_put_body(body, &c, &out) - body);
		add_word(&b, nr);
		add(&b, body, nr);
		digest = record_digest(digest, body, (uint32_t)nr);
	}
	add_word(&b, 0);
	add_word(&b, 4);
	add_word(&b, digest);
	return b;
}

static void test_hostile(void **state)
{
	size_t header, i;
	struct bytes b = make_file(&header);
	int bit;

	(void)state;
	assert_int_equal(opens(b.at, b.nr), 0);
	for (i = 0; i < b.nr; i++)
		assert_int_equal(opens(b.at, i), -1); /* cut off */
	for (i = 0; i < b.nr; i++) {
		for (bit = 0; bit < 8; bit++) {
			int ret;

			b.at[i] ^= (uint8_t)(1 << bit);
			ret = opens(b.at, b.nr);
			/* a header may differ and be one; what follows may not */
			assert_true(ret || i < header);
			b.at[i] ^= (uint8_t)(1 << bit);
		}
	}
	add(&b, "", 1);
	assert_int_equal(opens(b.at, b.nr), -1); /* more than there should be */
	free(b.at);
	assert_int_equal(record_file_open(&(struct record_file){0}, "/nowhere"), -1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_fixed_bytes),
		cmocka_unit_test(test_round_trip),
		cmocka_unit_test(test_calls),
		cmocka_unit_test(test_hostile),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests_name("record", tests, make_path, drop_path);
}
