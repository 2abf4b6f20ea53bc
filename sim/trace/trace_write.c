/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * trace_write.c - the writer: plain write(2) of a buffer that stays in the cache.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "trace_write.h"

_Static_assert(__BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__, "records are written as they lie");
_Static_assert(sizeof(struct trace_rec) == 16, "16 bytes an event");
_Static_assert(sizeof(struct trace_header) == 56, "no padding in the header");

/*
 * 1 MiB of records.  Measured into a page cache of warm memory: 8 ns a record
 * with 32 KiB, 6 with 128 KiB, 4.6 with 1 MiB, and more again with 16 MiB,
 * which leave the processor's cache between two flushes.
 */
#define BUFFER_RECORDS 65536u

struct trace_writer {
	struct trace_sink sink;
	struct trace_header header;
	int fd;
	int write_errno; /* of the write that failed */
	uint64_t nr_written;
	struct outfile out;
	char *path;
};

static int write_all(int fd, const void *data, size_t bytes)
{
	const char *at = data;

	while (bytes) {
		ssize_t n = write(fd, at, bytes);

		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return n < 0 ? errno : ENOSPC;
		at += n;
		bytes -= (size_t)n;
	}
	return 0;
}

static int writer_flush(struct trace_sink *sink, const struct trace_rec *records, uint32_t n)
{
	struct trace_writer *writer = sink->context;

	sink->nr = 0;
	if (!sink->failed) {
		writer->write_errno = write_all(writer->fd, records, n * sizeof(*records));
		sink->failed = writer->write_errno != 0;
	}
	if (sink->failed)
		sink->nr_lost += n;
	else
		writer->nr_written += n;
	return sink->failed;
}

/* -- names ------------------------------------------------------------------ */

/* Names are lines: whatever would break one becomes '_'. */
static void put_name(FILE *out, const char *name)
{
	for (; *name; name++)
		fputc((unsigned char)*name < ' ' || *name == 127 ? '_' : *name, out);
}

/* The programs of a VM number their locks each for itself: the first one's names stand. */
static void put_locks(FILE *out, const struct world *world, uint32_t vm)
{
	bool seen[WORLD_MAX_LOCKS] = {false};
	uint32_t i, k;

	for (i = 0; i < world->vms[vm].width; i++) {
		uint32_t p = world->vcpus[world->vms[vm].first_vcpu + i].program;
		const struct program *program = &world->programs[p];

		for (k = 0; k < program->nr_objects && k < WORLD_MAX_LOCKS; k++) {
			if (seen[k])
				continue;
			seen[k] = true;
			fprintf(out, "lock %u %u ", vm, k);
			put_name(out, program->objects[k].name);
			fputc('\n', out);
		}
	}
}

/* What the records are a function of, and nothing else: no host, no day, no commit. */
static void put_origin(FILE *out, const struct world *world, uint32_t policy, uint32_t rep)
{
	const struct policy_spec *spec = &world->policies[policy];

	if (!*world->hash) /* of no scenario: made by a test */
		return;
	fprintf(out, "scenario %s\nseed %llu\nreplication %u\ncorun %s\n", world->hash,
		(unsigned long long)world->run.seed, rep, CORUN_VERSION);
	if (*spec->policy)
		fprintf(out, "runs %s\n", spec->policy);
	if (*spec->build)
		fprintf(out, "build %s\n", spec->build);
	if (*world->description) {
		fputs("about ", out);
		put_name(out, world->description);
		fputc('\n', out);
	}
}

/* Returns the text, to be freed, or NULL. */
static char *make_names(const struct world *world, uint32_t policy, uint32_t rep, size_t *bytes)
{
	char *text = NULL;
	FILE *out = open_memstream(&text, bytes);
	bool bad;
	uint32_t vm;

	if (!out)
		return NULL;
	fputs("policy ", out);
	put_name(out, world->policies[policy].name);
	fputc('\n', out);
	put_origin(out, world, policy, rep);

	for (vm = 0; vm < world->nr_vms; vm++) {
		fputs("vm ", out);
		put_name(out, world->vms[vm].name);
		fprintf(out, " %u %u\n", world->vms[vm].first_vcpu, world->vms[vm].width);
		put_locks(out, world, vm);
	}
	bad = ferror(out) != 0;
	if (fclose(out) || bad) {
		free(text);
		return NULL;
	}
	return text;
}

