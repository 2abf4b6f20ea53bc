/* SPDX-License-Identifier: BSD-2-Clause */
/* The reader against files that lie. */
#include "../../sim/trace/trace_export.h"
#include "../../sim/trace/trace_read.h"
#include "suite.h"

static char *bytes; /* the sample trace, to be spoiled */
static size_t size;

static int setup(void **state)
{
	(void)state;
	write_trace(scratch("read.bin"), sample_records, nr_sample_records);
	bytes = read_file(scratch("read.bin"), &size);
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	free(bytes);
	return 0;
}

/* Reads all of it; the number of records, or -1 with *err. */
static int read_all(const char *data, size_t length, bool *cut, struct error *err)
{
	FILE *file = fmemopen((void *)data, length ? length : 1, "rb");
	struct trace_reader reader;
	struct trace_rec rec;
	int more, nr = 0;

	assert_non_null(file);
	if (!length)
		fgetc(file);
	if (trace_reader_open_file(&reader, file, "x.bin", err)) {
		fclose(file);
		return -1;
	}
	while ((more = trace_reader_next(&reader, &rec, err)) > 0)
		nr++;
	*cut = reader.cut;
	trace_reader_close(&reader);
	fclose(file);
	return more < 0 ? -1 : nr;
}

static void reads_sample(void **state)
{
	struct trace_reader reader;
	struct trace_rec rec;
	struct error err;
	uint32_t i;

	(void)state;
	assert_int_equal(trace_reader_open(&reader, scratch("read.bin"), &err), 0);
	assert_string_equal(reader.policy, "gang-30");
	assert_string_equal(reader.vms[0].name, "build");
	assert_string_equal(reader.vcpus[1].name, "build/1");
	assert_string_equal(reader.vcpus[2].name, "noise/0");
	assert_string_equal(trace_lock_name(&reader, 1, 1), "meet");
	assert_null(trace_lock_name(&reader, 2, 0));
	assert_null(trace_lock_name(&reader, 0xffff, 0));
	for (i = 0; i < nr_sample_records; i++) {
		assert_int_equal(trace_reader_next(&reader, &rec, &err), 1);
		assert_memory_equal(&rec, &sample_records[i], sizeof(rec));
	}
	assert_int_equal(trace_reader_next(&reader, &rec, &err), 0);
	assert_false(reader.cut);
	assert_int_equal(trace_reader_end_ns(&reader), SAMPLE_END_NS);
	trace_reader_close(&reader);
}

/* A number of 1, 2, 4 or 8 bytes put at an offset, and what the reader says then. */
struct lie {
	size_t offset;
	unsigned width;
	uint64_t value;
	const char *says;
};

#define NAMES 56
#define REC(i) (SIZE_MAX / 2 + 16 * (i)) /* from the first record */

static void one_line_for_each_lie(void **state)
{
	static const struct lie lies[] = {
		{0, 1, 'C', "offset 0: not a corun trace"},
		{8, 4, 2, "unknown version (known: 1): 2"},
		{12, 4, 4097, "too many pCPUs: 4097"},
		{16, 4, 16385, "too many VMs: 16385"},
		{16, 4, 3, "3 VMs announced, 2 named"},
		{16, 4, 1, "more VMs than the header says"},
		{20, 4, 16385, "too many vCPUs: 16385"},
		{20, 4, 2, "a VM with vCPUs that do not exist"},
		{32, 8, 5, "more bytes than records, records: 5"},
		{48, 4, 0xffffffff, "too many bytes of names"},
		{48, 4, 60000, "the names are cut short"},
		{NAMES, 1, 0, "a zero byte in the names"},
		{NAMES + 3, 1, 27, "a control character in the names"},
		{NAMES + 24, 1, 'x', "expected vm NAME FIRST_VCPU WIDTH"},
		{NAMES + 26, 1, '9', "a VM with vCPUs that do not exist"},
		{NAMES + 33, 1, '7', "a lock of a VM that does not exist"},
		{NAMES + 33, 1, 'x', "expected lock VM INDEX NAME"},
		{NAMES + 65, 1, '1', "a vCPU of two VMs"},
		{REC(0) + 8, 1, 0, "no such type of record: 0"},
		{REC(0) + 8, 1, NR_TR, "no such type of record: "},
		{REC(0) + 10, 2, 2, "no such pCPU: 2"},
		{REC(0) + 10, 2, 0xffff, "no such pCPU: 65535"},
		{REC(0) + 12, 2, 3, "no such vCPU: 3"},
		{REC(0), 8, 2000, "time goes backwards, ns: 0"},
		{REC(2) + 14, 2, 2, "no such VM: 2"},
		{REC(3) + 9, 1, 5, "argument out of range: 5"},
		{REC(3) + 14, 2, 3, "no such waking vCPU: 3"},
		{REC(5) + 12, 2, 0xffff, "no such vCPU: 65535"},
		{REC(5) + 9, 1, 2, "argument out of range: 2"},
		{REC(6) + 9, 1, 11, "argument out of range: 11"},
		{REC(50), 8, UINT64_MAX, "no such time, ns: 18446744073709551615"},
	};
	size_t records = size - 16ul * nr_sample_records, i;

	(void)state;
	for (i = 0; i < sizeof(lies) / sizeof(lies[0]); i++) {
		const struct lie *lie = &lies[i];
		size_t at = lie->offset >= SIZE_MAX / 2 ? lie->offset - SIZE_MAX / 2 + records
							: lie->offset;
		char *spoiled = malloc(size);
		struct error err = {0};
		bool cut;

		memcpy(spoiled, bytes, size);
		memcpy(spoiled + at, &lie->value, lie->width);
		if (read_all(spoiled, size, &cut, &err) != -1)
			fail_msg("lie %zu was believed: %s", i, lie->says);
		assert_int_equal(err.status, STATUS_INPUT);
		if (!strstr(err.text, lie->says) || !strstr(err.text, "x.bin: offset ") ||
		    strchr(err.text, '\n'))
			fail_msg("lie %zu: said '%s', expected '%s'", i, err.text, lie->says);
		free(spoiled);
	}
}

