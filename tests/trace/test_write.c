/* SPDX-License-Identifier: BSD-2-Clause */
/* The writer: whole or not at all. */
#include <dirent.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include "../../sim/trace/trace_write.h"
#include "suite.h"

/* Files in the scratch folder whose name begins so. */
static unsigned count_files(const char *prefix)
{
	char folder[512];
	struct dirent *entry;
	unsigned nr = 0;
	DIR *dir;

	snprintf(folder, sizeof(folder), "%s", scratch("."));
	dir = opendir(folder);
	assert_non_null(dir);
	while ((entry = readdir(dir)))
		nr += !strncmp(entry->d_name, prefix, strlen(prefix));
	closedir(dir);
	return nr;
}

static void fill(struct trace_sink *sink, uint32_t nr)
{
	uint32_t i;

	for (i = 0; i < nr; i++) {
		if (sink->nr == sink->size)
			sink->flush(sink, sink->buffer, sink->nr);
		sink->buffer[sink->nr++] = (struct trace_rec){.at_ns = i, .type = TR_TICK};
	}
}

static void writes_whole_file(void **state)
{
	const char *path = scratch("whole.bin");
	struct trace_header header;
	size_t size;
	char *text;

	(void)state;
	write_trace(path, sample_records, nr_sample_records);
	text = read_file(path, &size);
	memcpy(&header, text, sizeof(header));
	assert_memory_equal(header.magic, TRACE_MAGIC, 8);
	assert_int_equal(header.nr_records, nr_sample_records);
	assert_int_equal(header.nr_lost, 0);
	assert_int_equal(header.end_ns, SAMPLE_END_NS);
	assert_int_equal(header.nr_vcpus, 3);
	assert_int_equal(size, sizeof(header) + header.names_bytes + 16ul * nr_sample_records);
	assert_memory_equal(text + sizeof(header),
			    "policy gang-30\nvm build 0 2\nlock 0 0 zone\nlock 0 1 meet\n"
			    "vm noise 2 1\n",
			    header.names_bytes);
	assert_memory_equal(text + sizeof(header) + header.names_bytes, sample_records,
			    16ul * nr_sample_records);
	assert_int_equal(count_files("whole.bin"), 1);
	free(text);
}

static void many_buffers(void **state)
{
	struct trace_writer *writer;
	struct error err;
	struct stat st;

	(void)state;
	assert_int_equal(trace_writer_open(&writer, scratch("many.bin"), sample_world(), 0, &err),
			 0);
	fill(trace_writer_sink(writer), 200001);
	assert_int_equal(trace_writer_close(writer, 1, &err), 0);
	assert_int_equal(stat(scratch("many.bin"), &st), 0);
	assert_true(st.st_size > 16 * 200001 && st.st_size < 16 * 200001 + 200);
}

/* What was there before stays until the new one is complete. */
static void abort_leaves_nothing(void **state)
{
	struct trace_writer *writer;
	struct error err;
	char *text;

	(void)state;
	write_file(scratch("old.bin"), "old", 3);
	assert_int_equal(trace_writer_open(&writer, scratch("old.bin"), sample_world(), 0, &err),
			 0);
	fill(trace_writer_sink(writer), 100000);
	trace_writer_abort(writer);
	trace_writer_abort(NULL);
	text = read_file(scratch("old.bin"), NULL);
	assert_string_equal(text, "old");
	free(text);
	assert_int_equal(count_files("old.bin"), 1);
}

static void disk_full(void **state)
{
	struct rlimit before, small;
	struct trace_writer *writer;
	struct trace_sink *sink;
	struct error err = {0};

	(void)state;
	signal(SIGXFSZ, SIG_IGN);
	getrlimit(RLIMIT_FSIZE, &before);
	small = (struct rlimit){1u << 20, before.rlim_max};
	assert_int_equal(trace_writer_open(&writer, scratch("full.bin"), sample_world(), 0, &err),
			 0);
	setrlimit(RLIMIT_FSIZE, &small);
	sink = trace_writer_sink(writer);
	fill(sink, 200000);
	assert_true(sink->failed);
	assert_true(sink->nr_lost > 0);
	assert_int_equal(trace_writer_close(writer, 1, &err), -1);
	setrlimit(RLIMIT_FSIZE, &before);
	assert_int_equal(err.status, STATUS_IO);
	assert_non_null(strstr(err.text, "full.bin: cannot write the trace: File too large"));
	assert_int_equal(count_files("full.bin"), 0);
}

static void cannot_open(void **state)
{
	struct trace_writer *writer;
	struct error err;

	(void)state;
	write_file(scratch("taken"), "x", 1);
	assert_int_equal(trace_writer_open(&writer, scratch("taken/such/x.bin"), sample_world(), 0,
					   &err),
			 -1);
	assert_int_equal(err.status, STATUS_IO);
	assert_null(writer);
}

/* A device keeps being one. */
static void devices_stay(void **state)
{
	struct trace_writer *writer;
	struct error err;
	struct stat st;

	(void)state;
	assert_int_equal(trace_writer_open(&writer, "/dev/full", sample_world(), 0, &err), -1);
	assert_non_null(strstr(err.text, "No space left"));
	assert_int_equal(trace_writer_open(&writer, "/dev/null", sample_world(), 0, &err), 0);
	fill(trace_writer_sink(writer), 100000);
	assert_int_equal(trace_writer_close(writer, 1, &err), 0);
	assert_int_equal(stat("/dev/null", &st), 0);
	assert_true(S_ISCHR(st.st_mode));
	assert_int_equal(stat("/dev/full", &st), 0);
	assert_true(S_ISCHR(st.st_mode));
}

int suite_write(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(writes_whole_file),	cmocka_unit_test(many_buffers),
		cmocka_unit_test(abort_leaves_nothing), cmocka_unit_test(disk_full),
		cmocka_unit_test(cannot_open),		cmocka_unit_test(devices_stay),
	};

	return cmocka_run_group_tests_name("trace writer", tests, NULL, NULL);
}
