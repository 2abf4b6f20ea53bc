/* SPDX-License-Identifier: BSD-2-Clause */
#include <unistd.h>

#include "../../policies/policy.h"
#include "../../sim/model/result.h"
#include "../../sim/trace/trace_write.h"
#include "suite.h"

#define NONE 0xffff
#define LOCK 0
#define BARRIER 1

const struct trace_rec sample_records[] = {
	/* at, type, arg, pcpu, vcpu, aux */
	{0, TR_PCPU_ON, 0, 0, NONE, 0},
	{0, TR_PCPU_ON, 0, 1, NONE, 0},
	{1000, TR_VM_START, 0, NONE, NONE, 0},
	/* two vCPUs wake and run at once */
	{1000, TR_WAKE, SP_WAKE_UNKNOWN, 0, 0, NONE},
	{1000, TR_KICK, 0, 0, NONE, 0},
	{2000, TR_SWITCH_IN, 1, 0, 0, 0},
	{4000, TR_MODE, VT_USEFUL, 0, 0, 0},
	{4001, TR_WAKE, SP_WAKE_TIMER, 1, 1, NONE},
	{5000, TR_SWITCH_IN, 1, 1, 1, 0},
	{7123, TR_MODE, VT_USEFUL, 1, 1, 0},
	/* 0 takes the lock; 1 waits for it: contention, then its holder is preempted: LHP */
	{10000, TR_LOCK_ACQUIRED, 0, 0, 0, LOCK},
	{10000, TR_MODE, VT_CRITICAL, 0, 0, 0},
	{12000, TR_LOCK_WAIT, 0, 1, 1, LOCK},
	{12000, TR_MODE, VT_SPIN_CONTENTION, 1, 1, 0},
	{15000, TR_TICK, 0, 0, NONE, 0},
	{20000, TR_WAKE, SP_WAKE_DEVICE, 0, 2, NONE},
	{20000, TR_LHP, 1, 0, 0, LOCK},
	{20000, TR_SWITCH_OUT, SP_STOP_PREEMPTED, 0, 0, 0},
	{20000, TR_SWITCH_IN, 1, 0, 2, 0},
	{20500, TR_LHP_HARM, 0, 0, 0, LOCK},
	{22000, TR_MODE, VT_USEFUL, 0, 2, 0},
	{50000, TR_SWITCH_OUT, SP_STOP_BLOCKED, 0, 2, 0},
	{50000, TR_SWITCH_IN, 1, 0, 0, 0},
	{52000, TR_MODE, VT_CRITICAL, 0, 0, 0},
	/* released: 1, running, has it next */
	{60000, TR_LOCK_RELEASED, 0, 0, 0, LOCK},
	{60000, TR_MODE, VT_USEFUL, 0, 0, 0},
	{60100, TR_LOCK_ACQUIRED, 1, 1, 1, LOCK},
	{60100, TR_MODE, VT_CRITICAL, 1, 1, 0},
	{61000, TR_LOCK_RELEASED, 0, 1, 1, LOCK},
	{61000, TR_MODE, VT_USEFUL, 1, 1, 0},
	{61000, TR_OP, 0, 1, 1, 0},
	/* 0 waits at the barrier while 1 yields, is held back, and comes: partner */
	{70000, TR_BARRIER_WAIT, 0, 0, 0, BARRIER},
	{70000, TR_MODE, VT_SPIN_CONTENTION, 0, 0, 0},
	{80000, TR_SWITCH_OUT, SP_STOP_YIELDED, 1, 1, 0},
	{80000, TR_COSTOP, SP_COSTOP, NONE, 1, 0},
	{90000, TR_COSTOP, SP_COSTART, NONE, 1, 0},
	{95000, TR_SWITCH_IN, 1, 1, 1, 0},
	{97000, TR_MODE, VT_USEFUL, 1, 1, 0},
	{99000, TR_BARRIER_OPEN, 0, 1, 1, BARRIER},
	{99000, TR_MODE, VT_USEFUL, 0, 0, 0},
	/* the slice ends and it goes on: no switch for the kernel's eyes */
	{110000, TR_SWITCH_OUT, SP_STOP_SLICE, 0, 0, 0},
	{110000, TR_SWITCH_IN, 0, 0, 0, 0},
	{120000, TR_SWITCH_OUT, SP_STOP_BLOCKED, 0, 0, 0},
	{120000, TR_DONE, 0, 0, 0, 0},
	/* blocks and is woken by a sibling at the same instant */
	{130000, TR_LOCK_HALT, 0, 1, 1, LOCK},
	{130000, TR_SWITCH_OUT, SP_STOP_BLOCKED, 1, 1, 0},
	{130000, TR_WAKE, SP_WAKE_IPI, 1, 1, 0},
	{130000, TR_MARK, 7, NONE, NONE, 42},
	{131000, TR_SWITCH_IN, 1, 1, 1, 0},
	{1500000, TR_SWITCH_OUT, SP_STOP_STOLEN, 1, 1, 0},
	{1500000, TR_VM_STOP, 0, NONE, NONE, 0},
	{1600000, TR_PCPU_OFF, 0, 1, NONE, 0},
};