/* Cut anywhere: an error within header and names, a note within the records. */
static void cut_anywhere(void **state)
{
	size_t records = size - 16ul * nr_sample_records, length;

	(void)state;
	for (length = 0; length < size; length++) {
		struct error err = {0};
		bool cut = false;
		int nr = read_all(bytes, length, &cut, &err);

		if (length < records) {
			assert_int_equal(nr, -1);
			assert_int_equal(err.status, STATUS_INPUT);
		} else {
			assert_int_equal(nr, (length - records) / 16);
			assert_true(cut);
		}
	}
}

/* nr_records 0: the writer never came to close it; the file's end decides. */
static void never_closed(void **state)
{
	char *spoiled = malloc(size);
	struct error err;
	bool cut;

	(void)state;
	memcpy(spoiled, bytes, size);
	memset(spoiled + 32, 0, 8);
	assert_int_equal(read_all(spoiled, size, &cut, &err), nr_sample_records);
	assert_false(cut);
	assert_int_equal(read_all(spoiled, size - 3, &cut, &err), nr_sample_records - 1);
	assert_true(cut);
	free(spoiled);
}

/* Whatever byte is wrong: an error or a trace, and under the sanitizers no fault. */
static void every_byte_spoiled(void **state)
{
	static const unsigned char flips[] = {0xff, 0x80, 0x01};
	FILE *null = fopen("/dev/null", "w");
	size_t at, k, nr_errors = 0;

	(void)state;
	assert_non_null(null);
	for (at = 0; at < size; at++) {
		for (k = 0; k < sizeof(flips); k++) {
			FILE *file = fmemopen(bytes, size, "rb");
			struct trace_reader reader;
			struct error err;

			bytes[at] = (char)(bytes[at] ^ flips[k]);
			if (trace_reader_open_file(&reader, file, "x.bin", &err)) {
				nr_errors++;
			} else {
				int failed =
					k == 0	 ? trace_export_perfetto(&reader, null, &err)
					: k == 1 ? trace_export_ftrace(&reader, null, false, &err)
						 : trace_export_text(&reader, null, &err);

				nr_errors += failed != 0;
				trace_reader_close(&reader);
			}
			bytes[at] = (char)(bytes[at] ^ flips[k]);
			fclose(file);
		}
	}
	fclose(null);
	assert_true(nr_errors > size); /* most of them are noticed */
}

/* A host with nothing on it: no VMs, no names, no records. */
static void empty_trace(void **state)
{
	struct trace_header header = {.version = TRACE_VERSION, .nr_pcpus = 1};
	struct error err;
	bool cut;

	(void)state;
	memcpy(header.magic, TRACE_MAGIC, sizeof(header.magic));
	assert_int_equal(read_all((const char *)&header, sizeof(header), &cut, &err), 0);
	assert_false(cut);
}

static void no_file(void **state)
{
	struct trace_reader reader;
	struct error err;

	(void)state;
	assert_int_equal(trace_reader_open(&reader, scratch("none.bin"), &err), -1);
	assert_int_equal(err.status, STATUS_INPUT);
	assert_non_null(strstr(err.text, "No such file"));
}

int suite_read(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(reads_sample),	      cmocka_unit_test(one_line_for_each_lie),
		cmocka_unit_test(cut_anywhere),	      cmocka_unit_test(never_closed),
		cmocka_unit_test(every_byte_spoiled), cmocka_unit_test(no_file),
		cmocka_unit_test(empty_trace),
	};

	return cmocka_run_group_tests_name("trace reader", tests, setup, teardown);
}