/* -- life ------------------------------------------------------------------- */

static void writer_free(struct trace_writer *writer)
{
	free(writer->sink.buffer);
	free(writer->path);
	free(writer);
}

/* Header (completed at close) and names; returns an errno. */
static int writer_begin(struct trace_writer *writer, const struct world *world, uint32_t policy,
			uint32_t rep)
{
	struct trace_header *header = &writer->header;
	size_t bytes = 0;
	char *names = make_names(world, policy, rep, &bytes);
	int failed;

	if (!names)
		return ENOMEM;
	memcpy(header->magic, TRACE_MAGIC, sizeof(header->magic));
	header->version = TRACE_VERSION;
	header->nr_pcpus = world->host.nr_pcpus;
	header->nr_vms = world->nr_vms;
	header->nr_vcpus = world->nr_vcpus;
	header->names_bytes = (uint32_t)bytes;
	failed = write_all(writer->fd, header, sizeof(*header));
	if (!failed)
		failed = write_all(writer->fd, names, bytes);
	free(names);
	return failed;
}

int trace_writer_start(struct trace_writer **out, struct outfile *to, const char *path,
		       const struct world *world, uint32_t policy, uint32_t rep, struct error *err)
{
	struct trace_writer *writer = calloc(1, sizeof(*writer));
	int failed;

	*out = NULL;
	if (!writer) {
		outfile_abort(to);
		return error_set(err, STATUS_IO, "trace", "%s: %s", path, strerror(ENOMEM));
	}
	writer->out = *to;
	writer->fd = fileno(to->file);
	writer->path = strdup(path);
	writer->sink.buffer = malloc(BUFFER_RECORDS * sizeof(struct trace_rec));
	writer->sink.size = BUFFER_RECORDS;
	writer->sink.flush = writer_flush;
	writer->sink.context = writer;
	failed = ENOMEM;
	if (writer->path && writer->sink.buffer)
		failed = writer_begin(writer, world, policy, rep);
	if (failed) {
		trace_writer_abort(writer);
		return error_set(err, STATUS_IO, "trace", "%s: cannot write the trace: %s", path,
				 strerror(failed));
	}
	*out = writer;
	return 0;
}

int trace_writer_open(struct trace_writer **out, const char *path, const struct world *world,
		      uint32_t policy, struct error *err)
{
	struct outfile to;

	*out = NULL;
	if (outfile_open(&to, path, err)) {
		strcpy(err->kind, "trace");
		return -1;
	}
	return trace_writer_start(out, &to, path, world, policy, 0, err);
}

struct trace_sink *trace_writer_sink(struct trace_writer *writer)
{
	return &writer->sink;
}

void trace_writer_abort(struct trace_writer *writer)
{
	if (!writer)
		return;
	outfile_abort(&writer->out);
	writer_free(writer);
}

/* The rest of the buffer and the true header; returns an errno. */
static int writer_finish(struct trace_writer *writer, uint64_t end_ns)
{
	struct trace_header *header = &writer->header;

	if (writer->sink.nr)
		writer_flush(&writer->sink, writer->sink.buffer, writer->sink.nr);
	if (writer->sink.failed)
		return writer->write_errno ? writer->write_errno : EIO;
	header->end_ns = end_ns;
	header->nr_records = writer->nr_written;
	header->nr_lost = writer->sink.nr_lost;
	/* Into a pipe the header has gone for good: readers then go by the end of the file. */
	if (lseek(writer->fd, 0, SEEK_SET) < 0)
		return errno == ESPIPE ? 0 : errno;
	return write_all(writer->fd, header, sizeof(*header));
}

int trace_writer_close(struct trace_writer *writer, uint64_t end_ns, struct error *err)
{
	int failed = writer_finish(writer, end_ns);

	if (failed) {
		outfile_abort(&writer->out);
		error_set(err, STATUS_IO, "trace", "%s: cannot write the trace: %s", writer->path,
			  strerror(failed));
	} else if (outfile_close(&writer->out, err)) {
		strcpy(err->kind, "trace");
		failed = 1;
	}
	writer_free(writer);
	return failed ? -1 : 0;
}