const uint32_t nr_sample_records = sizeof(sample_records) / sizeof(sample_records[0]);

const struct world *sample_world(void)
{
	static struct object objects[] = {{.name = "zone", .kind = OBJECT_TICKET},
					  {.name = "meet", .kind = OBJECT_BARRIER_SPIN}};
	static struct program programs[] = {{.name = "kernbench",
					     .objects = objects,
					     .nr_objects = 2},
					    {.name = "noise"}};
	static struct vm_spec vms[] =
		{{.name = "build", .first_vcpu = 0, .width = 2},
		 {.name = "noise", .first_vcpu = 2, .width = 1, .noise = true}};
	static struct vcpu_spec vcpus[] = {{.vm = 0, .program = 0},
					   {.vm = 0, .index = 1, .program = 0},
					   {.vm = 1, .program = 1}};
	static struct policy_spec policies[] = {{.name = "gang-30", .policy = "gang"}};
	static const struct world world = {.host = {.nr_pcpus = 2},
					   .policies = policies,
					   .nr_policies = 1,
					   .programs = programs,
					   .nr_programs = 2,
					   .vms = vms,
					   .nr_vms = 2,
					   .vcpus = vcpus,
					   .nr_vcpus = 3};

	return &world;
}

void write_trace(const char *path, const struct trace_rec *records, uint32_t nr)
{
	struct trace_writer *writer;
	struct trace_sink *sink;
	struct error err = {0};
	uint32_t i;

	if (trace_writer_open(&writer, path, sample_world(), 0, &err))
		fail_msg("%s", err.text);
	sink = trace_writer_sink(writer);
	for (i = 0; i < nr; i++) {
		if (sink->nr == sink->size)
			assert_int_equal(sink->flush(sink, sink->buffer, sink->nr), 0);
		sink->buffer[sink->nr++] = records[i];
	}
	if (trace_writer_close(writer, SAMPLE_END_NS, &err))
		fail_msg("%s", err.text);
}

char *read_file(const char *path, size_t *size)
{
	FILE *file = fopen(path, "rb");
	char *text = NULL;
	size_t have = 0, n;

	if (!file)
		fail_msg("cannot read %s", path);
	do {
		text = realloc(text, have + 65536 + 1);
		assert_non_null(text);
		n = fread(text + have, 1, 65536, file);
		have += n;
	} while (n);
	fclose(file);
	text[have] = '\0';
	if (size)
		*size = have;
	return text;
}

void write_file(const char *path, const void *data, size_t size)
{
	FILE *file = fopen(path, "wb");

	assert_non_null(file);
	assert_int_equal(fwrite(data, 1, size, file), size);
	assert_int_equal(fclose(file), 0);
}

const char *scratch(const char *name)
{
	static char paths[4][512];
	static unsigned next;
	char *path = paths[next++ % 4];
	const char *folder = getenv("TEST_SCRATCH");

	snprintf(path, sizeof(paths[0]), "%s/%s", folder ? folder : "/tmp", name);
	return path;
}
